import type { Simulation } from '../analyze.ts'
import { simulationTitle } from '../ide/views/simulation-page.ts'
import { type AreaAccess, type StageRow, stageTable } from '../ide/views/stage-table.ts'
import { hex, humanSize } from '../rules/places.ts'
import type { MemoryMap } from './protocol.ts'

/** The stages of a case as plain JSON. */
export function memoryMap(simulation: Simulation): MemoryMap {
  const { areas, drivers, rows } = stageTable(simulation)
  const columns = ['CPUs', ...drivers.map(driver => (driver === 'none' ? 'devices' : driver))]
  const holdings = rows.map(holdingsOf)
  const lanes = columns.flatMap((through, column) =>
    [...new Set(holdings.flatMap(row => (row[column] ?? []).map(({ who }) => who)))].map(cell => ({
      cell,
      through,
      column,
    })),
  )
  return {
    title: simulationTitle(simulation),
    areas: areas.map(({ number, range, regions }) => ({
      number,
      start: hex(range.start),
      end: hex(range.end),
      size: humanSize(range.end - range.start),
      magnitude: (range.end - range.start).toString(2).length - 1,
      regions: regions.map(({ cell, region }) => `${cell.name}[${region.index}]`),
    })),
    lanes: lanes.map(({ cell, through }) => ({ cell, through })),
    stages: rows.map((row, i) => ({
      command: row.command,
      ...(row.failure !== undefined && { failure: row.failure }),
      reach: lanes.map(({ cell, column }) => reachOf(holdings[i]?.[column] ?? [], cell)),
    })),
  }
}

const holdingsOf = ({ cpu, dma }: StageRow): readonly (readonly AreaAccess[])[] => [cpu, ...dma]

function reachOf(holdings: readonly AreaAccess[], cell: string) {
  const { whole = [], part = [] } = holdings.find(({ who }) => who === cell) ?? {}
  return { whole, part }
}
