import type { MapStage, SystemMap, Words } from '../../../server/src/lsp/protocol.ts'
import { type Child, type Element, el } from './drawing/element.ts'
import { legend } from './drawing/legend.ts'
import { lossSeverity, lossWords, picture } from './drawing/picture.ts'
import { columnTitle, reachersOf, stageOf, type View } from './drawing/view.ts'
import { hex, localized, t } from './drawing/words.ts'
import { lifecycle, meters } from './lifecycle.ts'
import { outcomeWords } from './outcome.ts'
import { regionTable } from './region-table.ts'
import { addressOf, type State } from './state.ts'
import { tip } from './tip.ts'

/** The whole page. What a click or key means stands in `data-action`; who mounts it listens at one place. */
export function panel(state: State): Element {
  const { answer } = state
  if (answer === undefined) return el('main', { class: 'panel' }, problem(t('Waiting for the language server …')))
  const map = answer?.map
  if (!map)
    return el(
      'main',
      { class: 'panel' },
      problem(localized(answer?.problem ?? t('This file is not open, or defines no configuration.'))),
    )
  const view = viewOf(state, map)
  return el(
    'main',
    { class: 'panel' },
    toolbar(state),
    stages(state, map),
    el('div', { class: 'scroll', key: 'scroll', tabindex: -1 }, state.asTable ? regionTable(view) : drawn(view)),
    !state.asTable && legend(map),
    below(state, view),
    state.tip && tip(state.tip),
  )
}

function drawn(view: View): Child {
  const { head, body } = picture(view)
  return [el('div', { class: 'heads' }, head), body]
}

export const viewOf = (state: State, map: SystemMap): View => ({
  map,
  stage: state.stage,
  width: state.width,
  zoom: state.zoom,
  showDevices: state.showDevices,
  isGuest: state.isGuest,
  selected: state.selected,
  query: addressOf(state.query),
  window: state.window,
})

const problem = (words: string): Element => el('p', { class: 'problem', role: 'status' }, words)

function toolbar(state: State): Element {
  const { alternatives = [], losing = [], chosen = 0 } = state.answer ?? {}
  const titleOf = (title: Words, i: number) => (losing.includes(i) ? t('{0} (not isolated)', title) : localized(title))
  return el(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': t('Map') },
    alternatives.length > 1 &&
      el(
        'select',
        { 'data-action': 'alternative', 'aria-label': t('System') },
        alternatives.map((title, i) => el('option', { value: i, selected: i === chosen }, titleOf(title, i))),
      ),
    el('input', {
      type: 'text',
      class: 'search',
      value: state.query,
      placeholder: t('0x…: who reaches it'),
      'aria-label': t('Address: who reaches it'),
      'data-action': 'query',
      spellcheck: 'false',
    }),
    toggle('devices', t('Registers'), state.showDevices),
    toggle('guest', t('As cells see it'), state.isGuest),
    toggle('table', t('Table'), state.asTable),
    el(
      'span',
      { class: 'ends' },
      button('zoom-out', '−', t('Smaller')),
      button('zoom-in', '+', t('Larger')),
      button('svg', 'SVG', t('Export as SVG')),
      button('png', 'PNG', t('Export as PNG')),
    ),
  )
}

const toggle = (action: string, words: string, isOn: boolean): Element =>
  el('button', { type: 'button', 'data-action': action, 'aria-pressed': String(isOn) }, words)

const button = (action: string, words: string, title: string): Element =>
  el('button', { type: 'button', 'data-action': action, title, 'aria-label': title }, words)

/** A slider for mouse and arrow keys, and every stage by name. */
function stages(state: State, map: SystemMap): Element {
  const { stages } = map
  const current = stages[state.stage]
  return el(
    'div',
    { class: 'stages' },
    el('input', {
      type: 'range',
      min: 0,
      max: Math.max(0, stages.length - 1),
      step: 1,
      value: state.stage,
      'data-action': 'stage-slider',
      'aria-label': t('Stage'),
      'aria-valuetext': current?.title ?? '',
    }),
    el('output', {}, t('after {0}', current?.title ?? '')),
    el(
      'div',
      { class: 'ticks', role: 'group', 'aria-label': t('Stages') },
      stages.map((stage, i) => tick(map, stage, i, i === state.stage)),
    ),
    current && current.outcome.kind !== 'done' && el('div', { class: 'failed' }, outcomeWords(current)),
  )
}

function tick(map: SystemMap, stage: MapStage, index: number, isCurrent: boolean): Element {
  const { title, outcome, losses } = stage
  const isFailed = outcome.kind !== 'done'
  const own = losses.filter(({ standsForMore }) => !standsForMore).length
  const count = own > 0 ? t('{0} losses of isolation', own) : ''
  const visible = [shortTitle(map, stage), ...(own > 0 ? [`⚠ ${own}`] : [])]
  const words = [title, isFailed && t('fails'), count].filter(Boolean).join(', ')
  return el(
    'button',
    {
      type: 'button',
      class: isFailed ? 'failed' : '',
      'data-action': 'stage',
      'data-stage': index,
      'aria-pressed': String(isCurrent),
      title: words,
      'aria-label': `${visible.join(' ')}: ${words}`,
    },
    visible[0],
    own > 0 && el('span', { class: 'badge' }, visible[1]),
  )
}

/** One inmate need not be named at each of its commands; of several the root's name in front goes without saying. */
function shortTitle({ cells }: SystemMap, { verb, cell }: MapStage): string {
  const [root, ...inmates] = cells
  if (cell === undefined || inmates.length < 2) return verb
  const { name } = cells[cell]!
  return `${verb} ${name.startsWith(`${root!.name}-`) ? name.slice(root!.name.length + 1) : name}`
}

function below(state: State, view: View): Element {
  return el(
    'div',
    { class: 'below', tabindex: 0, role: 'region', 'aria-label': t('At this stage') },
    reachers(state, view),
    losses(view),
    omitted(view),
    meters(view),
    lifecycle(state, view),
  )
}

function reachers(state: State, view: View): Child {
  if (state.query.trim() === '') return undefined
  const { query } = view
  if (query === undefined) return el('p', { role: 'status' }, t('“{0}” is not an address', state.query.trim()))
  const found = reachersOf(view, query)
  const rows = found.map(({ column, run }) => {
    const box = run.box === undefined ? undefined : view.map.boxes[run.box]
    const who = [
      columnTitle(view, column),
      run.access,
      run.devices ?? view.map.columns[column]?.devices,
      box?.name,
      ...(box?.devices ?? []),
    ]
    return el(
      'li',
      {},
      who
        .map(each => localized(each ?? ''))
        .filter(Boolean)
        .join(' · '),
    )
  })
  return [
    el('h2', { class: 'address' }, t('Who reaches {0}', hex(query))),
    found.length > 0 ? el('ul', { class: 'notes', role: 'status' }, rows) : el('p', { role: 'status' }, t('nobody')),
  ]
}

function losses(view: View): Child {
  const stage = stageOf(view)
  if (!stage || stage.losses.length === 0) return undefined
  const order = ['error', 'warning', 'information', 'hint']
  const sorted = stage.losses
    .map(loss => ({ loss, severity: lossSeverity(view, loss) }))
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  const rows = sorted.slice(0, MAX_LISTED).map(({ loss, severity }) => {
    const words = lossWords(view, loss)
    const link = loss.finding !== undefined || loss.grantedBy !== undefined
    return el(
      'li',
      { class: severity },
      link ? el('button', { type: 'button', class: 'link', ...target(loss) }, words) : words,
    )
  })
  const rest = stage.losses.length - rows.length + (stage.more?.losses ?? 0)
  return [
    el('h2', {}, t('Isolation')),
    el('ul', { class: 'losses' }, rows),
    rest > 0 && el('p', { class: 'dim' }, t('and {0} more', rest)),
  ]
}

const MAX_LISTED = 40

const target = ({ finding, grantedBy }: MapStage['losses'][number]) =>
  finding === undefined
    ? { 'data-action': 'box', 'data-target': grantedBy }
    : { 'data-action': 'finding', 'data-target': finding }

const omitted = ({ map }: View): Child =>
  map.omitted && el('p', { class: 'dim' }, t('{0} more regions are not drawn', map.omitted.regions))
