import type { CellConfig } from '../../config/model.ts'
import type { DmaContext } from '../../machine/hypervisor.ts'
import { contextsOf, isDmaRestricted } from '../../machine/queries/reach.ts'
import type { Machine } from '../../machine/stage.ts'
import { deviceMessage, shortDriver } from '../device-words.ts'
import type { MapColumn } from './model.ts'

/** A column of the map and how to ask what it reaches. */
export interface Column {
  readonly column: MapColumn
  readonly cell?: CellConfig
  /** Of a column of devices: what stands between them and memory. */
  readonly driver?: string
}

/** For each cell its CPUs and, by driver, its devices; then the hypervisor, and devices that no cell lists. */
export function columnsOf({ scenario, stages }: Machine): readonly Column[] {
  const cells = [scenario.root.root_cell, ...scenario.cells]
  const contexts = stages.flatMap(({ state }) => contextsOf(state, scenario))
  const drivers = [...new Set(contexts.map(({ driver }) => driver))]
  const isUnrestricted = stages.some(({ state }) => state.enabled && !isDmaRestricted(state))
  const unlisted = contexts.filter(({ owners }) => owners.length === 0)
  return [
    ...cells.flatMap((cell, index) => cellColumns(cell, index, drivers, contexts)),
    { column: { lane: 'hypervisor', kind: 'own', title: 'keeps' } },
    ...drivers
      .filter(driver => unlisted.some(context => context.driver === driver && reachesAnything(context)))
      .map((driver): Column => ({ driver, column: { lane: 'unlisted', kind: 'dma', title: shortDriver(driver) } })),
    ...(isUnrestricted ? [{ column: { lane: 'unrestricted', kind: 'dma', title: 'no IOMMU' } } as const] : []),
  ]
}

function cellColumns(
  cell: CellConfig,
  index: number,
  drivers: readonly string[],
  contexts: readonly DmaContext[],
): readonly Column[] {
  const devices = drivers.flatMap((driver): readonly Column[] => {
    const own = contexts.filter(context => context.driver === driver && context.owners.includes(cell))
    if (own.length === 0) return []
    const column = {
      lane: 'cell',
      cell: index,
      kind: 'dma',
      title: shortDriver(driver),
      devices: deviceMessage(own),
    } as const
    return [{ column, cell, driver }]
  })
  return [{ column: { lane: 'cell', cell: index, kind: 'cpu', title: 'CPUs' }, cell }, ...devices]
}

const reachesAnything = ({ translation }: DmaContext): boolean => translation.kind !== 'blocked'

/** The column a part of DMA belongs to: of the cell that owns the device, or of what no cell lists. */
export const isOfDevices =
  (owners: readonly CellConfig[], driver: string) =>
  ({ column, cell, driver: own }: Column): boolean => {
    if (column.kind !== 'dma') return false
    if (column.lane === 'unrestricted') return driver === 'none'
    return own === driver && (cell ? owners.includes(cell) : owners.length === 0)
  }
