import { analyze, type Simulation, simulateScenario } from '../analyze.ts'
import type { CellConfig, Config } from '../config/model.ts'
import { scenarioOf } from '../config/scenario.ts'
import type { Finding } from '../rules/rule.ts'
import { UsageError } from './command.ts'
import { openFacts } from './facts-files.ts'
import { Files } from './files.ts'
import { type CompilerArguments, compilerSettings } from './options.ts'
import type { Terminal } from './terminal.ts'

/**
 * The simulations that operands name: a root with the inmates named behind it, all at the same time; a root alone with
 * each of its inmates in turn; an inmate alone with its root.
 */
export const simulationsFor = async (
  operands: readonly string[],
  given: CompilerArguments,
  terminal: Pick<Terminal, 'cwd'>,
): Promise<readonly Simulation[]> => (await systemsFor(operands, given, terminal)).simulations

const whyNone = ({ kind }: Config): string =>
  kind === 'system'
    ? 'its memory or platform cannot be read, or is of a machine that is not simulated; check it first'
    : 'no root cell is known for it; give it in front'

/** The same with what is found in the files that are named. */
export async function systemsFor(
  operands: readonly string[],
  given: CompilerArguments,
  { cwd }: Pick<Terminal, 'cwd'>,
): Promise<{ readonly simulations: readonly Simulation[]; readonly findings: readonly Finding[] }> {
  const files = new Files()
  const mains = operands.map(operand => files.named(operand, cwd))
  const settings = compilerSettings(given, cwd)
  await openFacts(files, mains, settings)
  const project = files.project(settings, mains)
  const [first, ...others] = mains.map((main, i) => ({ name: operands[i] ?? '', analysis: analyze(main, project) }))
  if (!first) throw new UsageError('which root cell? Give its file')
  const { config, simulations } = first.analysis
  if (!config) throw new UsageError(`${first.name}: not a readable cell configuration`)
  if (others.length === 0) {
    if (simulations.length === 0) throw new UsageError(`${first.name}: ${whyNone(config)}`)
    return { simulations, findings: first.analysis.findings }
  }
  if (config.kind !== 'system') throw new UsageError(`${first.name}: not a root cell configuration`)
  const cells = others.map(({ name, analysis }): CellConfig => {
    if (analysis.config?.kind !== 'cell') throw new UsageError(`${name}: not an inmate configuration`)
    return analysis.config
  })
  const scenario = scenarioOf(config, cells)
  const findings = [first, ...others].flatMap(({ analysis }) => analysis.findings)
  return {
    simulations: [{ scenario, machine: simulateScenario(scenario, project) }],
    findings: [...new Map(findings.map(finding => [`${finding.fingerprint} ${finding.span.start}`, finding])).values()],
  }
}
