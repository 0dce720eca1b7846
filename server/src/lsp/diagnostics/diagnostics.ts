import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver'
import type { ProjectProblem } from '../../config/project-file.ts'
import { fold, foldAlike } from '../../rules/fold.ts'
import { type Finding, fullText, type Severity } from '../../rules/rule.ts'
import { positionAt, type SourceFile, type Span } from '../../text/source-file.ts'
import { nameOf } from '../../text/uri.ts'
import { toRange } from '../position-encoding.ts'
import { PAGE_SCHEME } from '../protocol.ts'
import type { AnalyzedDocument, Session } from '../session.ts'

const SOURCE = 'jailhouse-warden'

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
}

/** The findings that lie in the document itself; those in other files are shown with those files. */
export const findingsIn = ({ document, findings }: AnalyzedDocument): readonly Finding[] =>
  findings.filter(({ span }) => span.file === document.file)

/** The findings of a document as they are listed and counted. */
export const shownFindings = (answer: AnalyzedDocument): readonly Finding[] => foldAlike(findingsIn(answer))

/** What is alike to a finding that is listed is marked at its place, as a hint. */
export function diagnosticsOf(answer: AnalyzedDocument, session: Session): Diagnostic[] {
  const { shown, alike } = fold(findingsIn(answer))
  const marks = alike.map((finding): Finding => ({ ...finding, severity: 'hint' }))
  return [...shown, ...marks].map(finding => toDiagnostic(finding, session))
}

/** What is wrong with `jailhouse.json` changes what is checked, and spoils nothing by itself. */
export const problemDiagnostic = ({ span: at, message }: ProjectProblem, { capabilities }: Session): Diagnostic => ({
  range: toRange(at, capabilities.encoding),
  severity: DiagnosticSeverity.Warning,
  source: SOURCE,
  message,
})

export function toDiagnostic(finding: Finding, session: Session): Diagnostic {
  const { capabilities } = session
  const { rule, span, related = [] } = finding
  return {
    range: toRange(span, capabilities.encoding),
    severity: SEVERITY[finding.severity],
    source: SOURCE,
    code: rule.code,
    message: capabilities.relatedInformation ? fullText(finding) : withRelated(finding),
    data: { rule: rule.id, fingerprint: finding.fingerprint },
    ...(capabilities.codeDescription && { codeDescription: { href: `${PAGE_SCHEME}:/${rule.id}.md` } }),
    ...(capabilities.unnecessaryTag &&
      (finding.unnecessary || finding.isKnown) && { tags: [DiagnosticTag.Unnecessary] }),
    ...(capabilities.relatedInformation &&
      related.length > 0 && {
        relatedInformation: related.map(({ span, text }) => ({
          location: { uri: session.clientUri(span.file.uri), range: toRange(span, capabilities.encoding) },
          message: text,
        })),
      }),
  }
}

/** The other places in words, for a client that cannot show places. */
const withRelated = (finding: Finding): string =>
  [fullText(finding), ...(finding.related ?? []).map(({ span, text }) => `${fileAndLine(span)}: ${text}`)].join('\n')

const fileAndLine = ({ file, start }: Span): string => `${nameOf(file.uri)}:${positionAt(file, start).line + 1}`

/** What is no fault can wait until somebody opens the file. */
const PUBLISHED_SEVERITIES: readonly Severity[] = ['error', 'warning']

/**
 * The diagnostics of configurations that nobody has open, by URI: what scenarios of open ones find in their root or in
 * their inmates. What such a file says by itself is not looked at.
 */
export async function closedFileDiagnostics(session: Session): Promise<ReadonlyMap<string, readonly Diagnostic[]>> {
  const found = new Map<SourceFile, Finding[]>()
  for (const { uri } of session.configurations()) {
    const answer = await session.analyze(uri)
    if (!answer) continue
    for (const file of scenarioFiles(answer))
      if (!found.has(file) && !session.workspace.document(file.uri)) found.set(file, [])
    for (const finding of answer.findings)
      if (PUBLISHED_SEVERITIES.includes(finding.severity)) found.get(finding.span.file)?.push(finding)
  }
  return new Map(
    [...found].map(([file, findings]) => [
      file.uri,
      distinct(foldAlike(findings).map(each => toDiagnostic(each, session))),
    ]),
  )
}

const scenarioFiles = ({ analysis }: AnalyzedDocument): readonly SourceFile[] =>
  analysis.simulations.flatMap(({ scenario }) => [scenario.root.file, ...scenario.cells.map(({ file }) => file)])

/** Several open inmates may find the same in their root. */
export const distinct = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => [
  ...new Map(diagnostics.map(each => [JSON.stringify([each.code, each.range, each.message]), each])).values(),
]
