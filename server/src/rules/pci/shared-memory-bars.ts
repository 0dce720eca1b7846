import { sectionedDevices } from '../../config/ivshmem.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at, bdf, hex } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './shared-memory-bars.md'

/** A page of registers, of 4 KiB or 64 KiB. */
const REGISTERS: readonly number[] = [0xfffff000, 0xffff0000]

export const sharedMemoryBars: CellRule = {
  kind: 'cell',
  code: 'JH524',
  id: 'shared-memory-bars',
  title: 'A shared-memory device has a window for its registers, and one for MSI-X where it uses it',
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
          headline: `${name} has no window for its registers: bar_mask[0] is 0; use ${macro}`,
          key: name,
          ...fix,
        }
      else if (!REGISTERS.includes(registers))
        yield {
          span: at(device, 'bar_mask'),
          severity: 'warning',
          headline: `bar_mask[0] of ${name} is ${hex(registers)}, which is no page of registers; use ${macro}`,
          key: name,
          ...fix,
        }
      else if (usesMsix !== (table !== 0))
        yield {
          span: at(device, 'bar_mask'),
          ...(!usesMsix && { severity: 'hint' as const }),
          headline: usesMsix
            ? `${name} has ${device.num_msix_vectors} MSI-X vectors, but no window for their table: bar_mask[1] is 0; use ${macro}`
            : `${name} has a window for an MSI-X table, but no vectors: num_msix_vectors is 0; use ${macro}`,
          key: name,
          ...fix,
        }
      if (cell.architecture === 'x86' && !usesMsix)
        yield {
          span: at(device, 'num_msix_vectors'),
          headline: `${name} raises no interrupts: on x86 a shared-memory device needs MSI-X; give it 1 vector, or 2 for a network`,
          key: `${name} vectors`,
        }
    }
  },
}
