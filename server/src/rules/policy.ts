import { commentsIn } from '../c/raw/comments.ts'
import { bracketsIn } from '../c/raw/folds.ts'
import { tokenBefore, tokenFrom } from '../c/raw/tokens.ts'
import { readJson } from '../config/json-file.ts'
import type { Settings } from '../config/project.ts'
import type { ProjectFile } from '../config/project-file.ts'
import { lineEnd, lineStart } from '../text/lines.ts'
import { memoize } from '../text/memo.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
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

const PREFIX = 'jailhouse-warden:'
const IGNORE = 'ignore'
const WHOLE_FILE = '-file'

/** The suppression comments of a file. */
export const suppressionsIn = memoize((file: SourceFile): readonly Suppression[] =>
  file.text.includes(PREFIX) ? commentsIn(file).flatMap(comment => suppressionIn(comment) ?? []) : [],
)

/** `jailhouse-warden: ignore[-file] names [-- reason]` */
function suppressionIn(span: Span): Suppression | undefined {
  const { file } = span
  const end = file.text.startsWith('*/', span.end - 2) ? span.end - 2 : span.end
  const prefix = blanksEnd(file.text, span.start + 2)
  const ignore = blanksEnd(file.text, prefix + PREFIX.length)
  if (!file.text.startsWith(PREFIX, prefix) || !file.text.startsWith(IGNORE, ignore) || end < ignore) return undefined
  const behind = ignore + IGNORE.length
  const isWhole = file.text.startsWith(WHOLE_FILE, behind)
  const start = isWhole ? behind + WHOLE_FILE.length : behind
  if (isWordPart(file.text.charAt(start)) && start < end) return undefined
  const dashes = file.text.slice(start, end).indexOf('--')
  const namesEnd = dashes < 0 ? end : start + dashes
  return {
    span: { file, start: span.start, end: span.end },
    names: namesIn({ file, start, end: namesEnd }),
    reason: dashes < 0 ? '' : file.text.slice(namesEnd + 2, end).trim(),
    scope: isWhole ? { file, start: 0, end: file.text.length } : scopeBehind(span),
  }
}

const isWordPart = (character: string): boolean => /[\w-]/.test(character)

function blanksEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && text.charAt(end).trim() === '') end++
  return end
}

function namesIn({ file, start, end }: Span): Suppression['names'] {
  const names: { name: string; span: Span }[] = []
  for (let from = start; from < end; ) {
    let to = from
    while (to < end && isWordPart(file.text.charAt(to))) to++
    if (from < to) names.push({ name: file.text.slice(from, to), span: { file, start: from, end: to } })
    from = to + 1
  }
  return names
}

/** The line a comment ends, or if it stands alone the next line of code; all of an element that begins there. */
function scopeBehind({ file, start, end }: Span): Span {
  const { text } = file
  const line = lineStart(text, start)
  const before = tokenBefore(file, start)
  if (before && line < before.span.end) return { file, start: line, end: lineEnd(text, end) }
  const code = tokenFrom(file, end)?.span.start ?? text.length
  const element = text[code] === '{' ? bracketsIn(file).find(({ start }) => start === code) : undefined
  return { file, start: code, end: element?.end ?? (text[code] === '{' ? text.length : lineEnd(text, code)) }
}
