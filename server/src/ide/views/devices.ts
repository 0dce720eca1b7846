import { overlap, type Range } from '../../config/ranges.ts'
import type { Platform } from '../../platform/model.ts'
import { message, type Words } from '../../text/message.ts'

/** Devices are named up to this number; a window of all peripherals holds hundreds. */
const MAX_NAMED = 6

/** `serial@2800000`: the devices of the machine in a range, those that are in use first. */
export function devicesIn(platform: Platform | undefined, range: Range): { readonly devices?: readonly Words[] } {
  const found = (platform?.devices ?? []).filter(({ windows }) => windows.some(each => overlap(each.range, range)))
  if (found.length === 0) return {}
  const names = found.toSorted((a, b) => Number(b.enabled) - Number(a.enabled)).map(({ name }) => name)
  const rest = names.length - MAX_NAMED
  return { devices: rest > 0 ? [...names.slice(0, MAX_NAMED), message('and {0} more', rest)] : names }
}
