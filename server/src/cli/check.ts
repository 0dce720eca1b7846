import { existsSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Analysis, isConfigFile } from '../analyze.ts'
import { looksLikeInmate, looksLikeSystem } from '../config/choose-root.ts'
import type { Project, Settings } from '../config/project.ts'
import { projectFileOf } from '../config/project-file.ts'
import { refusalToReplace } from '../disk/write.ts'
import { projectProblems } from '../ide/project-problems.ts'
import { preferredFix, type Repairs, repairUntilStable } from '../repair/repair-until-stable.ts'
import { distinct } from '../repair/trial.ts'
import { baselineOf } from '../rules/baseline.ts'
import { bounded } from '../rules/fold.ts'
import { type Finding, GRAVEST_FIRST } from '../rules/rule.ts'
import { positionAt, type SourceFile } from '../text/source-file.ts'
import { count } from '../text/words.ts'
import { baselineSettings, pruneBaseline, readBaselineFile, writeBaseline } from './baseline-files.ts'
import { newsAmong, type Question, sharesOf, shownAmong, withOffers } from './check-share.ts'
import { type Command, type ExitCode, oneOf, readArguments, UsageError } from './command.ts'
import { inTime, openFacts } from './facts-files.ts'
import { clock, FileTime } from './file-time.ts'
import { bytesFor, configurationsAmong, Files, isFolder, pathOf, rewrite, uriOf } from './files.ts'
import { formats } from './formats/index.ts'
import { countOf, type Report } from './formats/report.ts'
import { compilerHelp, compilerOptions, compilerSettings, ruleSettings } from './options.ts'
import { aloneLines, type Pair, pairLines, pairsAmong } from './pairs.ts'
import type { Terminal } from './terminal.ts'
import { Threads } from './threads.ts'
import { unifiedDiff, unifiedDiffOfBytes } from './unified-diff.ts'
import { watch } from './watch.ts'

const help = `usage: jailhouse-warden check [OPTIONS] FILE|DIR|-...

Checks cell configurations; of a folder, all configurations below it; "-" is standard input. A cell is checked together
with its root cell, without the other inmates, unless jailhouse.json or --together says that they run at the same time.

  --together        the files are one root and inmates that run at the same time, created in this order, as "simulate"
                    takes them
  --format FORMAT   text (default), gcc, json, sarif, junit, github, gitlab
  --severity LEVEL  show findings from this severity on: error, warning, information (default), hint
  --rule NAME=LEVEL give a rule, by code, id or band, another severity, or off; may be repeated
  --platform FACT   check beside facts of the machine: a device tree, /proc/iomem, a tarball of the collector, as for
                    "jailhouse-warden platform"; may be repeated. Inmates that name no root run under the only one given
  --fix             make the safe repairs in the files checked, each proven to do no harm, then report the rest
  --unsafe          with --fix or --diff: also repairs that add, split or remove elements
  --diff            print what --fix would change, without changing files
  --baseline FILE   omit the findings that FILE lists
  --write-baseline FILE
                    write the current findings to FILE
  -j, --jobs N      use N threads; without it as many as processors and the number of files call for
  --watch           check again whenever a file that was read changes, until interrupted
  --prune-baseline  remove findings that no longer occur from the baseline; needs --baseline, and all files
                    the baseline was written for
${compilerHelp}
Exit status: 0 no errors and no warnings, 1 some, 2 it could not be done as asked: an option, a comment for it or
jailhouse.json makes no sense, or a file to be repaired is read-only.
`

const options = {
  ...compilerOptions,
  format: { type: 'string', default: 'text' },
  severity: { type: 'string', default: 'information' },
  rule: { type: 'string', multiple: true },
  platform: { type: 'string', multiple: true },
  fix: { type: 'boolean', default: false },
  diff: { type: 'boolean', default: false },
  unsafe: { type: 'boolean', default: false },
  baseline: { type: 'string' },
  'write-baseline': { type: 'string' },
  'prune-baseline': { type: 'boolean', default: false },
  watch: { type: 'boolean', default: false },
  together: { type: 'boolean', default: false },
  jobs: { type: 'string', short: 'j' },
} as const

/** A comment that is meant for the check and that it cannot follow. */
const isMisdirection = ({ rule, severity }: Finding): boolean => rule.kind === 'suppression' && severity === 'error'

/** Formats for people: of many findings alike they show one. */
const FOLDS: ReadonlySet<string> = new Set(['text', 'github'])

/** Formats that tell of repairs: each is tried before it is printed. */
const SHOWS_REPAIRS: ReadonlySet<string> = new Set(['text', 'json', 'sarif'])

export const check: Command = {
  name: 'check',
  summary: 'check configurations',
  help,
  async run(args, terminal) {
    const request = requestOf(args, terminal)
    const files = new Files()
    if (!request.values.watch) return checkOnce(request, files, terminal)
    return watch({ files, operands: request.positionals, terminal, check: () => checkOnce(request, files, terminal) })
  },
}

type Request = ReturnType<typeof requestOf>

function requestOf(args: readonly string[], { cwd }: Terminal) {
  const { values, positionals } = readArguments(args, options)
  if (positionals.length === 0) throw new UsageError('check: no files or folders given')
  const writes = values.fix || values.diff
  if (values.unsafe && !writes) throw new UsageError('--unsafe goes with --fix or --diff')
  if (writes && positionals.includes('-')) throw new UsageError('standard input cannot be repaired')
  if (values.watch && positionals.includes('-')) throw new UsageError('standard input cannot be watched')
  if (values.watch && (writes || values['write-baseline'] || values['prune-baseline']))
    throw new UsageError('--watch only reports: it does not go with options that write')
  return {
    values,
    positionals,
    format: formats[oneOf('format', Object.keys(formats), values.format)]!,
    level: oneOf('severity', GRAVEST_FIRST, values.severity),
    settings: {
      ...compilerSettings(values, cwd),
      ...baselineSettings(values),
      rules: ruleSettings(values.rule),
      ...platformSettings(values.platform, cwd),
    },
  }
}

async function checkOnce(request: Request, files: Files, terminal: Terminal): Promise<ExitCode> {
  const { values, positionals } = request
  const mains = configurationsAmong(positionals, files, terminal.cwd)
  // What is watched, and standard input, is known to this thread alone.
  const isAlone = values.watch || values.diff || positionals.includes('-')
  const threads = new Threads(isAlone ? 1 : threadsFor(mains.length, values.jobs), terminal)
  try {
    return await checkAll(mains, request, threads, files, terminal)
  } finally {
    await threads.end()
  }
}

async function checkAll(
  mains: readonly SourceFile[],
  request: Request,
  threads: Threads,
  files: Files,
  terminal: Terminal,
): Promise<ExitCode> {
  const { values, format, level } = request
  const settings = {
    ...request.settings,
    ...(values.together && { together: systemOf(mains) }),
    ...(values.platform && onlyRootOf(mains)),
  }
  await refuseForeign(mains, settings, files, terminal)
  // --diff shows what could be repaired, and writes nothing.
  const locked = values.fix && !values.diff ? lockedAmong(mains.map(({ uri }) => uri)) : NONE_LOCKED
  const repairable = mains.filter(({ uri }) => !locked.has(uri))
  const repairs = values.fix || values.diff ? await repair(repairable, mains, settings, request, files) : NOTHING
  if (repairs.isCut) terminal.err('jailhouse-warden: not all repairs were tried; run it again for the rest\n')
  if (values.diff) return showDiff(repairs, terminal)
  for (const { after } of repairs.files) write(after, files)

  const checked = latest(mains, files)
  const project = files.project(settings, checked)
  const pairs = pairsAmong(checked, project)
  const baseline = values.baseline ? readBaselineFile(values.baseline, files, terminal) : undefined
  const choice = { level, isFolded: FOLDS.has(values.format), ...(baseline && { baseline }) }
  const tellsOfRepairs = SHOWS_REPAIRS.has(values.format) && !values['write-baseline']
  const { all, offers, read } = await checkShares(checked, pairs, files, threads, terminal, {
    settings,
    mains: checked,
    threads: threads.count,
    ...(tellsOfRepairs && { repairsOf: choice }),
  })
  printTraces(all, terminal)
  if (values['write-baseline']) {
    // What other threads read is known here from now on.
    for (const uri of read) files.lookup(uri)
    return writeBaseline(values['write-baseline'], baselineOf(all), files.texts, terminal)
  }
  if (values['prune-baseline']) pruneBaseline(values.baseline, baseline, all, terminal)
  const news = newsAmong(all, choice)
  const shown = shownAmong(news, choice)
  const { findings, untried } = tellsOfRepairs
    ? withOffers(shown, offers, await openFacts(files, [], settings, checked, new FileTime()))
    : { findings: shown, untried: 0 }
  const report = { findings, files: checked, pairs, pathOf: (uri: string) => pathOf(uri, terminal.cwd), terminal }
  terminal.out(format(report))
  const misdirected = [
    ...projectFileErrors(checked, project, terminal),
    ...lockedErrors(locked, findings, values.unsafe, terminal),
  ]
  for (const line of misdirected) terminal.err(line)
  if (values.format === 'text') {
    for (const line of pairLines(pairs, report.pathOf)) terminal.err(`${line}\n`)
    for (const line of aloneLines(checked, pairs, report.pathOf)) terminal.err(`${line}\n`)
    if (!values.together && areAlternatives(pairs, checked)) terminal.err(ALTERNATIVES)
    if (untried > 0) terminal.err(`repairs of ${count(untried, 'finding')} not tried: that would take too long\n`)
    // Of findings alike the text shows one, and the summary counts all of them, as that of `json` does.
    terminal.err(summary({ ...report, findings: bounded(news) }, repairs.files.length))
  }
  if (misdirected.length > 0 || findings.some(isMisdirection)) return 2
  return findings.some(({ severity }) => severity === 'error' || severity === 'warning') ? 1 : 0
}

/** A thread takes some time to begin: it is worth it for so many files. */
const FILES_FOR_THREAD = 16
/** Each takes some memory. */
const MAX_THREADS = 8

function threadsFor(files: number, given: string | undefined): number {
  if (given === undefined)
    return Math.max(1, Math.min(MAX_THREADS, availableParallelism(), Math.floor(files / FILES_FOR_THREAD)))
  if (!/^[1-9]\d{0,2}$/.test(given)) throw new UsageError(`--jobs: "${given}" requires a number of threads`)
  return Math.min(Number(given), files)
}

/** Makes safe repairs in memory, all files together: one may need an edit of several. */
async function repair(
  repairable: readonly SourceFile[],
  mains: readonly SourceFile[],
  settings: Partial<Settings>,
  { values: { unsafe }, level }: Request,
  files: Files,
): Promise<Repairs> {
  const isOver = clock(mains.length, MS_TO_REPAIR)
  const time = new FileTime()
  const project = await openFacts(files, mains, settings, mains, time)
  time.restart(mains.length)
  const isChosen = (finding: Finding) => newsAmong([finding], { level, isFolded: false }).length > 0
  const uris = repairable.map(({ uri }) => uri)
  return repairUntilStable(uris, project, { isChosen, unsafe, isOver })
}

/** What is found in all files, in their order, each once. */
async function checkShares(
  checked: readonly SourceFile[],
  pairs: readonly Pair[],
  files: Files,
  threads: Threads,
  terminal: Terminal,
  question: Question,
) {
  const shares = sharesOf(checked, pairs)
  const results = await threads.check(shares, question, files, begun =>
    terminal.progress?.(`${Math.round((100 * begun) / shares.length)} % of ${count(checked.length, 'file')} checked`),
  )
  terminal.progress?.()
  const found = new Map(shares.flatMap((share, i) => share.map((uri, j) => [uri, results[i]?.findings[j] ?? []])))
  return {
    all: distinct(checked.flatMap(({ uri }) => found.get(uri) ?? [])),
    offers: new Map(results.flatMap(({ offers }) => [...offers])),
    read: new Set(results.flatMap(({ read }) => read)),
  }
}

/** A root and the inmates beside it, in the order they are named. */
function systemOf(mains: readonly SourceFile[]): NonNullable<Settings['together']> {
  const [root, ...others] = mains.filter(looksLikeSystem)
  const cells = mains.filter(file => !looksLikeSystem(file) || looksLikeInmate(file)).map(({ uri }) => uri)
  if (!root || others.length > 0 || cells.length === 0)
    throw new UsageError('--together requires the files of one root cell and of inmates')
  return { root: root.uri, cells }
}

/** Files given with facts of a machine are for that machine, so cells without another root run under its only one. */
function onlyRootOf(mains: readonly SourceFile[]): Pick<Settings, 'onlyRoot'> {
  const [root, ...others] = mains.filter(looksLikeSystem)
  return root && others.length === 0 ? { onlyRoot: root.uri } : {}
}

/** Whether somebody may have meant one system: a root and several of its inmates, and nothing else. */
const areAlternatives = (pairs: readonly Pair[], checked: readonly SourceFile[]): boolean =>
  1 < pairs.length &&
  checked.length === pairs.length + 1 &&
  pairs.every(({ root }) => root.by !== 'system' && root.uri === pairs[0]?.root.uri) &&
  checked.some(({ uri }) => uri === pairs[0]?.root.uri)

const ALTERNATIVES = 'each inmate was checked without the others; --together checks them as one system\n'

/** A clean answer about a file that holds no configuration would pass for a check. */
async function refuseForeign(
  mains: readonly SourceFile[],
  settings: Partial<Settings>,
  files: Files,
  { cwd }: Terminal,
): Promise<void> {
  const strange = mains.filter(file => !isConfigFile(file))
  const time = new FileTime()
  const project = await openFacts(files, strange, settings, mains, time)
  for (const file of strange) {
    const analysis = inTime(project, file, time)
    if (!holdsNothing(analysis)) continue
    const limit = analysis.unit.problems.find(({ kind }) => kind === 'expansion-limit')
    throw new UsageError(`${pathOf(file.uri, cwd)}: no cell configuration in it${limit ? `; ${limit.message}` : ''}`)
  }
}

const holdsNothing = ({ config, findings }: Analysis): boolean =>
  config === undefined && !findings.some(({ trace }) => trace)

/** Errors of ours, each once. */
function printTraces(findings: readonly Finding[], { cwd, err }: Terminal): void {
  const traces = new Map(findings.flatMap(({ span, trace }) => (trace === undefined ? [] : [[trace, span.file.uri]])))
  for (const [trace, uri] of traces) err(`jailhouse-warden: ${pathOf(uri, cwd)}: ${trace}\n`)
}

const latest = (mains: readonly SourceFile[], files: Files): readonly SourceFile[] =>
  mains.map(({ uri }) => files.lookup(uri)).filter(file => typeof file !== 'string')

const NOTHING: Pick<Repairs, 'files' | 'isCut'> = { files: [], isCut: false }

/** How long, of the processor's time and for each file, repairs are tried to make them. */
const MS_TO_REPAIR = 1500

const NONE_LOCKED: ReadonlyMap<string, string> = new Map()

/** Files that cannot be written, each with the reason: a repair of several files is made in all of them or in none. */
const lockedAmong = (uris: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    uris.flatMap(uri => {
      const reason = refusalToReplace(fileURLToPath(uri))
      return reason === undefined ? [] : [[uri, reason] as const]
    }),
  )

/** A line for each file that was to be repaired and cannot be written. */
const lockedErrors = (
  locked: ReadonlyMap<string, string>,
  findings: readonly Finding[],
  unsafe: boolean,
  { cwd }: Terminal,
): readonly string[] =>
  [...locked].flatMap(([uri, reason]) =>
    findings.some(finding => finding.span.file.uri === uri && preferredFix(finding, unsafe))
      ? [`${pathOf(uri, cwd)}: not repaired: ${reason}\n`]
      : [],
  )

function write(file: SourceFile, files: Files): void {
  rewrite(file)
  files.put(file)
}

function showDiff({ files }: Pick<Repairs, 'files'>, terminal: Terminal): ExitCode {
  for (const { before, after } of files) {
    const [file, path] = [fileURLToPath(before.uri), pathOf(before.uri, terminal.cwd)]
    const [oldBytes, newBytes] = [bytesFor(file, before.text), bytesFor(file, after.text)]
    if (terminal.outBytes && oldBytes && newBytes) terminal.outBytes(unifiedDiffOfBytes(path, oldBytes, newBytes))
    else terminal.out(unifiedDiff(path, before.text, after.text))
  }
  return files.length > 0 ? 1 : 0
}

/** Facts named on the command line are there, or it makes no sense. */
function platformSettings(given: readonly string[] | undefined, cwd: string): Pick<Settings, 'platform'> {
  if (!given) return {}
  return {
    platform: given.map(path => {
      const full = resolve(cwd, path)
      if (!existsSync(full)) throw new UsageError(`${path}: no such file`)
      if (isFolder(full)) return `${uriOf(full)}/`
      if (!statSync(full).isFile()) throw new UsageError(`${path}: not a regular file`)
      return uriOf(full)
    }),
  }
}

/** What is wrong with the project files that had a say, a line each. */
function projectFileErrors(mains: readonly SourceFile[], project: Project, { cwd }: Terminal): readonly string[] {
  const missing = { files: new Set<string>(), folders: new Set<string>() }
  const read = new Set(mains.flatMap(({ uri }) => projectFileOf(uri, project, missing)?.file ?? []))
  return [...read].flatMap(file =>
    projectProblems(file, project).problems.map(({ span: at, message }) => {
      const { line, character } = positionAt(file, at.start)
      return `${pathOf(file.uri, cwd)}:${line + 1}:${character + 1}: error: ${message}\n`
    }),
  )
}

function summary({ findings, files }: Report, changed: number): string {
  const counts = [
    count(countOf(findings, 'error'), 'error'),
    count(countOf(findings, 'warning'), 'warning'),
    count(countOf(findings, 'information') + countOf(findings, 'hint'), 'note'),
  ]
  const fixed = changed > 0 ? `, ${count(changed, 'file')} changed` : ''
  const places = new Set([...files, ...findings.map(({ span }) => span.file)].map(({ uri }) => uri))
  return `${counts.join(', ')} in ${count(places.size, 'file')}${fixed}\n`
}
