import { readJson } from '../config/json-file.ts'
import type { Settings } from '../config/project.ts'
import type { ProjectFile } from '../config/project-file.ts'
import { memoize } from '../text/memo.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { closing, lineEnd, skipBlanks } from './fixes/surroundings.ts'
import type { Finding, Rule, Severity, Suppression } from './rule.ts'

/** What a project and a user decide about findings. */
export interface Policy {
  readonly settings: Pick<Settings, 'rules'>
  readonly projectFile: Pick<ProjectFile, 'rules'> | undefined
  /** Fingerprints of findings that were there when a baseline was taken. */
  readonly baseline?: ReadonlySet<string>
}

export const defaultPolicy: Policy = { settings: { rules: {} }, projectFile: undefined }

/** `JH2xx` for `JH203` */
export const bandOf = (code: string): string => `${code.slice(0, 3)}xx`

export const isNamedBy = (rule: Rule, name: string): boolean => namesOf(rule).includes(name)

/** The names a rule goes by, the narrowest first. */
const namesOf = (rule: Rule): readonly string[] => [rule.code, rule.id, bandOf(rule.code)]

/** The finding as the policy leaves it, or nothing. The user's settings precede the project's file. */
export function applyPolicy(policy: Policy, finding: Finding): readonly Finding[] {
  const severity =
    configuredSeverity(policy.settings.rules, finding.rule) ??
    configuredSeverity(policy.projectFile?.rules, finding.rule)
  if (severity === 'off' || policy.baseline?.has(finding.fingerprint)) return []
  return [severity ? { ...finding, severity } : finding]
}

export const SEVERITIES: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'] satisfies (
  | Severity
  | 'off'
)[]

function configuredSeverity(
  rules: Readonly<Record<string, string>> | undefined,
  rule: Rule,
): Severity | 'off' | undefined {
  const name = namesOf(rule).find(name => SEVERITIES.includes(rules?.[name] ?? ''))
  return name === undefined ? undefined : (rules?.[name] as Severity | 'off')
}

/** The fingerprints that a baseline lists; undefined where the file is none. */
export const readBaseline = memoize((file: SourceFile): ReadonlySet<string> | undefined => {
  const { top, problems } = readJson(file)
  const list = top?.members?.find(({ name }) => name === 'fingerprints')?.node.items
  if (problems.length > 0 || !list) return undefined
  return new Set(list.flatMap(({ value }) => (typeof value === 'string' ? value : [])))
})

/** The text of a baseline: sorted, each once, a line each, so that merges are easy. */
export const baselineText = (fingerprints: Iterable<string>): string =>
  `${JSON.stringify({ version: 1, fingerprints: [...new Set(fingerprints)].sort() }, null, 2)}\n`

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\r\n]*|"(?:\\.|[^"\\\r\n])*"/g
const IGNORE =
  /^\/[*/]\s*jailhouse-warden:\s*ignore(?<file>-file)?\b(?<names>[\s\S]*?)(?:--(?<reason>[\s\S]*?))?(?:\*\/)?$/

/** The suppression comments of a file. */
export const suppressionsIn = memoize((file: SourceFile): readonly Suppression[] => {
  if (!file.text.includes('jailhouse-warden:')) return []
  return [...file.text.matchAll(COMMENT)].flatMap(comment => {
    const match = IGNORE.exec(comment[0])
    if (!match?.groups) return []
    const { names = '', reason = '' } = match.groups
    const span = { file, start: comment.index, end: comment.index + comment[0].length }
    const start = span.start + comment[0].indexOf(names, comment[0].indexOf('ignore'))
    return [
      {
        span,
        names: namesIn(file, start, names),
        reason: reason.trim(),
        scope: match.groups.file ? all(file) : next(span),
      },
    ]
  })
})

const all = (file: SourceFile): Span => ({ file, start: 0, end: file.text.length })

const namesIn = (file: SourceFile, offset: number, names: string): Suppression['names'] =>
  [...names.matchAll(/[\w-]+/g)].map(({ 0: name, index }) => ({
    name,
    span: { file, start: offset + index, end: offset + index + name.length },
  }))

/** The line a comment ends, or if it stands alone the next line of code; all of an element that begins there. */
function next(comment: Span): Span {
  const { file, start, end } = comment
  const { text } = file
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
  if (before.trim() && !isOnlyComments(before)) return { file, start: start - before.length, end: lineEnd(text, end) }
  const code = skipBlanks(text, end)
  return { file, start: code, end: text[code] === '{' ? closing(text, code) : lineEnd(text, code) }
}

const isOnlyComments = (line: string): boolean => line.replace(/\/\*.*?\*\//g, '').trim() === ''
