import { commentsIn } from '../c/raw/comments.ts'
import { bracketsIn } from '../c/raw/folds.ts'
import { tokenBefore, tokenFrom } from '../c/raw/tokens.ts'
import {
  directiveIn,
  type MisspeltDirective,
  misspeltDirectives,
  SETTING_NAMES,
  SUPPRESSIONS,
} from '../config/comment-directive.ts'
import { commentSettings, settingsNamed } from '../config/comment-settings.ts'
import type { Settings } from '../config/project.ts'
import type { ProjectFile } from '../config/project-file.ts'
import { byWord } from '../text/by-word.ts'
import { lineEnd, lineStart } from '../text/lines.ts'
import { memoize } from '../text/memo.ts'
import { type SourceFile, type Span, textOf } from '../text/source-file.ts'
import { type Baseline, isKnown } from './baseline.ts'
import type { Finding, Rule, Severity, Suppression } from './rule.ts'

/** What a project and a user decide about findings. */
export interface Policy {
  readonly settings: Pick<Settings, 'rules'>
  readonly projectFile: Pick<ProjectFile, 'rules'> | undefined
  readonly baseline?: Baseline
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
  if (severity === 'off') return []
  if (isKnown(policy.baseline, finding)) return [{ ...finding, severity: 'hint', isKnown: true }]
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

const IGNORE = 'ignore'
const WHOLE_FILE = '-file'

/** The suppression comments of a file. */
export const suppressionsIn = memoize((file: SourceFile): readonly Suppression[] => [
  ...commentsIn(file).flatMap(comment => suppressionIn(comment) ?? []),
  ...settingFaults(file),
  ...misspeltDirectives(file).map(misspelt),
])

function misspelt({ span, isPrefixRight }: MisspeltDirective): Suppression {
  const words = textOf(span)
  return isPrefixRight
    ? misdirected(span, `"${words}" does not begin its comment, and is not read`, 'write it in a comment of its own')
    : misdirected(span, `"${words}" is not read as a directive`, 'write "jailhouse-warden:"')
}

/** Settings that say nothing, and roots that contradict the first one. */
function settingFaults(file: SourceFile): readonly Suppression[] {
  const [first] = settingsNamed(file, 'root')
  return commentSettings(file).flatMap(({ name, value, span }) => {
    if (!SETTING_NAMES.has(name)) return []
    if (value.start === value.end)
      return misdirected(span, `"${name}=" names no file`, `name a file, as in "${name}=${EXAMPLES[name]}"`)
    if (name !== 'root' || !first || textOf(value) === textOf(first.value)) return []
    return misdirected(value, `a second root, ${textOf(value)}, is ignored`, 'name one root')
  })
}

const EXAMPLES = byWord<string>({ root: 'board.c', platform: 'board.dtb', tree: 'linux.dtb' })

/** A comment that cannot be followed. */
const misdirected = (span: Span, headline: string, help: string): Suppression => ({
  span,
  names: [],
  reason: '',
  fault: { headline, help },
  scope: { ...span, end: span.start },
})

/** `jailhouse-warden: ignore[-file] names [-- reason]` */
function suppressionIn(span: Span): Suppression | undefined {
  const { file } = span
  const end = file.text.startsWith('*/', span.end - 2) ? span.end - 2 : span.end
  const directive = directiveIn(span)
  const ignore = directive === undefined ? end : blanksEnd(file.text, directive)
  if (directive === undefined || end < ignore) return undefined
  const word = wordAt({ file, start: ignore, end })
  if (SETTING_NAMES.has(word)) return undefined
  if (!SUPPRESSIONS.has(word))
    return misdirected(span, `unknown directive "${word}"`, 'write ignore, ignore-file or root=FILE')
  const behind = ignore + IGNORE.length
  const isWhole = file.text.startsWith(WHOLE_FILE, behind)
  const start = isWhole ? behind + WHOLE_FILE.length : behind
  const dashes = file.text.slice(start, end).indexOf('--')
  const namesEnd = dashes < 0 ? end : start + dashes
  return {
    span: { file, start: span.start, end: span.end },
    names: namesIn({ file, start, end: namesEnd }),
    reason: dashes < 0 ? '' : file.text.slice(namesEnd + 2, end).trim(),
    scope: isWhole ? { file, start: 0, end: file.text.length } : scopeBehind(span),
  }
}

function wordAt({ file, start, end }: Span): string {
  let to = start
  while (to < end && isWordPart(file.text.charAt(to))) to++
  return file.text.slice(start, to)
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
    const name = wordAt({ file, start: from, end })
    const to = from + name.length
    if (name) names.push({ name, span: { file, start: from, end: to } })
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
