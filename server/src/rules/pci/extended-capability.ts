import { PCI_EXT_CAP } from '../../config/constants.ts'
import type { PciCapability, PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { bdf, hex } from '../../text/words.ts'
import type { RawFinding } from '../rule.ts'

/** Where a device has extended capabilities, and no others. */
const EXTENDED_SPACE = 0x100

/** Whether a capability is an extended one by its place, whatever its number: those count from 1 as well. */
export const isExtended = ({ start }: PciCapability): boolean => EXTENDED_SPACE <= start

/** The mark that tells the numbers of both kinds apart is lost. */
export function* unmarked(device: PciDevice, cap: PciCapability): Iterable<RawFinding> {
  if (!isExtended(cap) || (cap.id & PCI_EXT_CAP) !== 0) return
  yield {
    span: at(cap, 'id'),
    severity: 'warning',
    headline: `capability ${hex(cap.id)} of ${bdf(device.bdf)} is at ${hex(cap.start)}, but not marked as extended`,
    notes: ['from 0x100 on a device has extended capabilities, which have numbers of their own'],
    related: [{ span: at(cap, 'start'), text: `start ${hex(cap.start)}` }],
    key: `${bdf(device.bdf)} extended ${cap.index}`,
    ...fixes(fixOf('Add JAILHOUSE_PCI_EXT_CAP', addFlag(cap, 'id', 'JAILHOUSE_PCI_EXT_CAP'), false)),
  }
}
