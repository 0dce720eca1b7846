import type { MapColumn } from '../../../../server/src/lsp/protocol.ts'
import { cellState } from './cell-state.ts'
import { textWidth } from './fit.ts'
import type { View } from './view.ts'
import { t } from './words.ts'

/** Where a column stands. */
export interface ColumnBox {
  /** Position in `map.columns`. */
  readonly index: number
  readonly column: MapColumn
  readonly x: number
  readonly width: number
}

/** Columns that belong together, under one title. */
export interface Lane {
  readonly title: string
  readonly detail: string
  readonly x: number
  readonly width: number
  readonly columns: readonly ColumnBox[]
}

export const GUTTER = 104
const USE = 14
const DEVICES = 48
const HYPERVISOR = 124
const MIN_CPU = 116
const BETWEEN = 12

/** Sizes of the fonts above a lane; what is bold is wider than its size says. */
export const FONT = { title: 14, detail: 10.5, column: 10 } as const

export const useStrip = { x: GUTTER, width: USE } as const

/** Columns of devices are narrow; those of CPUs, which carry the names, share what is left. */
export function lanesOf(view: View): { readonly lanes: readonly Lane[]; readonly width: number } {
  const groups = groupsOf(view)
  const narrow = groups.flat().filter(({ column }) => column.kind !== 'cpu')
  const widthOf = (column: MapColumn) => narrowWidth(view, column)
  const fixed = narrow.reduce((sum, { column }) => sum + widthOf(column), 0)
  const cpus = groups.flat().length - narrow.length
  const free = view.width - GUTTER - USE - groups.length * BETWEEN - fixed - 2
  const cpu = Math.floor(Math.max(MIN_CPU, free / Math.max(1, cpus)))
  let x = GUTTER + USE
  const lanes = groups.map((group): Lane => {
    x += BETWEEN
    const start = x
    const columns = group.map(({ column, index }): ColumnBox => {
      const width = column.kind === 'cpu' ? cpu : widthOf(column)
      const box = { index, column, x, width }
      x += width
      return box
    })
    return { ...wordsOf(view, group[0]!.column), x: start, width: x - start, columns }
  })
  return { lanes, width: x + 2 }
}

/** A lane that is one column has to carry its words, too. */
function narrowWidth(view: View, column: MapColumn): number {
  if (column.kind === 'own') return HYPERVISOR
  if (column.lane === 'cell') return DEVICES
  const { title, detail } = wordsOf(view, column)
  return Math.ceil(Math.max(DEVICES, textWidth(title, FONT.title), textWidth(detail, FONT.detail))) + 1
}

type Group = { readonly column: MapColumn; readonly index: number }[]

function groupsOf({ map, isGuest }: View): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const [index, column] of map.columns.entries()) {
    if (isGuest && column.lane !== 'cell') continue
    const key = `${column.lane} ${column.cell ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), { column, index }])
  }
  return [...groups.values()]
}

function wordsOf({ map, stage }: View, { lane, cell }: MapColumn): { readonly title: string; readonly detail: string } {
  if (cell !== undefined) {
    const { name, isRoot } = map.cells[cell]!
    const words = cellState(map.stages[stage]?.states[cell] ?? { state: 'absent', cpus: [] })
    return { title: name, detail: isRoot ? `${t('root cell')}, ${words}` : words }
  }
  if (lane === 'hypervisor') return { title: t('Hypervisor'), detail: t('keeps for itself') }
  if (lane === 'unlisted') return { title: t('Unlisted'), detail: t('no cell lists') }
  return { title: t('Devices'), detail: t('all of them') }
}
