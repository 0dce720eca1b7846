import { addTo } from '../text/groups.ts'
import { memoize } from '../text/memo.ts'
import {
  MEM_COMM_REGION,
  MEM_EXECUTE,
  MEM_IO,
  MEM_LOADABLE,
  MEM_READ,
  MEM_WRITE,
  SHMEM_PROTO_VETH,
} from './constants.ts'
import {
  type Endpoint,
  isAmbiguous,
  isSectioned,
  linkRegions,
  linksOf,
  MAX_PEERS,
  regionsByIndex,
  type SectionedDevice,
  sectionedDevices,
} from './ivshmem.ts'
import type { CellConfig, MemoryRegion } from './model.ts'
import { has, hasAny, isAligned, isSubPage } from './ranges.ts'
import type { Scenario } from './scenario.ts'

/** The fields of a shared-memory device that say which regions are its sections, and whose they are. */
type PointerField = 'shmem_regions_start' | 'shmem_peers' | 'shmem_dev_id'

/** A device whose regions do not look like the sections of a link, while with another value of one field they do. */
export interface Misplacement {
  readonly field: PointerField
  /** The value with which the regions fit; undefined where two fit equally well. */
  readonly fits: number | undefined
  /** The first of its regions that stands at another place than by its address, where these fit in that order. */
  readonly disordered?: MemoryRegion
  /** How many of its regions are not there: those of the next link begin as many too early. */
  readonly lacks?: number
}

type Pointer = Readonly<Record<PointerField, number>>

/** One fault may lie in a region; from this many on it is the device that points to the wrong regions. */
const MIN_FAULTS = 2

/** The devices of a cell that point to regions which are not their sections (`ivshmem_init` takes them all the same). */
export const misplacedSections = memoize((cell: CellConfig): ReadonlyMap<SectionedDevice, Misplacement> => {
  const devices = sectionedDevices(cell)
  const taken = new Set(devices.filter(device => faults(cell, device) === 0).map(device => device.shmem_regions_start))
  const wrong = devices.filter(device => {
    const found = faults(cell, device)
    if (found === 0) return false
    const isSmall = found < MIN_FAULTS || liesInOneRegion(cell, device)
    return reachesOver(device, taken) || !isSmall || lacksRegions(cell, device, devices) !== undefined
  })
  return new Map(
    wrong.flatMap((device, i) => {
      const misplacement = i < MAX_WRONG ? misplacementOf(cell, device, devices, taken) : UNKNOWN
      return misplacement ? [[device, misplacement]] : []
    }),
  )
})

/** Of more devices that point to wrong regions nobody looks for the right ones. */
const MAX_WRONG = 32

const UNKNOWN: Misplacement = { field: 'shmem_regions_start', fits: undefined }

const misplacementOf = (
  cell: CellConfig,
  device: SectionedDevice,
  devices: readonly SectionedDevice[],
  taken: ReadonlySet<number>,
): Misplacement | undefined =>
  inOtherOrder(cell, device) ??
  lacksRegions(cell, device, devices) ??
  otherStart(cell, device, taken) ??
  fewerPeers(cell, device) ??
  otherPeers(cell, device) ??
  otherId(cell, device) ??
  (beginsElsewhere(cell, device) ? UNKNOWN : undefined)

/** So many faults are no slip in a section, where the first region is plainly no state table. */
const MANY_FAULTS = 3

/** Whether a device points to something else, although no other value of a field makes its regions fit. */
function beginsElsewhere(cell: CellConfig, device: SectionedDevice): boolean {
  const [first] = regionsOf(cell, device) ?? []
  return first !== undefined && isNoSection(first) && MANY_FAULTS <= faults(cell, device)
}

/** Code, registers, the communication region. */
const isNoSection = (region: MemoryRegion): boolean =>
  hasAny(region, MEM_IO | MEM_EXECUTE | MEM_LOADABLE | MEM_COMM_REGION) || isSubPage(region)

/** Whether the regions fit but for one, with the size of another section or right behind the one before. */
function liesInOneRegion(cell: CellConfig, device: SectionedDevice): boolean {
  const regions = regionsOf(cell, device) ?? []
  const fits = (index: number, change: Partial<MemoryRegion>) =>
    faultsOf(
      regions.map((region, i) => (i === index ? { ...region, ...change } : region)),
      device,
      device,
    ) === 0
  return regions.some((_, i) => {
    const before = regions.slice(0, i).findLast(({ size }) => size > 0n)
    const isMoved = before !== undefined && fits(i, { virt_start: before.virt_start + before.size })
    return isMoved || regions.slice(2).some(({ size }) => 2 <= i && fits(i, { size }))
  })
}

/** Whether the sections of a device are, or run on over, those that another device has rightly. */
const reachesOver = (
  { shmem_regions_start: start, shmem_peers }: SectionedDevice,
  taken: ReadonlySet<number>,
): boolean => {
  // As many regions as a device may point to.
  const last = start + 1 + Math.min(shmem_peers, MAX_PEERS + 1)
  for (let other = start; other <= last; other++) if (taken.has(other)) return true
  return false
}

/** Whether the regions of a device hold so many faults, or so many more, that repairing one of them would be a guess. */
export const isDoubtful = (cell: CellConfig, device: SectionedDevice): boolean =>
  MIN_FAULTS <= faults(cell, device) || goesOn(cell, device.shmem_regions_start, device.shmem_peers)

/** Regions that would be the sections of a link, if those that hold anything stood in the order of their addresses. */
function inOtherOrder(cell: CellConfig, device: SectionedDevice): Misplacement | undefined {
  const regions = regionsOf(cell, device) ?? []
  const used = regions.filter(({ size }) => size > 0n)
  const sorted = used.toSorted((a, b) => (a.virt_start < b.virt_start ? -1 : 1))
  const disordered = used.find((region, i) => region !== sorted[i])
  const ordered = regions.map(region => sorted[used.indexOf(region)] ?? region)
  if (!disordered || faultsOf(ordered, device, device) > 0) return undefined
  return { field: 'shmem_regions_start', fits: undefined, disordered }
}

/** Regions left out of a link that another one follows, whose sections begin before it says; its own begin where it says. */
function lacksRegions(
  cell: CellConfig,
  device: SectionedDevice,
  devices: readonly SectionedDevice[],
): Misplacement | undefined {
  const behind = device.shmem_regions_start + 2 + device.shmem_peers
  const next = devices.find(({ shmem_regions_start }) => shmem_regions_start === behind)
  if (!next || faults(cell, next) === 0) return undefined
  const fitsBefore = (each: SectionedDevice, by: number) =>
    faults(cell, each, { ...each, shmem_regions_start: each.shmem_regions_start - by }) === 0
  const lacks = Array.from({ length: Math.min(device.shmem_peers, MAX_PEERS) }, (_, i) => i + 1).find(
    count => fitsBefore(next, count) && !fitsBefore(device, count),
  )
  return lacks === undefined ? undefined : { field: 'shmem_regions_start', fits: undefined, lacks }
}

/** Slips of whole boards are smaller. */
const MAX_DISTANCE = 1024

/** The nearest start from which the regions fit and that no other device has rightly. */
function otherStart(cell: CellConfig, device: SectionedDevice, taken: ReadonlySet<number>): Misplacement | undefined {
  const distance = (start: number) => Math.abs(start - device.shmem_regions_start)
  const [nearest, next] = cell.mem_regions
    .map(({ index }) => index)
    .filter(start => distance(start) <= MAX_DISTANCE)
    .filter(start => !taken.has(start) && faults(cell, device, { ...device, shmem_regions_start: start }) === 0)
    .toSorted((a, b) => distance(a) - distance(b))
  if (nearest === undefined) return undefined
  const isUnique = next === undefined || distance(nearest) < distance(next)
  return { field: 'shmem_regions_start', fits: isUnique ? nearest : undefined }
}

/** As many output sections as there are before a region that is plainly something else. */
function fewerPeers(cell: CellConfig, device: SectionedDevice): Misplacement | undefined {
  const [state, common, ...outputs] = regionsOf(cell, device) ?? []
  if (!state || !common || isNoSection(state) || isNoSection(common)) return undefined
  const own = device.shmem_dev_id
  const fits = outputs.findIndex((region, i) => i > own && isSomethingElse(region, outputs[i - 1]))
  return fits > 0 ? { field: 'shmem_peers', fits } : undefined
}

const isSomethingElse = (region: MemoryRegion, before: MemoryRegion | undefined): boolean =>
  before !== undefined &&
  isNoSection(region) &&
  region.size !== before.size &&
  region.virt_start !== before.virt_start + before.size

/** Another number of output sections, behind which no region goes on like them. */
function otherPeers(cell: CellConfig, device: SectionedDevice): Misplacement | undefined {
  for (let peers = 1; peers <= MAX_PEERS; peers++) {
    if (peers <= device.shmem_dev_id || faults(cell, device, { ...device, shmem_peers: peers }) > 0) continue
    if (!goesOn(cell, device.shmem_regions_start, peers)) return { field: 'shmem_peers', fits: peers }
  }
  return undefined
}

/** Whether behind as many output sections another region follows like them. */
function goesOn(cell: CellConfig, start: number, peers: number): boolean {
  const [last, behind] = [regionAt(cell, start + 1 + peers), regionAt(cell, start + 2 + peers)]
  return last !== undefined && behind?.size === last.size && behind.virt_start === last.virt_start + last.size
}

function otherId(cell: CellConfig, device: SectionedDevice): Misplacement | undefined {
  const ids = Array.from({ length: device.shmem_peers }, (_, id) => id)
  const fits = ids.find(id => faults(cell, device, { ...device, shmem_dev_id: id }) === 0)
  return fits === undefined ? undefined : { field: 'shmem_dev_id', fits }
}

const regionAt = (cell: CellConfig, index: number): MemoryRegion | undefined => regionsByIndex(cell).get(index)

/** In how many ways the regions that a device points to are no sections of a link; infinitely many where some are missing. */
function faults(cell: CellConfig, device: SectionedDevice, pointer: Pointer = device): number {
  const regions = regionsOf(cell, pointer)
  return regions ? faultsOf(regions, device, pointer) : Number.POSITIVE_INFINITY
}

/** State table, common section and output sections; undefined where the array ends before. */
function regionsOf(cell: CellConfig, pointer: Pointer): readonly MemoryRegion[] | undefined {
  const { shmem_regions_start: start, shmem_peers: peers } = pointer
  const regions: MemoryRegion[] = []
  for (let index = start; index < start + 2 + Math.min(peers, MAX_PEERS + 1); index++) {
    const region = regionAt(cell, index)
    if (!region) return undefined
    regions.push(region)
  }
  return regions
}

function faultsOf(regions: readonly MemoryRegion[], device: SectionedDevice, pointer: Pointer): number {
  const { shmem_peers: peers, shmem_dev_id: own } = pointer
  const [state, common, ...outputs] = regions
  if (!state || !common || outputs.length === 0) return Number.POSITIVE_INFINITY
  const wrong = [
    state.size < BigInt(4 * peers) || !isAligned(state.phys_start),
    !has(state, MEM_READ) || has(state, MEM_WRITE),
    common.size > 0n && !has(common, MEM_READ | MEM_WRITE),
    device.shmem_protocol === SHMEM_PROTO_VETH && (common.size > 0n || peers !== 2),
    outputs.some(({ size }) => size !== outputs[0]?.size),
    ...contiguity(regions),
    ...outputs.map((output, peer) => output.size > 0n && has(output, MEM_WRITE) !== (peer === own)),
    ...outputs.map(output => output.size > 0n && !has(output, MEM_READ)),
  ]
  return wrong.filter(Boolean).length
}

/** For each region that holds anything, whether it does not begin where the one before ends. */
function contiguity(regions: readonly MemoryRegion[]): readonly boolean[] {
  const used = regions.filter(({ size }) => size > 0n)
  return used.slice(1).map((region, i) => {
    const before = used[i]
    return before !== undefined && region.virt_start !== before.virt_start + before.size
  })
}

/** The sections of a device (`ivshmem_init`): regions from `shmem_regions_start` on. */
export interface Sections {
  readonly device: SectionedDevice
  /** The state table; each peer's word is written by the hypervisor. */
  readonly state: MemoryRegion
  /** Read and written by all peers; may be empty. */
  readonly common: MemoryRegion
  /** One for each peer, written by that peer only; a count that reaches beyond the array ends there. */
  readonly outputs: readonly MemoryRegion[]
  /** Fewer regions are left than the device counts: its start or its peers are wrong. */
  readonly isCut: boolean
}

/** The sections of all devices whose regions exist and can be read, and are those of a link. */
export const sectionsOf: (cell: CellConfig) => readonly Sections[] = memoize(cell => {
  const misplaced = misplacedSections(cell)
  const regions = regionsByIndex(cell)
  return sectionedDevices(cell).flatMap(device => {
    if (endsAmongOthers({ cell, device })) return []
    const found = misplaced.get(device)
    // What stands behind the last section is one fault, and those before may have others.
    const peers = found?.field === 'shmem_peers' ? Math.min(found.fits ?? 0, device.shmem_peers) : device.shmem_peers
    if (found && (peers === 0 || peers === device.shmem_peers)) return []
    const at = (offset: number) => regions.get(device.shmem_regions_start + offset)
    const [state, common] = [at(0), at(1)]
    const outputs: MemoryRegion[] = []
    for (let next = at(2); next && outputs.length < peers; next = at(2 + outputs.length)) outputs.push(next)
    const isCut = outputs.length < peers
    return state && common ? [{ device, state, common, outputs, isCut }] : []
  })
})

/** Each later end of a link with the one that came first, where both point to regions of a link. */
export function* linkedPairs(scenario: Scenario): Iterable<{ readonly first: Endpoint; readonly other: Endpoint }> {
  const links = linksOf(scenario).filter(link => !isAmbiguous(link))
  const ends = endsByMemory(links)
  for (const [first, ...others] of links)
    if (first)
      for (const other of others)
        if (hasSections(first) && hasSections(other) && !meantFor(first, other, ends)) yield { first, other }
}

/** Ends that have come on the link of others: their memory is that of another device, which `meant` is an end of. */
export function* strayEnds(
  scenario: Scenario,
): Iterable<{ readonly first: Endpoint; readonly other: Endpoint; readonly meant: Endpoint }> {
  const links = linksOf(scenario).filter(link => !isAmbiguous(link))
  const ends = endsByMemory(links)
  for (const [first, ...others] of links)
    for (const other of others) {
      const meant = first && meantFor(first, other, ends)
      if (first && meant) yield { first, other, meant }
    }
}

/** The ends of links by the address where their memory begins. */
function endsByMemory(links: readonly (readonly Endpoint[])[]): ReadonlyMap<bigint, readonly Endpoint[]> {
  const ends = new Map<bigint, Endpoint[]>()
  for (const end of links.flat()) {
    const memory = memoryOf(end)
    if (memory) addTo(ends, memory.phys_start, end)
  }
  return ends
}

/** The end of another link, of the same protocol, that has the memory of one whose own link has other memory. */
function meantFor(
  first: Endpoint,
  other: Endpoint,
  ends: ReadonlyMap<bigint, readonly Endpoint[]>,
): Endpoint | undefined {
  const memory = memoryOf(other)
  if (!memory || sharesMemory(first, other)) return undefined
  return ends
    .get(memory.phys_start)
    ?.find(
      end =>
        end.cell !== other.cell &&
        end.device.bdf !== other.device.bdf &&
        end.device.shmem_protocol === other.device.shmem_protocol &&
        sharesMemory(end, other),
    )
}

const memoryOf = (end: Endpoint): MemoryRegion | undefined => linkRegions(end)[0]

/** Whether two ends begin with the same memory. */
export function sharesMemory(one: Endpoint, other: Endpoint): boolean {
  const [own, twin] = [memoryOf(one), memoryOf(other)]
  return own !== undefined && twin !== undefined && own.size > 0n && own.phys_start === twin.phys_start
}

/** Whether an end of a link points to regions that can be its sections. */
export const hasSections = ({ cell, device }: Endpoint): boolean =>
  !isSectioned(device) || !misplacedSections(cell).has(device)

/** Whether the array ends before the last section, and what is left of it is plainly something else in part. */
export function endsAmongOthers({ cell, device }: Endpoint): boolean {
  if (!isSectioned(device) || regionsOf(cell, device)) return false
  const { shmem_regions_start: start, shmem_peers: peers } = device
  const last = start + 1 + Math.min(peers, MAX_PEERS)
  return cell.mem_regions.some(region => start <= region.index && region.index <= last && isNoSection(region))
}
