import type { SimpleBlock } from '../../../server/src/lsp/protocol.ts'
import { type Child, type Element, el } from './drawing/element.ts'

/** A block of the server's words, as an element of a page. */
export function blockElement(each: SimpleBlock): Element {
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
