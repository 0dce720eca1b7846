import { type Child, type Element, el } from './drawing/element.ts'
import type { Block, Tip } from './state.ts'

/** What hangs by the pointer or the focus: the editor's own hover where it is there. */
export const tip = ({ x, y, words, blocks }: Tip): Element =>
  el(
    'div',
    { class: 'tip', role: 'tooltip', id: 'tip', 'data-x': x, 'data-y': y },
    blocks ? blocks.map(block) : el('p', {}, words),
  )

function block(each: Block): Element {
  switch (each.kind) {
    case 'title':
      return el('p', {}, el('strong', {}, withCode(each.text)))
    case 'code':
      return el('p', {}, el('code', {}, each.text))
    case 'text':
      return el('p', {}, withCode(each.text))
    case 'table':
      return el(
        'table',
        {},
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            each.head.map(words => el('th', {}, withCode(words))),
          ),
        ),
        el(
          'tbody',
          {},
          each.rows.map(row =>
            el(
              'tr',
              {},
              row.map(words => el('td', {}, withCode(words))),
            ),
          ),
        ),
      )
    default:
      return each satisfies never
  }
}

/** Words between backticks are code. */
const withCode = (words: string): readonly Child[] =>
  words.split('`').map((part, i) => (i % 2 === 1 ? el('code', {}, part) : part))
