import type { MapFinding, MapLoss, MapRun, MapUse } from '../../../../server/src/lsp/protocol.ts'
import { type Axis, addressesBetween, axisOf, type Segment, yOf } from './axis.ts'
import { boxes } from './boxes.ts'
import { type Attributes, type Child, type Element, el } from './element.ts'
import { truncated, wrapped } from './fit.ts'
import { type ColumnBox, FONT, GUTTER, type Lane, lanesOf, useStrip } from './lanes.ts'
import { legendInPicture } from './legend.ts'
import { isInAddresses, isInWindow, over, type Plan } from './plan.ts'
import { isRunShown, type Range, rangeOf, runRange, runsOf, stageOf, type View } from './view.ts'
import { hex, humanSize, localized, t } from './words.ts'

/** The map at one stage: lanes side by side over one axis of addresses that leaves out what nobody uses. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** All of it with what it shows and what its colours mean: for a file. */
  readonly svg: Element
  /** The titles of the lanes, which stay while the rest scrolls, and the rest. */
  readonly head: Element
  readonly body: Element
}

const HEAD = 62

export function picture(view: View): Picture {
  const axis = axisOf(view, HEAD + 8)
  const { lanes, width } = lanesOf(view)
  const { window } = view
  const addresses = window && addressesBetween(axis, window.top, window.bottom)
  const plan: Plan = { view, axis, lanes, columns: lanes.flatMap(({ columns }) => columns), width, addresses }
  const height = HEAD + axis.height + 32
  const head = lanes.map(heading)
  const label = t('Memory map of {0} after {1}', view.map.title, stageOf(view)?.title ?? '')
  const caption = captionOf(view, height, width)
  const legend = legendInPicture(view.map, GUTTER, height + caption.height, width)
  const foot = [...caption.parts, ...legend.parts]
  const parts = body(plan)
  return {
    width,
    height: height + caption.height + legend.height,
    svg: frame(0, width, height + caption.height + legend.height, { role: 'img', 'aria-label': label }, [
      ...parts,
      head,
      foot,
    ]),
    head: frame(0, width, HEAD, { 'aria-hidden': 'true' }, head),
    body: frame(HEAD, width, height - HEAD, { role: 'group', 'aria-label': label }, parts),
  }
}

const CAPTION_LINE = 16

/** What the picture shows, below its last address: in as many lines as it takes. */
function captionOf(view: View, top: number, width: number) {
  const words = t('{0}, after {1}', view.map.title, stageOf(view)?.title ?? '')
  const lines = wrapped(words, width - GUTTER, 12 * BOLD)
  const parts = lines.map((line, i) => el('text', { class: 'caption', x: GUTTER, y: top + 4 + i * CAPTION_LINE }, line))
  return { parts, height: 2 + lines.length * CAPTION_LINE }
}

/** How much wider bold letters are. */
const BOLD = 1.1

/** What lies between two heights, as a picture. */
const frame = (top: number, width: number, height: number, about: Attributes, parts: readonly Child[]): Element =>
  el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'map',
      viewBox: `0 ${top} ${width} ${height}`,
      width,
      height,
      ...about,
    },
    parts,
  )

const body = (plan: Plan): readonly Child[] => {
  const { view, axis } = plan
  return [
    patterns,
    axis.segments.filter(isInWindow(view)).map(segment => grid(plan, segment)),
    last(axis) && address(axis.top + axis.height, last(axis)!.end),
    !view.isGuest && uses(plan),
    reaches(plan),
    boxes(plan),
    changes(plan),
    losses(plan),
    queryMark(plan),
  ]
}

const last = ({ segments }: Axis): Segment | undefined => segments.at(-1)

const patterns = el(
  'defs',
  {},
  ['cpu', 'dma', 'reserved'].map(name =>
    el(
      'pattern',
      {
        id: `hatch-${name}`,
        width: 7,
        height: 7,
        patternUnits: 'userSpaceOnUse',
        patternTransform: 'rotate(45)',
      },
      el('rect', { class: `hatch-ground ${name}`, width: 7, height: 7 }),
      el('rect', { class: `hatch-line ${name}`, width: 3, height: 7 }),
    ),
  ),
)

function heading({ title, detail, x, width, columns }: Lane): Element {
  return el(
    'g',
    { class: 'heading' },
    el('text', { x, y: 15, class: 'title' }, truncated(title, width, FONT.title), el('title', {}, title)),
    el('text', { x, y: 31, class: 'detail' }, truncated(detail, width, FONT.detail), el('title', {}, detail)),
    el('line', { x1: x, x2: x + width, y1: 37.5, y2: 37.5 }),
    columns
      .filter(({ column }) => column.kind !== 'own')
      .map(({ column, x, width }) =>
        el(
          'text',
          { x: column.kind === 'cpu' ? x + 2 : x + width / 2, y: 52, class: `column ${column.kind}` },
          truncated(t(column.title), width, FONT.column),
          column.devices && el('title', {}, localized(column.devices)),
        ),
      ),
  )
}

function grid({ width, view }: Plan, segment: Segment): Element {
  const { start, y, height } = segment
  if (!segment.isGap) return address(y, start, width)
  const x = GUTTER + useStrip.width + 8
  return el(
    'g',
    { class: 'gap' },
    address(y, start, width),
    el('rect', { x: GUTTER, y, width: width - GUTTER, height }),
    el('text', { x, y: y + height / 2 + 3.5 }, gapWords(view, segment)),
  )
}

/** Where not all regions are drawn, some may lie there. */
function gapWords({ map }: View, { start, end, hides }: Segment): string {
  const size = humanSize(end - start)
  if (map.omitted) return t('{0}, nothing drawn', size)
  return hides ? t('{0}, registers not shown', size) : t('{0} in no configuration', size)
}

const address = (y: number, at: bigint, width?: number): Element =>
  el(
    'g',
    { class: 'address' },
    el('text', { x: GUTTER - 8, y: y + 3.5 }, hex(at)),
    width !== undefined && el('line', { x1: GUTTER - 5, x2: width, y1: y + 0.5, y2: y + 0.5 }),
  )

function uses(plan: Plan): Element {
  const { view } = plan
  const list = view.map.uses[stageOf(view)?.use ?? -1] ?? []
  const bars = list
    .filter(use => use.use !== 'unassigned' && isInAddresses(plan, rangeOf(use)))
    .map(use => ({ use, ...over(plan, rangeOf(use)) }))
    .filter(bar => 0 < bar.height && isInWindow(view)(bar))
  return el(
    'g',
    { class: 'uses' },
    bars.map(({ use, y, height }) =>
      el(
        'rect',
        { x: useStrip.x, y: y + 1, width: useStrip.width, height: Math.max(1, height - 1), class: `use ${use.use}` },
        el('title', {}, `${useWords(view, use)}: ${use.start} – ${use.end}`),
      ),
    ),
  )
}

/** What memory serves, in words. */
function useWords({ map }: View, { use, cells }: MapUse): string {
  const names = cells.map(cell => map.cells[cell]?.name ?? '').join(', ')
  switch (use) {
    case 'root':
      return t('the root cell’s')
    case 'kept':
      return t('free for inmates: no device of the root reaches it')
    case 'cell':
      return t('{0} alone', names)
    case 'shared':
      return t('shared by {0}', names)
    case 'reserved':
      return t('will be {0}’s', names)
    case 'hypervisor':
      return t('the hypervisor’s')
    case 'unassigned':
      return t('in no configuration')
    default:
      return use satisfies never
  }
}

function reaches(plan: Plan): readonly Element[] {
  const { view, columns } = plan
  return columns
    .filter(({ column }) => column.kind !== 'own')
    .map(box =>
      el(
        'g',
        { class: `reach ${box.column.kind}` },
        runsOf(view, box.index)
          .filter(run => run.isEverything || isRunShown(view, run))
          .flatMap(run => reach(plan, box, run)),
      ),
    )
}

function reach(plan: Plan, { column, x, width }: ColumnBox, run: MapRun): readonly Element[] {
  const { view, axis } = plan
  const range = runRange(view, run)
  if (!run.isEverything && !isInAddresses(plan, range)) return []
  const place = run.isEverything ? { y: axis.top, height: axis.height } : over(plan, range)
  if (place.height <= 0 || !isInWindow(view)(place)) return []
  const box = run.box === undefined ? undefined : view.map.boxes[run.box]
  const inset = column.kind === 'dma' ? 7 : 0
  const kinds = [run.isEverything && 'everything', box?.isShared && 'shared', run.trapsTo && 'trapped']
  const words = [`${run.start} – ${run.end}`, run.access, run.devices ?? column.devices, run.trapsTo, box?.name]
  return [
    el(
      'rect',
      {
        class: ['run', ...kinds].filter(Boolean).join(' '),
        x: x + inset,
        y: place.y + 1,
        width: width - 2 * inset,
        height: Math.max(1, place.height - 1),
      },
      el(
        'title',
        {},
        words
          .map(each => localized(each ?? ''))
          .filter(Boolean)
          .join('\n'),
      ),
    ),
  ]
}

/** Where a range of the machine stands in a column; among addresses of a cell, by the run that shows it. */
function placeIn(
  plan: Plan,
  column: number,
  range: Range,
): { readonly y: number; readonly height: number } | undefined {
  if (!plan.view.isGuest) return over(plan, range)
  const run = runsOf(plan.view, column).find(each => {
    const { start, end } = rangeOf(each)
    return start <= range.start && range.end <= end
  })
  if (!run) return undefined
  const start = BigInt(run.virt) + (range.start - BigInt(run.start))
  return over(plan, { start, end: start + (range.end - range.start) })
}

function changes(plan: Plan): Element {
  const { view, columns } = plan
  const marks = (stageOf(view)?.changes ?? []).flatMap(change => {
    const box = columns.find(({ index }) => index === change.column)
    const place = box && isChangeShown(plan, change) && placeIn(plan, change.column, rangeOf(change))
    if (!box || !place || place.height <= 0 || !isInWindow(view)(place)) return []
    const words = change.kind === 'gained' ? t('gained here') : t('lost here')
    return el(
      'rect',
      {
        class: `change ${change.kind}`,
        x: box.x + 2.5,
        y: place.y + 2.5,
        width: box.width - 5,
        height: Math.max(2, place.height - 4),
      },
      el('title', {}, `${words}: ${change.start} – ${change.end}`),
    )
  })
  return el('g', { class: 'changes' }, marks)
}

/** A change of registers is not drawn into a gap between memories. */
function isChangeShown({ view, axis }: Plan, change: { readonly start: string }): boolean {
  if (view.showDevices || view.isGuest) return true
  const start = BigInt(change.start)
  return axis.segments.some(segment => !segment.isGap && segment.start <= start && start < segment.end)
}

/** The title of a loss: the finding on it, or else that none is. */
const findingOf = ({ map }: View, { finding }: MapLoss): MapFinding | undefined =>
  finding === undefined ? undefined : map.findings[finding]

/** A loss that no finding speaks of, silenced or not, is one all the same. */
export const lossSeverity = (view: View, loss: MapLoss): MapFinding['severity'] =>
  findingOf(view, loss)?.severity ?? 'error'

function losses(plan: Plan): Element {
  const { view, columns } = plan
  const marks = (stageOf(view)?.losses ?? []).flatMap(loss => {
    const box = columns.find(({ index }) => index === loss.column)
    const place = box && placeIn(plan, loss.column, rangeOf(loss))
    if (!box || !place || !isInWindow(view)(place)) return []
    return lossMark(view, loss, box, place)
  })
  return el('g', { class: 'losses' }, marks)
}

function lossMark(
  view: View,
  loss: MapLoss,
  { x, width }: ColumnBox,
  place: { readonly y: number; readonly height: number },
): Element {
  const finding = findingOf(view, loss)
  const height = Math.max(14, place.height - 1)
  const box = { x: x + 1, y: place.y + 1, width: width - 2, height }
  const words = lossWords(view, loss)
  return el(
    'g',
    {
      class: `loss ${lossSeverity(view, loss)}`,
      role: 'img',
      'aria-label': words,
      ...(loss.finding !== undefined && { 'data-finding': loss.finding }),
    },
    el('title', {}, words),
    el('rect', { ...box, class: 'ground' }),
    el('rect', box),
    el('text', { 'aria-hidden': 'true', x: x + width / 2, y: place.y + height / 2 + 4.5 }, finding?.code ?? '!'),
  )
}

/** `devices of k3-demo (stream 2) can write memory of k3-demo-linux: … JH301 …` */
export function lossWords(view: View, loss: MapLoss): string {
  const { map } = view
  const { cell } = map.columns[loss.column]!
  const actor = cell === undefined ? t('Devices') : (map.cells[cell]?.name ?? '')
  const who = loss.devices === undefined ? actor : `${actor} (${localized(loss.devices)})`
  const owner = map.cells[loss.owner]?.name ?? ''
  const what = loss.canWrite
    ? t('{0} can write memory of {1}', who, owner)
    : t('{0} can read memory of {1}', who, owner)
  const finding = findingOf(view, loss)
  const where = `${loss.start} – ${loss.end}${loss.standsForMore ? `, ${t('and the rest of it')}` : ''}`
  return `${what}: ${where}${finding ? `\n${finding.code}: ${finding.headline}` : ''}`
}

/** The address somebody asks about, across all lanes. */
function queryMark({ view, axis, width }: Plan): Element | undefined {
  const { query } = view
  if (query === undefined || view.isGuest) return undefined
  if (!axis.segments.some(({ start, end }) => start <= query && query < end)) return undefined
  const y = yOf(axis, query)
  return el(
    'g',
    { class: 'query' },
    el('line', { x1: GUTTER - 6, x2: width, y1: y, y2: y }),
    el('text', { x: GUTTER - 8, y: y + 3.5 }, hex(query)),
  )
}
