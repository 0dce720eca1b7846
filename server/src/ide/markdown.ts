import type { Span } from '../text/source-file.ts'
import type { Block, BlockCommand } from './blocks.ts'

/** How a client calls one of its commands in a link; undefined where it has no such command. */
export type CommandUri = (command: BlockCommand, place?: Span) => string | undefined

/**
 * Blocks for editors that show Markdown. Words of the user's files stand in all of them, so everything is escaped: no link,
 * image, address or HTML is made but by a `link` block, whose text and target are ours.
 */
export const markdown = (blocks: readonly Block[], commandUri: CommandUri = () => undefined): string =>
  blocks
    .map((block, i) => ({
      words: blockText(block, commandUri),
      isNextLine: isLinkBelow(blocks[i - 1], block),
    }))
    .filter(({ words }) => words !== '')
    .map(({ words, isNextLine }, i) => `${i === 0 ? '' : isNextLine ? '\\\n' : '\n\n'}${words}`)
    .join('')

/** A link under lines is one more of them. */
const isLinkBelow = (above: Block | undefined, block: Block): boolean =>
  block.kind === 'link' && above?.kind === 'lines'

function blockText(block: Block, commandUri: CommandUri): string {
  switch (block.kind) {
    case 'title':
      return `**${escaped(block.text)}**`
    case 'text':
    case 'place':
      return escaped(block.text)
    case 'lines':
      return block.lines.map(escaped).join('\\\n')
    case 'code':
      return fenced(block.text)
    case 'table':
      return [row(block.head), `|${' --- |'.repeat(block.head.length)}`, ...block.rows.map(row)].join('\n')
    case 'link': {
      const uri = commandUri(block.command, block.place)
      return uri === undefined ? '' : `[${block.text}](${uri})`
    }
    default:
      return block satisfies never
  }
}

const row = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`

/** A fence that no line of the text closes. */
function fenced(words: string): string {
  const longest = (words.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2)
  const fence = '`'.repeat(longest + 1)
  return `${fence}c\n${words}\n${fence}`
}

/** Text as it stands on one line, with what is between two single backticks as code. */
const escaped = (words: string): string => {
  const parts = codeSpans(oneLine(words).trim())
  return parts.map(({ text, isCode }, i) => (isCode ? asCode(text) : escapedText(text, i === 0))).join('')
}

interface Part {
  readonly text: string
  readonly isCode: boolean
}

/**
 * Cuts at single backticks. What would be read otherwise inside of them stays text: another backtick beside them, or a
 * backslash, which in a cell of a table would free the bar behind it.
 */
function codeSpans(words: string): readonly Part[] {
  const parts: Part[] = []
  let from = 0
  for (const { index, 0: whole } of words.matchAll(/(?<!`)`[^`\\]+`(?!`)/g)) {
    parts.push({ text: words.slice(from, index), isCode: false }, { text: whole.slice(1, -1), isCode: true })
    from = index + whole.length
  }
  return [...parts, { text: words.slice(from), isCode: false }]
}

const asCode = (words: string): string => `\`${words.replaceAll('|', '\\|')}\``

/** Letters that mean something to Markdown, and what some renderers turn into links by themselves. */
function escapedText(words: string, isStart: boolean): string {
  const text = words
    .replace(/[\\`*_{}[\]<>#~|@]/g, '\\$&')
    .replace(/&(?=[#\w])/g, '\\&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\b(www)\./gi, '$1\\.')
  return isStart ? text.replace(/^[-+=]/, '\\$&').replace(/^(\d+)([.)])/, '$1\\$2') : text
}

/** Control characters end no line and turn no direction. */
const oneLine = (words: string): string => words.replace(/[\s\p{Cc}]/gu, ' ').replace(/\p{Bidi_Control}/gu, '')
