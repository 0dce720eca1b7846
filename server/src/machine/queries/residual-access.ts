import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { phys, type Range, rangeOf, sizeOfRange } from '../../config/ranges.ts'
import type { Cell, DmaContext, State } from '../hypervisor.ts'
import { type IntervalIndex, intervalIndex } from '../interval-index.ts'
import { isLoadable, staysWithRoot } from '../memory.ts'
import { runsOf } from '../paging/runs.ts'
import type { Machine, Stage } from '../stage.ts'
import type { DmaReach, ResidualAccess } from './answers.ts'
import { contextsOf, cpuReachOf, dmaReachOf } from './reach.ts'

/**
 * Memory that a cell has for itself and that CPUs or devices of someone else reach all the same. Loadable memory that is
 * handed to the root cell for loading counts as the root's, too. Not listed is what is one statement and no list: that
 * without any IOMMU every device reaches everything, and so does every stream in bypass that no live cell owns.
 */
export function residualAccess(machine: Machine): readonly ResidualAccess[] {
  return machine.stages.flatMap(stage => residualAt(machine, stage))
}

/** A piece of memory with the cells that may reach it; the first one owns it. */
interface Owned {
  readonly cell: CellConfig
  readonly region: MemoryRegion
  readonly phys: Range
  readonly isLent: boolean
}

export function residualAt(machine: Machine, stage: Stage): readonly ResidualAccess[] {
  const { state } = stage
  if (!state.enabled) return []
  const inmates = state.cells.slice(1).flatMap(ownedBy)
  const isLive = (config: CellConfig): boolean => state.cells.some(cell => cell.config === config)
  const contexts = contextsOf(state, machine.scenario).filter(
    ({ translation, owners }) =>
      translation.kind !== 'blocked' && (translation.kind !== 'bypass' || owners.some(isLive)),
  )
  return [
    ...inmates.flatMap(owned => cpuResidues(stage, owned)),
    ...contexts.flatMap(context => dmaResidues(stage, context, inmates)),
    ...strayContexts(contexts, state).flatMap(context => rootResidues(stage, context)),
  ]
}

const ownedBy = ({ config, loadable }: Cell): readonly Owned[] =>
  config.mem_regions
    .filter(region => region.size > 0n && !staysWithRoot(region))
    .map(region => ({ cell: config, region, phys: phys(region), isLent: loadable && isLoadable(region) }))

function cpuResidues(stage: Stage, owned: Owned): readonly ResidualAccess[] {
  const others = stage.state.cells.filter(({ config }) => config !== owned.cell && !(owned.isLent && config.isRoot))
  return others.flatMap(other =>
    cpuReachOf(other, owned.phys).map(reach => ({
      stage,
      owner: owned.cell,
      region: owned.region,
      phys: reach.phys,
      actor: { kind: 'cpu' as const, cell: other.config },
      write: reach.access.write,
      ...(reach.grantedBy && { grantedBy: reach.grantedBy }),
    })),
  )
}

/** Devices that do not belong to the cell. Those of the root cell may reach what is lent through the root's tables. */
function dmaResidues(stage: Stage, context: DmaContext, all: readonly Owned[]): readonly ResidualAccess[] {
  const isRootsTable = context.translation.kind === 'tables' && context.translation.of.isRoot
  return all
    .filter(({ cell, isLent }) => !context.owners.includes(cell) && !(isLent && isRootsTable))
    .flatMap(owned => dmaReachOf(context, owned.phys).map(reach => residueOf(stage, owned.cell, owned.region, reach)))
}

const residueOf = (stage: Stage, owner: CellConfig, region: MemoryRegion, reach: DmaReach): ResidualAccess => ({
  stage,
  owner,
  region,
  phys: reach.phys,
  actor: {
    kind: 'dma',
    owners: reach.owners,
    driver: reach.driver,
    device: reach.device,
    through: reach.through,
    ...(reach.unit !== undefined && { unit: reach.unit }),
    ...(reach.streamId !== undefined && { streamId: reach.streamId }),
  },
  write: reach.write,
  ...(reach.grantedBy && { grantedBy: reach.grantedBy }),
})

/** Contexts with entries whose cells are gone, or that show the tables of a cell they do not belong to. */
function strayContexts(contexts: readonly DmaContext[], state: State): readonly DmaContext[] {
  const isLive = (config: CellConfig): boolean => state.cells.some(cell => cell.config === config)
  return contexts.filter(({ translation, owners }) => {
    if (owners.some(({ isRoot }) => isRoot)) return false
    if (translation.kind === 'tables') return !owners.includes(translation.of)
    return translation.kind === 'entries' && !owners.some(isLive)
  })
}

/** The largest piece of the root cell's own memory that such a context reaches; it stands for all the others. */
function rootResidues(stage: Stage, context: DmaContext): readonly ResidualAccess[] {
  const [root, ...inmates] = stage.state.cells
  if (!root) return []
  const shared = sharedWith(inmates)
  const runs = ownRuns(root)
    .filter(({ range }) => shared.meeting(range.start, range.end).length === 0)
    .sort((a, b) => (sizeOfRange(a.range) < sizeOfRange(b.range) ? 1 : -1))
  for (const { range, region } of runs) {
    const [reach] = dmaReachOf(context, range)
    if (reach) return [residueOf(stage, root.config, region, reach)]
  }
  return []
}

const sharedWith = (inmates: readonly Cell[]): IntervalIndex<MemoryRegion> =>
  intervalIndex(
    inmates.flatMap(({ config }) =>
      config.mem_regions.map(region => ({ start: phys(region).start, end: phys(region).end, item: region })),
    ),
  )

/** Memory the root cell maps now, joined where only the leaf size changes. */
function ownRuns(root: Cell): readonly { readonly range: Range; readonly region: MemoryRegion }[] {
  const runs: { range: Range; region: MemoryRegion }[] = []
  for (const { phys: start, size, grant } of runsOf(root.mm)) {
    const { region } = grant
    if (!region || grant.kind !== 'region' || staysWithRoot(region)) continue
    const range = rangeOf(start, size)
    const last = runs.at(-1)
    if (last?.region === region && last.range.end === range.start)
      last.range = { start: last.range.start, end: range.end }
    else runs.push({ range, region })
  }
  return runs
}
