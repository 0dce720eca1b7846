import { at } from '../../config/places.ts'
import { failuresOf } from '../iommu/pvu.ts'
import type { SimulationRule } from '../rule.ts'
import page from './nothing-trapped.md'

/** `mmio_cell_init` allocates its table even for no regions, and `page_alloc_internal` answers nothing for no pages. */
export const nothingTrapped: SimulationRule = {
  kind: 'simulation',
  code: 'JH271',
  id: 'nothing-trapped',
  title: 'Cell without emulated devices',
  severity: 'error',
  constraints: ['mem-mmio-count-zero-x86'],
  rests: ['extent'],
  page,
  *check(machine) {
    const { root } = machine.scenario
    if (root.platform_info.pci_mmconfig_base !== 0n) return
    if (failuresOf(machine).some(({ outcome }) => outcome.by === 'mmio_cell_init'))
      yield {
        span: at(root.platform_info, 'pci_mmconfig_base'),
        headline: 'cells without an emulated device fail with -ENOMEM: pci_mmconfig_base is 0',
        notes: ['mmio_cell_init cannot allocate an empty table; PCI configuration space would be one entry'],
        help: 'set pci_mmconfig_base',
        key: 'pci_mmconfig_base',
      }
  },
}
