import type { Finding, Severity } from '../../rules/rule.ts'
import { positionAt, type SourceFile, type Span } from '../../text/source-file.ts'
import { visible } from '../../text/visible.ts'
import type { Pair } from '../pairs.ts'
import type { Terminal } from '../terminal.ts'

/** What a check found, for a format to print. */
export interface Report {
  readonly findings: readonly Finding[]
  readonly files: readonly SourceFile[]
  readonly pairs: readonly Pair[]
  /** The path to print for a URI. */
  readonly pathOf: (uri: string) => string
  readonly terminal: Pick<Terminal, 'colours'>
}

export type Format = (report: Report) => string

/** `board.c:12:8`, counted from 1. */
export function fileLineColumn({ file, start }: Span, { pathOf }: Pick<Report, 'pathOf'>): string {
  const { line, character } = positionAt(file, start)
  return `${visible(pathOf(file.uri))}:${line + 1}:${character + 1}`
}

/** The other places of a finding as lines of text, for formats in which a finding has one place. */
export const relatedNotes = ({ related = [] }: Pick<Finding, 'related'>, report: Pick<Report, 'pathOf'>) =>
  related.map(({ span, text }) => `note: ${text} (${fileLineColumn(span, report)})`)

export const countOf = (findings: readonly Finding[], severity: Severity): number =>
  findings.filter(finding => finding.severity === severity).length
