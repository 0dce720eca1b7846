import type { Unit } from './c/unit.ts'
import { withRootsArchitecture } from './config/architecture.ts'
import { cellsOfRoot, chooseRoot, looksLikeConfig, looksLikeSystem } from './config/choose-root.ts'
import type { Config } from './config/model.ts'
import { fileAt, type Project } from './config/project.ts'
import { fileOf, type RootChoice, type Scenario } from './config/scenario.ts'
import { type FactsProject, type Query, queryOf } from './query.ts'
import { readBaseline } from './rules/baseline.ts'
import type { Policy } from './rules/policy.ts'
import type { Finding, Time } from './rules/rule.ts'
import { findingsOfGaps, runRules } from './rules/run-rules.ts'
import { platformFor, type Simulation, scenariosBeside, scenariosOf, simulate } from './scenarios.ts'
import type { SourceFile } from './text/source-file.ts'

export type { FactsProject } from './query.ts'
export { type Simulation, simulateScenario } from './scenarios.ts'

/** One file and the systems it stands in, before anybody boots them. */
export interface Reading {
  readonly unit: Unit
  readonly config: Config | undefined
  /** The root of a cell and why; undefined for a root itself and where none is known. */
  readonly root: RootChoice | undefined
  readonly simulations: readonly Omit<Simulation, 'machine'>[]
}

/** Everything the tool knows about one file and the files it is simulated with. */
export interface Analysis extends Reading {
  readonly simulations: readonly Simulation[]
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
export function analyze(main: SourceFile, project: FactsProject, tried?: RootChoice, time?: Time): Analysis {
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
    findings,
    consequences: [],
    missing: missingFor(query),
  }
}

function analyzeWhole(main: SourceFile, query: Query, tried?: RootChoice, time?: Time): Analysis {
  const { unit, config, root, chosen, simulations: read } = readWith(query, main, tried)
  const policy = query.guard('reading the baseline', main, () => policyFor(main, query))
  if (isLacking(query))
    return { unit, config, root, simulations: [], findings: [], consequences: [], missing: missingFor(query) }
  const booted = (scenarios: Reading['simulations']) =>
    scenarios.flatMap(each => {
      const machine = query.attempt('simulating', fileOf(each.scenario), () => simulate(each.scenario, query))
      return machine ? [{ ...each, machine }] : []
    })
  const simulations = booted(read)
  const others = query.others(unit).map(other => {
    const beside = besideRoot(other, config?.kind === 'system' ? config : chosen) ?? other
    const scenarios = scenariosBeside(beside, config, root, query).map(scenario => withFacts(scenario, query))
    return { unit, config: beside, root, chosen, simulations: booted(scenarios) }
  })
  const subjects = [{ unit, config, root, chosen, simulations, gaps: query.gaps }, ...others]
  const all = inOneFile(subjects.map(each => runRules(each, policy, time)))
  const findings = all.filter(({ follows }) => !follows)
  const consequences = all.filter(({ follows }) => follows)
  return { unit, config, root, simulations, findings, consequences, missing: missingFor(query) }
}

/** The front of the pipe, for what neither a machine nor a rule has a say in. */
export const readSystems = (main: SourceFile, project: FactsProject): Reading => readWith(queryOf(project), main)

function readWith(
  query: Query,
  main: SourceFile,
  tried?: RootChoice,
): Reading & { readonly chosen: Config | undefined } {
  const unit = query.unit(main)
  if (unit.missing.length > 0) askAhead(main, query)
  const own = query.bound(unit)
  const root = own?.kind === 'cell' ? (tried ?? rootFor(main, query)) : undefined
  const chosen = root && query.config(root.uri)
  const config = besideRoot(own, chosen)
  const scenarios = query.attempt('finding its systems', main, () => scenariosOf(main, config, root, query)) ?? []
  const simulations = scenarios.map(scenario => withFacts(scenario, query))
  return { unit, config, root, chosen, simulations }
}

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
  const cells = query.attempt('finding its cells', main, () => cellsOfRoot(main, query.project, query.missing)) ?? []
  for (const cell of cells) query.unit(cell)
  platformFor({ root: { file: main }, cells: cells.map(file => ({ file })) }, query)
}

const rootFor = (cell: SourceFile, { project, missing, attempt }: Query): RootChoice | undefined =>
  attempt('choosing its root cell', cell, () => chooseRoot(cell, project, missing))

/** A cell that leaves its architecture open has that of its root. */
const besideRoot = (config: Config | undefined, root: Config | undefined): Config | undefined =>
  config?.kind === 'cell' && root?.kind === 'system' ? withRootsArchitecture(config, root) : config

/** What one file says by itself: its outline needs no other. */
export function readConfig(main: SourceFile, project: Project): Pick<Analysis, 'unit' | 'config' | 'missing'> {
  const query = queryOf(project)
  const unit = query.unit(main)
  return { unit, config: query.bound(unit), missing: missingFor(query) }
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
