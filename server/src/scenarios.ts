import { isSimulated, withRootsArchitecture } from './config/architecture.ts'
import { cellsOfRoot, looksLikeSystem, MAX_SOUGHT, systemsWith } from './config/choose-root.ts'
import { settingsNamed } from './config/comment-settings.ts'
import type { CellConfig, Config, SystemConfig } from './config/model.ts'
import { fileAt, filesIn, type MissingFiles, type Project } from './config/project.ts'
import type { System } from './config/project-file.ts'
import { isOfSameBoard } from './config/same-board.ts'
import { type RootChoice, type Scenario, scenarioOf } from './config/scenario.ts'
import { type Hardware, hardwareWith } from './machine/hardware.ts'
import { boot, type Machine } from './machine/machine.ts'
import { asFound, asTreeOf, type Facts } from './platform/facts.ts'
import type { Platform } from './platform/model.ts'
import { readPlatform } from './platform/read-platform.ts'
import { type Query, queryOf } from './query.ts'
import { memoize, memoizeAll, memoizeLatest } from './text/memo.ts'
import { message, type Words } from './text/message.ts'
import { type SourceFile, textOf } from './text/source-file.ts'
import type { Time } from './text/time.ts'
import { folderOf, joinUri, nameOf } from './text/uri.ts'

/** One root with cells that may run beside each other, and what the hypervisor makes of them. */
export interface Simulation {
  readonly scenario: Scenario
  readonly machine: Machine
  /** Facts of the machine it is meant for, where there are some. */
  readonly platform?: Platform
  /** The same with device trees that lie beside the cells, where some do. */
  readonly platformWithTrees?: Platform
  /** How these facts were found, to complete "because", and where. */
  readonly factsReason?: Words
  readonly factsUris?: readonly string[]
}

/** A cell stands with its root, alone or with the cells of its systems; a root with each of its cells in turn. */
export function scenariosOf(
  main: SourceFile,
  config: Config | undefined,
  choice: RootChoice | undefined,
  query: Query,
): readonly Scenario[] {
  if (config?.kind === 'system') return isSimulated(config) ? scenariosOfRoot(main, config, query) : []
  const root = config && choice && configsAt(choice.uri, main, query)[0]
  if (root?.kind !== 'system' || !isSimulated(root)) return []
  const systems = systemsWith(main.uri, query.projectFile(main)).filter(system => system.root === choice?.uri)
  const isGiven = choice?.by === 'system' || (choice?.by === 'file' && systems.length > 0)
  return isGiven
    ? withinCases(systems, main, query).map(system => scenarioWith(root, cellsOf(system, main, query)))
    : [scenarioWith(root, [config])]
}

/** Cells of the root's own file stand under it as those of other files do, and under no other root there. */
function scenariosOfRoot(main: SourceFile, root: SystemConfig, query: Query): readonly Scenario[] {
  const [own, ...beside] = query.configs(main)
  if (own !== root) return [scenarioWith(root, [])]
  const systems = query.projectFile(main)?.systems.filter(system => system.root === main.uri) ?? []
  const found = query.attempt('finding its cells', main, () => cellsOfRoot(main, query.project, query.missing))
  if (found?.isCut)
    query.leave('finding its cells', main, `only the first ${MAX_SOUGHT} files of cells of the root cell are looked at`)
  const uris = [...(beside.length > 0 ? [main.uri] : []), ...(found?.cells ?? []).map(({ uri }) => uri)]
  const listed = new Set(systems.flatMap(({ cells }) => cells))
  const loose = uris.filter(uri => !listed.has(uri))
  const groups = [
    ...withinCases(systems, main, query).map(system => cellsOf(system, main, query)),
    ...loose
      .flatMap(cell => configsAt(cell, main, query))
      .filter(isCell)
      .map(cell => [cell]),
  ]
  return groups.length === 0
    ? [scenarioWith(root, [])]
    : withinCases(groups, main, query).map(cells => scenarioWith(root, cells))
}

/** Each is a machine that is simulated. */
const MAX_CASES = 64

function withinCases<Case>(cases: readonly Case[], main: SourceFile, query: Query): readonly Case[] {
  if (cases.length <= MAX_CASES) return cases
  query.leave('finding its systems', main, `only the first ${MAX_CASES} systems of the root cell are looked at`)
  return cases.slice(0, MAX_CASES)
}

/** Each has a CPU of its own, and all are simulated together. */
const MAX_CELLS = 32

/** The cells of a system; of more than a machine is divided among the first, and those of `main`. */
function cellsOf({ cells }: System, main: SourceFile, query: Query): readonly CellConfig[] {
  const uris = firstWith(main.uri, cells)
  const configs = uris.flatMap(cell => configsAt(cell, main, query)).filter(isCell)
  if (uris.length < cells.length || MAX_CELLS < configs.length)
    query.leave('finding its cells', main, `only the first ${MAX_CELLS} cells of the system are looked at`)
  return configs.slice(0, MAX_CELLS)
}

function firstWith(own: string, uris: readonly string[]): readonly string[] {
  const first = uris.slice(0, MAX_CELLS)
  return first.length < uris.length && !first.includes(own) && uris.includes(own) ? [...first.slice(1), own] : first
}

/** Those of `main` are read from it, whatever the project has under its name. */
function configsAt(uri: string, main: SourceFile, query: Query): readonly Config[] {
  const file = uri === main.uri ? main : fileAt(uri, query.project, query.missing)
  return file ? query.configs(file) : []
}

const isCell = (config: Config | undefined): config is CellConfig => config?.kind === 'cell'

/** The same configurations are the same scenario: whatever is memoised of it holds. */
const scenarioWith = (root: SystemConfig, configs: readonly (Config | undefined)[]): Scenario =>
  sameScenario(root, ...configs.filter(isCell).map(cell => withRootsArchitecture(cell, root)))

const sameScenario = memoizeAll(
  (root: SystemConfig, ...cells: readonly CellConfig[]): Scenario => scenarioOf(root, cells),
)

/** What the hypervisor makes of a scenario, on the CPUs that settings or project file say the board has. */
export function simulate(scenario: Scenario, { project, projectFile, time }: Query): Machine | undefined {
  const file = projectFile(scenario.root.file)
  const system = file?.systems.find(({ root, cpuParange }) => root === scenario.root.file.uri && cpuParange)
  const parange = project.settings.cpuParange ?? system?.cpuParange ?? file?.cpuParange
  return bootOnce(scenario, hardwareWith(parange), time).machine
}

/** A machine that there was no time to finish is none, and is not remembered. */
const bootOnce = memoizeLatest(
  (scenario: Scenario, hardware: Hardware, time: Time) => {
    let isCut = false
    const isOver = () => (isCut ||= time.isOver())
    const machine = boot(scenario, { hardware, isOver })
    return { hardware, machine: isCut ? undefined : machine }
  },
  (known, hardware) => known.machine !== undefined && known.hardware === hardware,
)

/** A scenario that no file asks for, on the board of its root: there is always time for it. */
export const simulateScenario = (scenario: Scenario, project: Project): Machine =>
  simulate(scenario, queryOf(project)) as Machine

/**
 * What is known of the machine of a scenario: by the settings, by `jailhouse.json`, by a comment in the root, by files
 * that lie beside it under its name. Never a guess: a root cell names no board.
 */
export function platformFor(scenario: FilesOfScenario, query: Query): FactsInUse {
  if (!query.project.facts) return {}
  return query.attempt('reading facts of the machine', scenario.root.file, () => readFacts(scenario, query)) ?? {}
}

/** Facts are found before the configurations can be read. */
interface FilesOfScenario {
  readonly root: Pick<SystemConfig, 'file'>
  readonly cells: readonly Pick<CellConfig, 'file'>[]
}

type FactsInUse = Pick<Simulation, 'platform' | 'platformWithTrees' | 'factsReason' | 'factsUris'>

function readFacts(scenario: FilesOfScenario, query: Query): FactsInUse {
  const { uris, reason, trees = [] } = factsOf(scenario, query)
  const own = uris.flatMap(uri => {
    const cells = trees.filter(tree => tree.uri === uri).map(({ cell }) => cell)
    return openedAt(uri, query).map(facts => (cells.length > 0 ? asTreeOf(cells, facts) : facts))
  })
  const found = treesBeside(scenario, trees, query).filter(uri => !uris.includes(uri))
  const platform = together(own)
  const withTrees = together([...own, ...found.flatMap(uri => openedAt(uri, query)).map(asFound)])
  return {
    ...(platform && { platform, factsReason: reason, factsUris: uris }),
    ...(withTrees?.cellTrees.some(({ isFound }) => isFound) && { platformWithTrees: withTrees }),
  }
}

const together = ([first, ...rest]: readonly Facts[]): Platform | undefined => first && readPlatform(first, ...rest)

function openedAt(uri: string, { project, missing }: Query): readonly Facts[] {
  const found = project.facts?.(uri)
  if (found === 'pending') missing.facts.add(uri)
  return typeof found === 'object' ? [found] : []
}

/** A folder with more trees is a kernel's. */
const MAX_TREES = 128

/**
 * Device trees in the folders of cells that none is named for, and in `dts/` below: those whose names say the board of the
 * cell, else all. Compiled ones bring their source.
 */
function treesBeside(
  { cells }: FilesOfScenario,
  named: readonly { readonly cell: string }[],
  { project, missing }: Query,
): readonly string[] {
  const without = cells.map(({ file }) => file.uri).filter(uri => !named.some(({ cell }) => cell === uri))
  const found = without.flatMap(cell => {
    const folder = folderOf(cell)
    const trees = [folder, `${folder}dts/`].flatMap(each => treesIn(filesIn(each, project, missing)))
    const ofBoard = trees.filter(uri => isOfSameBoard(uri, cell))
    return ofBoard.length > 0 ? ofBoard : trees.length <= MAX_TREES ? trees : []
  })
  const distinct = [...new Set(found)]
  return distinct.filter(uri => !(uri.endsWith('.dts') && distinct.includes(uri.replace(/s$/, 'b'))))
}

const treesIn = memoize((folder: readonly string[]): readonly string[] => folder.filter(uri => /\.dt[bs]$/.test(uri)))

interface FoundFacts {
  readonly uris: readonly string[]
  /** Those of them that are said to be trees of cells. */
  readonly trees?: readonly { readonly uri: string; readonly cell: string }[]
  readonly reason: Words
}

function factsOf(scenario: FilesOfScenario, { project, projectFile, missing }: Query): FoundFacts {
  const { file } = scenario.root
  const given = project.settings.platform ?? []
  if (given.length > 0) return { uris: given, reason: message('they were given') }
  const systems = projectFile(file)?.systems ?? []
  const own = systems.filter(({ root }) => root === file.uri)
  const trees = own.flatMap(system => system.trees)
  const named = [...own.flatMap(({ platform }) => platform), ...trees].map(({ uri }) => uri)
  if (named.length > 0) return { uris: [...new Set(named)], trees, reason: message('jailhouse.json names them') }
  const cells = scenario.cells.map(cell => cell.file)
  const commented = [file, ...cells].flatMap(each => namedIn(each, 'platform', 'tree'))
  const commentedTrees = cells.flatMap(cell => namedIn(cell, 'tree').map(uri => ({ uri, cell: cell.uri })))
  if (commented.length > 0)
    return { uris: [...new Set(commented)], trees: commentedTrees, reason: message('a comment names them') }
  return factsBeside(file, project, missing)
}

/** What lies beside a root under its name: a tarball, a tree, or a folder of facts. */
export function factsBeside({ uri }: SourceFile, project: Project, missing: MissingFiles): FoundFacts {
  const stem = uri.replace(/\.c$/, '')
  const there = filesIn(folderOf(uri), project, missing)
  const files = BESIDE.map(ending => stem + ending).filter(each => there.includes(each))
  const folder = `${stem}.platform`
  const isFolder =
    files.length === 0 && ['/', '/proc/'].some(part => filesIn(folder + part, project, missing).length > 0)
  if (!isFolder && files.length === 0) return factsOfOnlyRoot(uri, project, missing)
  return {
    uris: isFolder ? [folder] : files,
    reason: isFolder
      ? message('the folder lies beside {0} under its name', nameOf(uri))
      : files.length === 1
        ? message('it lies beside {0} under its name', nameOf(uri))
        : message('they lie beside {0} under its name', nameOf(uri)),
  }
}

/** `platform/` in or beside a folder with one root cell: a folder laid out like the root of a machine, or files of facts. */
function factsOfOnlyRoot(uri: string, project: Project, missing: MissingFiles): FoundFacts {
  const reason = message('{0} is the only root cell beside platform/', nameOf(uri))
  for (const place of [folderOf(uri), joinUri(folderOf(uri), '..')]) {
    const folder = joinUri(place, 'platform')
    const files = filesIn(`${folder}/`, project, missing).filter(each => FACT_NAME.test(nameOf(each)))
    const isMachine = filesIn(`${folder}/proc/`, project, missing).length > 0
    if (!isMachine && files.length === 0) continue
    const roots = filesIn(folderOf(uri), project, missing).filter(each => {
      const file = each.endsWith('.c') ? fileAt(each, project, missing) : undefined
      return file !== undefined && looksLikeSystem(file)
    })
    return { uris: roots.length > 1 ? [] : isMachine ? [folder] : files, reason }
  }
  return { uris: [], reason }
}

/** Not what explains the facts to people, nor what collects them. */
const FACT_NAME = /^(?!README|\.)[^.]+(\.(tar|dtb|txt|log))*$/i

/** Facts under the name of the root. */
const BESIDE: readonly string[] = ['.facts.tar', '.dtb']

/** What comments name: `jailhouse-warden: platform=../facts/board.dtb`, in a cell `tree=linux.dtb`. */
const namedIn = (file: SourceFile, ...names: readonly string[]): readonly string[] =>
  settingsNamed(file, ...names).map(({ value }) => joinUri(folderOf(file.uri), textOf(value)))
