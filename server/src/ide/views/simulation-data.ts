import type { Simulation } from '../../analyze.ts'
import { english } from '../../text/message.ts'
import { hex } from '../../text/words.ts'
import { stageTable } from './stage-table.ts'

/** The life of the cells of a case as plain data for programs: addresses are hexadecimal strings, ends exclusive. */
export function simulationData(simulation: Simulation) {
  const { areas, more, drivers, rows } = stageTable(simulation)
  return {
    root: simulation.scenario.root.root_cell.name,
    cells: simulation.scenario.cells.map(({ name }) => name),
    areas: areas.map(({ number, range, regions, more }) => ({
      number,
      start: hex(range.start),
      end: hex(range.end),
      regions: regions.map(({ cell, region }) => ({ cell: cell.name, index: region.index })),
      ...(more > 0 && { more }),
    })),
    ...(more > 0 && { moreAreas: more }),
    stages: rows.map(({ command, stage: { outcome }, cpu, dma, console }) => ({
      command,
      ...(outcome.kind === 'done'
        ? { outcome: 'done' }
        : {
            outcome: outcome.kind,
            by: outcome.by,
            because: outcome.reason,
            ...(outcome.kind === 'refused' && { errno: outcome.errno }),
          }),
      cpu,
      dma: drivers.map((driver, i) => ({ driver, reach: dma[i] })),
      console: console.map(({ line, weight, meaning }) => ({ text: line.text, weight, meaning: english(meaning) })),
    })),
  }
}
