import type { CellConfig } from '../../config/model.ts'
import type { DmaContext } from '../../machine/hypervisor.ts'
import { contextsOf, isDmaRestricted } from '../../machine/queries/reach.ts'
import type { Machine } from '../../machine/stage.ts'
import { runs } from '../runs.ts'
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
      .map((driver): Column => ({ driver, column: { lane: 'unlisted', kind: 'dma', title: shortName(driver) } })),
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
    const column = { lane: 'cell', cell: index, kind: 'dma', title: shortName(driver), devices: namesOf(own) } as const
    return [{ column, cell, driver }]
  })
  return [{ column: { lane: 'cell', cell: index, kind: 'cpu', title: 'CPUs' }, cell }, ...devices]
}

const reachesAnything = ({ translation }: DmaContext): boolean => translation.kind !== 'blocked'

/** `PVU` of `PVU IOMMU`. */
export const shortName = (driver: string): string => driver.replace(/ IOMMU$/, '').replace(/^ARM /, '')

const MAX_DEVICES = 4

const DEVICE = /^device /

/** `streams 0-3, 15`, `devices 00:01.0, 00:02.0 and 5 more`. */
export function namesOf(contexts: readonly Pick<DmaContext, 'device' | 'streamId'>[]): string {
  const ids = contexts.flatMap(({ streamId }) => streamId ?? [])
  const streams = [...new Set(ids)].toSorted((a, b) => a - b)
  const named = contexts.filter(({ streamId }) => streamId === undefined).map(({ device }) => device)
  const devices = [...new Set(named.filter(name => DEVICE.test(name)).map(name => name.replace(DEVICE, '')))]
  const others = [...new Set(named.filter(name => !DEVICE.test(name)))]
  const rest = Math.max(0, devices.length - MAX_DEVICES) + Math.max(0, others.length - MAX_DEVICES)
  return [
    streams.length > 0 && `${streams.length === 1 ? 'stream' : 'streams'} ${runs(streams, '-', ', ')}`,
    devices.length > 0 && `${devices.length === 1 ? 'device' : 'devices'} ${devices.slice(0, MAX_DEVICES).join(', ')}`,
    ...others.slice(0, MAX_DEVICES),
    rest > 0 && `and ${rest} more`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** The column a piece of DMA belongs to: of the cell that owns the device, or of what no cell lists. */
export const isOfDevices =
  (owners: readonly CellConfig[], driver: string) =>
  ({ column, cell, driver: own }: Column): boolean => {
    if (column.kind !== 'dma') return false
    if (column.lane === 'unrestricted') return driver === 'none'
    return own === driver && (cell ? owners.includes(cell) : owners.length === 0)
  }
