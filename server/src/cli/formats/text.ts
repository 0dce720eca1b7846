import type { Finding, Severity } from '../../rules/rule.ts'
import { lineStarts, positionAt, type Span } from '../../text/source-file.ts'
import { styled } from '../terminal.ts'
import type { Format, Report } from './report.ts'

/** What gcc would call it. */
const WORD: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
}
const COLOUR = { error: 'red', warning: 'magenta', note: 'cyan' } as const

/** gcc's lines with the code they speak of, and carets under it. */
export const text: Format = report => report.findings.map(finding => told(finding, report, snippet)).join('')

/** gcc's lines alone, for whatever reads gcc's. */
export const gcc: Format = report => report.findings.map(finding => told(finding, report, () => '')).join('')

type Snippet = (at: Span, word: keyof typeof COLOUR, report: Report) => string

function told({ at, rule, severity, message, related = [], fixes = [] }: Finding, report: Report, code: Snippet) {
  const word = WORD[severity]
  const name = styled(report.terminal, 'dim', `[${rule.code} ${rule.id}]`)
  const lines = [
    `${headline(at, word, report)} ${styled(report.terminal, 'bold', message)} ${name}\n`,
    code(at, word, report),
    ...related.flatMap(({ at, message }) => [`${headline(at, 'note', report)} ${message}\n`, code(at, 'note', report)]),
    ...(code === snippet ? fixes.map(({ title }) => `        fix: ${title}\n`) : []),
  ]
  return lines.join('')
}

function headline({ file, start }: Span, word: keyof typeof COLOUR, { pathOf, terminal }: Report): string {
  const { line, character } = positionAt(file, start)
  const place = styled(terminal, 'bold', `${pathOf(file.uri)}:${line + 1}:${character + 1}:`)
  return `${place} ${styled(terminal, ['bold', COLOUR[word]], `${word}:`)}`
}

/** The first line of a span, with carets under what of the span stands in it. */
function snippet({ file, start, end }: Span, word: keyof typeof COLOUR, { terminal }: Report): string {
  const { line, character } = positionAt(file, start)
  const first = start - character
  const next = lineStarts(file)[line + 1] ?? file.text.length
  const code = file.text.slice(first, next).replace(/[\r\n]+$/, '')
  if (code.trim() === '') return ''
  const width = Math.max(1, Math.min(end - first, code.length) - character)
  const before = expand(code.slice(0, character))
  const marked = expand(code.slice(0, character + width)).length - before.length
  const carets = styled(terminal, COLOUR[word], `^${'~'.repeat(Math.max(0, marked - 1))}`)
  const number = String(line + 1).padStart(5)
  return `${number} | ${expand(code)}\n      | ${' '.repeat(before.length)}${carets}\n`
}

/** Tabs as blanks up to the next multiple of eight columns. */
const expand = (line: string): string =>
  [...line].reduce((text, letter) => text + (letter === '\t' ? ' '.repeat(8 - (text.length % 8)) : letter), '')
