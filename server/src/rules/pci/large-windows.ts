import { sectionedDevices } from '../../config/ivshmem.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, count, humanSize } from '../../text/words.ts'
import type { SystemRule } from '../rule.ts'
import page from './large-windows.md'

const WINDOW_64K = 0xffff0000

/** `create_vpci_of_overlay` reserves two pages of the root's kernel for each device of the virtual host. */
export const largeWindows: SystemRule = {
  kind: 'system',
  code: 'JH526',
  id: 'large-windows',
  title: 'BARs too large for the virtual PCI host',
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
      headline: `BAR of ${bdf(first.bdf)} (64 KiB) does not fit the virtual PCI host of a 4 KiB-page kernel`,
      notes: [
        `such a kernel reserves ${humanSize(BigInt(devices.length * 0x2000))} for ${count(devices.length, 'device')}: "BAR 0: no space"`,
      ],
      key: 'windows',
      ...fixes(fixOf(`Set bar_mask to ${macro}`, setField(first, 'bar_mask', macro), false)),
    }
  },
}
