import type { Simulation } from '../../analyze.ts'
import { commentBefore } from '../../c/raw/comments.ts'
import { MEM_COMM_REGION, MEM_IO, MEM_ROOTSHARED } from '../../config/constants.ts'
import { sharesRegion } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { hasAny, phys, type Range } from '../../config/ranges.ts'
import type { Platform } from '../../platform/model.ts'
import { windowsOf } from '../../rules/memory/windows.ts'
import { message, type Words } from '../../text/message.ts'
import { primarySpan } from '../../text/origin.ts'
import { hex, humanSize } from '../../text/words.ts'
import { flagNames } from '../flags.ts'
import { devicesIn } from './devices.ts'
import type { MapBox } from './model.ts'
import { placeProperty, type ToPlace } from './place.ts'

/** More regions than this are counted, not drawn; boards have a hundred. */
export const MAX_REGIONS = 5000

/** Regions as they are configured, in columns of their cells. */
export interface Boxes {
  readonly list: readonly MapBox[]
  readonly indexOf: ReadonlyMap<MemoryRegion, number>
  /** Regions that are not in the list. */
  readonly omitted: number
}

/** The hypervisor's own first, then all regions of each cell; `columnOf` is the column of a cell's CPUs. */
export function boxesOf(
  { scenario: { root, cells }, platform }: Pick<Simulation, 'scenario' | 'platform'>,
  columnOf: (cell: CellConfig | undefined) => number,
  toPlace: ToPlace,
): Boxes {
  const own = ownBoxes(root, columnOf(undefined), toPlace)
  const regions = [...cells, root.root_cell].flatMap(cell =>
    cell.mem_regions.filter(isAddressed).map(region => ({ cell, region })),
  )
  // What inmates have is what the map is about: the root does without.
  const shown = regions.slice(0, MAX_REGIONS)
  const indexOf = new Map([
    [root.hypervisor_memory, 0],
    ...shown.map(({ region }, i): [MemoryRegion, number] => [region, own.length + i]),
  ])
  const list = [...own, ...shown.map(({ cell, region }) => boxOf(cell, region, columnOf(cell), toPlace, platform))]
  return { list, indexOf, omitted: regions.length - shown.length }
}

/** What lies somewhere in the machine: a communication region shows a page of the hypervisor, whatever its address. */
export const isAddressed = (region: MemoryRegion): boolean => 0n < region.size && !hasAny(region, MEM_COMM_REGION)

export const isShared = ({ pci_devices }: CellConfig, region: MemoryRegion): boolean =>
  hasAny(region, MEM_ROOTSHARED) || pci_devices.some(device => sharesRegion(device, region.index))

function boxOf(
  cell: CellConfig,
  region: MemoryRegion,
  column: number,
  toPlace: ToPlace,
  platform: Platform | undefined,
): MapBox {
  return {
    column,
    index: region.index,
    name: regionName(region),
    ...drawn(phys(region)),
    virt: hex(region.virt_start),
    flags: flagNames(region.flags),
    isDevice: hasAny(region, MEM_IO),
    isShared: isShared(cell, region),
    ...devicesIn(platform, phys(region)),
    ...placeProperty(region.source?.origin ? primarySpan(region.source.origin) : at(region), toPlace),
  }
}

const drawn = ({ start, end }: Range) => ({ start: hex(start), end: hex(end), size: humanSize(end - start) })

/** The comment before its element, which is what people name it by. */
export function regionName({ source, index }: MemoryRegion): string {
  const origin = source?.origin
  const span = origin && primarySpan(origin)
  return (span && commentBefore(span.file, span.start)) ?? `mem_regions[${index}]`
}

/** Its memory, and the registers that it drives or emulates. */
function ownBoxes(root: SystemConfig, column: number, toPlace: ToPlace): readonly MapBox[] {
  const { hypervisor_memory, platform_info } = root
  const box = (name: Words, range: Range, isDevice: boolean, place: MapBox['place']): MapBox => ({
    column,
    name,
    ...drawn(range),
    virt: hex(range.start),
    flags: [],
    isDevice,
    isShared: false,
    ...(place && { place }),
  })
  const { place: memory } = placeProperty(at(root, 'hypervisor_memory'), toPlace)
  const { place: platform } = placeProperty(at(platform_info), toPlace)
  return [
    box(message('hypervisor memory'), phys(hypervisor_memory), false, memory),
    ...windowsOf(root).map(({ name, range }) => box(windowName(name), range, true, platform)),
  ]
}

/** `IOMMU unit 1`: all of a kind have one template. */
function windowName(name: string): Words {
  const [, words = name, number] = /^(?:the )?(.*?)(?: (\d+))?$/.exec(name) ?? []
  return number === undefined ? message(words) : message(`${words} {0}`, number)
}
