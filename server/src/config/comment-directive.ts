import { commentsIn } from '../c/raw/comments.ts'
import { editDistance } from '../c/recover/closest.ts'
import { blankEnd, lineEnd, nextLine } from '../text/lines.ts'
import type { SourceFile, Span } from '../text/source-file.ts'

/** `/* jailhouse-warden: ignore JH203 -- reason *\/`, `// jailhouse-warden: root=board.c`: comments that are for us. */
export const DIRECTIVE_PREFIX = 'jailhouse-warden:'

/** The names that settings go by: `root=board.c`. */
export const SETTING_NAMES: ReadonlySet<string> = new Set(['root', 'platform', 'tree'])

export const SUPPRESSIONS: ReadonlySet<string> = new Set(['ignore', 'ignore-file'])

/** Where the words behind the prefix of a comment begin; undefined in a comment that is not for us. */
export function directiveIn(comment: Span): number | undefined {
  const { text } = comment.file
  const start = wordsOf(comment)
  return text.startsWith(DIRECTIVE_PREFIX, start) ? start + DIRECTIVE_PREFIX.length : undefined
}

/** Where a comment begins behind its marks, those of documentation included. */
function wordsOf({ file: { text }, start, end }: Span): number {
  let from = start + 2
  while (from < end && '*/!<'.includes(text.charAt(from))) from++
  while (from < end && text.charAt(from).trim() === '') from++
  return from
}

/** What was meant for us and is not read: the prefix is misspelt, or does not begin its comment. */
export interface MisspeltDirective {
  readonly span: Span
  readonly isPrefixRight: boolean
}

export function misspeltDirectives(file: SourceFile): readonly MisspeltDirective[] {
  const found: MisspeltDirective[] = []
  for (const comment of commentsIn(file)) if (directiveIn(comment) === undefined) findMisspelt(comment, found)
  return found
}

function findMisspelt(comment: Span, found: MisspeltDirective[]): void {
  const { file, end } = comment
  const first = wordsOf(comment)
  for (let from = first; from < end; from = nextLine(file.text, lineEnd(file.text, from))) {
    const start = from === first ? from : starsEnd(file.text, from)
    const lineEndsAt = Math.min(end, lineEnd(file.text, start))
    const misspelt = prefixMeant(file, start, lineEndsAt) ?? prefixInside(file, start, lineEndsAt)
    if (misspelt) found.push(misspelt)
  }
}

function starsEnd(text: string, from: number): number {
  let start = blankEnd(text, from)
  while (text.charAt(start) === '*') start++
  return blankEnd(text, start)
}

/** `UART of the root. jailhouse-warden: ignore JH203` */
function prefixInside(file: SourceFile, start: number, end: number): MisspeltDirective | undefined {
  const from = file.text.slice(start, end).indexOf(DIRECTIVE_PREFIX) + start
  if (from < start) return undefined
  const behind = from + DIRECTIVE_PREFIX.length
  if (!isDirective(file.text, blankEnd(file.text, behind), end)) return undefined
  return { span: { file, start: from, end: behind }, isPrefixRight: true }
}

/** One or two words that begin a line and are a slip away from the prefix, before what only a directive can be. */
function prefixMeant(file: SourceFile, start: number, end: number): MisspeltDirective | undefined {
  const { text } = file
  const first = wordEnd(text, start, end)
  const second = wordEnd(text, blankEnd(text, first), end)
  const last = isMeant(text.slice(start, first)) ? first : isMeant(text.slice(start, second)) ? second : undefined
  if (last === undefined) return undefined
  const separator = separatorEnd(text, last, end)
  const isPrefixRight = text.slice(start, separator) === DIRECTIVE_PREFIX
  const isOneWord = last === first && text.charAt(last) === ':' && !isPrefixRight
  if (!isOneWord && !isDirective(text, blankEnd(text, separator), end)) return undefined
  return { span: { file, start, end: separator }, isPrefixRight }
}

const MAX_SLIPS = 2
const WHOLE_NAME = 'jailhousewarden'

function isMeant(words: string): boolean {
  const isShort = words.length < WHOLE_NAME.length - MAX_SLIPS
  if (isShort && !'wW-_'.includes(words.charAt(0))) return false
  const letters = words.toLowerCase().replaceAll(/[-_ \t]/g, '')
  return letters === 'warden' || editDistance(letters, WHOLE_NAME, MAX_SLIPS) <= MAX_SLIPS
}

function isDirective(text: string, start: number, end: number): boolean {
  const to = wordEnd(text, start, end)
  const word = text.slice(start, to)
  return SUPPRESSIONS.has(word) || (SETTING_NAMES.has(word) && text.charAt(blankEnd(text, to)) === '=')
}

function wordEnd(text: string, start: number, end: number): number {
  let to = start
  while (to < end && isWordPart(text.charCodeAt(to))) to++
  return to
}

/** Letters, digits, `_` and `-` of ASCII. */
const isWordPart = (code: number): boolean =>
  (0x61 <= code && code <= 0x7a) ||
  (0x41 <= code && code <= 0x5a) ||
  (0x30 <= code && code <= 0x39) ||
  code === 0x5f ||
  code === 0x2d

function separatorEnd(text: string, start: number, end: number): number {
  const from = blankEnd(text, start)
  let to = from
  while (to < end && ':;,='.includes(text.charAt(to))) to++
  return from < to ? to : start
}
