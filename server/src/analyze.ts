import type { Unit } from './c/unit.ts'
import { withRootsArchitecture } from './config/architecture.ts'
import { cellsOfRoot, chooseRoot, looksLikeConfig, looksLikeSystem } from './config/choose-root.ts'
import { type Config, cellOf } from './config/model.ts'
import { isOfCell } from './config/places.ts'
import { fileAt, type Project } from './config/project.ts'
import { fileOf, type RootChoice, type Scenario } from './config/scenario.ts'
import { type FactsProject, type Query, queryOf } from './query.ts'
import { readBaseline } from './rules/baseline.ts'
import type { Policy } from './rules/policy.ts'
import type { Finding } from './rules/rule.ts'
import { findingsOfGaps, runRules } from './rules/run-rules.ts'
import { platformFor, type Simulation, scenariosOf, simulate } from './scenarios.ts'
import { message } from './text/message.ts'
import type { SourceFile } from './text/source-file.ts'
import type { Time } from './text/time.ts'

export type { FactsProject } from './query.ts'
export { type Simulation, simulateScenario } from './scenarios.ts'

/** One file and the systems it stands in, before anybody boots them. */
export interface Reading {
  readonly unit: Unit
  readonly config: Config | undefined
  /** The root of a cell and why; undefined for a root itself and where none is known. */
  readonly root: RootChoice | undefined
  readonly simulations: readonly Omit<Simulation, 'machine'>[]
  /** The same of each further configuration of the file, which stands in a section of its own. */
  readonly others: readonly Reading[]
}

/** Everything the tool knows about one file and the files it is simulated with. */
export interface Analysis extends Reading {
  readonly simulations: readonly Simulation[]
  readonly others: readonly Analysis[]
  /** In all files of the simulations; an editor shows each file its own. */
  readonly findings: readonly Finding[]
  /** What only follows from these: nobody is shown it, but an edit that brings it out is no repair. */
  readonly consequences: readonly Finding[]
  /** URIs of files and folders that nobody has looked at yet: read them and ask again. */
  readonly missing: {
    readonly files: readonly string[]
    readonly folders: readonly string[]
    /** Files and folders of facts that nobody has opened yet. */
    readonly facts: readonly string[]
  }
}

/**
 * The whole pipe. Pure: the same file and project give the same answer. A fault of ours costs the features of the file
 * in which it happens and is reported there; whatever else is asked goes on. `tried` is a root instead of the chosen one.
 */
export function analyze(
  main: SourceFile,
  project: FactsProject,
  tried?: RootChoice,
  time: Time | undefined = project.time,
): Analysis {
  const query = queryOf(project, time)
  return (
    query.attempt('checking the file', main, () => analyzeWhole(main, query, tried, time)) ?? analyzeAlone(main, query)
  )
}

/** What is left where nothing else can be: the file, and that it was not checked. */
function analyzeAlone(main: SourceFile, query: Query): Analysis {
  const unit = query.unit(main)
  const findings = findingsOfGaps(query.gaps)
  return {
    unit,
    config: undefined,
    root: undefined,
    simulations: [],
    others: [],
    findings,
    consequences: [],
    missing: missingFor(query),
  }
}

function analyzeWhole(main: SourceFile, query: Query, tried?: RootChoice, time?: Time): Analysis {
  const read = readWith(query, main, tried)
  const policy = query.guard('reading the baseline', main, () => policyFor(main, query))
  if (isLacking(query)) return withNothing(read, query)
  const booted = (reading: FileReading) => ({
    ...reading,
    simulations: reading.simulations.flatMap(each => {
      const machine = query.attempt('simulating', fileOf(each.scenario), () => simulate(each.scenario, query))
      return machine ? [{ ...each, machine }] : []
    }),
  })
  const own = booted(read)
  const others = read.others.map(booted)
  const all = inOneFile([{ ...own, gaps: query.gaps }, ...others].map(each => runRules(each, policy, time)))
  const findings = all.filter(({ follows }) => !follows)
  const consequences = all.filter(({ follows }) => follows)
  const rest = { findings, consequences, missing: missingFor(query) }
  const analyzed = ({ chosen, ...each }: typeof own) => ({ ...each, ...rest, others: [] })
  return { ...analyzed(own), others: others.map(analyzed) }
}

const withNothing = ({ unit, config, root }: Reading, query: Query): Analysis => ({
  unit,
  config,
  root,
  simulations: [],
  others: [],
  findings: [],
  consequences: [],
  missing: missingFor(query),
})

/** The front of the pipe, for what neither a machine nor a rule has a say in. */
export const readSystems = (main: SourceFile, project: FactsProject): Reading => readWith(queryOf(project), main)

/** A reading with the configuration in the file chosen as root. */
interface FileReading extends Reading {
  readonly chosen: Config | undefined
  readonly others: readonly FileReading[]
}

function readWith(query: Query, main: SourceFile, tried?: RootChoice): FileReading {
  const unit = query.unit(main)
  if (unit.missing.length > 0) askAhead(main, query)
  const own = query.bound(unit)
  const root = own?.kind === 'cell' ? (tried ?? rootFor(main, query)) : undefined
  const reading = (each: Config | undefined, choice?: RootChoice): FileReading => {
    const chosen = choice?.by === 'file' ? own : choice && query.config(choice.uri)
    const config = besideRoot(each, chosen)
    const scenarios = query.attempt('finding its systems', main, () => scenariosOf(main, config, choice, query)) ?? []
    const simulations = scenarios.map(scenario => withFacts(scenario, query))
    return { unit, config, root: choice, chosen, simulations, others: [] }
  }
  const others = query
    .others(unit)
    .map(each => reading(each, each.kind === 'cell' ? (root ?? rootHere(own)) : undefined))
  return { ...reading(own, root), others }
}

/** Cells stand with a root of their own file, if it has one. */
const rootHere = (own: Config | undefined): RootChoice | undefined =>
  own?.kind === 'system' ? { uri: own.file.uri, by: 'file', reason: message('it stands in the same file') } : undefined

/** What is known of the configuration that an offset of the main file stands in; outside of all, of the file's own. */
export function sectionAt<Known extends Pick<Reading, 'unit' | 'config'>>(
  whole: Known & { readonly others: readonly Known[] },
  offset: number,
): Known {
  const at = { file: whole.unit.main, start: offset, end: offset }
  return whole.others.find(({ config }) => config && isOfCell(at, cellOf(config))) ?? whole
}

/** What is known of each configuration of a file. */
export const sectionsOf = (analysis: Analysis): readonly Analysis[] => [analysis, ...analysis.others]

/** The simulations of all configurations of a file, each once. */
export const simulationsOf = (analysis: Analysis): readonly Simulation[] => [
  ...new Map(
    sectionsOf(analysis).flatMap(({ simulations }) => simulations.map(each => [each.scenario, each] as const)),
  ).values(),
]

const withFacts = (scenario: Scenario, query: Query) => ({ scenario, ...platformFor(scenario, query) })

/** What is said of all configurations of a file, once; a comment silences nothing only if it does so for none. */
function inOneFile([first = [], ...rest]: readonly (readonly Finding[])[]): readonly Finding[] {
  if (rest.length === 0) return first
  const idOf = ({ rule, span, headline }: Finding) => `${rule.code} ${span.file.uri} ${span.start} ${headline}`
  const known = rest.map(findings => new Set(findings.map(idOf)))
  const seen = new Set<string>()
  return [first, ...rest].flat().filter(finding => {
    const id = idOf(finding)
    if (seen.has(id)) return false
    seen.add(id)
    return finding.rule.kind !== 'suppression' || (first.includes(finding) && known.every(ids => ids.has(id)))
  })
}

/** What will be asked of a file once its headers are read: the fewer questions, the sooner the answer. */
function askAhead(main: SourceFile, query: Query): void {
  if (!looksLikeSystem(main)) {
    const root = rootFor(main, query)
    if (root) query.config(root.uri)
    return
  }
  const found = query.attempt('finding its cells', main, () => cellsOfRoot(main, query.project, query.missing))
  const cells = found?.cells ?? []
  for (const cell of cells) query.unit(cell)
  platformFor({ root: { file: main }, cells: cells.map(file => ({ file })) }, query)
}

const rootFor = (cell: SourceFile, { project, missing, attempt }: Query): RootChoice | undefined =>
  attempt('choosing its root cell', cell, () => chooseRoot(cell, project, missing))

/** A cell that leaves its architecture open has that of its root. */
const besideRoot = (config: Config | undefined, root: Config | undefined): Config | undefined =>
  config?.kind === 'cell' && root?.kind === 'system' ? withRootsArchitecture(config, root) : config

/** What one file says by itself: its outline needs no other. */
export function readConfig(main: SourceFile, project: Project): Outline {
  const query = queryOf(project)
  const unit = query.unit(main)
  const others = query.others(unit).map(config => ({ config }))
  return { unit, config: query.bound(unit), others, missing: missingFor(query) }
}

type Outline = Pick<Analysis, 'unit' | 'config' | 'missing'> & {
  readonly others: readonly { readonly config: Config }[]
}

/** Only files that lookup like a configuration are worth an analysis. */
export const isConfigFile = looksLikeConfig

/** Whoever asked looks up what is missing and asks again: what a machine and rules make of the rest is shown to nobody. */
const isLacking = ({ missing: { files, folders, facts } }: Query): boolean => 0 < files.size + folders.size + facts.size

const missingFor = ({ missing }: Query): Analysis['missing'] => ({
  files: [...missing.files],
  folders: [...missing.folders],
  facts: [...missing.facts],
})

function policyFor(main: SourceFile, { project, projectFile, missing }: Query): Policy {
  const file = projectFile(main)
  const list = file?.baseline && !project.settings.ignoreBaseline ? fileAt(file.baseline, project, missing) : undefined
  const baseline = list && readBaseline(list)
  return { settings: project.settings, projectFile: file, ...(baseline && { baseline }) }
}
