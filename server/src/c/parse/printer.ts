import type { Token } from '../token.ts'
import type { Chunk } from './chunks.ts'

/** What the grammar reads in place of a token: the plain spelling of gcc's alternate keywords. */
const PLAIN_SPELLING: ReadonlyMap<string, string> = new Map([
  ['__signed__', 'signed'],
  ['__signed', 'signed'],
  ['__const__', 'const'],
  ['__const', 'const'],
  ['__volatile__', 'volatile'],
  ['__volatile', 'volatile'],
  ['__inline__', 'inline'],
  ['__inline', 'inline'],
  ['__restrict', 'restrict'],
  ['__restrict__', 'restrict'],
  ['__attribute', '__attribute__'],
  ['__typeof__', 'typeof'],
  ['__typeof', 'typeof'],
  ['_Bool', 'bool'],
  ['__extension__', ''],
  // No directive is left after preprocessing; the grammar must not see one in what is.
  ['#', '@'],
  ['##', '@'],
])

/** A chunk as text, and where each of its tokens begins in it. */
export interface PrintedText {
  readonly text: string
  readonly starts: readonly number[]
}

/** The same text alone; most elements have nothing in them that is spelled otherwise than it stands. */
export function printedText(tokens: readonly Token[], declares: boolean, isType: (name: string) => boolean): string {
  return declares || tokens.some(isSpecial) ? print(tokens, declares, isType).text : tokens.map(printed).join(' ')
}

/**
 * The text of a chunk where no macro made it and nothing but blanks stands between its tokens, lists aside: mostly one part of
 * the file, which is made of nothing.
 */
export function writtenText({ tokens, lists }: Pick<Chunk, 'tokens' | 'lists'>): string | undefined {
  const { file } = tokens[0]!.origin.spelled
  if (file.isLatin1) return undefined
  let text = ''
  let start = tokens[0]!.origin.spelled.start
  let end = start
  for (const token of tokens) {
    const { spelled, expandedAt } = token.origin
    if (expandedAt || spelled.file !== file || spelled.start < end) return undefined
    if (lists.length > 0 && lists.some(({ close }) => close === token)) {
      text += file.text.slice(start, end)
      start = spelled.start
    } else if (!isBlank(file.text, end, spelled.start)) return undefined
    if (!file.text.startsWith(token.text, spelled.start)) return undefined
    end = spelled.end
  }
  const rest = file.text.slice(start, end)
  return text === '' ? rest : text + rest
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!BLANKS.includes(text.charAt(i))) return false
  return true
}

const BLANKS = ' \t\r\n'

/** Whether what is printed for a token depends on what is declared, or on the tokens behind it. */
export const isSpecial = ({ text }: Token): boolean =>
  text === '(' || text === 'offsetof' || text === '__builtin_offsetof'

function printed({ kind, text, origin }: Token): string {
  if (kind === 'number') return text
  if ((kind === 'string' || kind === 'char') && origin.spelled.file.isLatin1) return withBytes(text)
  return PLAIN_SPELLING.get(text) ?? text
}

/**
 * gcc copies the bytes of a literal as they stand in the file, whatever they spell. An editor that takes the file for UTF-8
 * shows each of them by a mark for what is none.
 */
const withBytes = (literal: string): string =>
  literal.replace(/[\x80-\xff\ufffd]/g, character => `\\${(character.charCodeAt(0) & 0xff).toString(8)}`)

export function print(tokens: readonly Token[], declares: boolean, isType: (name: string) => boolean): PrintedText {
  const starts: number[] = []
  const texts = tokens.map(printed)
  if (tokens.some(isRewritten)) {
    printOffsetof(tokens, texts)
    printTypeof(tokens, texts)
    printCompatible(tokens, texts)
    joinAttributes(tokens, texts)
  }
  if (declares) hideEnumAttribute(tokens, texts)
  printParenthesized(tokens, texts, isType)
  if (declares) printBitFields(tokens, texts, isType)
  if (declares) printAssertions(tokens, texts)
  let text = ''
  for (const each of texts) {
    starts.push(text.length)
    text += `${each} `
  }
  return { text, starts }
}

/** What the grammar reads otherwise whatever stands around it. */
const isRewritten = ({ kind, text }: Token): boolean =>
  kind === 'identifier' && (text.startsWith('__') || text === 'offsetof' || text === 'typeof')

/** The grammar knows no attribute between `enum` and its tag; whoever reads the node looks at the tokens. */
function hideEnumAttribute(tokens: readonly Token[], texts: string[]): void {
  for (const [i, { text }] of tokens.entries()) {
    if (text !== 'enum' || !/^__attribute/.test(tokens[i + 1]?.text ?? '')) continue
    const { close = i } = argumentsFrom(tokens, i + 2)
    texts.fill('', i + 1, close + 1)
  }
}

/** `offsetof(T, m)` is read as what it means, `(unsigned long)&((T *)0)->m`: the grammar knows but a single name for m. */
function printOffsetof(tokens: readonly Token[], texts: string[]): void {
  for (const [i, { text }] of tokens.entries()) {
    if ((text !== 'offsetof' && text !== '__builtin_offsetof') || tokens[i + 1]?.text !== '(') continue
    const { comma, close } = argumentsFrom(tokens, i + 1)
    if (comma === undefined || close === undefined) continue
    texts[i] = '( ( unsigned long ) &'
    texts[i + 1] = '( ('
    texts[comma] = '* ) 0 ) ->'
    texts[close] = ')'
  }
}

/** The tag under which the grammar reads a `typeof`. */
export const TYPEOF = '__typeof'

/** `typeof (x)` is read as the struct of a bit-field whose width is `sizeof (x)`: a type that holds an expression or a type. */
function printTypeof(tokens: readonly Token[], texts: string[]): void {
  for (const [i, text] of texts.entries()) {
    if (text !== 'typeof' || tokens[i + 1]?.text !== '(') continue
    const { close } = argumentsFrom(tokens, i + 1)
    if (close === undefined) continue
    texts[i] = `struct ${TYPEOF} { int ${UNNAMED} : sizeof`
    texts[close] = `${texts[close]} ; }`
  }
}

/** `__builtin_types_compatible_p(A, B)` takes types; the grammar knows them behind `sizeof`. */
function printCompatible(tokens: readonly Token[], texts: string[]): void {
  for (const [i, { text }] of tokens.entries()) {
    if (text !== '__builtin_types_compatible_p' || tokens[i + 1]?.text !== '(') continue
    const { comma, close } = argumentsFrom(tokens, i + 1)
    if (comma === undefined || close === undefined) continue
    texts[i + 1] = '( sizeof ('
    texts[comma] = ') , sizeof ('
    texts[close] = `) ${texts[close]}`
  }
}

/** Attributes in a row are read as one list: the grammar takes but one in most places. */
function joinAttributes(tokens: readonly Token[], texts: string[]): void {
  for (const [i, { text }] of tokens.entries()) {
    if (!/^__attribute(__)?$/.test(text) || tokens[i + 1]?.text !== '(') continue
    const { close } = argumentsFrom(tokens, i + 1)
    if (close === i + 4) texts[close - 1] = `unused ${texts[close - 1]}`
    if (
      close === undefined ||
      !/^__attribute(__)?$/.test(tokens[close + 1]?.text ?? '') ||
      tokens[close + 3]?.text !== '('
    )
      continue
    texts.fill('', close - 1, close + 3)
    texts[close + 3] = ','
  }
}

/** The name under which the grammar reads a `_Static_assert` between members. */
export const ASSERTION = '__assertion'

/** `_Static_assert (x, "text");` between members is read as a bit-field of that width. */
function printAssertions(tokens: readonly Token[], texts: string[]): void {
  for (const [i, { text }] of tokens.entries())
    if (/^(_S|s)tatic_assert$/.test(text) && /^[;{}]$/.test(tokens[i - 1]?.text ?? '') && tokens[i + 1]?.text === '(')
      texts[i] = `int ${ASSERTION} :`
}

function argumentsFrom(
  tokens: readonly Token[],
  open: number,
): { comma: number | undefined; close: number | undefined } {
  let depth = 0
  let comma: number | undefined
  for (let i = open; i < tokens.length; i++) {
    const { text } = tokens[i]!
    if (text === '(' || text === '[') depth++
    if (text === ',' && depth === 1) comma ??= i
    if ((text === ')' || text === ']') && --depth === 0) return { comma, close: i }
  }
  return { comma, close: undefined }
}

/**
 * `(NAME) - 1` and `(NAME)(1)` are casts where NAME is a type, else arithmetic and a call. The grammar knows no types,
 * so a type is given a qualifier, and another name a second pair of parentheses.
 */
function printParenthesized(tokens: readonly Token[], texts: string[], isType: (name: string) => boolean): void {
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'identifier' || tokens[i - 1]?.text !== '(' || KEYWORD.test(text)) continue
    if (isType(text)) texts[i] = `const ${text}`
    else if (
      tokens[i + 1]?.text === ')' &&
      /^[-+*&(]$/.test(tokens[i + 2]?.text ?? '') &&
      tokens[i - 2]?.kind !== 'identifier'
    )
      texts[i] = `( ${text} )`
  }
}

const KEYWORD =
  /^(struct|union|enum|const|volatile|void|char|short|int|long|unsigned|signed|float|double|bool|_Bool|__int128|_{0,2}(const|volatile|signed|typeof)_{0,2})$/

/** The name under which the grammar reads a bit-field that has none. */
export const UNNAMED = '__unnamed'

function printBitFields(tokens: readonly Token[], texts: string[], isType: (name: string) => boolean): void {
  let generic = -1
  for (const [i, { text }] of tokens.entries()) {
    const [previous, tag] = [tokens[i - 1]?.text ?? '', tokens[i - 2]?.text]
    if (text === '_Generic') generic = Math.max(generic, argumentsFrom(tokens, i + 1).close ?? -1)
    if (text !== ':' || tag === '?' || i < generic) continue
    if (previous === ',' || tag === 'enum' || isType(previous) || KEYWORD.test(previous)) texts[i] = `${UNNAMED} :`
  }
}
