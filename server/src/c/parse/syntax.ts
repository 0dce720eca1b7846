import { copyOf, Recent } from '../../text/memo.ts'
import { countWhile } from '../../text/sorted.ts'
import type { Token } from '../token.ts'
import type { Chunk } from './chunks.ts'
import { parse, type SyntaxNode } from './grammar.ts'
import { plainElement } from './plain-element.ts'
import { isSpecial, type PrintedText, print, printedText, writtenText } from './printer.ts'

/** The syntax of a chunk. Offsets of its nodes count tokens of the chunk: half-open `[start, end)`. */
export type ChunkSyntax = SyntaxNode

/** Parsed chunks by their text, where that alone says what they are: no board spells more than a few hundred differently. */
const recent = new Recent<ChunkSyntax>(1000)

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

/** Characters of all string and character constants that are parsed at once: the grammar makes nodes of each of them. */
const MAX_LITERALS = 1 << 16

/** What there is too much of in a chunk that was not parsed for that. */
export function tooMuchOf({ syntax, tokens }: Chunk): string | undefined {
  if (syntax !== TOO_LONG) return undefined
  if (MAX_CHUNK_TOKENS < tokens.length) return `${tokens.length} tokens`
  return `constants of more than ${MAX_LITERALS} characters in the file`
}

/** Those without their end as well, which are tokens of another kind. */
const LITERALS: ReadonlySet<Token['kind']> = new Set(['string', 'char', 'other'])

function literalsIn({ tokens }: Chunk): number {
  let length = 0
  for (const { kind, text } of tokens) if (LITERALS.has(kind)) length += text.length
  return length
}

/**
 * Gives each chunk its syntax; equal chunks share it, and those not seen lately are parsed together. `ofTypes` are those
 * parsed before while the same names were types.
 */
export function parseChunks(
  chunks: readonly Chunk[],
  isType: (name: string) => boolean,
  ofTypes?: Recent<ChunkSyntax>,
): void {
  let left = MAX_LITERALS
  const known = new Map<string, ChunkSyntax>()
  const unparsed = new Map<string, Unparsed>()
  const waiting: { readonly chunk: Chunk; readonly key: string; readonly memo: Recent<ChunkSyntax> }[] = []
  for (const chunk of chunks) {
    const { kind, tokens } = chunk
    const declares = kind === 'declaration'
    const literals = literalsIn(chunk)
    if (MAX_CHUNK_TOKENS < tokens.length || left < literals) {
      chunk.syntax = TOO_LONG
      continue
    }
    left -= literals
    const depends = declares || tokens.some(isSpecial)
    const written = depends && !ofTypes ? undefined : writtenText(chunk)
    const memo = depends && written !== undefined && ofTypes ? ofTypes : recent
    const key = writtenKey(chunk, written, memo === recent) ?? printedKey(chunk, isType)
    chunk.syntax = memo.get(key)
    if (chunk.syntax) continue
    chunk.syntax = declares ? undefined : plain(tokens, key, memo)
    if (chunk.syntax) continue
    waiting.push({ chunk, key, memo })
    if (!unparsed.has(key)) unparsed.set(key, { ...print(tokens, declares, isType), key, kind })
  }
  for (const kind of ['declaration', 'item'] as const)
    for (const batch of batches([...unparsed.values()].filter(each => each.kind === kind)))
      parseBatch(kind, batch, known)
  for (const { chunk, key, memo } of waiting) {
    chunk.syntax = known.get(key)
    if (chunk.syntax) memo.set(key, chunk.syntax)
  }
}

/** By what is written; only texts that say it all alone do so without a mark, as no declaration does. */
function writtenKey({ kind }: Chunk, written: string | undefined, isPlain: boolean): string | undefined {
  return written === undefined || isPlain ? written : `${kind} ${written}`
}

const printedKey = ({ kind, tokens }: Chunk, isType: (name: string) => boolean): string =>
  `printed ${kind} ${printedText(tokens, kind === 'declaration', isType)}`

function plain(tokens: readonly Token[], key: string, memo: Recent<ChunkSyntax>): ChunkSyntax | undefined {
  const syntax = plainElement(tokens.map(({ kind, text }) => ({ kind, text: copyOf(text) })))
  if (syntax) memo.set(key, syntax)
  return syntax
}

/** The syntax of a chunk that has been parsed. */
export const syntaxOf = ({ syntax }: Chunk): ChunkSyntax => syntax!

const BATCH = 400
function* batches<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let i = 0; i < all.length; i += BATCH) yield all.slice(i, i + BATCH)
}

/** Parses many chunks as one text; where that has an error each half is parsed alone, down to the chunk that errs. */
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
const tokenAt = (starts: readonly number[], offset: number): number =>
  Math.max(0, countWhile(starts.length, index => starts[index]! <= offset) - 1)
