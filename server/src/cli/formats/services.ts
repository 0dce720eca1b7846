import { createHash } from 'node:crypto'
import { details, type Finding, fullText } from '../../rules/rule.ts'
import { positionAt, type Span } from '../../text/source-file.ts'
import { countOf, type Format, type Report, relatedNotes } from './report.ts'

const lineOf = ({ file, start }: Span): number => positionAt(file, start).line + 1

/** All that a finding says, its other places included. */
const wholeText = (finding: Finding, report: Report): string =>
  [fullText(finding), ...relatedNotes(finding, report)].join('\n')

/** Workflow commands that GitHub shows beside the code. */
export const github: Format = report => {
  const { findings, pathOf } = report
  const command = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const
  const inMessage = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const inProperty = (text: string) => inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
  return findings
    .map(finding => {
      const { severity, span, rule } = finding
      const from = positionAt(span.file, span.start)
      const to = positionAt(span.file, span.end)
      const columns = from.line === to.line ? `,col=${from.character + 1},endColumn=${to.character + 1}` : ''
      const place = `file=${inProperty(pathOf(span.file.uri))},line=${from.line + 1},endLine=${to.line + 1}${columns}`
      return `::${command[severity]} ${place},title=${inProperty(`${rule.code} ${rule.title}`)}::${inMessage(wholeText(finding, report))}\n`
    })
    .join('')
}

const locationOf = (span: Span, { pathOf }: Report) => ({
  path: pathOf(span.file.uri),
  lines: { begin: lineOf(span) },
})

/** A Code Quality report for GitLab, which shows one place of each finding; the others are in its text, too. */
export const gitlab: Format = report => {
  const { findings, pathOf } = report
  const severities = { error: 'critical', warning: 'major', information: 'info', hint: 'info' } as const
  const issues = findings.map(({ severity, span, rule, headline, fingerprint, ...rest }) => ({
    description: headline,
    content: { body: [...details(rest), ...relatedNotes(rest, report)].join('\n\n') },
    check_name: `${rule.code} ${rule.id}`,
    fingerprint: createHash('sha256')
      .update(`${pathOf(span.file.uri)} ${fingerprint}`)
      .digest('hex'),
    severity: severities[severity],
    location: locationOf(span, report),
    ...(rest.related && { other_locations: rest.related.map(({ span: other }) => locationOf(other, report)) }),
  }))
  return `${JSON.stringify(issues, null, 2)}\n`
}

/** JUnit's XML: a suite a file, a failure for each error and warning. */
export const junit: Format = report => {
  const { findings, files, pathOf } = report
  const escaped = (text: string) =>
    text.replace(/[<>&"'\n\r\t]/g, letter => `&#${letter.charCodeAt(0)};`).replace(/[^\u0020-\uFFFD]/g, '?')
  const suites = [...new Set([...files, ...findings.map(({ span }) => span.file)])].map(file => {
    const own = findings.filter(({ span }) => span.file === file)
    const name = escaped(pathOf(file.uri))
    const failures = countOf(own, 'error') + countOf(own, 'warning')
    const seen = new Map<string, number>()
    const testcases = own.map(finding => {
      const { span, rule, severity, headline } = finding
      const title = `${rule.code} ${rule.id}:${lineOf(span)}`
      const before = seen.get(title) ?? 0
      seen.set(title, before + 1)
      const words = escaped(`${pathOf(span.file.uri)}:${lineOf(span)}: ${wholeText(finding, report)}`)
      const fails = severity === 'error' || severity === 'warning'
      const body = fails ? `<failure type="${severity}" message="${escaped(headline)}">${words}</failure>` : ''
      return `    <testcase classname="${name}" name="${before ? `${title} (${before + 1})` : title}">${body}</testcase>\n`
    })
    const clean = `    <testcase classname="${name}" name="no findings"></testcase>\n`
    const tests = Math.max(1, own.length)
    return `  <testsuite name="${name}" tests="${tests}" failures="${failures}" errors="0" skipped="0">\n${testcases.join('') || clean}  </testsuite>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="jailhouse-warden">\n${suites.join('')}</testsuites>\n`
}
