import { asSentence, details, type Finding, helpOf, type Severity } from '../../rules/rule.ts'
import { lineStarts, positionAt, type Span } from '../../text/source-file.ts'
import { visible } from '../../text/visible.ts'
import { styled } from '../terminal.ts'
import { type Format, fileLineColumn, type Report, relatedNotes } from './report.ts'

/** What gcc would call it. */
const WORD: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
}
const COLOUR = { error: 'red', warning: 'magenta', note: 'cyan' } as const

/** The headline where gcc would print it, the code it speaks of with carets under it, then why and what to do. */
export const text: Format = report => report.findings.map(finding => block(finding, report)).join('')

/** gcc's lines alone, for whatever reads gcc's. */
export const gcc: Format = report => report.findings.map(finding => firstLine(finding, report)).join('')

function block(finding: Finding, report: Report): string {
  const { fixes = [] } = finding
  const help = helpOf(finding)
  const lines = [
    ...relatedNotes(finding, report),
    ...fixes
      .map(({ title }) => asSentence(title))
      .filter(title => title !== help)
      .map(title => `fix: ${title}`),
  ]
  const below = [...details(finding), ...lines].map(line => `${labelled(visible(line), report)}\n`)
  return [firstLine(finding, report), snippet(finding.span, WORD[finding.severity], report), ...below].join('')
}

/** `note:`, `help:` and `fix:` in the colours that compilers give them. */
const labelled = (line: string, { terminal }: Report): string =>
  line.replace(/^\w+:/, label => styled(terminal, ['bold', label === 'note:' ? 'cyan' : 'green'], label))

function firstLine({ span, rule, severity, headline }: Finding, report: Report): string {
  const { terminal } = report
  const place = styled(terminal, 'bold', `${fileLineColumn(span, report)}:`)
  const word = styled(terminal, ['bold', COLOUR[WORD[severity]]], `${WORD[severity]}:`)
  const name = styled(terminal, 'dim', `[${rule.code} ${rule.id}]`)
  return `${place} ${word} ${styled(terminal, 'bold', visible(headline))} ${name}\n`
}

/** The first line of a span, with carets under what of the span stands in it. */
function snippet({ file, start, end }: Span, word: keyof typeof COLOUR, { terminal }: Report): string {
  const { line, character } = positionAt(file, start)
  const first = start - character
  const next = lineStarts(file)[line + 1] ?? file.text.length
  const whole = file.text.slice(first, next).replace(/[\r\n]{1,2}$/, '')
  const from = character <= MAX_BEFORE ? 0 : character - MAX_BEFORE
  const code = whole.slice(from, from + MAX_COLUMNS)
  if (code.trim() === '') return ''
  const column = character - from
  const width = Math.max(1, Math.min(end - first - from, code.length) - column)
  const before = shown(code.slice(0, column))
  const marked = shown(code.slice(0, column + width)).length - before.length
  const carets = styled(terminal, COLOUR[word], `^${'~'.repeat(Math.max(0, marked - 1))}`)
  const number = String(line + 1).padStart(5)
  const cut = code.length < whole.length - from ? '…' : ''
  return `${number} | ${shown(code)}${cut}\n      | ${' '.repeat(before.length)}${carets}\n`
}

/** Of a line that is longer than anybody reads only what stands around the place is shown. */
const MAX_BEFORE = 160
const MAX_COLUMNS = 400

const shown = (code: string): string => visible(expand(code))

/** Tabs as blanks up to the next multiple of eight columns. */
const expand = (line: string): string =>
  [...line].reduce((text, letter) => text + (letter === '\t' ? ' '.repeat(8 - (text.length % 8)) : letter), '')
