import type { Finding, Severity } from '../../rules/rule.ts'
import type { SourceFile } from '../../text/source-file.ts'
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

export const countOf = (findings: readonly Finding[], severity: Severity): number =>
  findings.filter(finding => finding.severity === severity).length
