import type { MapBox, MapFinding, SystemMap, Words } from '../../../../server/src/lsp/protocol.ts'
import type { Axis } from './axis.ts'
import { type Child, type Element, el } from './element.ts'
import { truncated } from './fit.ts'
import type { ColumnBox } from './lanes.ts'
import { memoize, memoizeBy } from './memo.ts'
import { isInWindow, over, type Plan } from './plan.ts'
import { boxRange, isShown, type Range, stageOf, type View } from './view.ts'
import { hex, localized, t } from './words.ts'

/** A region with its place: of those over each other in one column each has a part of the width. */
interface DrawnBox {
  readonly index: number
  readonly box: MapBox
  readonly range: Range
  readonly x: number
  readonly width: number
  readonly y: number
  readonly height: number
}

const MAX_SIDE_BY_SIDE = 4

/** All regions that are shown, in the order of addresses: that is the order in which the keyboard goes through them. */
export function boxes(plan: Plan): readonly Element[] {
  const { view, columns } = plan
  const lanes = columns.map(column => boxesIn(plan, column).filter(isInWindow(view)))
  const drawn = lanes.flat()
  const stop = drawn.find(({ index }) => index === view.selected) ?? drawn[0]
  return [
    ...lanes.map((drawn, i) =>
      el(
        'g',
        { class: `boxes ${columns[i]!.column.kind}` },
        drawn.map(each => boxElement(view, each, each === stop)),
      ),
    ),
    // What is written on a region is cut to fit; who hears it has all of it from the region itself.
    el(
      'g',
      { class: 'labels', 'aria-hidden': 'true' },
      drawn.map(each => labels(view, each)),
    ),
  ]
}

const boxesIn = (plan: Plan, column: ColumnBox): readonly DrawnBox[] => boxesOnAxis(plan.axis, plan, column)

const boxesOnAxis = memoizeBy(
  (_axis: Axis, _plan: Plan, { index, x, width }: ColumnBox) => `${index} ${x} ${width}`,
  (_axis, plan, column) => newBoxesIn(plan, column),
)

function newBoxesIn(plan: Plan, column: ColumnBox): readonly DrawnBox[] {
  const { view } = plan
  const own = view.map.boxes
    .map((box, index) => ({ box, index, range: boxRange(view, box) }))
    .filter(({ box }) => box.column === column.index && isShown(view, box))
    .sort((a, b) => (a.range.start < b.range.start ? -1 : 1))
  return clusters(own).flatMap(cluster => sideBySide(plan, column, cluster))
}

type Ranged = Pick<DrawnBox, 'index' | 'box' | 'range'>

/** Ascending regions in groups: those of a group lie over each other, if only through a third. */
function clusters(ascending: readonly Ranged[]): readonly (readonly Ranged[])[] {
  const groups: Ranged[][] = []
  let end = 0n
  for (const each of ascending) {
    if (groups.length > 0 && each.range.start < end) groups.at(-1)!.push(each)
    else groups.push([each])
    if (end < each.range.end) end = each.range.end
  }
  return groups
}

/** Each in the first part of the width that is free where it begins. */
function sideBySide(plan: Plan, column: ColumnBox, cluster: readonly Ranged[]): readonly DrawnBox[] {
  const ends: bigint[] = []
  const tracks = cluster.map(({ range }) => {
    const free = ends.findIndex(end => end <= range.start)
    const track = free < 0 ? Math.min(ends.length, MAX_SIDE_BY_SIDE - 1) : free
    ends[track] = range.end
    return track
  })
  const width = column.width / ends.length
  return cluster.map((each, i) => ({ ...each, x: column.x + tracks[i]! * width, width, ...over(plan, each.range) }))
}

/** Tab comes to one region only, `isStop`; arrow keys go on from there. */
function boxElement(view: View, drawn: DrawnBox, isStop: boolean): Element {
  const { box, index, x, y, width, height } = drawn
  const graveness = gravest(view, index)
  const kinds = [
    'box',
    box.isDevice && 'device',
    box.isShared && 'shared',
    index === view.selected && 'selected',
    isLost(view, index) && 'lost',
  ]
  return el(
    'g',
    {
      key: `box${index}`,
      class: kinds.filter(Boolean).join(' '),
      role: 'button',
      tabindex: isStop ? 0 : -1,
      'data-box': index,
      'aria-label': boxWords(view, index),
    },
    el('rect', { x: x + 1, y: y + 1, width: width - 2, height: Math.max(2, height - 1), rx: 2 }),
    graveness && el('circle', { class: `mark ${graveness}`, cx: x + width - 9, cy: y + 8, r: 3.5 }),
  )
}

const labels = (view: View, drawn: DrawnBox): readonly Child[] => [
  11 < drawn.height && label(drawn, gravest(view, drawn.index) !== undefined),
  31 < drawn.height && 90 < drawn.width && details(drawn),
]

const label = ({ box, x, y, width, height }: DrawnBox, hasMark: boolean): Element =>
  el(
    'text',
    { class: 'name', x: x + 6, y: y + Math.min(13, height / 2 + 4) },
    truncated(shownName(box), width - (hasMark ? 24 : 10), 11),
  )

/** What the machine calls it, where nobody wrote a comment. */
const shownName = ({ name, devices }: MapBox): string =>
  devices && localized(name).startsWith('mem_regions[') ? listed(devices) : localized(name)

const listed = (words: readonly Words[]): string => words.map(localized).join(', ')

const details = ({ box, x, y, width }: DrawnBox): Element => {
  const isElsewhere = box.index !== undefined && box.virt !== box.start
  const place = isElsewhere ? `${box.size} ${t('at {0}', box.virt)}` : box.size
  const words = box.devices && shownName(box) === localized(box.name) ? `${place} · ${listed(box.devices)}` : place
  return el('text', { class: 'size', x: x + 6, y: y + 26 }, truncated(words, width - 10, 10.5))
}

/** Whether somebody else reaches this region although it is one cell's alone. */
const isLost = (view: View, index: number): boolean =>
  stageOf(view)?.losses.some(({ box, standsForMore }) => box === index && !standsForMore) ?? false

const SEVERITIES = ['error', 'warning', 'information'] as const

/** The gravest finding that is reported in a region. */
function gravest({ map }: View, index: number): string | undefined {
  const own = findingsAt(map, index).map(({ severity }) => severity)
  return SEVERITIES.find(severity => own.includes(severity))
}

const findingsByBox = memoize(({ findings }: SystemMap): ReadonlyMap<number, readonly MapFinding[]> => {
  const found = new Map<number, MapFinding[]>()
  for (const finding of findings) {
    const [box] = finding.boxes
    if (box !== undefined) found.set(box, [...(found.get(box) ?? []), finding])
  }
  return found
})

/** The findings that are reported in a region. */
const findingsAt = (map: SystemMap, index: number): readonly MapFinding[] => findingsByBox(map).get(index) ?? []

/** All of a region in one sentence, for who hears it, and for the tip. */
export function boxWords({ map }: View, index: number): string {
  const { name, start, end, size, flags, column, virt, isShared, devices } = map.boxes[index]!
  const { cell } = map.columns[column]!
  const owner = cell === undefined ? t('Hypervisor') : (map.cells[cell]?.name ?? '')
  const findings = findingsAt(map, index).map(({ code, headline }) => `${code}: ${headline}`)
  return [
    `${owner}: ${localized(name)}`,
    `${hex(BigInt(start))} – ${end}, ${size}`,
    virt !== start && t('at {0}', virt),
    flags.join(' '),
    isShared && t('shared'),
    devices && t('holds {0}', listed(devices)),
    ...findings,
  ]
    .filter(Boolean)
    .join('\n')
}
