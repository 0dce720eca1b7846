import type { Edit, Span } from '../../text/source-file.ts'
import { positionAt } from '../../text/source-file.ts'
import { countOf, type Format, type Report } from './report.ts'

/** Lines and columns count from 1, columns in UTF-16 units; ends are exclusive. */
export const json: Format = report => {
  const findings = report.findings.map(({ rule, severity, message, at, related = [], fixes = [], fingerprint }) => ({
    code: rule.code,
    rule: rule.id,
    severity,
    message,
    ...placeOf(at, report),
    fingerprint,
    related: related.map(({ at, message }) => ({ message, ...placeOf(at, report) })),
    fixes: fixes.map(({ title, preferred = false, edits }) => ({
      title,
      preferred,
      edits: edits.map(edit => editOf(edit, report)),
    })),
  }))
  const summary = {
    files: report.files.length,
    errors: countOf(report.findings, 'error'),
    warnings: countOf(report.findings, 'warning'),
    information: countOf(report.findings, 'information'),
    hints: countOf(report.findings, 'hint'),
  }
  return `${JSON.stringify({ version: 1, summary, findings }, null, 2)}\n`
}

function placeOf({ file, start, end }: Span, { pathOf }: Report) {
  const from = positionAt(file, start)
  const to = positionAt(file, end)
  return {
    file: pathOf(file.uri),
    line: from.line + 1,
    column: from.character + 1,
    endLine: to.line + 1,
    endColumn: to.character + 1,
  }
}

const editOf = ({ at, text }: Edit, report: Report) => ({ ...placeOf(at, report), text })
