import type { Diagnostic } from 'vscode-languageserver'
import type { Finding, Severity } from '../rules/rule.ts'
import type { SourceFile } from '../text/source-file.ts'
import { toDiagnostic } from './diagnostics.ts'
import type { Answer, Session } from './session.ts'

/** What is no fault can wait until somebody opens the file. */
const URGENT: readonly Severity[] = ['error', 'warning']

/**
 * The diagnostics of configurations that nobody has open, by URI: what scenarios of open ones find in their root or in
 * their inmates. What such a file says by itself is not looked at.
 */
export async function diagnosticsElsewhere(session: Session): Promise<ReadonlyMap<string, readonly Diagnostic[]>> {
  const found = new Map<SourceFile, Finding[]>()
  for (const { uri } of session.configurations()) {
    const answer = await session.answer(uri)
    if (!answer) continue
    for (const file of partnersOf(answer))
      if (!found.has(file) && !session.workspace.document(file.uri)) found.set(file, [])
    for (const finding of answer.findings)
      if (URGENT.includes(finding.severity)) found.get(finding.span.file)?.push(finding)
  }
  return new Map(
    [...found].map(([file, findings]) => [file.uri, once(findings.map(each => toDiagnostic(each, session)))]),
  )
}

const partnersOf = ({ analysis }: Answer): readonly SourceFile[] =>
  analysis.cases.flatMap(({ scenario }) => [scenario.root.file, ...scenario.cells.map(({ file }) => file)])

/** Several open inmates may find the same in their root. */
const once = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => [
  ...new Map(diagnostics.map(each => [JSON.stringify([each.code, each.range, each.message]), each])).values(),
]
