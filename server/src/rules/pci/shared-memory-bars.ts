import { sectionedDevices } from '../../config/ivshmem.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './shared-memory-bars.md'

/** A page of registers, of 4 KiB or 64 KiB. */
const REGISTERS: readonly number[] = [0xfffff000, 0xffff0000]

export const sharedMemoryBars: CellRule = {
  kind: 'cell',
  code: 'JH524',
  id: 'shared-memory-bars',
  title: 'Wrong BARs of a shared-memory device',
  severity: 'error',
  constraints: ['ivshmem-bar0-mask', 'ivshmem-msix-bar', 'ivshmem-intx-x86', 'rev-bar-mask-ivshmem'],
  page,
  *check(cell) {
    for (const device of sectionedDevices(cell)) {
      const [registers = 0, table = 0] = device.bar_mask
      const name = bdf(device.bdf)
      const usesMsix = device.num_msix_vectors > 0
      const macro = `JAILHOUSE_IVSHMEM_BAR_MASK_${usesMsix ? 'MSIX' : 'INTX'}${registers === 0xffff0000 ? '_64K' : ''}`
      const fix = fixes(fixOf(`Set bar_mask to ${macro}`, setField(device, 'bar_mask', macro)))
      if (registers === 0)
        yield {
          span: at(device, 'bar_mask'),
          headline: `${name} has no BAR for its registers`,
          notes: ['bar_mask[0] is 0'],
          key: name,
          ...fix,
        }
      else if (!REGISTERS.includes(registers))
        yield {
          span: at(device, 'bar_mask'),
          severity: 'warning',
          headline: `bar_mask[0] ${hex(registers)} of ${name} is not the mask of a register page`,
          key: name,
          ...fix,
        }
      else if (usesMsix !== (table !== 0))
        yield {
          span: at(device, 'bar_mask'),
          ...(!usesMsix && { severity: 'hint' as const }),
          headline: usesMsix
            ? `${name} has MSI-X vectors but no BAR for their table`
            : `${name} has a BAR for MSI-X but no vectors`,
          notes: [
            usesMsix ? `num_msix_vectors is ${device.num_msix_vectors} and bar_mask[1] is 0` : 'num_msix_vectors is 0',
          ],
          key: name,
          ...fix,
        }
      if (cell.architecture === 'x86' && !usesMsix)
        yield {
          span: at(device, 'num_msix_vectors'),
          headline: `${name} raises no interrupts without MSI-X vectors`,
          notes: ['on x86, shared-memory devices support MSI-X only'],
          help: 'set num_msix_vectors to 1, or to 2 for a network device',
          key: `${name} vectors`,
        }
    }
  },
}
