import { blockElement } from './blocks.ts'
import { type Element, el } from './drawing/element.ts'
import type { Tip } from './state.ts'

/** What hangs by the pointer or the focus: the editor's own hover where it is there. */
export const tip = ({ x, y, words, blocks }: Tip): Element =>
  el(
    'div',
    { class: 'tip', role: 'tooltip', id: 'tip', 'data-x': x, 'data-y': y },
    blocks ? blocks.map(blockElement) : el('p', {}, words),
  )
