import type { CellConfig } from '../config/model.ts'
import type { Scenario } from '../config/scenario.ts'
import { cell_create, cell_destroy, cell_set_loadable, cell_start, hypervisor_disable } from './control.ts'
import { checkCell, checkSystem, load_image } from './driver.ts'
import type { Hardware } from './hardware.ts'
import {
  type Arch,
  type Crash,
  type Failure,
  type Hypervisor,
  isFatal,
  printk,
  refusal,
  type State,
} from './hypervisor.ts'
import { noPool, PagePool } from './page-pool.ts'
import { emptyTables } from './paging/page-tables.ts'
import { enable, shutdown } from './setup.ts'
import type { CellCommand, Command, Stage } from './stage.ts'

/** The `jailhouse` tool and its driver: one command in, one stage out. */

export interface System {
  readonly scenario: Scenario
  readonly hardware: Hardware
  readonly arch: Arch
  readonly ids: ReadonlyMap<CellConfig, number>
  readonly isBareHypercall: boolean
  readonly isWithoutImages: boolean
}

export const switchedOff = (arch: Arch): State => ({
  enabled: false,
  dead: false,
  hvTables: emptyTables(arch.hvTableFormat),
  cells: [],
  pool: noPool,
  units: new Map(),
})

export function runCommand(system: System, index: number, before: State, command: Command): Stage {
  const hv = thaw(system, before)
  const failure = execute(hv, command)
  if (isFatal(failure)) stop(hv, failure)
  return { index, command, outcome: failure ?? { kind: 'done' }, console: hv.console, state: freeze(hv) }
}

/** The state as something this command may change; what it does not touch stays shared. */
export function thaw(
  { scenario, hardware, arch, ids, isBareHypercall, isWithoutImages }: System,
  before: State,
): Hypervisor {
  const { enabled, hvTables, dead } = before
  return {
    scenario,
    hardware,
    arch,
    ids,
    isBareHypercall,
    isWithoutImages,
    enabled,
    dead,
    hvTables,
    cells: before.cells.map(cell => ({ ...cell })),
    // A fresh image starts with a fresh pool.
    pool: new PagePool(enabled ? before.pool : noPool),
    units: new Map(before.units),
    console: [],
    generation: {},
    remapsLeft: remapsAllowed(scenario),
  }
}

/** Linear in the number of regions, and far beyond what boards have. */
const remapsAllowed = ({ root, cells }: Scenario): number =>
  cells.reduce((sum, { mem_regions }) => sum + 4 * mem_regions.length, 10_000 + 4 * root.root_cell.mem_regions.length)

const freeze = ({ enabled, dead, hvTables, cells, pool, units }: Hypervisor): State => ({
  enabled,
  dead,
  hvTables,
  cells,
  pool: pool.state(),
  units,
})

function execute(hv: Hypervisor, command: Command): Failure | undefined {
  if (command.verb === 'enable') return jailhouse_cmd_enable(hv)
  if (!hv.enabled) return refusal(`jailhouse ${command.verb}`, 'EINVAL', 'the hypervisor is not enabled')
  if (command.verb === 'disable') return jailhouse_cmd_disable(hv)
  return dispatch(hv, command)
}

function dispatch(hv: Hypervisor, { cell, ...command }: CellCommand): Failure | undefined {
  const id = idOf(hv, cell)
  switch (command.verb) {
    case 'create':
      return jailhouse_cmd_cell_create(hv, cell)
    case 'set_loadable':
      return cell_set_loadable(hv, cell, id) ?? (hv.isWithoutImages ? undefined : load_image(hv, cell))
    case 'shutdown':
      return cell_set_loadable(hv, cell, id)
    case 'start':
      return cell_start(hv, cell, id)
    case 'destroy':
      return cell_destroy(hv, cell, id)
    case 'cell_state':
      for (const live of hv.cells) if (live.id === id) live.cell_state = command.value
      return undefined
    default:
      return command satisfies never
  }
}

function jailhouse_cmd_cell_create(hv: Hypervisor, cell: CellConfig): Failure | undefined {
  const refused = hv.isBareHypercall ? undefined : checkCell(hv, cell)
  if (refused === 'dropped') return undefined
  return refused ?? cell_create(hv, cell, hv.ids.get(cell) ?? lowestUnusedId(hv))
}

const idOf = (hv: Hypervisor, config: CellConfig): number | undefined =>
  hv.ids.get(config) ?? hv.cells.find(cell => cell.config === config)?.id

function lowestUnusedId(hv: Hypervisor): number {
  const used = new Set(hv.cells.map(cell => cell.id))
  let id = 1
  while (used.has(id)) id++
  return id
}

/** A failed enable runs the whole shutdown and hands the machine back. */
function jailhouse_cmd_enable(hv: Hypervisor): Failure | undefined {
  if (hv.enabled) return refusal('jailhouse_cmd_enable', 'EBUSY', 'the hypervisor is enabled already')
  const refused = checkSystem(hv)
  if (refused) return refused
  for (const unit of hv.arch.units(hv.scenario)) {
    hv.units.set(unit, hv.units.get(unit))
    unit.load?.(hv)
  }
  const failure = enable(hv)
  hv.enabled = failure === undefined
  if (failure?.kind === 'refused') {
    shutdown(hv)
    hv.cells.length = 0
  }
  return failure ?? hv.arch.frozenAtReturn?.(hv)
}

/** The driver destroys the cells first; the hypercall would refuse. */
function jailhouse_cmd_disable(hv: Hypervisor): Failure | undefined {
  for (const cell of hv.isBareHypercall ? [] : hv.cells.slice(1)) {
    const failure = cell_destroy(hv, cell.config, cell.id)
    if (failure) return failure
  }
  const failure = hypervisor_disable(hv)
  if (failure) return failure
  hv.cells.length = 0
  hv.enabled = false
  return undefined
}

/**
 * The CPU that ran into it stops in the hypervisor; the others wait for it for ever. What froze says nothing, and what is
 * parked has said so.
 */
function stop(hv: Hypervisor, { kind, isGivenUp }: Crash): void {
  hv.dead = true
  if (isGivenUp || kind !== 'crashed') return
  const root = hv.scenario.root.root_cell
  printk(hv, 'fatal', hv.arch.faultText)
  printk(hv, 'fatal', `Stopping CPU ${root.cpus[0] ?? 0} (Cell: "${root.name}")`, { cell: root })
}
