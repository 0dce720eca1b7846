import type { Token } from '../token.ts'
import type { Chunk } from './chunks.ts'
import { parse, type SyntaxNode } from './grammar.ts'
import { plainElement } from './plain-element.ts'
import { type PrintedText, print, printedText } from './printer.ts'

/** The syntax of a piece. Offsets of its nodes count tokens of the piece: half-open `[start, end)`. */
export type ChunkSyntax = SyntaxNode

/** Parsed pieces by their text, the recently used ones. */
const recent = { young: new Map<string, ChunkSyntax>(), old: new Map<string, ChunkSyntax>() }
const MAX_RECENT = 20_000

function remembered(key: string): ChunkSyntax | undefined {
  const young = recent.young.get(key)
  if (young) return young
  const old = recent.old.get(key)
  if (old) remember(key, old)
  return old
}

function remember(key: string, syntax: ChunkSyntax): void {
  if (MAX_RECENT <= recent.young.size) {
    recent.old = recent.young
    recent.young = new Map()
  }
  recent.young.set(key, syntax)
}

interface Unparsed extends PrintedText {
  readonly key: string
  readonly kind: Chunk['kind']
}

/** No element and no declaration without its lists has more tokens; what has is nothing anybody wrote, and not parsed. */
const MAX_CHUNK_TOKENS = 1 << 14
const TOO_LONG: ChunkSyntax = {
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
export const isTooLong = ({ tokens }: Chunk): boolean => MAX_CHUNK_TOKENS < tokens.length

/** Gives each piece its syntax; equal pieces share it, and those not seen lately are parsed together. */
export function parseChunks(chunks: readonly Chunk[], isType: (name: string) => boolean): void {
  const known = new Map<string, ChunkSyntax>()
  const unparsed = new Map<string, Unparsed>()
  const waiting: { readonly piece: Chunk; readonly key: string }[] = []
  for (const chunk of chunks) {
    const { kind, tokens } = chunk
    const declares = kind === 'declaration'
    if (isTooLong(chunk)) {
      chunk.syntax = TOO_LONG
      continue
    }
    const key = declares ? printedText(tokens, declares, isType) : `=${printedText(tokens, declares, isType)}`
    chunk.syntax = remembered(key)
    chunk.syntax ??= declares ? undefined : plain(tokens, key)
    if (chunk.syntax) continue
    waiting.push({ piece: chunk, key })
    if (!unparsed.has(key)) unparsed.set(key, { ...print(tokens, declares, isType), key, kind })
  }
  for (const kind of ['declaration', 'item'] as const)
    for (const batch of batches([...unparsed.values()].filter(each => each.kind === kind)))
      parseBatch(kind, batch, known)
  for (const [key, syntax] of known) remember(key, syntax)
  for (const { piece: chunk, key } of waiting) chunk.syntax = known.get(key)
}

function plain(tokens: readonly Token[], key: string): ChunkSyntax | undefined {
  const syntax = plainElement(tokens)
  if (syntax) remember(key, syntax)
  return syntax
}

/** The syntax of a piece that has been parsed. */
export const syntaxOf = ({ syntax }: Chunk): ChunkSyntax => syntax!

const BATCH = 400
function* batches<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let i = 0; i < all.length; i += BATCH) yield all.slice(i, i + BATCH)
}

/** Parses many pieces as one text; where that has an error each half is parsed alone, down to the piece that errs. */
function parseBatch(kind: Chunk['kind'], batch: readonly Unparsed[], into: Map<string, ChunkSyntax>): void {
  const [open, glue, close] = kind === 'item' ? ['int _ = { ', ' , ', ' } ;'] : ['', '\n', '']
  let text = open
  const offsets = batch.map(({ text: chunk }, i) => {
    if (0 < i) text += glue
    text += chunk
    return text.length - chunk.length
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
