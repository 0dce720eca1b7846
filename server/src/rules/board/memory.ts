import { commentName } from '../../config/comment-name.ts'
import { MEM_COMM_REGION, MEM_IO, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { contains, has, hasAny, overlap, phys, type Range } from '../../config/ranges.ts'
import type { Claim, Platform, Reservation } from '../../platform/model.ts'
import { isReserved, SYSTEM_RAM } from '../../platform/read/iomem.ts'
import type { BoardSubject } from '../rule.ts'
import { sharedMemoryOf } from './subject.ts'

/** The memory that Jailhouse takes, beside what Linux says of it. */

/** First-level System RAM is busy as a whole, whatever is reserved inside of it. */
export const busyMemory = ({ claimed }: Platform): readonly Claim[] =>
  (claimed ?? []).filter(({ name }) => name === SYSTEM_RAM)

/** Parts of System RAM that the kernel keeps for itself or for nobody. */
export const reservedInside = (ram: Claim): readonly Range[] =>
  ram.children.filter(({ name }) => isReserved(name)).map(({ range }) => range)

export const hypervisorMemory = ({ scenario }: BoardSubject): MemoryRegion => scenario.root.hypervisor_memory

/** Regions of memory, rather than of devices, that a cell gets. */
export const memoryRegionsOf = (cell: CellConfig): readonly MemoryRegion[] =>
  cell.mem_regions.filter(region => region.size > 0n && !hasAny(region, MEM_IO | MEM_COMM_REGION))

/** What must be kept from Linux: the memory of cells, and of the links of the root. */
export function* memoryToReserve(
  subject: BoardSubject,
): Iterable<{ readonly cell: CellConfig; readonly region: MemoryRegion }> {
  const { root, cells } = subject.scenario
  for (const cell of cells) for (const region of memoryRegionsOf(cell)) yield { cell, region }
  const shared = sharedMemoryOf(root.root_cell)
  for (const region of root.root_cell.mem_regions)
    if (shared.has(region.index) && region.size > 0n) yield { cell: root.root_cell, region }
}

/** Memory of the root that its comment says is for cells. */
export const namedForCells = ({ mem_regions }: CellConfig): readonly MemoryRegion[] =>
  mem_regions.filter(
    region =>
      has(region, MEM_READ | MEM_WRITE) &&
      !hasAny(region, MEM_IO | MEM_COMM_REGION) &&
      /\b(cells?|inmates?)\b/i.test(commentName(region, 60) ?? ''),
  )

const OWN_NAMES = /jailhouse|hypervisor|inmate|ivshmem|^pci@/i

/** Names that say whose it is, even if all memory of Jailhouse lies in there. */
const OF_FIRMWARE = /optee|tee@|secure|bl31|atf|tf-a|psci|rproc|remoteproc|vdev|r5f|dsp|mcu|ramoops|pstore/i

/** Reservations that are not made for Jailhouse: by name, and by holding all that it needs. */
export function foreignReservations(subject: BoardSubject): readonly Reservation[] {
  const needed = [phys(hypervisorMemory(subject)), ...[...memoryToReserve(subject)].map(({ region }) => phys(region))]
  return subject.platform.reserved.filter(
    ({ name, range, reusable }) =>
      !isReserved(name) &&
      name !== '/memreserve/' &&
      !reusable &&
      !OWN_NAMES.test(name) &&
      (OF_FIRMWARE.test(name) || !needed.every(each => contains(range, each))),
  )
}

/** System RAM that a range overlaps, without what is reserved inside of it. */
export const usedPart = (range: Range, ram: Claim): boolean => {
  const shared = overlap(range, ram.range)
  return shared !== undefined && !reservedInside(ram).some(hole => contains(hole, shared))
}
