import { memoize } from '../../text/memo.ts'
import { type Origin, SpelledSpan } from '../../text/origin.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import type { Token, TokenKind } from '../token.ts'
import { backToFile, spliceLines } from './splice.ts'

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
  readonly span: Span
  /** The tokens after the name. */
  readonly tokens: readonly Lexeme[]
  /** Indices `[first, end)` of all its tokens, `#` included, among the file's tokens. */
  readonly first: number
  readonly end: number
  /** Offsets of its first line and of the line after it. */
  readonly lineStart: number
  readonly nextLine: number
}

/** The tokens as text, with one blank wherever there were any. */
export const spell = (tokens: readonly Lexeme[]): string =>
  tokens.map((token, index) => (index > 0 && token.spaceBefore ? ` ${token.text}` : token.text)).join('')

export interface LexedFile {
  readonly file: SourceFile
  readonly tokens: readonly Lexeme[]
  readonly directives: readonly Directive[]
  /** In order; one that nothing closes reaches the end of the text. */
  readonly comments: readonly Span[]
  /** Comments that nothing closes, each as far as it is taken for one. */
  readonly openComments: readonly Span[]
  /** Comments that nothing closes, or that another one seems to begin in. */
  readonly doubtful: readonly Span[]
  /** Where lexing stopped because the file has too many tokens. */
  readonly cutOff: Span | undefined
}

/** More tokens than any file written by hand has; what follows is left out, so that memory stays bounded. */
const MAX_TOKENS = 1 << 17

const BLANK = 1
const NEWLINE = 2
const QUOTE = 3
/** A punctuator that never is the beginning of a longer one. */
const LONE = 4
const PUNCTUATOR = 5
/** From here on: what words and numbers go on with. */
const DIGIT = 6
const LETTER = 7

/** By character code, of ASCII. */
const characterClasses: Readonly<Record<number, number>> = characterClassesOf([
  [BLANK, ' \t\v\f\0'],
  [NEWLINE, '\n\r'],
  [QUOTE, '"\''],
  [LONE, '[](){};,~?'],
  [PUNCTUATOR, '.&*+-!/%<>^|:=#'],
  [DIGIT, '0123456789'],
  [LETTER, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$'],
])

function characterClassesOf(groups: readonly (readonly [characterClass: number, characters: string])[]): Uint8Array {
  const table = new Uint8Array(128)
  for (const [characterClass, characters] of groups)
    for (let index = 0; index < characters.length; index++) table[characters.charCodeAt(index)] = characterClass
  return table
}

const SLASH = 47
const STAR = 42
const DOUBLE_QUOTE = 34

/** The class of the character at `offset`: letters of any script are letters, as for gcc. */
function classAt(text: string, offset: number): number {
  const code = text.charCodeAt(offset)
  return code < 128 ? characterClasses[code]! : offset < text.length ? classOfWide(text, offset) : 0
}

const wideLetter = /\p{XID_Continue}/u
const classOfWide = (text: string, offset: number): number =>
  wideLetter.test(String.fromCodePoint(text.codePointAt(offset)!)) ? LETTER : 0

const widthAt = (text: string, offset: number): number => (text.codePointAt(offset)! > 0xffff ? 2 : 1)

function wordEnd(text: string, from: number): number {
  let end = from
  for (;;) {
    while (characterClasses[text.charCodeAt(end)]! >= DIGIT) end++
    if (text.charCodeAt(end) < 128 || classAt(text, end) < DIGIT) return end
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

function blankEnd(text: string, from: number): number {
  let end = from + 1
  while (characterClasses[text.charCodeAt(end)] === BLANK) end++
  return end
}

const isNewline = (code: number): boolean => code === 10 || code === 13

function lineEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && !isNewline(text.charCodeAt(end))) end++
  return end
}

/** The end of the literal that opens at `from`; the end of its line, negated, when it is not closed. */
function quotedEnd(text: string, from: number): number {
  const quote = text.charCodeAt(from)
  for (let end = from + 1; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === quote) return end + 1
    if (isNewline(code)) return -end
    if (code === 92 && !isNewline(text.charCodeAt(end + 1))) end++
  }
  return -text.length
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
  if (text.charCodeAt(from) !== SLASH) return from
  const second = text.charCodeAt(from + 1)
  if (second === SLASH) return lineEnd(text, from)
  if (second !== STAR) return from
  const end = text.indexOf('*/', from + 2)
  return end < 0 ? text.length : end + 2
}

/** Punctuators of several characters; of those that begin alike, the longest first. */
const longPunctuators: readonly string[] = [
  ...['...', '<<=', '>>=', '%:%:', '->', '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||', '##'],
  ...['+=', '-=', '*=', '/=', '%=', '&=', '^=', '|=', '<:', ':>', '<%', '%>', '%:'],
]

function punctuatorEnd(text: string, from: number): number {
  if (characterClasses[text.charCodeAt(from + 1)] !== PUNCTUATOR) return from + 1
  return from + (longPunctuators.find(punctuator => text.startsWith(punctuator, from))?.length ?? 1)
}

const digraphs: ReadonlyMap<string, string> = new Map([
  ['<:', '['],
  [':>', ']'],
  ['<%', '{'],
  ['%>', '}'],
  ['%:', '#'],
  ['%:%:', '##'],
])

/** `u8'a'` came after C17. */
const isEncodingPrefix = (word: string, quote: string): boolean =>
  word === 'L' || word === 'u' || word === 'U' || (word === 'u8' && quote === '"')

interface Scanned {
  kind: TokenKind
  end: number
}

/** Finds the kind and the end of the token at `from`, which is neither a blank nor a comment. `found` is filled. */
function scan(text: string, from: number, characterClass: number, found: Scanned): void {
  switch (characterClass) {
    case LETTER:
      found.kind = 'identifier'
      found.end = wordEnd(text, from + widthAt(text, from))
      if (
        characterClasses[text.charCodeAt(found.end)] === QUOTE &&
        isEncodingPrefix(text.slice(from, found.end), text[found.end]!)
      )
        scanQuoted(text, found.end, found)
      return
    case DIGIT:
      found.kind = 'number'
      found.end = numberEnd(text, from + 1)
      return
    case LONE:
      found.kind = 'punctuator'
      found.end = from + 1
      return
    case QUOTE:
      scanQuoted(text, from, found)
      return
    case PUNCTUATOR: {
      const isFraction = text.charCodeAt(from) === 46 && characterClasses[text.charCodeAt(from + 1)] === DIGIT
      found.kind = isFraction ? 'number' : 'punctuator'
      found.end = isFraction ? numberEnd(text, from + 1) : punctuatorEnd(text, from)
      return
    }
    default:
      found.kind = 'other'
      found.end = from + widthAt(text, from)
  }
}

function scanQuoted(text: string, from: number, found: Scanned): void {
  const end = quotedEnd(text, from)
  found.kind = end < 0 ? 'other' : text.charCodeAt(from) === DOUBLE_QUOTE ? 'string' : 'char'
  found.end = Math.abs(end)
}

const takesHeaderName = (name: string): boolean => name === 'include' || name === 'include_next' || name === 'import'

/** Splits a file into tokens and directive lines (translation phases 2 and 3). */
export const lexFile = memoize((file: SourceFile): LexedFile => new Lexer(file, file.text).run())

/** Reads `text` in place of the file's own, as long as that. */
export const lexAs = (file: SourceFile, text: string): LexedFile => new Lexer(file, text).run()

class Lexer {
  readonly #file: SourceFile
  /** The text without backslash-newlines; `offset` counts in it, `offsetOf` leads back to the file. */
  readonly #text: string
  readonly #offsetOf: (offset: number) => number
  readonly #tokens: Lexeme[] = []
  readonly #directives: Directive[] = []
  readonly #found: Scanned = { kind: 'other', end: 0 }
  #offset = 0
  #startsLine = true
  #spaceBefore = true
  #lineStart = 0
  /** Index of the `#` of the directive being read, -1 outside, and the offset of its line. */
  #hash = -1
  #hashLine = 0
  readonly #comments: Span[] = []
  readonly #openComments: Span[] = []
  readonly #doubtful: Span[] = []

  /** `text` is the file's, or as long, with blanks for some of it. */
  constructor(file: SourceFile, text: string) {
    const spliced = spliceLines(text)
    this.#file = file
    this.#text = spliced.text
    this.#offsetOf = backToFile(spliced)
  }

  run(): LexedFile {
    const file = this.#file
    const text = this.#text
    const tokens = this.#tokens
    if (text.charCodeAt(0) === 0xfeff) this.#offset = 1
    while (this.#offset < text.length && tokens.length < MAX_TOKENS) this.#step()
    if (this.#hash >= 0) this.#closeDirective(file.text.length)
    const cutOff = this.#offset < text.length ? this.#restFrom(this.#offset) : undefined
    return {
      file,
      tokens,
      directives: this.#directives,
      comments: this.#comments,
      openComments: this.#openComments,
      doubtful: this.#doubtful,
      cutOff,
    }
  }

  #step(): void {
    const characterClass = classAt(this.#text, this.#offset)
    if (characterClass === NEWLINE) this.#newline()
    else if (characterClass === BLANK) this.#blank(blankEnd(this.#text, this.#offset))
    else {
      const end = characterClass === PUNCTUATOR ? commentEnd(this.#text, this.#offset) : this.#offset
      if (end > this.#offset) this.#comment(end)
      else this.#token(characterClass)
    }
  }

  #newline(): void {
    this.#offset += this.#text.startsWith('\r\n', this.#offset) ? 2 : 1
    this.#lineStart = this.#offsetOf(this.#offset)
    if (this.#hash >= 0) this.#closeDirective(this.#lineStart)
    this.#startsLine = true
    this.#spaceBefore = true
  }

  #blank(end: number): void {
    this.#offset = end
    this.#spaceBefore = true
  }

  #comment(end: number): void {
    const isUnclosed = end === this.#text.length && isOpen(this.#text, this.#offset)
    const comment = { file: this.#file, start: this.#offsetOf(this.#offset), end: this.#offsetOf(end - 1) + 1 }
    this.#comments.push(comment)
    if (isUnclosed) this.#openComments.push(this.#restFrom(this.#offset))
    if (isUnclosed || holdsComment(this.#text, this.#offset, end)) this.#doubtful.push(comment)
    this.#blank(end)
  }

  #restFrom(offset: number): Span {
    return { file: this.#file, start: this.#offsetOf(offset), end: this.#file.text.length }
  }

  #token(characterClass: number): void {
    const file = this.#file
    const text = this.#text
    const offset = this.#offset
    const found = this.#found
    if (this.#hash < 0 || !this.#headerName()) scan(text, offset, characterClass, found)
    const { kind, end } = found
    const spelledText = text.slice(offset, end)
    const origin = new SpelledSpan(file, this.#offsetOf(offset), this.#offsetOf(end - 1) + 1)
    const startsLine = this.#startsLine
    const spaceBefore = this.#spaceBefore
    if (startsLine && (spelledText === '#' || spelledText === '%:')) {
      this.#hash = this.#tokens.length
      this.#hashLine = this.#lineStart
    }
    const meant = kind === 'punctuator' && end > offset + 1 ? (digraphs.get(spelledText) ?? spelledText) : spelledText
    this.#tokens.push({ kind, text: meant, origin, startsLine, spaceBefore, painted: false })
    this.#offset = end
    this.#startsLine = false
    this.#spaceBefore = false
  }

  /** Fills `found` when the name of a header comes next. */
  #headerName(): boolean {
    const isNext = this.#tokens.length === this.#hash + 2 && takesHeaderName(this.#tokens[this.#hash + 1]!.text)
    const end = isNext ? headerNameEnd(this.#text, this.#offset) : undefined
    if (end === undefined) return false
    this.#found.kind = 'string'
    this.#found.end = end
    return true
  }

  #closeDirective(nextLine: number): void {
    this.#directives.push(directiveOf(this.#tokens, this.#hash, this.#hashLine, nextLine))
    this.#hash = -1
  }
}

/** Whether the comment at `from`, which reaches the end of the text, is a block comment nobody closed. */
const isOpen = (text: string, from: number): boolean =>
  text.startsWith('/*', from) && (text.length < from + 4 || !text.endsWith('*/'))

/** Whether another comment seems to begin within the block comment `[from, end)`. */
function holdsComment(text: string, from: number, end: number): boolean {
  if (text.charCodeAt(from + 1) !== STAR) return false
  const inner = text.indexOf('/*', from + 2)
  return 0 <= inner && inner < end - 2
}

function directiveOf(tokens: readonly Lexeme[], first: number, lineStart: number, nextLine: number): Directive {
  const hash = tokens[first]!.origin.spelled
  const name = tokens[first + 1]
  const span = { file: hash.file, start: hash.start, end: (name ?? tokens[first]!).origin.spelled.end }
  return {
    name: name?.text ?? '',
    span,
    tokens: tokens.slice(first + 2),
    first,
    end: tokens.length,
    lineStart,
    nextLine,
  }
}

/** The kind of a spelledText that is exactly one token; undefined otherwise. For `##`. */
export function kindOfSpelling(text: string): TokenKind | undefined {
  const characterClass = classAt(text, 0)
  if (
    characterClass === BLANK ||
    characterClass === NEWLINE ||
    (characterClass === PUNCTUATOR && commentEnd(text, 0) > 0)
  )
    return undefined
  const found: Scanned = { kind: 'other', end: 0 }
  scan(text, 0, characterClass, found)
  return found.end === text.length ? found.kind : undefined
}
