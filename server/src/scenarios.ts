import { isSimulated, withRootsArchitecture } from './config/architecture.ts'
import { cellsOfRoot, systemsWith } from './config/choose-root.ts'
import type { CellConfig, Config, SystemConfig } from './config/model.ts'
import type { Project } from './config/project.ts'
import type { RootChoice, Scenario } from './config/scenario.ts'
import { type Hardware, hardwareWith } from './machine/hardware.ts'
import { boot, type Machine } from './machine/machine.ts'
import { type Query, queryOf } from './query.ts'
import { memoizeAll } from './text/memo.ts'
import type { SourceFile } from './text/source-file.ts'

/** One root with cells that may run beside each other, and what the hypervisor makes of them. */
export interface Simulation {
  readonly scenario: Scenario
  readonly machine: Machine
}

/** A cell stands with its root, alone or with the cells of its systems; a root with each of its cells in turn. */
export function scenariosOf(
  main: SourceFile,
  config: Config | undefined,
  choice: RootChoice | undefined,
  query: Query,
): readonly Scenario[] {
  if (config?.kind === 'system') return isSimulated(config) ? scenariosOfRoot(main, config, query) : []
  const root = config && choice && query.config(choice.uri)
  if (root?.kind !== 'system' || !isSimulated(root)) return []
  const systems = systemsWith(main.uri, query.projectFile(main))
  if (choice?.by === 'system') return systems.map(({ cells }) => scenarioOf(root, cells.map(query.config)))
  return [scenarioOf(root, [config])]
}

function scenariosOfRoot(main: SourceFile, root: SystemConfig, query: Query): readonly Scenario[] {
  const systems = query.projectFile(main)?.systems.filter(system => system.root === main.uri) ?? []
  const loose = cellsOfRoot(main, query.project, query.missing).filter(
    cell => !systems.some(system => system.cells.includes(cell.uri)),
  )
  const groups = [...systems.map(system => system.cells), ...loose.map(cell => [cell.uri])]
  if (groups.length === 0) return [scenarioOf(root, [])]
  return groups.map(cells => scenarioOf(root, cells.map(query.config)))
}

const isCell = (config: Config | undefined): config is CellConfig => config?.kind === 'cell'

/** The same configurations are the same scenario: whatever is memoised of it holds. */
const scenarioOf = (root: SystemConfig, configs: readonly (Config | undefined)[]): Scenario =>
  scenarioWith(root, ...configs.filter(isCell).map(cell => withRootsArchitecture(cell, root)))

const scenarioWith = memoizeAll(
  (root: SystemConfig, ...cells: readonly CellConfig[]): Scenario => ({ root, cells, together: 1 < cells.length }),
)

/** What the hypervisor makes of a scenario, on the CPUs that settings or project file say the board has. */
export function simulate(scenario: Scenario, { project, projectFile }: Query): Machine {
  const file = projectFile(scenario.root.file)
  const system = file?.systems.find(({ root, cpuParange }) => root === scenario.root.file.uri && cpuParange)
  return bootOnce(scenario, hardwareWith(project.settings.cpuParange ?? system?.cpuParange ?? file?.cpuParange))
}

const bootOnce = memoizeAll((scenario: Scenario, hardware: Hardware) => boot(scenario, { hardware }))

/** A scenario that no file asks for, on the board of its root. */
export const simulateScenario = (scenario: Scenario, project: Project): Machine => simulate(scenario, queryOf(project))
