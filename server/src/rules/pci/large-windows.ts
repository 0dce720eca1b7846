import { sectionedDevices } from '../../config/ivshmem.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at, bdf, count, hex } from '../places.ts'
import type { SystemRule } from '../rule.ts'
import page from './large-windows.md'

const WINDOW_64K = 0xffff0000

/** `create_vpci_of_overlay` gives the virtual host two pages of the root's kernel for each device. */
export const largeWindows: SystemRule = {
  kind: 'system',
  code: 'JH526',
  id: 'large-windows',
  title: 'The virtual PCI host has room for the windows of its devices',
  severity: 'information',
  constraints: ['ivshmem-bar-64k'],
  page,
  *check({ platform_info, root_cell }) {
    const devices = sectionedDevices(root_cell)
    const [first] = devices.filter(({ bar_mask }) => bar_mask[0] === WINDOW_64K)
    if (!first || !platform_info.pci_is_virtual) return
    const macro = `JAILHOUSE_IVSHMEM_BAR_MASK_${first.num_msix_vectors > 0 ? 'MSIX' : 'INTX'}`
    yield {
      span: at(first, 'bar_mask'),
      headline: `a kernel of 4 KiB pages gives ${count(devices.length, 'device')} [${hex(0)}, ${hex(devices.length * 0x2000)}) for their windows, and that of ${bdf(first.bdf)} alone takes 64 KiB ("BAR 0: no space"); with such a root use ${macro}`,
      key: 'windows',
      ...fixes(fixOf(`Set bar_mask to ${macro}`, setField(first, 'bar_mask', macro), false)),
    }
  },
}
