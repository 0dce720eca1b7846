import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver'
import type { ProjectProblem } from '../config/project-file.ts'
import { fullText } from '../rules/finding-text.ts'
import type { Finding, Severity } from '../rules/rule.ts'
import { positionAt, type Span } from '../text/source-file.ts'
import { nameOf } from '../text/uri.ts'
import { toRange } from './convert.ts'
import { PAGE_SCHEME } from './protocol.ts'
import type { Answer, Session } from './session.ts'

export const SOURCE = 'jailhouse-warden'

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
}

/** The findings that lie in the document itself; those in other files are shown with those files. */
export const findingsIn = ({ document, findings }: Answer): readonly Finding[] =>
  findings.filter(({ span }) => span.file === document.file)

export const diagnosticsOf = (answer: Answer, session: Session): Diagnostic[] =>
  findingsIn(answer).map(finding => toDiagnostic(finding, session))

/** What is wrong with `jailhouse.json` changes what is checked, and spoils nothing by itself. */
export const problemDiagnostic = ({ at, message }: ProjectProblem, { abilities }: Session): Diagnostic => ({
  range: toRange(at, abilities.encoding),
  severity: DiagnosticSeverity.Warning,
  source: SOURCE,
  message,
})

export function toDiagnostic(finding: Finding, session: Session): Diagnostic {
  const { abilities } = session
  const { rule, span, related = [] } = finding
  return {
    range: toRange(span, abilities.encoding),
    severity: SEVERITY[finding.severity],
    source: SOURCE,
    code: rule.code,
    message: abilities.relatedInformation ? fullText(finding) : withRelated(finding),
    data: { rule: rule.id, fingerprint: finding.fingerprint },
    ...(abilities.codeDescription && { codeDescription: { href: `${PAGE_SCHEME}:/${rule.id}.md` } }),
    ...(abilities.unnecessaryTag && finding.unnecessary && { tags: [DiagnosticTag.Unnecessary] }),
    ...(abilities.relatedInformation &&
      related.length > 0 && {
        relatedInformation: related.map(({ span, text }) => ({
          location: { uri: session.spelling(span.file.uri), range: toRange(span, abilities.encoding) },
          message: text,
        })),
      }),
  }
}

/** The other places in words, for a client that cannot show places. */
const withRelated = (finding: Finding): string =>
  [fullText(finding), ...(finding.related ?? []).map(({ span, text }) => `${placeOf(span)}: ${text}`)].join('\n')

const placeOf = ({ file, start }: Span): string => `${nameOf(file.uri)}:${positionAt(file, start).line + 1}`
