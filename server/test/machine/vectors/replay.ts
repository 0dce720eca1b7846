import type { CellConfig } from '../../../src/config/model.ts'
import { archOf } from '../../../src/machine/arch/index.ts'
import { boot } from '../../../src/machine/boot.ts'
import { newCell } from '../../../src/machine/cell.ts'
import { switchedOff, thaw } from '../../../src/machine/commands.ts'
import type { Cell, Draft, Failure, Hypervisor } from '../../../src/machine/hypervisor.ts'
import { pvuState, tiPvu } from '../../../src/machine/iommu/ti-pvu.ts'
import { asMapping } from '../../../src/machine/memory.ts'
import type { Command, Stage } from '../../../src/machine/stage.ts'
import type { Snapshot, Vector, VectorOp } from './format.ts'
import { poke } from './poke.ts'
import { type Recorded, recorded } from './scenario.ts'
import { rcOf, snapshotCells, snapshotPending, snapshotUnits } from './snapshot.ts'

/** Plays a vector through the simulation and answers how things stand after each of its operations. */
export const replay = (vector: Vector): readonly Snapshot[] =>
  vector.kind === 'unit' ? replayUnit(vector, recorded(vector)) : replayLifecycle(vector, recorded(vector))

function replayLifecycle(vector: Vector, { scenario, hardware, cells, ids }: Recorded): readonly Snapshot[] {
  const commands = vector.ops.map(op => commandOf(op, cells))
  const { stages } = boot(scenario, { commands, hardware, ids, isBareHypercall: true, isWithoutImages: true })
  const keys = new Map([...cells].map(([key, config]) => [config, key]))
  return stages.map(stage => snapshotOf(stage, keys))
}

function commandOf({ op, cell: key, value }: VectorOp, cells: Recorded['cells']): Command {
  if (op === 'enable' || op === 'reenable') return { verb: 'enable' }
  if (op === 'disable') return { verb: 'disable' }
  const cell = cells.get(key ?? '') as CellConfig
  if (op === 'state') return { verb: 'cell_state', cell, value: Number(value) }
  return { verb: op as 'create' | 'set_loadable' | 'start' | 'destroy', cell }
}

function snapshotOf({ command, outcome, console, state }: Stage, keys: ReadonlyMap<CellConfig, string>): Snapshot {
  const failure = outcome.kind === 'done' ? undefined : outcome
  return {
    rc: command.verb === 'cell_state' ? undefined : rcOf(failure),
    bug: failure?.kind === 'crashed',
    msgs: console.map(({ text }) => text),
    units: snapshotUnits(state),
    cells: snapshotCells(state, keys),
    pool: [state.pool.used, state.pool.remapUsed],
  }
}

/** Calls straight into the driver: nothing stops at errors. */
function replayUnit(vector: Vector, { scenario, hardware, cells, ids }: Recorded): readonly Snapshot[] {
  const arch = archOf(scenario, hardware)
  const hv = thaw({ scenario, hardware, arch, ids, isBareHypercall: true, isWithoutImages: true }, switchedOff(arch))
  hv.pool.usable = 1e6
  tiPvu.load?.(hv)
  const live = new Map([...cells].map(([key, config]) => [key, newCell(hv, config, ids.get(config) ?? 0, 0)]))
  hv.cells.push(live.get('root') as Draft<Cell>)
  const snapshots: Snapshot[] = []
  let windows = 0
  for (const op of vector.ops) {
    hv.console.length = 0
    const before = hv.pool.used
    const answer = runUnitOperation(hv, op, live)
    // Windows for the registers are mapped by other means than page_alloc's users are counted for.
    if (op.op === 'init') windows += hv.pool.used - before - pvuState(hv).pending.size
    const failure = answer === 'void' ? undefined : answer
    snapshots.push({
      rc: answer === 'void' ? undefined : rcOf(failure),
      bug: failure?.kind === 'crashed',
      msgs: hv.console.map(({ text }) => text),
      units: snapshotUnits(hv),
      cells: Object.fromEntries([...live].map(([key, cell]) => [key, unitCell(hv, cell)])),
      pages: hv.pool.used - windows,
      pvu_count: pvuState(hv).count,
    })
    if (failure?.kind === 'crashed') break
  }
  return snapshots
}

const unitCell = (hv: Hypervisor, cell: Cell) => ({
  pending: snapshotPending(pvuState(hv).pending.get(cell.id) ?? []),
  state: cell.cell_state,
})

function runUnitOperation(
  hv: Hypervisor,
  { op, cell: key, region, value, addr }: VectorOp,
  live: ReadonlyMap<string, Draft<Cell>>,
): Failure | undefined | 'void' {
  const cell = live.get(key ?? '') as Draft<Cell>
  const mapping = () => asMapping(cell.config.mem_regions[region ?? 0] as Cell['config']['mem_regions'][number])
  switch (op) {
    case 'init':
      return tiPvu.init(hv)
    case 'cell_init':
      return tiPvu.cell_init(hv, cell)
    case 'map':
      return tiPvu.map_memory(hv, cell, mapping())
    case 'unmap':
      return tiPvu.unmap_memory(hv, cell, mapping())
    case 'commit': {
      const crash = tiPvu.config_commit(hv, key === null ? undefined : cell)
      return crash ?? 'void'
    }
    case 'exit':
      tiPvu.cell_exit(hv, cell)
      return 'void'
    case 'shutdown':
      tiPvu.shutdown(hv)
      return 'void'
    case 'state':
      cell.cell_state = Number(value)
      return 'void'
    case 'oom':
      hv.pool.usable = Number(value) === 0 ? 1e6 : 0
      return 'void'
    case 'poke':
      poke(hv, BigInt(addr ?? 0), Number(value))
      return 'void'
    default:
      throw new Error(`unknown operation ${op}`)
  }
}
