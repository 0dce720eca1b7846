import { MEM_COMM_REGION, MEM_IO, MEM_READ, MEM_ROOTSHARED, MEM_WRITE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion, StreamId, SystemConfig } from '../../config/model.ts'
import { has, hasAny, isSubPage } from '../../config/ranges.ts'
import type { Failure } from '../../machine/hypervisor.ts'
import { hasUnitOf } from '../../machine/iommu/drivers.ts'
import { MAX_VIRTID, tiPvu } from '../../machine/iommu/ti-pvu.ts'
import type { EntryBudget, ResidualAccess } from '../../machine/queries/answers.ts'
import type { Machine, Stage } from '../../machine/stage.ts'
import { humanSize } from '../../text/words.ts'

export const hasPvu = (root: SystemConfig): boolean => hasUnitOf(root, tiPvu)

/** The stream IDs of a cell that a PVU knows. */
export const pvuStreams = (cell: CellConfig): readonly StreamId[] =>
  cell.stream_ids.filter(({ id }) => id <= MAX_VIRTID)

/** On a board with both, low numbers are virtual IDs of the PVU; the SMMU's driver programs them too, for no device. */
export const isOfPvu = (root: SystemConfig, streamId: number | undefined): boolean =>
  hasPvu(root) && streamId !== undefined && streamId <= MAX_VIRTID

/** What another unit keeps under a virtual ID of the PVU is no way into memory. */
export const isOfNoDevice = ({ scenario }: Machine, { actor }: ResidualAccess): boolean =>
  actor.kind === 'dma' && actor.driver !== tiPvu.name && isOfPvu(scenario.root, actor.streamId)

/** Memory a cell uses as RAM of its own. */
export const isOwnRam = (region: MemoryRegion): boolean =>
  has(region, MEM_READ | MEM_WRITE) &&
  !hasAny(region, MEM_IO | MEM_COMM_REGION | MEM_ROOTSHARED) &&
  !isSubPage(region) &&
  region.size > 0n

/** A command that failed, with its outcome. */
export interface Failed {
  readonly stage: Stage
  readonly outcome: Failure
}

export const failuresOf = ({ stages }: Machine): readonly Failed[] =>
  stages.flatMap(stage => (stage.outcome.kind === 'done' ? [] : [{ stage, outcome: stage.outcome }]))

export const hasTopic = ({ stage }: Failed, topic: Stage['console'][number]['topic']): boolean =>
  stage.console.some(line => line.topic === topic)

type RegionCost = EntryBudget['regions'][number]

/** `15 × 32 MiB, 31 × 64 KiB` */
export const pagesText = (pages: RegionCost['pages']): string =>
  pages.map(({ size, count }) => `${count} × ${humanSize(size)}`).join(', ')

/** `"RAM" takes 61 entries (15 × 32 MiB, 46 × 64 KiB), 3 if aligned to 2 MiB` */
export const costText = ({ region, entries, pages, entriesIfAligned }: RegionCost): string =>
  `${regionName(region)} takes ${entries} entries (${pagesText(pages)})${entriesIfAligned < entries ? `, ${entriesIfAligned} if aligned to 2 MiB` : ''}`

/** What a user calls the command of a stage. */
export const verbOf = ({ command: { verb } }: Stage): string => (verb === 'set_loadable' ? 'load' : verb)
