import { parse, type SyntaxNode } from './grammar.ts'
import type { Piece } from './outline.ts'
import type { Token } from './token.ts'

/** The syntax of a piece. Offsets of its nodes count tokens of the piece: half-open `[start, end)`. */
export type PieceSyntax = SyntaxNode

/** What the grammar reads in place of a token: the plain spelling of gcc's alternate keywords. */
const SPELLING: ReadonlyMap<string, string> = new Map([
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
])

/** A piece as text, and where each of its tokens begins in it. */
interface Rendered {
  readonly text: string
  readonly starts: readonly number[]
}

function render(tokens: readonly Token[], isType: (name: string) => boolean): Rendered {
  const starts: number[] = []
  const texts = tokens.map(token => (token.kind === 'identifier' && SPELLING.get(token.text)) || token.text)
  spellOffsetof(tokens, texts)
  spellParenthesised(tokens, texts, isType)
  let text = ''
  for (const each of texts) {
    starts.push(text.length)
    text += `${each} `
  }
  return { text, starts }
}

/** `offsetof(T, m)` is read as what it means, `(unsigned long)&((T *)0)->m`: the grammar knows but a single name for m. */
function spellOffsetof(tokens: readonly Token[], texts: string[]): void {
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

/** `(NAME) - 1` is a cast only where NAME is a type; a second pair of parentheses says that it is not. */
function spellParenthesised(tokens: readonly Token[], texts: string[], isType: (name: string) => boolean): void {
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'identifier' || tokens[i - 1]?.text !== '(' || tokens[i + 1]?.text !== ')') continue
    if (!/^[-+*&(]$/.test(tokens[i + 2]?.text ?? '') || isType(token.text)) continue
    if (tokens[i - 2]?.kind === 'identifier') continue
    texts[i] = `( ${token.text} )`
  }
}

/** Parsed pieces by their text, the recently used ones. */
const recent = { young: new Map<string, PieceSyntax>(), old: new Map<string, PieceSyntax>() }
const KEPT = 20_000

function remembered(key: string): PieceSyntax | undefined {
  const young = recent.young.get(key)
  if (young) return young
  const old = recent.old.get(key)
  if (old) remember(key, old)
  return old
}

function remember(key: string, syntax: PieceSyntax): void {
  if (KEPT <= recent.young.size) {
    recent.old = recent.young
    recent.young = new Map()
  }
  recent.young.set(key, syntax)
}

interface Wanted extends Rendered {
  readonly key: string
}

/** The syntax of each piece; equal pieces share it, and those not seen lately are parsed together. */
export function parsePieces(pieces: readonly Piece[], isType: (name: string) => boolean): readonly PieceSyntax[] {
  const known = new Map<string, PieceSyntax>()
  const wanted = new Map<string, Wanted & { kind: Piece['kind'] }>()
  const keys = pieces.map(({ kind, tokens }) => {
    const rendered = render(tokens, isType)
    const key = kind === 'item' ? `=${rendered.text}` : rendered.text
    if (known.has(key) || wanted.has(key)) return key
    const hit = remembered(key)
    if (hit) known.set(key, hit)
    else wanted.set(key, { ...rendered, key, kind })
    return key
  })
  for (const kind of ['declaration', 'item'] as const)
    for (const batch of batches([...wanted.values()].filter(each => each.kind === kind))) parseBatch(kind, batch, known)
  for (const key of wanted.keys()) remember(key, known.get(key)!)
  return keys.map(key => known.get(key)!)
}

const BATCH = 400
function* batches<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let i = 0; i < all.length; i += BATCH) yield all.slice(i, i + BATCH)
}

/** Parses many pieces as one text; where that has an error each half is parsed alone, down to the piece that errs. */
function parseBatch(kind: Piece['kind'], batch: readonly Wanted[], into: Map<string, PieceSyntax>): void {
  const [open, glue, close] = kind === 'item' ? ['int _ = { ', ' , ', ' } ;'] : ['', '\n', '']
  let text = open
  const offsets = batch.map(({ text: piece }, i) => {
    if (0 < i) text += glue
    text += piece
    return text.length - piece.length
  })
  const root = parse(text + close)
  const nodes = kind === 'item' ? itemsOf(root) : root.children
  const clean = !root.broken && nodes.length === batch.length
  if (!clean && 1 < batch.length) {
    const half = batch.length >> 1
    parseBatch(kind, batch.slice(0, half), into)
    parseBatch(kind, batch.slice(half), into)
    return
  }
  for (const [i, { key, starts }] of batch.entries()) {
    const node = clean ? nodes[i]! : { ...root, broken: true, children: nodes }
    into.set(key, inTokens(node, offsets[i] ?? 0, starts))
  }
}

const itemsOf = (root: SyntaxNode): readonly SyntaxNode[] =>
  root.children[0]?.children.find(each => each.field === 'declarator')?.children.find(each => each.field === 'value')
    ?.children ?? []

/** The same tree with offsets in tokens. */
function inTokens(node: SyntaxNode, offset: number, starts: readonly number[]): SyntaxNode {
  const copy = (each: SyntaxNode): SyntaxNode & { children: SyntaxNode[] } => ({
    ...each,
    start: tokenAt(starts, each.start - offset),
    end: tokenAt(starts, Math.max(each.start, each.end - 1) - offset) + 1,
    children: [],
  })
  const root = copy(node)
  const pending: [SyntaxNode, { children: SyntaxNode[] }][] = [[node, root]]
  for (let next = pending.pop(); next; next = pending.pop())
    for (const each of next[0].children) {
      const twin = copy(each)
      next[1].children.push(twin)
      pending.push([each, twin])
    }
  return root
}

/** The index of the token that holds this offset. */
function tokenAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length]
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low
}
