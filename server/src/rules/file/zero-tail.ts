import type { ArrayName, CellConfig } from '../../config/model.ts'
import { atLength } from '../../config/places.ts'
import { setLength } from '../../edit/arrays.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { count } from '../../text/words.ts'
import type { CellRule, Severity } from '../rule.ts'
import page from './zero-tail.md'

interface ZeroElement {
  readonly severity: Severity
  readonly as: string
}

/** What the hypervisor takes a zero element for. */
function zeroElement(name: ArrayName, cell: CellConfig): ZeroElement | undefined {
  switch (name) {
    case 'mem_regions':
      return { severity: 'hint', as: 'a region of size 0, which maps nothing' }
    case 'irqchips':
      return cell.architecture === 'x86'
        ? { severity: 'error', as: 'an IOAPIC at address 0' }
        : { severity: 'hint', as: 'an interrupt controller at address 0, which is skipped' }
    case 'pci_devices':
      return { severity: 'error', as: 'PCI device 00:00.0, which is taken from the root and reset' }
    case 'stream_ids':
      return { severity: 'warning', as: 'stream 0, which is assigned to this cell' }
    case 'pio_regions':
    case 'pci_caps':
    case 'cache_regions':
      return { severity: 'hint', as: 'an empty entry' }
    case 'cpus':
      return undefined
  }
}

export const zeroTail: CellRule = {
  kind: 'cell',
  code: 'JH120',
  id: 'zero-tail',
  title: 'Zero-filled array elements',
  severity: 'hint',
  constraints: [
    'zero-entry-mem',
    'zero-entry-irqchip-arm',
    'zero-entry-irqchip-x86',
    'zero-entry-pci-device',
    'zero-entry-stream-id',
    'zero-entry-pio',
  ],
  page,
  *check(cell) {
    for (const array of cell.arrays) {
      const found = array.name && zeroElement(array.name, cell)
      const missing = array.length - array.initialised
      if (!found || missing <= 0 || array.counted <= array.initialised) continue
      yield {
        span: atLength(array),
        severity: found.severity,
        headline: `${count(missing, 'element')} of ${array.member} ${missing === 1 ? 'has' : 'have'} no initializer`,
        notes: [`${array.length} declared, ${array.initialised} initialised`, `a zero element is read as ${found.as}`],
        key: array.member,
        ...fixes(
          array.initialised > 0 && array.counted === array.length
            ? fixOf(`Declare ${count(array.initialised, 'element')}`, setLength(array, array.initialised))
            : undefined,
        ),
      }
    }
  },
}
