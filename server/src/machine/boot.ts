import type { CellConfig } from '../config/model.ts'
import type { Scenario } from '../config/scenario.ts'
import { archOf } from './arch/index.ts'
import { obey } from './commands.ts'
import { defaultHardware, type Hardware } from './hardware.ts'
import type { State } from './hypervisor.ts'
import { noPool } from './page-pool.ts'
import type { Command, Machine, Stage } from './stage.ts'

export interface BootOptions {
  readonly commands?: readonly Command[]
  readonly hardware?: Hardware
  /** Ids the cells are created with; otherwise the lowest unused one, as the driver chooses. */
  readonly ids?: ReadonlyMap<CellConfig, number>
}

const off: State = { enabled: false, dead: false, cells: [], pool: noPool, units: new Map() }

/** All cells of the scenario through their whole life, together: each verb for each cell in turn. */
export function defaultCommands({ cells }: Scenario): readonly Command[] {
  const life = ['create', 'set_loadable', 'start', 'shutdown', 'destroy'] as const
  return [{ verb: 'enable' }, ...life.flatMap(verb => cells.map(cell => ({ verb, cell }))), { verb: 'disable' }]
}

/** Plays the commands and keeps a stage after each. Pure: the same scenario and options give the same machine. */
export function boot(scenario: Scenario, options: BootOptions = {}): Machine {
  const { commands = defaultCommands(scenario), hardware = defaultHardware, ids } = options
  const arch = archOf(scenario)
  const stages: Stage[] = []
  let state = off
  for (const command of commands) {
    if (state.dead) break
    const stage = obey({ scenario, hardware, arch, ...(ids && { ids }) }, stages.length, state, command)
    stages.push(stage)
    state = stage.state
  }
  return { scenario, hardware, arch, stages }
}
