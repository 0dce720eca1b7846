import { commentsIn } from '../c/raw/comments.ts'
import { bracketsIn } from '../c/raw/folds.ts'
import { tokenBefore, tokenFrom } from '../c/raw/tokens.ts'
import { byWord } from '../text/by-word.ts'
import { lineEnd, lineStart } from '../text/lines.ts'
import { memoize } from '../text/memo.ts'
import { type SourceFile, type Span, textOf } from '../text/source-file.ts'
import {
  DIRECTIVE_PREFIX,
  directiveIn,
  type MisspeltDirective,
  misspeltDirectives,
  SETTING_NAMES,
  SUPPRESSIONS,
} from './comment-directive.ts'
import { commentSettings, settingsNamed } from './comment-settings.ts'

/** A comment `jailhouse-warden: ignore JH203, JH2xx -- reason` and the text it covers. */
export interface Suppression {
  /** The whole comment. */
  readonly span: Span
  /** The rules it names: codes, bands (`JH2xx`) or ids. */
  readonly names: readonly { readonly name: string; readonly span: Span }[]
  readonly reason: string
  /** Why the comment says nothing that can be followed, and what to write. */
  readonly fault?: { readonly headline: string; readonly help: string; readonly text?: string }
  /** Where findings are silenced: the next line, the next element, or the whole file. */
  readonly scope: Span
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
    : misdirected(span, `"${words}" is not read as a directive`, `write "${DIRECTIVE_PREFIX}"`, DIRECTIVE_PREFIX)
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
const misdirected = (span: Span, headline: string, help: string, text?: string): Suppression => ({
  span,
  names: [],
  reason: '',
  fault: { headline, help, ...(text !== undefined && { text }) },
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
