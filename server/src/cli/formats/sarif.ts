import { details, type Finding, type Fix } from '../../rules/rule.ts'
import { positionAt, type Span } from '../../text/source-file.ts'
import { encodedSegment } from '../../text/uri.ts'
import type { Format, Report } from './report.ts'

const LEVEL = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const

/** SARIF 2.1.0, for code scanning services. */
export const sarif: Format = report => {
  const rules = [...new Set(report.findings.map(({ rule }) => rule))]
  const run = {
    tool: {
      driver: {
        name: 'Jailhouse Warden',
        version: JAILHOUSE_WARDEN_VERSION,
        rules: rules.map(({ code, id, title, page, severity }) => ({
          id: code,
          name: id,
          shortDescription: { text: title },
          help: { text: page, markdown: page },
          fullDescription: { text: introductionOf(page) ?? `${title}.` },
          defaultConfiguration: { level: LEVEL[severity] },
        })),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { SRCROOT: { description: { text: 'The folder in which the check was made' } } },
    results: report.findings.map(finding => resultOf(finding, rules.indexOf(finding.rule), report)),
  }
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json'
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`
}

/** The first paragraph below the title of a page. */
const introductionOf = (page: string): string | undefined =>
  page
    .split(/\r?\n\s*\r?\n/)
    .find(part => !/^[#*`]/.test(part.trim()))
    ?.trim()
    .replace(/\s+/g, ' ')

const resultOf = (finding: Finding, ruleIndex: number, report: Report) => ({
  ruleId: finding.rule.code,
  ruleIndex,
  level: LEVEL[finding.severity],
  message: { text: finding.headline, ...(details(finding).length > 0 && { markdown: markdownOf(finding) }) },
  locations: [{ physicalLocation: physical(finding.span, report) }],
  relatedLocations: (finding.related ?? [])
    .filter(({ span }) => span.file.uri)
    .map(({ span, text }, id) => ({ id, message: { text }, physicalLocation: physical(span, report) })),
  partialFingerprints: { 'jailhouseWarden/v1': finding.fingerprint },
  ...(finding.fixes && { fixes: finding.fixes.map(fix => fixOf(fix, report)) }),
})

/** The headline with a line for each note and the help below it. */
const markdownOf = (finding: Finding): string => [finding.headline, ...details(finding)].join('\n\n')

const physical = (at: Span, report: Report) => ({ artifactLocation: artifact(at, report), region: regionOf(at) })

/** Files below the folder of the check are named from there; others, and those of no disk, by their whole URI. */
function artifact({ file }: Span, { pathOf }: Report) {
  const path = pathOf(file.uri).replaceAll('\\', '/')
  if (path === file.uri || /^(\/|[a-z]:\/)/i.test(path)) return { uri: file.uri }
  return { uri: path.split('/').map(encodedSegment).join('/'), uriBaseId: 'SRCROOT' }
}

function regionOf({ file, start, end }: Span) {
  const from = positionAt(file, start)
  const to = positionAt(file, end)
  return {
    startLine: from.line + 1,
    startColumn: from.character + 1,
    endLine: to.line + 1,
    endColumn: to.character + 1,
  }
}

const fixOf = ({ title, edits, preferred = false, unsafe = false }: Fix, report: Report) => ({
  description: { text: title },
  properties: { preferred, safety: unsafe ? 'unsafe' : 'safe' },
  artifactChanges: [...new Set(edits.map(({ span: at }) => at.file))].map(file => ({
    artifactLocation: artifact({ file, start: 0, end: 0 }, report),
    replacements: edits
      .filter(({ span: at }) => at.file === file)
      .map(({ span: at, text }) => ({ deletedRegion: regionOf(at), insertedContent: { text } })),
  })),
})
