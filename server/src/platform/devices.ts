import { overlap, type Range, rangeOf } from '../config/ranges.ts'
import { memoize } from '../text/memo.ts'
import { merge } from '../text/range-set.ts'
import type { Device, Platform } from './model.ts'

/** Devices by their paths. */
export const devicesByPath = memoize(
  ({ devices }: Platform): ReadonlyMap<string, Device> => new Map(devices.map(device => [device.path, device])),
)

/** All registers of devices, as ascending ranges that do not touch. */
export const registersOf = memoize(({ devices }: Platform): readonly Range[] =>
  merge(devices.flatMap(({ windows }) => windows.map(({ range }) => range))),
)

/** Devices with registers in a range. */
export const devicesIn = ({ devices }: Platform, range: Range): readonly Device[] =>
  devices.filter(({ windows }) => windows.some(window => overlap(window.range, range)))

/** Devices with registers at an address, the smallest window first: a bus or a syscon holds others. */
export const devicesAt = (platform: Platform, address: bigint): readonly Device[] =>
  devicesIn(platform, rangeOf(address, 1n)).toSorted((a, b) => (sizeAt(a, address) < sizeAt(b, address) ? -1 : 1))

const sizeAt = ({ windows }: Device, address: bigint): bigint => {
  const window = windows.find(({ range }) => overlap(range, rangeOf(address, 1n)))
  return window ? window.range.end - window.range.start : 0n
}
