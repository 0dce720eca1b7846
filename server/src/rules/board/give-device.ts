import { isArm } from '../../config/architecture.ts'
import { MEM_ROOTSHARED } from '../../config/constants.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { owns } from '../../config/pins.ts'
import { alignDown, alignUp, has, overlap, phys, type Range } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { appendRegions } from '../../edit/append.ts'
import { type Change, type EditSet, fixOf, NO_CHANGE, together } from '../../edit/change.ts'
import { appendElements } from '../../edit/elements.ts'
import { addArray } from '../../edit/new-array.ts'
import { addPins } from '../../edit/pins.ts'
import type { Device, Platform } from '../../platform/model.ts'
import { merge, subtract } from '../../text/range-set.ts'
import { count, hex, listed } from '../../text/words.ts'
import { neededWindows } from './subject.ts'
import { gicLines } from './words.ts'

/** All that a cell needs to drive a device of the machine, as one edit: windows, interrupts, streams. */

/** Memory to be given: whole pages, or as little as the device has where others share the page, which the root keeps. */
export interface DeviceRange {
  readonly range: Range
  readonly isShared: boolean
}

const pages = ({ start, end }: Range): Range => ({ start: alignDown(start), end: alignUp(end) })

export const DEVICE_FLAGS: readonly string[] = ['JAILHOUSE_MEM_READ', 'JAILHOUSE_MEM_WRITE', 'JAILHOUSE_MEM_IO']
/**
 * A sub-page region is emulated access by access, of the widths it names. The root has the page, and page tables take
 * no part of one from it: the registers stay with the root as well.
 */
export const SUB_PAGE_FLAGS: readonly string[] = [
  ...DEVICE_FLAGS,
  'JAILHOUSE_MEM_IO_8',
  'JAILHOUSE_MEM_IO_16',
  'JAILHOUSE_MEM_IO_32',
  'JAILHOUSE_MEM_ROOTSHARED',
]

/** Whole pages, unless another enabled device has registers there. */
export function rangesOf(device: Device, { devices }: Platform): readonly DeviceRange[] {
  const others = devices.filter(other => other.enabled && other !== device).flatMap(({ windows }) => windows)
  const isShared = (range: Range) =>
    others.some(other => overlap(pages(other.range), pages(range)) && !overlap(other.range, range))
  const [shared, whole] = [true, false].map(wanted =>
    neededWindows(device)
      .filter(({ range }) => isShared(range) === wanted)
      .map(({ range }) => range),
  )
  return [
    ...merge((whole ?? []).map(pages)).map(range => ({ range, isShared: false })),
    ...(shared ?? []).map(range => ({ range, isShared: true })),
  ]
}

/** What a cell still lacks of a device. */
export interface LackingParts {
  readonly ranges: readonly DeviceRange[]
  readonly pins: readonly number[]
  readonly streams: readonly number[]
}

export function partsLacking(cell: CellConfig, root: SystemConfig, device: Device, platform: Platform): LackingParts {
  const alone = cell.mem_regions.filter(region => !has(region, MEM_ROOTSHARED)).map(phys)
  const ranges = rangesOf(device, platform).flatMap(({ range, isShared }) =>
    subtract([range], isShared ? cell.mem_regions.map(phys) : alone).map(rest => ({ range: rest, isShared })),
  )
  const pins = isArm(cell) ? gicLines(device.interrupts).filter(id => 32 <= id && !owns(cell, id)) : []
  const listedIds = new Set(cell.stream_ids.map(({ id }) => id & 0xffff))
  const streams = translatedStreams(device, root, platform).filter(id => !listedIds.has(id & 0xffff))
  return { ranges, pins, streams }
}

/** Streams of a device behind the units that the root lists: of others nobody restricts the DMA. */
function translatedStreams({ streams }: Device, { platform_info }: SystemConfig, { iommus }: Platform) {
  const isListed = (path: string) =>
    iommus.some(
      ({ name, base }) => path.endsWith(`/${name}`) && platform_info.iommu_units.some(unit => unit.base === base),
    )
  return [...new Set(streams.filter(({ iommu }) => isListed(iommu)).map(({ id }) => id))]
}

export const isNothing = ({ ranges, pins, streams }: LackingParts): boolean =>
  ranges.length + pins.length + streams.length === 0

/** Undefined where one of the parts cannot be written: half a device is none. */
export function giveDevice(
  cell: CellConfig,
  root: SystemConfig,
  device: Device,
  platform: Platform,
): Change | undefined {
  const lacking = partsLacking(cell, root, device, platform)
  if (isNothing(lacking)) return undefined
  const { ranges, pins, streams } = lacking
  const regions = ranges.map(({ range, isShared }) => ({
    range,
    flags: isShared ? SUB_PAGE_FLAGS : DEVICE_FLAGS,
    comment: device.name,
  }))
  return together(
    regions.length > 0 ? appendRegions(cell, regions) : NO_CHANGE,
    pins.length > 0 ? addPins(cell, pins, root.root_cell.irqchips[0]) : NO_CHANGE,
    streams.length > 0 ? addStreams(cell, streams) : NO_CHANGE,
  )
}

export function addStreams(cell: CellConfig, ids: readonly number[]): Change | undefined {
  const array = arrayOf(cell, 'stream_ids')
  const entry = array?.entry ?? cell.header.arrays.find(({ known }) => known === 'stream_ids')
  const texts = ids.map(id => (entry?.tag === undefined ? hex(id) : `{ ${hex(id)} }`))
  return array ? appendElements(cell, array, texts) : addArray(cell, 'stream_ids', texts)
}

/** `1 region shared with the root, SPI 41, stream 0x12`: what an edit writes. */
export function partsText({ ranges, pins, streams }: LackingParts): string {
  return listed([
    ...[false, true].flatMap(isShared => {
      const found = ranges.filter(each => each.isShared === isShared).length
      return found > 0 ? [`${count(found, 'region')}${isShared ? ' shared with the root' : ''}`] : []
    }),
    ...pins.map(id => `SPI ${id - 32}`),
    ...streams.map(id => `stream ${hex(id)}`),
  ])
}

/** As a fix: of a whole cell other than the file at hand, so it is named. */
export function giving(
  cell: CellConfig,
  root: SystemConfig,
  device: Device | undefined,
  platform: Platform,
): EditSet | undefined {
  if (!device) return undefined
  const parts = partsText(partsLacking(cell, root, device, platform))
  return fixOf(`Give ${device.name} to "${cell.name}" (${parts})`, giveDevice(cell, root, device, platform), false)
}
