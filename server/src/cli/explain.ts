import { resolve } from 'node:path'
import { readOpenSync, readRegularFileSync } from '../disk/read.ts'
import { codeOf } from '../ide/docs/console-lines.ts'
import { rulePage } from '../ide/docs/rule-pages.ts'
import { conclusionOf } from '../ide/explain/conclusion.ts'
import { type Explanation, explainLines } from '../ide/explain/explain-line.ts'
import { catalogue } from '../rules/catalogue.ts'
import { isNamedBy } from '../rules/policy.ts'
import { decode } from '../text/encoding.ts'
import { positionAt, type Span } from '../text/source-file.ts'
import { type Command, type ExitCode, readArguments, UsageError } from './command.ts'
import { bytesOf, pathOf } from './files.ts'
import { compilerHelp, compilerOptions } from './options.ts'
import { simulationsFor } from './simulations.ts'
import type { Terminal } from './terminal.ts'

const help = `usage: jailhouse-warden explain [RULE]
       jailhouse-warden explain [OPTIONS] "CONSOLE LINE" [ROOT [INMATE...]]
       jailhouse-warden explain [OPTIONS] --log FILE [ROOT [INMATE...]]

Prints the page of a rule, named by code (JH301) or id; without a name, the list of all rules.
Or explains what hypervisor, driver or tool printed: what it means, what the numbers are, what causes it. With
configurations, also which region or field of them is to blame, if any.

  --log FILE        explain all known lines of a log; "-" reads standard input
${compilerHelp}
Exit status: 0 explained, 1 no known line found, 2 the question makes no sense.
`

const options = { ...compilerOptions, log: { type: 'string' } } as const

export const explain: Command = {
  name: 'explain',
  summary: 'explain a rule, or a line of a console',
  help,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    const [subject, ...rest] = positionals
    if (values.log !== undefined) return explainText(readLog(values.log, terminal), positionals, values, terminal)
    if (subject === undefined) return listRules(terminal)
    if (/^[\w-]+$/.test(subject)) return printPage(subject, terminal)
    return explainText(subject, rest, values, terminal)
  },
}

function listRules(terminal: Terminal): ExitCode {
  for (const { code, id, severity, title } of catalogue)
    terminal.out(`${code}  ${severity.padEnd(11)}  ${id.padEnd(34)}  ${title}\n`)
  return 0
}

function printPage(name: string, terminal: Terminal): ExitCode {
  const rules = catalogue.filter(rule => isNamedBy(rule, name))
  if (rules.length === 0) throw new UsageError(`no rule is called "${name}"; "jailhouse-warden explain" lists them all`)
  for (const rule of rules) terminal.out(rulePage(rule))
  return 0
}

function readLog(path: string, { cwd }: Terminal): string {
  const reading = path === '-' ? readOpenSync(0) : readRegularFileSync(resolve(cwd, path))
  return decode(bytesOf(reading, path)).text
}

function explainText(
  text: string,
  operands: readonly string[],
  given: Parameters<typeof simulationsFor>[1],
  terminal: Terminal,
): ExitCode {
  const explanations = explainLines(text, operands.length > 0 ? simulationsFor(operands, given, terminal) : [])
  terminal.out(explanations.map(explanation => explanationText(explanation, terminal)).join('\n'))
  if (explanations.length > 0) return 0
  terminal.err('jailhouse-warden: no line of Jailhouse that speaks of a fault is in this text\n')
  return 1
}

function explanationText(explanation: Explanation, { cwd }: Terminal): string {
  const { known, text: said, facts, clues } = explanation
  const suspects = known.suspects.flatMap(({ cause, remedy, rules = [] }, i) => [
    `  ${i + 1}. ${cause}`,
    `     ${remedy}${rules.length ? ` [${rules.map(codeOf).join(', ')}]` : ''}`,
  ])
  const lines = [
    said,
    `  ${known.meaning}`,
    `  ${conclusionOf(explanation)}`,
    ...facts.map(fact => `  - ${fact}`),
    ...clues.map(({ at, message }) => `  ${at?.file.uri ? `${fileAndLine(at, cwd)}: ` : ''}${message}`),
    '  suspects, likeliest first:',
    ...suspects,
  ]
  return `${lines.join('\n')}\n`
}

const fileAndLine = ({ file, start }: Span, cwd: string): string => {
  const { line, character } = positionAt(file, start)
  return `${pathOf(file.uri, cwd)}:${line + 1}:${character + 1}`
}
