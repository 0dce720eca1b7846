import type { MemoryRegion } from '../../config/model.ts'
import type { EntryBudget, PoolBudget, PvuBudget } from '../../machine/queries/answers.ts'
import { budget } from '../../machine/queries/budget.ts'
import type { Machine, Stage } from '../../machine/stage.ts'
import { message } from '../../text/message.ts'
import { regionName } from './boxes.ts'
import type { MapMeter } from './model.ts'

const MAX_COSTS = 6

/** What a stage leaves of the hypervisor's memory, of the PVUs' TLBs, and of the list of entries of each cell. */
export function metersAt(
  machine: Machine,
  stage: Stage,
  boxOf: ReadonlyMap<MemoryRegion, number>,
): readonly MapMeter[] {
  if (!stage.state.enabled) return []
  const { pvu, entries, pool } = budget(machine, stage)
  const live = new Set(stage.state.cells.map(({ config }) => config))
  return [
    poolMeter(pool, boxOf),
    ...pvu.map(tlbMeter),
    ...entries.filter(({ cell }) => live.has(cell)).map(each => entryMeter(each, boxOf)),
  ]
}

const boxProperty = (boxOf: ReadonlyMap<MemoryRegion, number>, region: MemoryRegion): { readonly box?: number } => {
  const box = boxOf.get(region)
  return box === undefined ? {} : { box }
}

const poolMeter = (
  { used, usable, regions, items }: PoolBudget,
  boxOf: ReadonlyMap<MemoryRegion, number>,
): MapMeter => ({
  title: message('page pool'),
  used,
  limit: usable,
  unit: 'pages',
  costs: [
    ...items.slice(0, MAX_COSTS).map(({ what, pages, cell }) => ({
      what: cell ? message('{0} of {1}', message(what), cell.name) : message(what),
      amount: pages,
    })),
    ...regions.slice(0, MAX_COSTS).map(({ cell, region, tables, splits }) => ({
      what: message('page tables for {0} of {1}', regionName(region), cell.name),
      amount: tables + splits,
      ...boxProperty(boxOf, region),
    })),
  ],
})

const tlbMeter = ({ unit, chained, chainable, streams }: PvuBudget): MapMeter => ({
  title: message('PVU chained TLBs, IOMMU unit {0}', unit),
  used: chained,
  limit: chainable,
  unit: 'TLBs',
  costs: streams
    .filter(({ tlbs }) => tlbs.length > 1)
    .map(({ streamId, owners, tlbs, entries }) => ({
      what:
        owners.length > 0
          ? message('stream {0} of {1}: {2} entries', streamId, owners.map(({ name }) => name).join(', '), entries)
          : message('stream {0} of no cell: {1} entries', streamId, entries),
      amount: tlbs.length - 1,
    }))
    .toSorted((a, b) => b.amount - a.amount)
    .slice(0, MAX_COSTS),
})

const entryMeter = (
  { cell, needed, limit, regions }: EntryBudget,
  boxOf: ReadonlyMap<MemoryRegion, number>,
): MapMeter => ({
  title: message('PVU entries of {0}', cell.name),
  used: needed,
  limit,
  unit: 'entries',
  costs: regions.slice(0, MAX_COSTS).map(({ region, entries, entriesIfAligned }) => ({
    what:
      entriesIfAligned < entries
        ? message('{0} ({1} if aligned to 2 MiB)', regionName(region), entriesIfAligned)
        : regionName(region),
    amount: entries,
    ...boxProperty(boxOf, region),
  })),
})
