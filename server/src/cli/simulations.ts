import { type Analysis, type Simulation, sectionsOf, simulateScenario, simulationsOf } from '../analyze.ts'
import { type CellConfig, type Config, cellOf } from '../config/model.ts'
import type { Project } from '../config/project.ts'
import { scenarioOf } from '../config/scenario.ts'
import { incompleteCheck } from '../rules/file/incomplete-check.ts'
import type { Finding } from '../rules/rule.ts'
import { UsageError } from './command.ts'
import { inTime, openFacts } from './facts-files.ts'
import { FileTime } from './file-time.ts'
import { Files, pathOf } from './files.ts'
import { type CompilerArguments, compilerHelp, compilerOptions, compilerSettings } from './options.ts'
import type { Terminal } from './terminal.ts'

/** What tells commands which system to play. */
export const systemOptions = { ...compilerOptions, section: { type: 'string', multiple: true } } as const

export const systemHelp = `  --section NAME    of a file with several configurations, take this one; several of them run at the same time
${compilerHelp}`

interface SystemArguments extends CompilerArguments {
  readonly section?: readonly string[] | undefined
}

/**
 * The simulations that operands name: a root with the inmates named behind it, all at the same time; a root alone with
 * each of its inmates in turn; an inmate alone with its root. Of a file with several configurations all are meant.
 */
export const simulationsFor = async (
  operands: readonly string[],
  given: SystemArguments,
  terminal: Pick<Terminal, 'cwd' | 'err'>,
): Promise<readonly Simulation[]> => (await systemsFor(operands, given, terminal)).simulations

const whyNone = ({ kind }: Config): string =>
  kind === 'system'
    ? 'its memory or platform cannot be read, or is of a machine that is not simulated; check it first'
    : 'no root cell is known for it; give it in front'

/** The same with what is found in the files that are named. */
export async function systemsFor(
  operands: readonly string[],
  given: SystemArguments,
  terminal: Pick<Terminal, 'cwd' | 'err'>,
): Promise<{ readonly simulations: readonly Simulation[]; readonly findings: readonly Finding[] }> {
  const { cwd } = terminal
  const files = new Files()
  const mains = operands.map(operand => files.named(operand, cwd))
  const settings = compilerSettings(given, cwd)
  const time = new FileTime()
  const project = await openFacts(files, mains, settings, mains, time)
  const named = mains.map((main, i) => ({ name: operands[i] ?? '', analysis: inTime(project, main, time) }))
  const [first, ...others] = named
  if (!first) throw new UsageError('which root cell? Give its file')
  const findings = named.flatMap(({ analysis }) => analysis.findings)
  for (const words of gapsIn(findings, cwd)) terminal.err(`jailhouse-warden: ${words}\n`)
  return {
    simulations: simulationsAmong(first, others, given.section ?? [], project),
    findings: [...new Map(findings.map(finding => [`${finding.fingerprint} ${finding.span.start}`, finding])).values()],
  }
}

/** What was given up, for want of time or through an error of ours: commands show the rest. */
const gapsIn = (findings: readonly Finding[], cwd: string): readonly string[] => [
  ...new Set(
    findings
      .filter(({ rule }) => rule === incompleteCheck)
      .map(({ span, headline }) => `${pathOf(span.file.uri, cwd)}: ${headline}`),
  ),
]

interface Named {
  readonly name: string
  readonly analysis: Analysis
}

function simulationsAmong(
  first: Named,
  others: readonly Named[],
  sections: readonly string[],
  project: Project,
): readonly Simulation[] {
  const { config } = first.analysis
  if (!config) throw new UsageError(`${first.name}: not a readable cell configuration`)
  const known = [first, ...others].flatMap(({ analysis }) => sectionsOf(analysis))
  const chosen = sections.length > 0 ? sections.map(name => sectionNamed(name, known)) : undefined
  if (chosen?.length === 1 && others.length === 0) return found(chosen[0]!.simulations, first.name, config)
  if (!chosen && others.length === 0) return found(simulationsOf(first.analysis), first.name, config)
  const root = config.kind === 'system' ? config : chosen?.[0]?.simulations[0]?.scenario.root
  if (!root) throw new UsageError(`${first.name}: not a root cell configuration`)
  const cells = chosen ? chosen.flatMap(each => cellIn(each) ?? []) : others.flatMap(cellsOf)
  const scenario = scenarioOf(root, cells)
  return [{ scenario, machine: simulateScenario(scenario, project) }]
}

function found(simulations: readonly Simulation[], name: string, config: Config): readonly Simulation[] {
  if (simulations.length === 0) throw new UsageError(`${name}: ${whyNone(config)}`)
  return simulations
}

const cellIn = ({ config }: Analysis): CellConfig | undefined => (config?.kind === 'cell' ? config : undefined)

function cellsOf({ name, analysis }: Named): readonly CellConfig[] {
  const cells = sectionsOf(analysis).flatMap(each => cellIn(each) ?? [])
  if (cells.length === 0) throw new UsageError(`${name}: not an inmate configuration`)
  return cells
}

/** A section by what its attribute says, with or without `.cell.`, by its object, or by the name of its cell. */
function sectionNamed(name: string, sections: readonly Analysis[]): Analysis {
  const named = sections.map(section => ({ section, names: namesOf(section) }))
  const hit = named.find(({ names }) => names.includes(name))
  if (hit) return hit.section
  throw new UsageError(`--section ${name}: expected one of ${named.flatMap(({ names }) => names[0] ?? []).join(', ')}`)
}

function namesOf({ unit, config }: Analysis): readonly string[] {
  if (!config) return []
  const cell = cellOf(config)
  const object = unit.objects.find(({ value }) => value === cell.whole)
  const attribute = object?.section
  return [...(attribute ? [attribute.replace(/^\.?cell\./, ''), attribute] : []), object?.name ?? '', cell.name]
}
