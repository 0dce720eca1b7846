import type { Span } from '../text/source-file.ts'
import type { SimpleBlock } from './views/model.ts'

/** What a hover says, before anybody decides between Markdown and plain text. */
export type Block =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Short lines that belong together. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'code'; readonly text: string }
  /** Words about a place, which lead to it where the reader can go there. */
  | { readonly kind: 'place'; readonly text: string; readonly place: Span }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  /** Runs a command of the client, where it has it; `place` is what to act on. */
  | { readonly kind: 'link'; readonly text: string; readonly command: BlockCommand; readonly place?: Span }

export type BlockCommand = 'showMemoryMap'

/** Blocks about one place. */
export interface HoverContent {
  readonly at: Span
  readonly blocks: readonly Block[]
}

export const title = (text: string): Block => ({ kind: 'title', text })
export const text = (...sentences: readonly string[]): Block => ({ kind: 'text', text: sentences.join(' ') })
export const lines = (...each: readonly string[]): Block => ({ kind: 'lines', lines: each })
export const link = (text: string, command: BlockCommand, place?: Span): Block => ({
  kind: 'link',
  text,
  command,
  ...(place && { place }),
})
export const placeBlock = (text: string, place: Span): Block => ({ kind: 'place', text, place })
export const code = (words: string): Block => ({ kind: 'code', text: words })
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): Block => ({
  kind: 'table',
  head,
  rows,
})

/** A verdict is one line at the width of a hover in VS Code. */
export const MAX_TITLE = 90

/** At most so many lines; the last says how many are left out. */
export const withRest = (all: readonly string[], limit: number): readonly string[] =>
  all.length <= limit ? all : [...all.slice(0, limit - 1), `… ${all.length - limit + 1} more`]

/** What fits on a glance. */
const MAX_LINES = 15

/** Blocks of so many lines at most: tables give way first, and say how much they leave out. */
export function truncated(blocks: readonly Block[], limit = MAX_LINES): readonly Block[] {
  const excess = blocks.reduce((sum, block) => sum + linesOf(block), 0) - limit
  const largest = blocks
    .filter(block => block.kind === 'table')
    .reduce((limit, block) => Math.max(limit, block.rows.length), 0)
  if (excess <= 0 || largest <= excess + 1) return blocks
  return blocks.map(block => {
    if (block.kind !== 'table' || block.rows.length < largest) return block
    const shown = block.rows.slice(0, largest - excess - 1)
    const rest = [`… ${largest - shown.length} more`, ...block.head.slice(1).map(() => '')]
    return { ...block, rows: [...shown, rest] }
  })
}

function linesOf(block: Block): number {
  if (block.kind === 'table') return block.rows.length + 1
  return block.kind === 'lines' ? block.lines.length : block.text.split('\n').length
}

/** Blocks of the kinds that every view shows: nothing to click, and each line a text of its own. */
export const simpleBlocks = (blocks: readonly Block[]): readonly SimpleBlock[] =>
  blocks.flatMap((block): readonly SimpleBlock[] => {
    if (block.kind === 'link') return []
    if (block.kind === 'place') return [{ kind: 'text', text: block.text }]
    return block.kind === 'lines' ? block.lines.map(line => ({ kind: 'text', text: line })) : [block]
  })

/** For editors that show nothing but text: tables become aligned columns, and nothing can be clicked. */
export const plainText = (blocks: readonly Block[]): string =>
  blocks
    .filter(({ kind }) => kind !== 'link')
    .map(block => {
      if (block.kind === 'table') return alignedColumns([block.head, ...block.rows])
      return (block.kind === 'lines' ? block.lines.join('\n') : block.text).replaceAll('`', '')
    })
    .join('\n\n')

/** Rows of words in columns as wide as their widest word, two blanks between. */
export function alignedColumns(rows: readonly (readonly string[])[]): string {
  const plain = rows.map(row => row.map(cell => cell.replaceAll('`', '')))
  const widths = plain.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)), [])
  return plain
    .map(row =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
