import type { Simulation } from '../../analyze.ts'
import type { CellConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { type Cell, FAILED, FAILED_COMM_REV, SHUT_DOWN } from '../../machine/hypervisor.ts'
import type { CpuChange, DmaChange } from '../../machine/queries/answers.ts'
import { consoleMeanings } from '../../machine/queries/console-meaning.ts'
import { diffStages } from '../../machine/queries/diff-stages.ts'
import { contextsOf } from '../../machine/queries/reach.ts'
import type { Machine, Stage } from '../../machine/stage.ts'
import type { Finding } from '../../rules/rule.ts'
import { hex } from '../../text/words.ts'
import { boxesOf } from './boxes.ts'
import { type Column, columnsOf, isOfDevices } from './columns.ts'
import { findingsIn, mapFindings } from './findings.ts'
import { type LossContext, lossesAt } from './losses.ts'
import { metersAt } from './meters.ts'
import type { MapCellState, MapChange, MapOutcome, MapStage, MapTotal, SystemMap } from './model.ts'
import { placeProperty, type ToPlace } from './place.ts'
import { Reaches } from './reaches.ts'
import { simulationTitle } from './simulation-page.ts'
import { Uses } from './uses.ts'

/** More losses or changes at one stage are counted, not listed. */
const MAX_LISTED = 1000

/** The whole system of a simulation as plain JSON; everything in it comes from the machine's queries. */
export function systemMap(simulation: Simulation, findings: readonly Finding[], toPlace: ToPlace): SystemMap {
  const { scenario, machine } = simulation
  const cells = [scenario.root.root_cell, ...scenario.cells]
  const columns = columnsOf(machine)
  const columnOf = (cell: CellConfig | undefined) =>
    columns.findIndex(({ cell: own, column }) => own === cell && column.kind === (cell ? 'cpu' : 'own'))
  const boxes = boxesOf(simulation, columnOf, toPlace)
  const faults = findingsIn(findings, cells)
  const mapped = mapFindings(faults, boxes.indexOf, toPlace)
  const reaches = new Reaches(machine, boxes.indexOf)
  const uses = new Uses(scenario)
  const context = { machine, columns, boxOf: boxes.indexOf, cells, findings: mapped, faults }
  const stages = machine.stages.map(stage => stageOf(context, stage, reaches, uses, toPlace))
  return {
    title: simulationTitle(simulation),
    cells: cells.map(cell => ({
      name: cell.name,
      isRoot: cell.isRoot,
      cpus: cell.cpus,
      ...placeProperty(at(cell, 'name'), toPlace),
    })),
    columns: columns.map(({ column }) => column),
    boxes: boxes.list,
    reaches: reaches.lists,
    uses: uses.lists,
    stages,
    findings: mapped,
    ...(boxes.omitted > 0 && { omitted: { regions: boxes.omitted } }),
  }
}

function stageOf(context: LossContext, stage: Stage, reaches: Reaches, uses: Uses, toPlace: ToPlace): MapStage {
  const { machine, columns, cells, boxOf } = context
  const { command, state } = stage
  const losses = lossesAt(context, stage)
  const changes = changesAt(machine, stage, columns)
  const more = {
    losses: Math.max(0, losses.length - MAX_LISTED),
    changes: Math.max(0, changes.length - MAX_LISTED),
  }
  return {
    title: titleOf(command),
    verb: command.verb,
    ...('cell' in command && { cell: cells.indexOf(command.cell) }),
    outcome: outcomeOf(stage, toPlace),
    console: consoleMeanings(machine, stage).map(({ line, weight, meaning }) => ({
      text: line.text.trim(),
      weight,
      meaning,
    })),
    reach: columns.map(column => reaches.at(stage, column)),
    use: uses.at(state),
    states: cells.map(cell => stateOf(state.cells.find(({ config }) => config === cell))),
    losses: losses.slice(0, MAX_LISTED),
    changes: changes.slice(0, MAX_LISTED),
    totals: totalsOf(changes),
    meters: metersAt(machine, stage, boxOf),
    ...(more.losses + more.changes > 0 && { more }),
  }
}

/** `create k3-demo-linux` */
const titleOf = (command: Stage['command']): string =>
  'cell' in command ? `${command.verb} ${command.cell.name}` : command.verb

function outcomeOf({ outcome }: Stage, toPlace: ToPlace): MapOutcome {
  if (outcome.kind === 'done') return { kind: 'done' }
  const { kind, by, reason, region, entry, cell } = outcome
  const subject = region ?? entry
  const place = subject ? at(subject) : cell && at(cell, 'name')
  return {
    kind,
    by,
    reason,
    ...(kind === 'refused' && { errno: outcome.errno }),
    ...(place && placeProperty(place, toPlace)),
  }
}

function stateOf(cell: Cell | undefined): MapCellState {
  if (!cell) return { state: 'absent', cpus: [] }
  const { cell_state, cpus, loadable } = cell
  if (cell_state === FAILED || cell_state === FAILED_COMM_REV) return { state: 'failed', cpus }
  if (cell_state === SHUT_DOWN && !loadable) return { state: 'shut down', cpus }
  return { state: loadable ? 'loadable' : 'running', cpus }
}

/** What a command changed against the stage before it; `enable` begins with nothing. */
function changesAt(machine: Machine, stage: Stage, columns: readonly Column[]): readonly MapChange[] {
  const before = machine.stages[stage.index - 1]
  if (!before) return []
  const { cpu, dma } = diffStages(machine, before, stage)
  const drivers = new Map([before, stage].flatMap(each => driversOf(machine, each)))
  const changes = [
    ...cpu.flatMap(change =>
      inColumns(change, columns, ({ column, cell }) => column.kind === 'cpu' && cell === change.cell),
    ),
    ...dma.flatMap(change => inColumns(change, columns, isOfDevices(change.owners, drivers.get(change.unit) ?? ''))),
  ]
  const keyOf = ({ column, kind, start, end }: MapChange) => `${column} ${kind} ${start} ${end}`
  const known = new Map(changes.map(change => [keyOf(change), change]))
  return [...known.values()]
}

/** The bytes that each column gained and lost. */
function totalsOf(changes: readonly MapChange[]): readonly MapTotal[] {
  const sums = new Map<string, MapTotal>()
  for (const { column, kind, start, end } of changes) {
    const key = `${column} ${kind}`
    const size = BigInt(sums.get(key)?.size ?? 0) + BigInt(end) - BigInt(start)
    sums.set(key, { column, kind, size: hex(size) })
  }
  return [...sums.values()]
}

/** By position in `iommu_units`. */
const driversOf = ({ scenario }: Machine, { state }: Stage): readonly [number, string][] =>
  contextsOf(state, scenario).map(({ unit, driver }) => [unit, driver])

const inColumns = (
  { kind, phys }: CpuChange | DmaChange,
  columns: readonly Column[],
  isIt: (column: Column) => boolean,
): readonly MapChange[] =>
  columns.flatMap((column, i) =>
    isIt(column) ? [{ column: i, kind, start: hex(phys.start), end: hex(phys.end) }] : [],
  )
