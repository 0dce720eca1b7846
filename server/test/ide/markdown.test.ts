import { describe, expect, test } from 'vitest'
import { type Block, plainText } from '../../src/ide/blocks.ts'
import { hover } from '../../src/ide/hover/index.ts'
import { markdown } from '../../src/ide/markdown.ts'
import { withGrammar } from '../project.ts'
import { fixtures, offsetOf } from './fixture.ts'

withGrammar()

test('letters of the file stay letters', () => {
  const blocks: readonly Block[] = [{ kind: 'table', head: ['a'], rows: [['x_y*z|<b>']] }]
  expect(markdown(blocks)).toContain('x\\_y\\*z\\|\\<b\\>')
  expect(plainText(blocks)).toBe('a\nx_y*z|<b>')
})

test('a link is made by its own block alone, where the client has the command', () => {
  const blocks: readonly Block[] = [{ kind: 'link', text: 'Open in memory map', command: 'showMemoryMap' }]
  expect(markdown(blocks, name => `command:x.${name}`)).toBe('[Open in memory map](command:x.showMemoryMap)')
  expect(markdown(blocks)).toBe('')
  expect(plainText(blocks)).toBe('')
})

const HOSTILE = [
  '[x](command:workbench.action.quit)',
  '![x](https://example.com/x.png)',
  '<command:workbench.action.quit>',
  '<a href="command:workbench.action.quit">x</a>',
  'https://example.com',
  'www.example.com',
  'me@example.com',
  '`[x](command:y)',
  '```[x](command:y)`',
  '`a\\| [x](command:y)`',
  '``a` [x](command:y) ``',
  'a\n\n[x](command:y)',
  'a | b\n--- | ---\n[x](command:y) | d',
  '[x]: command:y',
  '**x** # y',
  '\u202ex',
]

/** What is left when code is taken out as CommonMark reads it: a run of backticks up to the next run of the same length. */
function outsideOfCode(text: string): string {
  const runs = [...text.matchAll(/\\[\s\S]|`+/g)].filter(([run]) => run.startsWith('`'))
  let left = ''
  let from = 0
  for (let i = 0; i < runs.length; i++) {
    const close = runs.findIndex((run, j) => i < j && run[0] === runs[i]![0])
    if (close < 0) continue
    left += text.slice(from, runs[i]!.index)
    from = runs[close]!.index + runs[close]![0].length
    i = close
  }
  return left + text.slice(from)
}

/** What Markdown makes a link, an image, HTML or an address that renderers link by themselves. */
const LIVE = /(?<!\\)\[|(?<!\\)<|(?<!\\):\/\/|\bwww\.|\w@|\n\n|\u202e/

describe('no words of a file make anything live', () => {
  test.each(HOSTILE)('%j', words => {
    for (const said of [words, `"${words}" and \`${words}\``, `${words} ${words}`])
      for (const text of [markdown([{ kind: 'text', text: said }]), markdown([{ kind: 'title', text: said }])])
        expect(outsideOfCode(text)).not.toMatch(LIVE)
  })
  test.each(HOSTILE)('%j in a table, whose cells are split first', words => {
    const text = markdown([{ kind: 'table', head: ['a', 'b'], rows: [[words, `\`${words}\``]] }])
    const cells = text.split('\n')[2]!.split(/(?<=(?:^|[^\\])(?:\\\\)*)\|/)
    expect(text.split('\n')).toHaveLength(3)
    expect(cells).toHaveLength(4)
    for (const cell of cells) expect(outsideOfCode(cell)).not.toMatch(LIVE)
  })
  test('code ends where it ends', () => {
    expect(markdown([{ kind: 'code', text: 'a\n```\n[x](command:y)' }])).toBe('````c\na\n```\n[x](command:y)\n````')
  })
})

test('a hostile name of a cell in the hover of its region', () => {
  const name = '[x](command:y)'
  const files = fixtures({ 'dma-kept/k3-demo-linux.c': text => text.replace('"k3-demo-linux"', `"${name}"`) })
  const path = 'dma-kept/k3-demo.c'
  const blocks = hover(files.analyze(path), offsetOf(files.file(path).text, '.phys_start = 0x8|a0000000'))?.blocks ?? []
  expect(plainText(blocks)).toContain(name)
  expect(outsideOfCode(markdown(blocks))).not.toMatch(/(?<!\\)\[/)
})
