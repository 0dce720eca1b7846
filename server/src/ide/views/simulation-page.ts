import type { Simulation } from '../../analyze.ts'
import { describeRange } from '../../rules/places.ts'
import { type Block, table, text, title } from '../blocks.ts'
import { runs } from '../runs.ts'
import { type AreaAccess, type StageRow, stageTable } from './stage-table.ts'

/** `k3-demo with k3-demo-linux and k3-demo-app` */
export function simulationTitle({ scenario }: Simulation): string {
  const inmates = scenario.cells.map(({ name }) => name).join(' and ')
  return `${scenario.root.root_cell.name}${inmates ? ` with ${inmates}` : ', without inmates'}`
}

/** The life of the cells of a case: which memory there is, who reaches it after each command, and what goes wrong. */
export function simulationPage(simulation: Simulation): readonly Block[] {
  const { areas, drivers, rows } = stageTable(simulation)
  return [
    title(simulationTitle(simulation)),
    table(
      ['', 'memory', 'regions'],
      areas.map(({ number, range, regions }) => [
        `${number}`,
        describeRange(range),
        regions.map(({ cell, region }) => `${cell.name}[${region.index}]`).join(', '),
      ]),
    ),
    table(
      ['after', 'CPUs', ...drivers.map(driver => (driver === 'none' ? 'devices, no IOMMU' : `devices, ${driver}`))],
      rows.map(({ command, failure, cpu, dma }) => [
        failure === undefined ? command : `${command}: fails`,
        holdingWords(cpu),
        ...dma.map(holdingWords),
      ]),
    ),
    ...rows.flatMap(problemLines).map(words => text(words)),
  ]
}

const holdingWords = (holdings: readonly AreaAccess[]): string =>
  holdings
    .map(({ who, whole, part }) => [`${who}:`, runs(whole), part.length > 0 && `part of ${runs(part)}`])
    .map(words => words.filter(Boolean).join(' '))
    .join('; ') || 'none'

/** What failed, and what the hypervisor prints that is more than progress. */
const problemLines = ({ command, failure, console }: StageRow): readonly string[] => [
  ...(failure === undefined ? [] : [`${command} fails: ${failure}`]),
  ...console
    .filter(({ weight }) => weight !== 'progress')
    .map(({ line, meaning }) => `${command} prints \`${line.text.trim()}\`: ${meaning}`),
]
