import type { Origin } from '../text/origin.ts'
import { perVersion } from '../text/per-version.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { backToFile, spliceLines } from './splice.ts'
import type { Token, TokenKind } from './token.ts'

/** The use of a macro, as the `expandedAt` of every token it gave. `depth` counts the uses around it, itself included. */
export interface Use extends Origin {
  readonly expandedAt?: Use
  readonly depth: number
}

/** A token as the preprocessor passes it around. */
export interface Lexeme extends Token {
  readonly origin: { readonly spelled: Span; readonly expandedAt?: Use }
  /** Met while its own macro was being replaced, and so never a macro again (C11 6.10.3.4 paragraph 2). */
  readonly painted: boolean
}

/** One directive line. */
export interface Directive {
  /** What follows the `#`; empty for a null directive. */
  readonly name: string
  /** From the `#` to the end of the name. */
  readonly at: Span
  /** The tokens after the name. */
  readonly tokens: readonly Lexeme[]
  /** Indices `[first, end)` of all its tokens, `#` included, among the file's tokens. */
  readonly first: number
  readonly end: number
  /** Offsets of its first line and of the line after it. */
  readonly lineStart: number
  readonly nextLine: number
}

export interface LexedFile {
  readonly file: SourceFile
  readonly tokens: readonly Lexeme[]
  readonly directives: readonly Directive[]
  /** A comment that the file ends in. */
  readonly openComment: Span | undefined
  /** Where lexing stopped because the file has too many tokens. */
  readonly cutOff: Span | undefined
}

/** More tokens than any file written by hand has; what follows is left out, so that memory stays bounded. */
const tokenLimit = 1 << 20

const BLANK = 1
const NEWLINE = 2
const LETTER = 3
const DIGIT = 4
const QUOTE = 5
const PUNCTUATOR = 6

const shapes = new Uint8Array(128)
for (const blank of ' \t\v\f\0') shapes[blank.charCodeAt(0)] = BLANK
for (const letter of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$') shapes[letter.charCodeAt(0)] = LETTER
for (const digit of '0123456789') shapes[digit.charCodeAt(0)] = DIGIT
for (const punctuator of '[](){}.&*+-~!/%<>^|?:;=,#') shapes[punctuator.charCodeAt(0)] = PUNCTUATOR
shapes[10] = NEWLINE
shapes[13] = NEWLINE
shapes[34] = QUOTE
shapes[39] = QUOTE

const wide = /[\p{XID_Continue}]/u

/** The shape of the character at `offset`: letters of any script are letters, as for gcc. */
function shapeAt(text: string, offset: number): number {
  const code = text.charCodeAt(offset)
  if (code < 128) return shapes[code]!
  return offset < text.length && wide.test(String.fromCodePoint(text.codePointAt(offset)!)) ? LETTER : 0
}

const widthAt = (text: string, offset: number): number => (text.codePointAt(offset)! > 0xffff ? 2 : 1)

function wordEnd(text: string, from: number): number {
  let end = from
  for (;;) {
    const shape = shapeAt(text, end)
    if (shape !== LETTER && shape !== DIGIT) return end
    end += widthAt(text, end)
  }
}

/** A preprocessing number (C11 6.4.8): also letters, dots, and signs after an exponent's letter. */
function numberEnd(text: string, from: number): number {
  let end = from
  for (;;) {
    end = wordEnd(text, end)
    const next = text[end]
    if (next === '.') end++
    else if ((next === '+' || next === '-') && 'eEpP'.includes(text[end - 1]!)) end++
    else return end
  }
}

const isNewline = (code: number): boolean => code === 10 || code === 13

function lineEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && !isNewline(text.charCodeAt(end))) end++
  return end
}

/** The end of a literal that opens at `from`; at the end of its line when it is not closed. */
function quotedEnd(text: string, from: number): { readonly end: number; readonly closed: boolean } {
  const quote = text.charCodeAt(from)
  for (let end = from + 1; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === quote) return { end: end + 1, closed: true }
    if (code === 10 || code === 13) return { end, closed: false }
    if (code === 92 && !isNewline(text.charCodeAt(end + 1))) end++
  }
  return { end: text.length, closed: false }
}

/** The end of `<name>` or `"name"` after `#include`, where a backslash is a character; undefined when not closed. */
function headerNameEnd(text: string, from: number): number | undefined {
  const close = text[from] === '<' ? '>' : text[from] === '"' ? '"' : undefined
  if (!close) return undefined
  const end = text.slice(from + 1, lineEnd(text, from)).indexOf(close)
  return end < 0 ? undefined : from + end + 2
}

/** The end of the comment at `from`, the end of the text when it is not closed; `from` when it is no comment. */
function commentEnd(text: string, from: number): number {
  if (text.charCodeAt(from) !== 47) return from
  const second = text.charCodeAt(from + 1)
  if (second === 47) return lineEnd(text, from)
  if (second !== 42) return from
  const end = text.indexOf('*/', from + 2)
  return end < 0 ? text.length : end + 2
}

const doubled = '+-&|<>=#'
const beforeEquals = '+-*/%&|^!=<>'
const digraphs = new Map([
  ['<:', '['],
  [':>', ']'],
  ['<%', '{'],
  ['%>', '}'],
  ['%:', '#'],
])

function punctuatorEnd(text: string, from: number): number {
  const first = text[from]!
  const second = text[from + 1] ?? ''
  if (first === '.') return text.startsWith('...', from) ? from + 3 : from + 1
  if (first === '-' && second === '>') return from + 2
  if (second === first && (first === '<' || first === '>')) return text[from + 2] === '=' ? from + 3 : from + 2
  if (second === first && doubled.includes(first)) return from + 2
  if (second === '=' && beforeEquals.includes(first)) return from + 2
  if (digraphs.has(first + second)) return text.startsWith('%:%:', from) ? from + 4 : from + 2
  return from + 1
}

/** The punctuator a spelling means: digraphs are the same tokens spelled otherwise. */
const meaning = (spelling: string): string => (spelling === '%:%:' ? '##' : (digraphs.get(spelling) ?? spelling))

const isEncodingPrefix = (word: string): boolean => word === 'L' || word === 'u' || word === 'U' || word === 'u8'

interface Scanned {
  kind: TokenKind
  end: number
}

/** Finds the kind and the end of the token at `from`, which is neither a blank nor a comment. `found` is filled. */
function scan(text: string, from: number, found: Scanned): void {
  const shape = shapeAt(text, from)
  if (shape === LETTER) {
    found.kind = 'identifier'
    found.end = wordEnd(text, from)
    const after = text.charCodeAt(found.end)
    if ((after === 34 || after === 39) && isEncodingPrefix(text.slice(from, found.end)))
      scanQuoted(text, found.end, found)
  } else if (shape === DIGIT || (text.charCodeAt(from) === 46 && shapeAt(text, from + 1) === DIGIT)) {
    found.kind = 'number'
    found.end = numberEnd(text, from + 1)
  } else if (shape === PUNCTUATOR) {
    found.kind = 'punctuator'
    found.end = punctuatorEnd(text, from)
  } else if (shape === QUOTE) {
    scanQuoted(text, from, found)
  } else {
    found.kind = 'other'
    found.end = from + widthAt(text, from)
  }
}

function scanQuoted(text: string, from: number, found: Scanned): void {
  const { end, closed } = quotedEnd(text, from)
  found.kind = !closed ? 'other' : text.charCodeAt(from) === 34 ? 'string' : 'char'
  found.end = end
}

const takesHeaderName = (name: string): boolean => name === 'include' || name === 'include_next' || name === 'import'

/** Splits a file into tokens and directive lines (translation phases 2 and 3). */
export const lexFile = perVersion((file: SourceFile): LexedFile => {
  const spliced = spliceLines(file.text)
  const { text } = spliced
  const offsetOf = backToFile(spliced)
  const tokens: Lexeme[] = []
  const directives: Directive[] = []
  const found: Scanned = { kind: 'other', end: 0 }
  let offset = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let lineStart = offset
  let startsLine = true
  let spaceBefore = false
  let hash = -1
  let hashLine = 0
  let openComment: Span | undefined

  const closeDirective = (nextLine: number): void => {
    directives.push(directiveOf(tokens, hash, hashLine, nextLine))
    hash = -1
  }

  while (offset < text.length && tokens.length < tokenLimit) {
    const shape = shapeAt(text, offset)
    if (shape === NEWLINE) {
      offset += text.startsWith('\r\n', offset) ? 2 : 1
      lineStart = offsetOf(offset)
      if (hash >= 0) closeDirective(lineStart)
      startsLine = true
      spaceBefore = true
      continue
    }
    const blankEnd = shape === BLANK ? offset + 1 : commentEnd(text, offset)
    if (blankEnd > offset) {
      if (blankEnd === text.length && isOpen(text, offset))
        openComment = spanOf(file, offsetOf(offset), file.text.length)
      offset = blankEnd
      spaceBefore = true
      continue
    }
    const nameIndex = hash < 0 ? -1 : hash + 1
    const header =
      tokens.length === nameIndex + 1 && hash >= 0 && takesHeaderName(tokens[nameIndex]!.text)
        ? headerNameEnd(text, offset)
        : undefined
    if (header === undefined) scan(text, offset, found)
    else {
      found.kind = 'string'
      found.end = header
    }
    const spelling = text.slice(offset, found.end)
    const start = offsetOf(offset)
    if (startsLine && (spelling === '#' || spelling === '%:')) {
      hash = tokens.length
      hashLine = lineStart
    }
    tokens.push({
      kind: found.kind,
      text: found.kind === 'punctuator' ? meaning(spelling) : spelling,
      origin: { spelled: spanOf(file, start, offsetOf(found.end - 1) + 1) },
      startsLine,
      spaceBefore,
      painted: false,
    })
    offset = found.end
    startsLine = false
    spaceBefore = false
  }
  if (hash >= 0) closeDirective(file.text.length)
  const cutOff = offset < text.length ? spanOf(file, offsetOf(offset), file.text.length) : undefined
  return { file, tokens, directives, openComment, cutOff }
})

const spanOf = (file: SourceFile, start: number, end: number): Span => ({ file, start, end })

/** Whether the comment at `from`, which reaches the end of the text, is a block comment nobody closed. */
const isOpen = (text: string, from: number): boolean =>
  text.startsWith('/*', from) && (text.length < from + 4 || !text.endsWith('*/'))

function directiveOf(tokens: readonly Lexeme[], first: number, lineStart: number, nextLine: number): Directive {
  const hash = tokens[first]!.origin.spelled
  const name = tokens[first + 1]
  const at = { file: hash.file, start: hash.start, end: (name ?? tokens[first]!).origin.spelled.end }
  return { name: name?.text ?? '', at, tokens: tokens.slice(first + 2), first, end: tokens.length, lineStart, nextLine }
}

/** The kind of a spelling that is exactly one token; undefined otherwise. For `##`. */
export function kindOfSpelling(text: string): TokenKind | undefined {
  if (text === '' || commentEnd(text, 0) > 0) return undefined
  const shape = shapeAt(text, 0)
  if (shape === BLANK || shape === NEWLINE) return undefined
  const found: Scanned = { kind: 'other', end: 0 }
  scan(text, 0, found)
  return found.end === text.length ? found.kind : undefined
}
