import type { Span } from '../text/source-file.ts'

/** What a hover says, before anybody decides between Markdown and plain text. */
export type Block =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

/** Blocks about one place. */
export interface HoverContent {
  readonly at: Span
  readonly blocks: readonly Block[]
}

export const title = (text: string): Block => ({ kind: 'title', text })
export const text = (...sentences: readonly string[]): Block => ({ kind: 'text', text: sentences.join(' ') })
export const code = (words: string): Block => ({ kind: 'code', text: words })
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): Block => ({
  kind: 'table',
  head,
  rows,
})

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

const linesOf = (block: Block): number =>
  block.kind === 'table' ? block.rows.length + 1 : block.text.split('\n').length

/** For editors that show Markdown. Words of the user's file are escaped; code spans are left alone. */
export const markdown = (blocks: readonly Block[]): string =>
  blocks
    .map(block => {
      if (block.kind === 'title') return `**${escaped(block.text)}**`
      if (block.kind === 'code') return `\`\`\`c\n${block.text}\n\`\`\``
      if (block.kind === 'text') return escaped(block.text)
      const cells = (row: readonly string[]) =>
        `| ${row.map(cell => escaped(cell).replaceAll('|', '\\|')).join(' | ')} |`
      return [cells(block.head), `|${' --- |'.repeat(block.head.length)}`, ...block.rows.map(cells)].join('\n')
    })
    .join('\n\n')

/** For editors that show nothing but text: tables become aligned columns. */
export const plainText = (blocks: readonly Block[]): string =>
  blocks
    .map(block =>
      block.kind === 'table' ? alignedColumns([block.head, ...block.rows]) : block.text.replaceAll('`', ''),
    )
    .join('\n\n')

/** Everything outside of code spans keeps its letters. */
const escaped = (words: string): string =>
  words
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[\\*_{}[\]<>#~]/g, '\\$&')))
    .join('')

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
