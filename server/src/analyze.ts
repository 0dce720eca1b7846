import { readUnit } from './c/read-unit.ts'
import type { CompileOptions, Unit } from './c/unit.ts'
import { sizeOf } from './c/values/types.ts'
import { bindConfig } from './config/bind.ts'
import { cellsOfRoot, chooseRoot, looksLikeConfig, systemsWith } from './config/choose-root.ts'
import { compileOptions, withBuiltins } from './config/includes.ts'
import type { CellConfig, Config, SystemConfig } from './config/model.ts'
import { fileAt, type MissingFiles, type Project } from './config/project.ts'
import { type ProjectFile, projectFileOf } from './config/project-file.ts'
import type { RootChoice, Scenario } from './config/scenario.ts'
import { type Hardware, hardwareWith } from './machine/hardware.ts'
import { boot, type Machine } from './machine/machine.ts'
import { readBaseline } from './rules/baseline.ts'
import type { Policy } from './rules/policy.ts'
import type { Finding } from './rules/rule.ts'
import { runRules } from './rules/run-rules.ts'
import { memoize, memoizeLatest } from './text/memo.ts'
import type { SourceFile } from './text/source-file.ts'

/** One root with cells that may run beside each other, and what the hypervisor makes of them. */
export interface Simulation {
  readonly scenario: Scenario
  readonly machine: Machine
}

/** Everything the tool knows about one file and the files it stands together with. */
export interface Analysis {
  readonly unit: Unit
  readonly config: Config | undefined
  /** The root of a cell and why; undefined for a root itself and where none is known. */
  readonly root: RootChoice | undefined
  readonly simulations: readonly Simulation[]
  /** In all files of the cases; an editor shows each file its own. */
  readonly findings: readonly Finding[]
  /** URIs of files and folders that nobody has looked at yet: read them and ask again. */
  readonly missing: { readonly files: readonly string[]; readonly folders: readonly string[] }
}

/** The whole pipe. Pure: the same file and project give the same answer. */
export function analyze(main: SourceFile, project: Project): Analysis {
  const query = queryOf(project)
  const unit = query.unit(main)
  const config = bindConfig(unit)
  const root = config?.kind === 'cell' ? chooseRoot(main, query.project, query.missing) : undefined
  const simulations = scenariosOf(main, config, root, query).map(scenario => ({
    scenario,
    machine: play(scenario, query),
  }))
  const policy = policyFor(main, query)
  const findings = runRules({ unit, config, root, simulations }, policy)
  return {
    unit,
    config,
    root,
    simulations,
    findings,
    missing: { files: [...query.missing.files], folders: [...query.missing.folders] },
  }
}

/** What one file says by itself: its outline needs no other. */
export function readConfig(main: SourceFile, project: Project): Pick<Analysis, 'unit' | 'config' | 'missing'> {
  const query = queryOf(project)
  const unit = query.unit(main)
  const missing = { files: [...query.missing.files], folders: [...query.missing.folders] }
  return { unit, config: bindConfig(unit), missing }
}

/** Only files that look like a configuration are worth an analysis. */
export const isConfigFile = looksLikeConfig

interface Query {
  readonly project: Project
  readonly missing: MissingFiles
  unit(file: SourceFile): Unit
  config(uri: string): Config | undefined
  projectFile(file: SourceFile): ProjectFile | undefined
}

/** The project with the built-in headers in front, noting what nobody has looked for. */
function queryOf(outer: Project): Query {
  const project = { ...outer, lookup: withBuiltins(outer.lookup) }
  const missing: MissingFiles = { files: new Set(), folders: new Set() }
  const projectFile = (file: SourceFile) => projectFileOf(file.uri, project, missing)
  const unit = (file: SourceFile): Unit => {
    const options = compileOptions(file, project, projectFile(file), missing)
    const read = unitOf(file, options, project)
    for (const uri of read.missing) missing.files.add(uri)
    return read.missing.length === 0 && lacksFormat(read) ? withFormat(read, options, project) : read
  }
  const config = (uri: string) => {
    const file = fileAt(uri, project, missing)
    return file && bindConfig(unit(file))
  }
  return { project, missing, unit, config, projectFile }
}

const newMemory = () => memoize((_: SourceFile): { options?: string; unit?: Unit } => ({}))
const lastRead = newMemory()
const lastWhole = newMemory()

/** The last reading of a file still holds while its options and everything it read are the same objects. */
function unitOf(file: SourceFile, options: CompileOptions, project: Project, lastOf = lastRead): Unit {
  const last = lastOf(file)
  const asked = JSON.stringify(options)
  if (last.unit && last.options === asked && stillHolds(last.unit, project)) return last.unit
  last.options = asked
  last.unit = readUnit(file, options, project.lookup)
  return last.unit
}

/** A configuration whose includes are half-typed or commented out, so that nothing declares its structs. */
function lacksFormat({ main, types }: Unit): boolean {
  const region = types.get('struct jailhouse_memory')
  const isDeclared = types.has('__u64') && region !== undefined && 0 < sizeOf(region)
  return !isDeclared && looksLikeConfig(main)
}

/** Read as if the format's headers were included; that they are not stays the problem. */
function withFormat(read: Unit, { includeDirs, ...options }: CompileOptions, project: Project): Unit {
  const headers = FORMAT_HEADERS.flatMap(
    name => includeDirs.map(dir => dir + name).find(uri => typeof project.lookup(uri) === 'object') ?? [],
  )
  const whole = unitOf(read.main, { ...options, includeDirs, forceIncludes: headers }, project, lastWhole)
  return { ...whole, problems: read.problems }
}

const FORMAT_HEADERS = ['jailhouse/types.h', 'jailhouse/cell-config.h']

const stillHolds = (unit: Unit, { lookup }: Project): boolean =>
  unit.missing.length === 0 &&
  unit.files.slice(1).every(read => lookup(read.uri) === read) &&
  unit.absent.every(uri => lookup(uri) === 'absent')

/** A cell stands with its root, alone or with the cells of its systems; a root with each of its cells in turn. */
function scenariosOf(
  main: SourceFile,
  config: Config | undefined,
  choice: RootChoice | undefined,
  query: Query,
): readonly Scenario[] {
  if (config?.kind === 'system') return scenariosOfRoot(main, config, query)
  const root = config && choice && query.config(choice.uri)
  if (root?.kind !== 'system') return []
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

const scenarioOf = (root: SystemConfig, configs: readonly (Config | undefined)[]): Scenario =>
  sameScenario(root, configs.filter(isCell))

/** By the names of the cells, so that a new version of a cell takes the place of the one before. */
const scenariosUnder = memoize((_: SystemConfig) => new Map<string, Scenario>())

/** The same configurations are the same scenario: whatever was remembered of it holds. */
function sameScenario(root: SystemConfig, cells: readonly CellConfig[]): Scenario {
  const known = scenariosUnder(root)
  const name = cells.map(({ file }) => file.uri).join('\n')
  const last = known.get(name)
  if (last && cells.length === last.cells.length && cells.every((cell, i) => cell === last.cells[i])) return last
  const scenario = { root, cells, together: 1 < cells.length }
  known.set(name, scenario)
  return scenario
}

/** What the hypervisor makes of a scenario, on the CPUs that settings or project file say the board has. */
function play(scenario: Scenario, { project, projectFile }: Pick<Query, 'project' | 'projectFile'>): Machine {
  const file = projectFile(scenario.root.file)
  const system = file?.systems.find(({ root, cpuParange }) => root === scenario.root.file.uri && cpuParange)
  return bootOnce(scenario, hardwareWith(project.settings.cpuParange ?? system?.cpuParange ?? file?.cpuParange))
}

const bootOnce = memoizeLatest((scenario: Scenario, hardware: Hardware) => boot(scenario, { hardware }))

/** A scenario that no file asks for, played on the board of its root. */
export const playAlone = (scenario: Scenario, project: Project): Machine => play(scenario, queryOf(project))

function policyFor(main: SourceFile, { project, projectFile, missing }: Query): Policy {
  const file = projectFile(main)
  const list = file?.baseline && !project.settings.ignoreBaseline ? fileAt(file.baseline, project, missing) : undefined
  const baseline = list && readBaseline(list)
  return { settings: project.settings, projectFile: file, ...(baseline && { baseline }) }
}
