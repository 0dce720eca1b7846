import { type Element, el } from './drawing/element.ts'
import { lossWords } from './drawing/picture.ts'
import { isShown, type Range, rangeOf, runsOf, stageOf, type View } from './drawing/view.ts'
import { localized, t } from './drawing/words.ts'

/** The map in words: one row a region, for those who read rather than look. */
export function regionTable(view: View): Element {
  const { map } = view
  const rows = map.boxes
    .map((box, index) => ({ box, index }))
    .filter(({ box }) => isShown(view, box))
    .sort((a, b) => (BigInt(a.box.start) < BigInt(b.box.start) ? -1 : 1))
  const columns = [t('start'), t('end'), t('size'), t('region'), t('cell'), t('flags'), t('reached by'), t('isolation')]
  const reached = reachedBy(view)
  return el(
    'table',
    { class: 'regions', 'aria-label': t('Regions after {0}', stageOf(view)?.title ?? '') },
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        columns.map(words => el('th', { scope: 'col' }, words)),
      ),
    ),
    el(
      'tbody',
      {},
      rows.slice(0, MAX_ROWS).map(({ index }) => row(view, index, reached)),
    ),
  )
}

/** Nobody reads more; the search box finds any of them. */
const MAX_ROWS = 500

function row(view: View, index: number, reached: ReachedBy): Element {
  const { map } = view
  const { start, end, size, name, column, flags, devices } = map.boxes[index]!
  const { cell } = map.columns[column]!
  const losses = (stageOf(view)?.losses ?? []).filter(({ box, standsForMore }) => box === index && !standsForMore)
  return el(
    'tr',
    { class: index === view.selected ? 'current' : '' },
    el('td', { class: 'address' }, start),
    el('td', { class: 'address' }, end),
    el('td', {}, size),
    el(
      'th',
      { scope: 'row' },
      el('button', { type: 'button', class: 'link', 'data-action': 'box', 'data-target': index }, localized(name)),
      devices && el('div', { class: 'dim' }, devices.map(localized).join(', ')),
    ),
    el('td', {}, cell === undefined ? t('Hypervisor') : (map.cells[cell]?.name ?? '')),
    el('td', {}, flags.join(' ')),
    el(
      'td',
      { class: 'reached' },
      reached(rangeOf(map.boxes[index]!)).map(words => el('div', {}, words)),
    ),
    el(
      'td',
      { class: losses.length > 0 ? 'failed' : '' },
      losses.map(loss => el('div', {}, lossWords(view, loss))),
    ),
  )
}

/** `k3-demo: CPUs rwx, PVU rw-`: whoever reaches any of a range, a line each. */
type ReachedBy = (range: Range) => readonly string[]

function reachedBy(view: View): ReachedBy {
  const columns = view.map.columns.map(({ cell, lane, title }, column) => ({
    who: cell === undefined ? t(lane) : (view.map.cells[cell]?.name ?? ''),
    title: t(title),
    runs: runsOf(view, column).map(run => ({ ...rangeOf(run), access: run.access })),
  }))
  return range => {
    const lines = new Map<string, readonly string[]>()
    for (const { who, title, runs } of columns) {
      const met = runs.filter(run => run.start < range.end && range.start < run.end)
      const access = [...new Set(met.map(run => run.access))].join('/')
      if (met.length > 0) lines.set(who, [...(lines.get(who) ?? []), `${title} ${access}`])
    }
    return [...lines].map(([who, ways]) => `${who}: ${ways.join(', ')}`)
  }
}
