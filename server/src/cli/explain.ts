import { resolve } from 'node:path'
import { readOpenSync, readRegularFileSync } from '../disk/read.ts'
import { codeOf } from '../ide/docs/console-lines.ts'
import { rulePage } from '../ide/docs/rule-pages.ts'
import { conclusionOf } from '../ide/explain/conclusion.ts'
import { type Explanation, explainLines } from '../ide/explain/explain-line.ts'
import { catalogue, rulesNamed } from '../rules/catalogue.ts'
import { type Finding, helpOf } from '../rules/rule.ts'
import { decode } from '../text/encoding.ts'
import { positionAt, type Span } from '../text/source-file.ts'
import { count } from '../text/words.ts'
import { type Command, type ExitCode, readArguments, UsageError } from './command.ts'
import { bytesOf, pathOf } from './files.ts'
import { compilerHelp, compilerOptions } from './options.ts'
import { systemsFor } from './simulations.ts'
import type { Terminal } from './terminal.ts'

const help = `usage: jailhouse-warden explain [RULE]
       jailhouse-warden explain [OPTIONS] "CONSOLE LINE" [ROOT [INMATE...]]
       jailhouse-warden explain [OPTIONS] --log FILE [ROOT [INMATE...]]

Prints the page of a rule, named by code (JH301) or id; without a name, the list of all rules.
Or explains what hypervisor, driver or tool printed: what it means, what the numbers are, what causes it. With
configurations, also which region or field of them is the cause, if any, beginning with the findings of rules.

  --log FILE        explain all known lines of a log, each with its place; "-" reads standard input
${compilerHelp}
Exit status: 0 explained, 1 no known line found, 2 invalid command line.
`

const options = { ...compilerOptions, log: { type: 'string' } } as const

export const explain: Command = {
  name: 'explain',
  summary: 'explain a rule, or a line of a console',
  help,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    const [subject, ...rest] = positionals
    if (values.log !== undefined)
      return explainText({ text: readLog(values.log, terminal), log: values.log }, positionals, values, terminal)
    if (subject === undefined) return listRules(terminal)
    if (/^[\w-]+$/.test(subject)) return printPage(subject, terminal)
    return explainText({ text: subject }, rest, values, terminal)
  },
}

function listRules(terminal: Terminal): ExitCode {
  for (const { code, id, severity, title } of catalogue)
    terminal.out(`${code}  ${severity.padEnd(11)}  ${id.padEnd(34)}  ${title}\n`)
  return 0
}

function printPage(name: string, terminal: Terminal): ExitCode {
  const rules = rulesNamed(name)
  if (rules.length === 0) throw new UsageError(`no rule is called "${name}"; "jailhouse-warden explain" lists them all`)
  for (const rule of rules) terminal.out(rulePage(rule))
  return 0
}

function readLog(path: string, { cwd }: Terminal): string {
  const reading = path === '-' ? readOpenSync(0) : readRegularFileSync(resolve(cwd, path))
  return decode(bytesOf(reading, path)).text
}

async function explainText(
  { text, log }: { readonly text: string; readonly log?: string },
  operands: readonly string[],
  given: Parameters<typeof systemsFor>[1],
  terminal: Terminal,
): Promise<ExitCode> {
  const { simulations, findings } =
    operands.length > 0 ? await systemsFor(operands, given, terminal) : { simulations: [], findings: [] }
  const { explanations, rest, unread } = explainLines(text, simulations, findings)
  terminal.out(explanations.map(explanation => explanationText(explanation, log, terminal)).join('\n'))
  if (unread) terminal.err(`jailhouse-warden: ${unread}\n`)
  if (rest > 0)
    terminal.err(`jailhouse-warden: ${count(rest, 'other message')} of Jailhouse not explained: too many at once\n`)
  if (explanations.length > 0) return 0
  terminal.err('jailhouse-warden: no known line of Jailhouse found\n')
  return 1
}

function explanationText(explanation: Explanation, log: string | undefined, { cwd }: Terminal): string {
  const { known, clues, facts, found } = explanation
  const place = (at: Span | undefined) => (at?.file.uri ? `${fileAndLine(at, cwd)}: ` : '')
  const lines = [
    openingOf(explanation, log),
    `  ${known.meaning}`,
    `  ${conclusionOf(explanation)}`,
    ...found.slice(0, FINDING_LIMIT).flatMap(finding => findingLines(finding, place(finding.span))),
    ...facts.map(fact => `  - ${fact}`),
    ...clues.map(({ at, message }) => `  ${place(at)}${message}`),
    ...suspectLines(explanation),
  ]
  return `${lines.join('\n')}\n`
}

/** What is said of one line; the rest is what `check` is for. */
const FINDING_LIMIT = 5

/** `console.log:12: Unhandled data read at 0x1c25014(4) (and 3 times more)` */
function openingOf({ text, lines }: Explanation, log: string | undefined): string {
  const place = log === undefined ? '' : `${log}:${(lines[0] ?? 0) + 1}: `
  const again = lines.length > 1 ? ` (and ${count(lines.length - 1, 'time')} more)` : ''
  return `${place}${text.trim().split('\n').at(-1)?.trim()}${again}`
}

function findingLines(finding: Finding, place: string): readonly string[] {
  const help = helpOf(finding)
  return [
    `  ${place}${finding.headline} [${finding.rule.code} ${finding.rule.id}]`,
    ...(help === undefined ? [] : [`    help: ${help}`]),
  ]
}

function suspectLines({ found, suspects, ruledOut }: Explanation): readonly string[] {
  const head = found.length > 0 ? '  beside that:' : '  suspects, likeliest first:'
  return [
    ...(suspects.length > 0 ? [head] : []),
    ...suspects.flatMap(({ cause, remedy, rules = [] }, i) => [
      `  ${i + 1}. ${cause}`,
      `     ${remedy}${rules.length ? ` [${rules.map(codeOf).join(', ')}]` : ''}`,
    ]),
    ...(ruledOut.length > 0 ? ['  ruled out by these files:', ...ruledOut.map(({ cause }) => `  - ${cause}`)] : []),
  ]
}

const fileAndLine = ({ file, start }: Span, cwd: string): string => {
  const { line, character } = positionAt(file, start)
  return `${pathOf(file.uri, cwd)}:${line + 1}:${character + 1}`
}
