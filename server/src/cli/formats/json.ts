import { helpOf } from '../../rules/rule.ts'
import { english } from '../../text/message.ts'
import { type Edit, positionAt, type Span } from '../../text/source-file.ts'
import { countOf, type Format, type Report } from './report.ts'

/** Lines and columns count from 1, columns in UTF-16 units; ends are exclusive. */
export const json: Format = report => {
  const findings = report.findings.map(finding => ({
    code: finding.rule.code,
    rule: finding.rule.id,
    severity: finding.severity,
    message: finding.headline,
    notes: finding.notes ?? [],
    help: helpOf(finding) ?? null,
    ...rangeOf(finding.span, report),
    fingerprint: finding.fingerprint,
    related: (finding.related ?? []).map(({ span, text }) => ({ message: text, ...rangeOf(span, report) })),
    fixes: (finding.fixes ?? []).map(({ title, preferred = false, unsafe = false, edits }) => ({
      title,
      preferred,
      safety: unsafe ? 'unsafe' : 'safe',
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
  const pairs = report.pairs.map(({ cell, root }) => ({
    cell: report.pathOf(cell.uri),
    root: report.pathOf(root.uri),
    by: root.by,
    reason: english(root.reason),
  }))
  return `${JSON.stringify({ version: 1, summary, pairs, findings }, null, 2)}\n`
}

function rangeOf({ file, start, end }: Span, { pathOf }: Report) {
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

const editOf = ({ span: at, text }: Edit, report: Report) => ({ ...rangeOf(at, report), text })
