import type { Simulation } from '../../analyze.ts'
import { MEM_COMM_REGION, MEM_IO } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { hasAny, phys, type Range } from '../../config/ranges.ts'
import type { CpuReach, DmaReach, LineMeaning } from '../../machine/queries/answers.ts'
import { consoleMeanings } from '../../machine/queries/console-meaning.ts'
import { cpuReach, dmaReach } from '../../machine/queries/reach.ts'
import type { Machine, Stage } from '../../machine/stage.ts'
import { addTo } from '../../text/groups.ts'
import { partsOf } from '../../text/range-parts.ts'
import { covers } from '../../text/range-set.ts'

/** The memory of a system, cut where a region of any cell begins or ends, and who reaches which part at each stage. */
export interface StageTable {
  readonly areas: readonly Area[]
  /** Areas behind the listed ones: nothing is said of them. */
  readonly more: number
  readonly drivers: readonly string[]
  readonly rows: readonly StageRow[]
}

/** Areas that are listed: boards have a hundred. Of each is asked who reaches it, by cell and stage. */
const MAX_AREAS = 1000
const MIN_AREAS = 200
const MAX_ASKED = 500_000

const limitFor = ({ scenario: { cells }, stages }: Machine): number =>
  Math.min(MAX_AREAS, Math.max(MIN_AREAS, Math.floor(MAX_ASKED / ((1 + cells.length) * (1 + stages.length)))))

/** Regions over one area that are listed. */
const MAX_REGIONS_OVER = 32

/** A part of RAM that lies wholly inside or wholly outside each region; numbered from 1 by address. */
export interface Area {
  readonly number: number
  readonly range: Range
  readonly regions: readonly Owned[]
  /** Further regions that it lies in. */
  readonly more: number
}

interface Owned {
  readonly cell: CellConfig
  readonly region: MemoryRegion
}

export interface StageRow {
  readonly stage: Stage
  /** `create linux` */
  readonly command: string
  /** Why the hypervisor refused or stopped; undefined when the command was done. */
  readonly failure?: string
  readonly cpu: readonly AreaAccess[]
  /** By what stands between devices and memory: `PVU`, `SMMUv3`, …, in the order of `drivers`. */
  readonly dma: readonly (readonly AreaAccess[])[]
  readonly console: readonly LineMeaning[]
}

/** The areas somebody reaches, and those of which he reaches but a part. */
export interface AreaAccess {
  readonly who: string
  readonly whole: readonly number[]
  readonly part: readonly number[]
}

export function stageTable({ scenario, machine }: Simulation): StageTable {
  const all = areasOf([scenario.root.root_cell, ...scenario.cells])
  const areas = all.slice(0, limitFor(machine))
  const drivers = driversOf(machine, areas)
  return {
    areas,
    more: all.length - areas.length,
    drivers,
    rows: machine.stages.map(stage => rowOf(machine, stage, areas, drivers)),
  }
}

/** Whatever lets devices reach any of the areas at any stage. */
function driversOf({ stages, scenario }: Machine, areas: readonly Area[]): readonly string[] {
  const reaches = stages.flatMap(({ state }) => areas.flatMap(({ range }) => dmaReach(state, scenario, range)))
  return [...new Set(reaches.map(({ driver }) => driver))]
}

function rowOf(machine: Machine, stage: Stage, areas: readonly Area[], drivers: readonly string[]): StageRow {
  const { state, command, outcome } = stage
  return {
    stage,
    command: 'cell' in command ? `${command.verb} ${command.cell.name}` : command.verb,
    ...(outcome.kind !== 'done' && { failure: failureOf(outcome) }),
    ...(state.enabled ? reachedAreas(machine, stage, areas, drivers) : unrestricted(areas, drivers)),
    console: consoleMeanings(machine, stage),
  }
}

function reachedAreas(
  { scenario }: Machine,
  { state }: Stage,
  areas: readonly Area[],
  drivers: readonly string[],
): Pick<StageRow, 'cpu' | 'dma'> {
  const reachOf = (driver: string, range: Range) =>
    dmaReach(state, scenario, range).filter(reach => reach.driver === driver)
  return {
    cpu: areaAccesses(
      areas,
      ({ range }) => cpuReach(state, range),
      ({ cell }) => [cell.name],
    ),
    dma: drivers.map(driver => areaAccesses(areas, ({ range }) => reachOf(driver, range), ownersOf)),
  }
}

/** While Jailhouse does not run every CPU and device reaches everything. */
function unrestricted(areas: readonly Area[], drivers: readonly string[]): Pick<StageRow, 'cpu' | 'dma'> {
  const all = [{ who: 'all', whole: areas.map(({ number }) => number), part: [] }]
  return { cpu: all, dma: drivers.map(() => all) }
}

function failureOf(outcome: Exclude<Stage['outcome'], { kind: 'done' }>): string {
  const { by, reason } = outcome
  if (outcome.kind !== 'refused' && outcome.isGivenUp) return `not played beyond ${by}: ${reason}`
  if (outcome.kind === 'refused') return `-${outcome.errno} from ${by}: ${reason}`
  return `${FATAL[outcome.kind]} in ${by}: ${reason}`
}

const FATAL = {
  crashed: 'the hypervisor stops',
  hung: 'the machine freezes',
  parked: "the root's CPU is parked",
} as const

/** Devices of one cell count as one; what no cell lists is one group of its own, unless nothing restricts devices. */
function ownersOf({ owners, device, through }: DmaReach): readonly string[] {
  if (owners.length > 0) return owners.map(({ name }) => name)
  return through === 'unrestricted' ? [device] : ['others']
}

/** Everybody who reaches something, in the order they appear, with what he reaches. */
function areaAccesses<Reach extends CpuReach | DmaReach>(
  areas: readonly Area[],
  reachesOf: (area: Area) => readonly Reach[],
  names: (reach: Reach) => readonly string[],
): readonly AreaAccess[] {
  const held = new Map<string, { whole: number[]; part: number[] }>()
  for (const area of areas)
    for (const [name, ranges] of rangesByName(reachesOf(area), names)) {
      const holding = held.get(name) ?? { whole: [], part: [] }
      held.set(name, holding)
      holding[covers(ranges, area.range) ? 'whole' : 'part'].push(area.number)
    }
  return [...held].map(([who, { whole, part }]) => ({ who, whole, part }))
}

function rangesByName<Reach extends CpuReach | DmaReach>(
  reaches: readonly Reach[],
  names: (reach: Reach) => readonly string[],
): ReadonlyMap<string, readonly Range[]> {
  const ranges = new Map<string, Range[]>()
  for (const reach of reaches) for (const name of names(reach)) addTo(ranges, name, reach.phys)
  return ranges
}

/** All parts between neighbouring borders that lie in a region, with the first of the regions they lie in. */
function areasOf(cells: readonly CellConfig[]): readonly Area[] {
  const owned = cells.flatMap(cell => cell.mem_regions.filter(isMemory).map(region => ({ cell, region })))
  const areas: Area[] = []
  for (const { range, items, count } of partsOf(owned, ({ region }) => phys(region), MAX_REGIONS_OVER))
    areas.push({ number: areas.length + 1, range, regions: items, more: count - items.length })
  return areas
}

/** Registers are left out, and what only the hypervisor fills. */
const isMemory = (region: MemoryRegion): boolean => 0n < region.size && !hasAny(region, MEM_IO | MEM_COMM_REGION)
