import type { MapBox, MapRun, MapStage, SystemMap } from '../../../../server/src/lsp/protocol.ts'
import { memoize } from './memo.ts'
import { t } from './words.ts'

/** What is drawn and how: everything the pictures depend on. */
export interface View {
  readonly map: SystemMap
  /** Position in `map.stages`. */
  readonly stage: number
  /** Width in pixels. */
  readonly width: number
  readonly zoom: number
  /** Registers are shown as well as memory. */
  readonly showDevices: boolean
  /** Addresses as cells see them instead of the machine's. */
  readonly isGuest: boolean
  /** Position in `map.boxes`. */
  readonly selected?: number | undefined
  /** Who reaches this address is asked for. */
  readonly query?: bigint | undefined
  /** Only what lies between is drawn. */
  readonly window?: { readonly top: number; readonly bottom: number } | undefined
}

/** `[start, end)` as numbers of the axis. */
export interface Range {
  readonly start: bigint
  readonly end: bigint
}

export const rangeOf = memoize(
  ({ start, end }: { readonly start: string; readonly end: string }): Range => ({
    start: BigInt(start),
    end: BigInt(end),
  }),
)

export const stageOf = ({ map, stage }: View): MapStage | undefined => map.stages[stage]

/** What a column reaches at the stage that is shown. */
export const runsOf = (view: View, column: number): readonly MapRun[] =>
  view.map.reaches[stageOf(view)?.reach[column] ?? 0] ?? []

/** Where a box lies on the axis that is shown. */
export function boxRange({ isGuest }: View, box: MapBox): Range {
  const { start, end } = rangeOf(box)
  if (!isGuest) return rangeOf(box)
  const virt = BigInt(box.virt)
  return { start: virt, end: virt + (end - start) }
}

export function runRange({ isGuest }: View, run: MapRun): Range {
  const { start, end } = rangeOf(run)
  if (!isGuest || run.isEverything) return rangeOf(run)
  const virt = BigInt(run.virt)
  return { start: virt, end: virt + (end - start) }
}

/** Whether a box is drawn: registers on demand, the hypervisor's own only among addresses of the machine. */
export const isShown = ({ map, showDevices, isGuest }: View, box: MapBox): boolean =>
  (showDevices || !box.isDevice) && !(isGuest && map.columns[box.column]?.kind === 'own')

/** Whether a run is drawn: it is memory unless a region of registers grants it. */
export const isRunShown = (view: View, run: MapRun): boolean => {
  const box = run.box === undefined ? undefined : view.map.boxes[run.box]
  return view.showDevices || !box?.isDevice
}

/** Everybody who reaches the byte at an address of the machine. */
export function reachersOf(view: View, address: bigint): readonly { readonly column: number; readonly run: MapRun }[] {
  return view.map.columns.flatMap((_, column) =>
    runsOf(view, column)
      .filter(run => BigInt(run.start) <= address && address < BigInt(run.end))
      .map(run => ({ column, run })),
  )
}

/** `k3-demo, PVU` */
export function columnTitle({ map }: View, column: number): string {
  const { lane, cell, title } = map.columns[column]!
  const owner = cell === undefined ? t(lane) : (map.cells[cell]?.name ?? '')
  return `${owner}, ${t(title)}`
}
