import { type Element, el } from './drawing/element.ts'
import { t } from './drawing/words.ts'

/** What the colours and hatches of the map mean. */
export const legend = (): Element =>
  el(
    'div',
    { class: 'legend', 'aria-hidden': 'true' },
    entry(t('CPUs reach it'), swatch('reach cpu', 'run')),
    entry(t('devices reach it'), swatch('reach dma', 'run')),
    entry(t('shared'), swatch('reach cpu', 'run shared')),
    entry(t('configured, not reached now'), swatch('box', '')),
    entry(t('changed by this command'), swatch('', 'change gained')),
    entry(t('isolation lost'), swatch('loss error', '')),
    entry(t('one inmate’s'), swatch('uses', 'use cell')),
    entry(t('reserved'), swatch('uses', 'use reserved')),
    entry(t('free for inmates'), swatch('uses', 'use kept')),
    entry(t('root'), swatch('uses', 'use root')),
    entry(t('hypervisor'), swatch('uses', 'use hypervisor')),
  )

const entry = (words: string, picture: Element): Element => el('span', {}, picture, words)

const swatch = (group: string, kind: string): Element =>
  el(
    'svg',
    { class: 'map', viewBox: '0 0 14 14', width: 14, height: 14 },
    el('g', { class: group }, el('rect', { class: kind, x: 1, y: 1, width: 12, height: 12 })),
  )
