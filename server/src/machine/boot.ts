import type { CellConfig, SystemConfig } from '../config/model.ts'
import type { Scenario } from '../config/scenario.ts'
import { memoizeAll } from '../text/memo.ts'
import { archOf } from './arch/index.ts'
import { runCommand, switchedOff } from './commands.ts'
import { defaultHardware, type Hardware } from './hardware.ts'
import type { Command, Machine, Stage } from './stage.ts'

export interface BootOptions {
  readonly commands?: readonly Command[]
  readonly hardware?: Hardware
  /** Ids the cells are created with; otherwise the lowest unused one, as the driver chooses. */
  readonly ids?: ReadonlyMap<CellConfig, number>
  /** No image is loaded into cells that are made loadable; otherwise one that fits every region. */
  readonly isWithoutImages?: boolean
  /** `disable` is the bare hypercall, which refuses while cells exist; the tool destroys them first. No cell's CPU runs. */
  readonly isBareHypercall?: boolean
  /** Whether the time is up: then no further command is played. */
  readonly isOver?: () => boolean
}

/** All cells of the scenario through their whole life, together: each verb for each cell in turn. */
export function defaultCommands({ cells }: Scenario): readonly Command[] {
  const life = ['create', 'set_loadable', 'start', 'shutdown', 'destroy'] as const
  return [{ verb: 'enable' }, ...life.flatMap(verb => cells.map(cell => ({ verb, cell }))), { verb: 'disable' }]
}

/** Plays the commands and keeps a stage after each. Pure: the same scenario and options give the same machine. */
export function boot(scenario: Scenario, options: BootOptions = {}): Machine {
  const { commands = defaultCommands(scenario), hardware = defaultHardware } = options
  const { ids = new Map(), isBareHypercall = false, isWithoutImages = isBareHypercall, isOver } = options
  const system = { scenario, hardware, arch: archOf(scenario, hardware), ids, isBareHypercall, isWithoutImages }
  const stages: Stage[] = []
  let state = switchedOff(system.arch)
  for (const command of commands) {
    if (state.dead || isOver?.()) break
    const isFirst = stages.length === 0 && command.verb === 'enable'
    const stage = isFirst ? enabled(scenario.root, hardware) : runCommand(system, stages.length, state, command)
    stages.push(stage)
    state = stage.state
  }
  return { scenario, hardware, arch: system.arch, stages }
}

/** Enabling looks at no cell but the root: all scenarios of a root begin with one stage. */
const enabled = memoizeAll((root: SystemConfig, hardware: Hardware): Stage => {
  const scenario = { root, cells: [], together: false }
  const arch = archOf(scenario, hardware)
  const system = { scenario, hardware, arch, ids: new Map(), isBareHypercall: false, isWithoutImages: true }
  return runCommand(system, 0, switchedOff(arch), { verb: 'enable' })
})
