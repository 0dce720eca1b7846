import type { MapMeter, MapStage } from '../../../server/src/lsp/protocol.ts'
import { cellState } from './drawing/cell-state.ts'
import { type Child, type Element, el } from './drawing/element.ts'
import { stageOf, type View } from './drawing/view.ts'
import { humanSize, localized, t } from './drawing/words.ts'
import { outcomeWords } from './outcome.ts'
import type { State } from './state.ts'

/** Stages by cells: what each command did, changed and printed, and a place to type other commands. */
export function lifecycle(state: State, view: View): Child {
  const { map } = view
  return [
    el('h2', {}, t('Lifecycle')),
    !state.isAlone &&
      el('input', {
        type: 'text',
        value: state.commands,
        size: 60,
        placeholder: 'enable create load start destroy create',
        'aria-label': t('Commands to play instead'),
        title: t('Commands to play instead; create:NAME means one cell. Enter plays them, empty is the whole life.'),
        'data-action': 'commands',
        spellcheck: 'false',
      }),
    state.answer?.problem !== undefined &&
      el('p', { class: 'problem inline', role: 'alert' }, localized(state.answer.problem)),
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          [t('command'), ...map.cells.map(({ name }) => name), t('changes'), t('console')].map(words =>
            el('th', { scope: 'col' }, words),
          ),
        ),
      ),
      el(
        'tbody',
        {},
        map.stages.map((stage, i) => row(view, stage, i)),
      ),
    ),
  ]
}

function row(view: View, stage: MapStage, index: number): Element {
  const isCurrent = index === view.stage
  return el(
    'tr',
    { class: isCurrent ? 'current' : '' },
    el(
      'th',
      { scope: 'row' },
      el('button', { type: 'button', class: 'link', 'data-action': 'stage', 'data-stage': index }, stage.title),
      stage.outcome.kind !== 'done' && el('div', { class: 'failed' }, outcomeWords(stage)),
    ),
    stage.states.map(state => el('td', {}, cellState(state))),
    el('td', {}, changeWords(view, stage)),
    el(
      'td',
      {},
      stage.console
        .filter(({ weight }) => weight !== 'progress')
        .map(({ text, weight, meaning }) =>
          el('div', { class: weight }, el('code', {}, text), el('div', { class: 'dim' }, localized(meaning))),
        ),
    ),
  )
}

/** `k3-demo CPUs −1.5 GiB` of each column that changed. */
const changeWords = ({ map }: View, { totals }: MapStage): readonly Element[] =>
  totals.map(({ column, kind, size }) => {
    const { cell, title } = map.columns[column]!
    const who = `${cell === undefined ? t('devices') : map.cells[cell]?.name} ${t(title)}`
    return el('div', {}, `${who} ${kind === 'gained' ? '+' : '−'}${humanSize(BigInt(size))}`)
  })

/** What is used up at this stage, and by what. */
export function meters(view: View): Child {
  const list = stageOf(view)?.meters ?? []
  if (list.length === 0) return undefined
  return [el('h2', {}, t('Used up')), el('div', { class: 'meters' }, list.map(meter))]
}

function meter({ title: message, used, limit, unit, costs }: MapMeter): Element {
  const title = localized(message)
  const part = limit > 0 ? Math.min(1, used / limit) : 1
  const level = part >= 0.999 ? 'full' : part > 0.8 ? 'high' : ''
  const words = `${used} / ${limit} ${t(unit)}`
  return el(
    'div',
    { class: `meter ${level}` },
    el('div', { class: 'words' }, el('span', {}, title), el('span', { class: 'amount' }, words)),
    el(
      'svg',
      { viewBox: '0 0 100 6', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${title}: ${words}` },
      el('rect', { class: 'all', width: 100, height: 6 }),
      el('rect', { class: 'used', width: Math.round(part * 1000) / 10, height: 6 }),
    ),
    costs.length > 0 &&
      el(
        'details',
        {},
        el('summary', {}, t('what costs most')),
        el(
          'ul',
          {},
          costs.map(({ what, amount, box }) =>
            el(
              'li',
              {},
              box === undefined
                ? `${amount}: ${localized(what)}`
                : el(
                    'button',
                    { type: 'button', class: 'link', 'data-action': 'box', 'data-target': box },
                    `${amount}: ${localized(what)}`,
                  ),
            ),
          ),
        ),
      ),
  )
}
