import { createHash } from 'node:crypto'
import { positionAt, type Span } from '../../text/source-file.ts'
import { countOf, type Format } from './report.ts'

const lineOf = ({ file, start }: Span): number => positionAt(file, start).line + 1

/** Workflow commands that GitHub shows beside the code. */
export const github: Format = ({ findings, pathOf }) => {
  const command = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const
  const inMessage = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const inProperty = (text: string) => inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
  return findings
    .map(({ severity, at, rule, message }) => {
      const from = positionAt(at.file, at.start)
      const to = positionAt(at.file, at.end)
      const columns = from.line === to.line ? `,col=${from.character + 1},endColumn=${to.character + 1}` : ''
      const place = `file=${inProperty(pathOf(at.file.uri))},line=${from.line + 1},endLine=${to.line + 1}${columns}`
      return `::${command[severity]} ${place},title=${inProperty(`${rule.code} ${rule.title}`)}::${inMessage(message)}\n`
    })
    .join('')
}

/** A Code Quality report for GitLab. */
export const gitlab: Format = ({ findings, pathOf }) => {
  const severities = { error: 'critical', warning: 'major', information: 'info', hint: 'info' } as const
  const issues = findings.map(({ severity, at, rule, message, fingerprint }) => ({
    description: message,
    check_name: `${rule.code} ${rule.id}`,
    fingerprint: createHash('sha256')
      .update(`${pathOf(at.file.uri)} ${fingerprint}`)
      .digest('hex'),
    severity: severities[severity],
    location: { path: pathOf(at.file.uri), lines: { begin: lineOf(at) } },
  }))
  return `${JSON.stringify(issues, null, 2)}\n`
}

/** JUnit's XML: a suite a file, a failure for each error and warning. */
export const junit: Format = ({ findings, files, pathOf }) => {
  const escaped = (text: string) =>
    text.replace(/[<>&"'\n\r\t]/g, letter => `&#${letter.charCodeAt(0)};`).replace(/[^\u0020-\uFFFD]/g, '?')
  const suites = [...new Set([...files, ...findings.map(({ at }) => at.file)])].map(file => {
    const own = findings.filter(({ at }) => at.file === file)
    const name = escaped(pathOf(file.uri))
    const failures = countOf(own, 'error') + countOf(own, 'warning')
    const cases = own.map(({ at, rule, severity, message }) => {
      const words = escaped(`${pathOf(at.file.uri)}:${lineOf(at)}: ${message}`)
      const fails = severity === 'error' || severity === 'warning'
      const body = fails ? `<failure type="${severity}" message="${escaped(message)}">${words}</failure>` : ''
      return `    <testcase classname="${name}" name="${rule.code} ${rule.id}:${lineOf(at)}">${body}</testcase>\n`
    })
    const clean = `    <testcase classname="${name}" name="no findings"></testcase>\n`
    const tests = Math.max(1, own.length)
    return `  <testsuite name="${name}" tests="${tests}" failures="${failures}" errors="0" skipped="0">\n${cases.join('') || clean}  </testsuite>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="jailhouse-warden">\n${suites.join('')}</testsuites>\n`
}
