import type { MapUse, SystemMap } from '../../../../server/src/lsp/protocol.ts'
import { type Element, el } from './element.ts'
import { textWidth } from './fit.ts'
import { t } from './words.ts'

/** What a colour or hatch means, and the classes that draw it. */
interface Entry {
  readonly words: string
  readonly group: string
  readonly kind: string
}

/** What may be seen of a system at any of its stages, so that the legend stays while one looks through them. */
function entriesOf({ columns, boxes, stages, uses }: SystemMap): readonly Entry[] {
  const hasUse = (use: MapUse['use']) => uses.some(list => list.some(each => each.use === use))
  const isLost = stages.some(({ losses }) => losses.length > 0)
  const entry = (isThere: boolean, words: string, group: string, kind: string): readonly Entry[] =>
    isThere ? [{ words, group, kind }] : []
  return [
    ...entry(isLost, t('isolation lost'), 'loss error', ''),
    ...entry(true, t('CPUs reach it'), 'reach cpu', 'run'),
    ...entry(
      columns.some(({ kind }) => kind === 'dma'),
      t('devices reach it'),
      'reach dma',
      'run',
    ),
    ...entry(
      boxes.some(({ isShared }) => isShared),
      t('shared'),
      'reach cpu',
      'run shared',
    ),
    ...entry(true, t('configured, not reached now'), 'box', ''),
    ...entry(1 < stages.length, t('changed by this command'), '', 'change gained'),
    ...entry(hasUse('cell'), t('one inmate’s'), 'uses', 'use cell'),
    ...entry(hasUse('reserved'), t('reserved'), 'uses', 'use reserved'),
    ...entry(hasUse('kept'), t('free for inmates'), 'uses', 'use kept'),
    ...entry(hasUse('root'), t('root'), 'uses', 'use root'),
    ...entry(true, t('hypervisor'), 'uses', 'use hypervisor'),
  ]
}

/** What the colours and hatches of the map mean. */
export const legend = (map: SystemMap): Element =>
  el(
    'div',
    { class: 'legend', 'aria-hidden': 'true' },
    entriesOf(map).map(({ words, group, kind }) => el('span', {}, swatch(group, kind), words)),
  )

const swatch = (group: string, kind: string): Element =>
  el('svg', { class: 'map', viewBox: '0 0 14 14', width: 14, height: 14 }, square(group, kind, 1, 1))

const square = (group: string, kind: string, x: number, y: number): Element =>
  el('g', { class: group }, el('rect', { class: kind, x, y, width: 12, height: 12 }))

const LINE = 18
const SIZE = 11

/** The same for a picture that stands alone, as wide as that; and how high it comes out. */
export function legendInPicture(
  map: SystemMap,
  left: number,
  top: number,
  width: number,
): { readonly parts: readonly Element[]; readonly height: number } {
  let [x, y] = [left, top]
  const parts = entriesOf(map).map(({ words, group, kind }) => {
    const taken = 18 + textWidth(words, SIZE) + 14
    if (left < x && width < x + taken) [x, y] = [left, y + LINE]
    const part = el('g', {}, square(group, kind, x, y), el('text', { x: x + 18, y: y + 10 }, words))
    x += taken
    return part
  })
  return { parts, height: y + LINE - top }
}
