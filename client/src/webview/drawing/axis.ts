import type { MapBox, SystemMap } from '../../../../server/src/lsp/protocol.ts'
import { memoizeBy } from './memo.ts'
import { boxRange, isShown, type Range, type View } from './view.ts'

/** A stretch of addresses between neighbouring borders, with its place on paper. */
export interface Segment extends Range {
  /** Nothing that is shown lies here. */
  readonly isGap: boolean
  /** Of a gap: registers lie here that are not shown. */
  readonly hides: boolean
  readonly y: number
  readonly height: number
}

export interface Axis {
  readonly segments: readonly Segment[]
  readonly top: number
  readonly height: number
}

const GAP = 18
const MIN_HEIGHT = 15
const MAX_HEIGHT = 64

export const axisOf = (view: View, top: number): Axis => axisOfMap(view.map, view, top)

const axisOfMap = memoizeBy(
  (_map: SystemMap, { zoom, showDevices, isGuest }: View, top: number) => `${top} ${zoom} ${showDevices} ${isGuest}`,
  (_map, view, top) => newAxis(view, top),
)

/** Large stretches are higher, on a logarithmic scale; what nobody uses is folded. */
function newAxis(view: View, top: number): Axis {
  const rangesOf = (boxes: readonly MapBox[]) => boxes.map(box => boxRange(view, box))
  const ranges = rangesOf(view.map.boxes.filter(box => isShown(view, box)))
  const withRegisters = { ...view, showDevices: true }
  const isHidden = meeting(rangesOf(view.map.boxes.filter(box => !isShown(view, box) && isShown(withRegisters, box))))
  const borders = [...new Set(ranges.flatMap(({ start, end }) => [start, end]))].sort((a, b) => (a < b ? -1 : 1))
  const isCovered = coverage(ranges)
  let y = top
  const segments = borders.slice(1).map((end, i): Segment => {
    const start = borders[i]!
    const isGap = !isCovered(start)
    const height = Math.round((isGap ? GAP : heightOf(end - start)) * (isGap ? 1 : view.zoom))
    const segment = { start, end, isGap, hides: isGap && isHidden(start, end), y, height }
    y += height
    return segment
  })
  return { segments, top, height: y - top }
}

function heightOf(size: bigint): number {
  const magnitude = Math.log2(Number(size))
  return Math.min(MAX_HEIGHT, Math.max(MIN_HEIGHT, MIN_HEIGHT + (magnitude - 12) * 2.2))
}

/** Whether an address lies in any of some ranges; asked in ascending order. */
function coverage(ranges: readonly Range[]): (address: bigint) => boolean {
  const sorted = ranges.toSorted((a, b) => (a.start < b.start ? -1 : 1))
  let next = 0
  let covered = -1n
  return address => {
    for (; next < sorted.length && sorted[next]!.start <= address; next++)
      if (covered < sorted[next]!.end) covered = sorted[next]!.end
    return address < covered
  }
}

/** Whether any of some ranges meets a stretch of addresses; asked in ascending order. */
function meeting(ranges: readonly Range[]): (start: bigint, end: bigint) => boolean {
  const sorted = ranges.toSorted((a, b) => (a.start < b.start ? -1 : 1))
  let next = 0
  let last = -1n
  return (start, end) => {
    for (; next < sorted.length && sorted[next]!.start < end; next++)
      if (last < sorted[next]!.end) last = sorted[next]!.end
    return start < last
  }
}

/** Where an address stands; between borders in proportion. */
export function yOf({ segments, top, height }: Axis, address: bigint): number {
  let low = 0
  let high = segments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (segments[middle]!.end <= address) low = middle + 1
    else high = middle
  }
  const segment = segments[low]
  if (!segment) return top + height
  if (address <= segment.start) return segment.y
  const part = Number(((address - segment.start) * 1000n) / (segment.end - segment.start)) / 1000
  return segment.y + segment.height * part
}

/** The addresses between two heights, and a little more. */
export function addressesBetween({ segments }: Axis, top: number, bottom: number): Range {
  const first = segments.find(({ y, height }) => top <= y + height) ?? segments.at(-1)
  const last = segments.findLast(({ y }) => y <= bottom) ?? segments[0]
  return { start: first?.start ?? 0n, end: last?.end ?? 0n }
}
