import { analyze } from '../analyze.ts'
import { type Config, cellOf } from '../config/model.ts'
import { overlap, phys } from '../config/ranges.ts'
import { type Difference, diffPlatforms } from '../platform/diff.ts'
import type { Facts } from '../platform/facts.ts'
import { readPlatform } from '../platform/read-platform.ts'
import type { Finding } from '../rules/rule.ts'
import type { SourceFile } from '../text/source-file.ts'
import type { ExitCode } from './command.ts'
import { openFacts } from './facts-files.ts'
import { Files, pathOf } from './files.ts'
import type { Terminal } from './terminal.ts'

/** Drift: what two takes of the facts differ in, and what of configurations that touches. */
export async function reportDiff(
  before: Facts,
  now: Facts,
  configurations: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const differences = diffPlatforms(readPlatform(before), readPlatform(now))
  const files = new Files()
  const mains = configurations.map(path => files.named(path, terminal.cwd))
  const old = await analysesWith(before, mains, files)
  const fresh = await analysesWith(now, mains, files)
  const configs = fresh.flatMap(({ config }) => config ?? [])
  for (const difference of differences) terminal.out(differenceText(difference, configs, terminal))
  for (const line of findingChanges(old, fresh, terminal)) terminal.out(line)
  return differences.length > 0 ? 1 : 0
}

async function analysesWith(facts: Facts, mains: readonly SourceFile[], files: Files) {
  files.putFacts(facts.uri, facts)
  const settings = { platform: [facts.uri] }
  await openFacts(files, mains, settings)
  return mains.map(main => analyze(main, files.project(settings, [main])))
}

const MARKS = { added: '+', gone: '-', changed: '~' } as const

function differenceText(
  { kind, what, before, now, ranges }: Difference,
  configs: readonly Config[],
  { cwd }: Terminal,
): string {
  const values = [before, now].filter(value => value !== undefined).join('  ->  ')
  const touched = configs.flatMap(config =>
    cellOf(config)
      .mem_regions.filter(region => ranges.some(range => overlap(range, phys(region))))
      .map(region => `    region ${region.index} of ${pathOf(config.file.uri, cwd)}\n`),
  )
  return `${MARKS[kind]} ${what}: ${values}\n${[...new Set(touched)].join('')}`
}

const textOf = ({ rule, headline }: Finding): string => `${headline} [${rule.code} ${rule.id}]`

type Findings = readonly { readonly findings: readonly Finding[] }[]

/** What is found with the new facts and was not with the old ones, and the reverse. */
function* findingChanges(old: Findings, fresh: Findings, { cwd }: Terminal): Iterable<string> {
  const board = (findings: Findings) =>
    findings.flatMap(each => each.findings).filter(({ rule }) => rule.code.startsWith('JH9'))
  const [a, b] = [board(old), board(fresh)]
  const has = (list: readonly Finding[], finding: Finding) =>
    list.some(other => other.fingerprint === finding.fingerprint)
  for (const finding of b)
    if (!has(a, finding)) yield `+ ${pathOf(finding.span.file.uri, cwd)}: ${finding.severity}: ${textOf(finding)}\n`
  for (const finding of a)
    if (!has(b, finding)) yield `- ${pathOf(finding.span.file.uri, cwd)}: ${finding.severity}: ${textOf(finding)}\n`
}
