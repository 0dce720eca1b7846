import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { PAGE_SIZE, phys, type Range } from '../../config/ranges.ts'
import { memoize, memoizeAll } from '../../text/memo.ts'
import type { Cell, DmaContext, MmioTable, State } from '../hypervisor.ts'
import { type IntervalIndex, intervalIndex } from '../interval-index.ts'
import { isLoadable, staysWithRoot } from '../memory.ts'
import type { PageTables } from '../paging/page-tables.ts'
import { pageRunsOf } from '../paging/runs.ts'
import type { Machine, Stage } from '../stage.ts'
import type { CpuReach, DmaReach, ResidualAccess } from './answers.ts'
import { contextsOf, cpuReachOf, dmaReachOf, isShown, type Shown, shownBy } from './reach.ts'

/**
 * Memory that a cell has for itself and that CPUs or devices of someone else reach all the same. Loadable memory that is
 * handed to the root cell for loading counts as the root's, too. Not listed is what is one statement and no list: that
 * without any IOMMU every device reaches everything, and so does every stream in bypass that no live cell owns.
 */
export function residualAccess(machine: Machine): readonly ResidualAccess[] {
  return machine.stages.flatMap(stage => residualAt(machine, stage))
}

/** A region that a cell has for itself. */
interface Owned {
  readonly region: MemoryRegion
  readonly phys: Range
}

function residualAt(machine: Machine, stage: Stage): readonly ResidualAccess[] {
  const { state } = stage
  if (!state.enabled) return []
  const inmates = state.cells.slice(1)
  const live = new Set(state.cells.map(({ config }) => config))
  const contexts = contextsOf(state, machine.scenario).filter(
    ({ translation, owners }) =>
      translation.kind !== 'blocked' && (translation.kind !== 'bypass' || owners.some(owner => live.has(owner))),
  )
  return [
    ...inmates.flatMap(inmate => cpuResidues(stage, inmate)),
    ...behindOne(contexts).flatMap(alike => inmates.flatMap(inmate => dmaResidues(stage, alike, inmate))),
    ...rootResidues(stage, strayContexts(contexts, state)),
  ]
}

const ownedBy = memoize(({ mem_regions }: CellConfig): readonly Owned[] =>
  mem_regions
    .filter(region => region.size > 0n && !staysWithRoot(region))
    .map(region => ({ region, phys: phys(region) })),
)

/** Loadable memory is lent to the root cell while the cell is being loaded. */
const isLent = ({ loadable }: Cell, { region }: Owned): boolean => loadable && isLoadable(region)

function cpuResidues(stage: Stage, inmate: Cell): readonly ResidualAccess[] {
  const residues: ResidualAccess[] = []
  for (const other of stage.state.cells) {
    if (other === inmate) continue
    for (const { owned, reach } of ownedInReach(ownedBy(inmate.config), other)) {
      if (other.config.isRoot && isLent(inmate, owned)) continue
      residues.push(cpuResidue(stage, inmate, owned, reach))
    }
  }
  return residues
}

interface OwnedInReach {
  readonly owned: Owned
  readonly reach: CpuReach
}

const ownedInReach = (owned: readonly Owned[], { mm, mmio, config }: Cell): readonly OwnedInReach[] =>
  reachedBy(owned, mm, mmio, config)

/** Asked at each stage, while most commands leave the tables of a cell as they are. */
const reachedBy = memoizeAll(
  (owned: readonly Owned[], mm: PageTables, mmio: MmioTable, config: CellConfig): readonly OwnedInReach[] => {
    const reached: OwnedInReach[] = []
    for (const each of owned)
      for (const reach of cpuReachOf({ mm, mmio, config }, each.phys)) reached.push({ owned: each, reach })
    return reached
  },
)

const cpuResidue = (stage: Stage, { config }: Cell, { region }: Owned, reach: CpuReach): ResidualAccess => ({
  stage,
  owner: config,
  region,
  phys: reach.phys,
  actor: { kind: 'cpu', cell: reach.cell },
  write: reach.access.write,
  ...(reach.grantedBy && { grantedBy: reach.grantedBy }),
})

/** Streams and devices that see the same through one translation. */
interface Alike {
  readonly shown: Shown
  readonly contexts: DmaContext[]
}

function behindOne(contexts: readonly DmaContext[]): readonly Alike[] {
  const groups = new Map<Shown, Alike>()
  for (const context of contexts) {
    const shown = shownBy(context.translation)
    const group = groups.get(shown)
    if (group) group.contexts.push(context)
    else groups.set(shown, { shown, contexts: [context] })
  }
  return [...groups.values()]
}

/** What of a cell's memory is shown to devices that do not belong to it: asked once for all of them, and all stages. */
function dmaResidues(stage: Stage, { shown, contexts }: Alike, inmate: Cell): readonly ResidualAccess[] {
  const reached = reachedAmong(shown, ownedBy(inmate.config))
  if (reached.length === 0) return []
  return contexts
    .filter(({ owners }) => !owners.includes(inmate.config))
    .flatMap(context => residuesBehind(stage, context, inmate, reached))
}

/** Those of the root cell may reach what is lent through the root's tables. */
function residuesBehind(
  stage: Stage,
  context: DmaContext,
  inmate: Cell,
  reached: readonly Owned[],
): readonly ResidualAccess[] {
  const { translation } = context
  const isRootsTable = translation.kind === 'tables' && translation.of.isRoot
  return reached
    .filter(owned => !(isRootsTable && isLent(inmate, owned)))
    .flatMap(owned =>
      dmaReachOf(context, owned.phys).map(reach => residueOf(stage, inmate.config, owned.region, reach)),
    )
}

const reachedAmong = memoizeAll((shown: Shown, owned: readonly Owned[]): readonly Owned[] =>
  owned.filter(({ phys }) => isShown(shown, phys)),
)

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

/** The largest part of the root cell's own memory that each context reaches; it stands for all the others. */
function rootResidues(stage: Stage, contexts: readonly DmaContext[]): readonly ResidualAccess[] {
  const [root] = stage.state.cells
  if (!root || contexts.length === 0) return []
  const shared = sharedWith(stage.state)
  return contexts.flatMap(context => {
    const run = largestShown(root.mm, shared, shownBy(context.translation))
    const [reach] = run ? dmaReachOf(context, run.range) : []
    return run && reach ? [residueOf(stage, root.config, run.region, reach)] : []
  })
}

interface OwnRun {
  readonly range: Range
  readonly region: MemoryRegion
}

/** What the root cell maps, shares with nobody, and `shown` shows. */
const largestShown = memoizeAll(
  (tables: PageTables, shared: IntervalIndex<Range>, shown: Shown): OwnRun | undefined => {
    let largest: OwnRun | undefined
    let most = 0
    eachOwnRun(tables, (region, start, end) => {
      if (end - start < most) return
      const range = { start: BigInt(start) * PAGE_SIZE, end: BigInt(end) * PAGE_SIZE }
      if (shared.meeting(range.start, range.end).length > 0 || !isShown(shown, range)) return
      largest = { range, region }
      most = end - start
    })
    return largest
  },
)

function sharedWith({ cells }: State): IntervalIndex<Range> {
  const [first, ...more] = cells.slice(1).map(({ config }) => config)
  return first ? regionsOf(first, ...more) : noRegions
}

const regionsOf = memoizeAll(
  (...configs: readonly [CellConfig, ...CellConfig[]]): IntervalIndex<Range> =>
    intervalIndex(configs.flatMap(({ mem_regions }) => mem_regions.map(phys))),
)

const noRegions: IntervalIndex<Range> = intervalIndex([])

/** Pages `[start, end)` of the machine that one region of the root cell shows in a row, whatever the leaves. */
function eachOwnRun(tables: PageTables, visit: (region: MemoryRegion, start: number, end: number) => void): void {
  let own: MemoryRegion | undefined
  let [from, to] = [0, 0]
  for (const { start, end, filled } of pageRunsOf(tables)) {
    const { region, kind } = filled.grant
    if (!region || kind !== 'region' || staysWithRoot(region)) continue
    if (own !== region || to !== start) {
      if (own) visit(own, from, to)
      own = region
      from = start
    }
    to = end
  }
  if (own) visit(own, from, to)
}
