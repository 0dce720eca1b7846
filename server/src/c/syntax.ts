import { parse, type SyntaxNode } from './grammar.ts'
import type { Piece } from './outline.ts'
import { plainElement } from './plain-element.ts'
import { type Rendered, render, textOf } from './spelling.ts'
import type { Token } from './token.ts'

/** The syntax of a piece. Offsets of its nodes count tokens of the piece: half-open `[start, end)`. */
export type PieceSyntax = SyntaxNode

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
  readonly kind: Piece['kind']
}

/** No element and no declaration without its lists has more tokens; what has is nothing anybody wrote, and not parsed. */
const LONGEST = 1 << 14
const TOO_LONG: PieceSyntax = {
  type: 'ERROR',
  field: undefined,
  text: '',
  start: 0,
  end: 1,
  children: [],
  broken: true,
  names: true,
}

/** Whether a piece has more tokens than are parsed. */
export const isTooLong = ({ tokens }: Piece): boolean => LONGEST < tokens.length

/** Gives each piece its syntax; equal pieces share it, and those not seen lately are parsed together. */
export function parsePieces(pieces: readonly Piece[], isType: (name: string) => boolean): void {
  const known = new Map<string, PieceSyntax>()
  const wanted = new Map<string, Wanted>()
  const waiting: { readonly piece: Piece; readonly key: string }[] = []
  for (const piece of pieces) {
    const { kind, tokens } = piece
    const declares = kind === 'declaration'
    if (isTooLong(piece)) {
      piece.syntax = TOO_LONG
      continue
    }
    const key = declares ? textOf(tokens, declares, isType) : `=${textOf(tokens, declares, isType)}`
    piece.syntax = remembered(key)
    piece.syntax ??= declares ? undefined : plain(tokens, key)
    if (piece.syntax) continue
    waiting.push({ piece, key })
    if (!wanted.has(key)) wanted.set(key, { ...render(tokens, declares, isType), key, kind })
  }
  for (const kind of ['declaration', 'item'] as const)
    for (const batch of batches([...wanted.values()].filter(each => each.kind === kind))) parseBatch(kind, batch, known)
  for (const [key, syntax] of known) remember(key, syntax)
  for (const { piece, key } of waiting) piece.syntax = known.get(key)
}

function plain(tokens: readonly Token[], key: string): PieceSyntax | undefined {
  const syntax = plainElement(tokens)
  if (syntax) remember(key, syntax)
  return syntax
}

/** The syntax of a piece that has been parsed. */
export const syntaxOf = ({ syntax }: Piece): PieceSyntax => syntax!

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
