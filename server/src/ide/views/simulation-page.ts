import type { Simulation } from '../../analyze.ts'
import type { CellConfig } from '../../config/model.ts'
import { type ShortName, shortNames } from '../../config/short-names.ts'
import { isLinux, loadedImages, overLoader } from '../../machine/cell-linux.ts'
import { english, type Message, message, type Words } from '../../text/message.ts'
import { runs } from '../../text/number-list.ts'
import { describeRange, hex } from '../../text/words.ts'
import { type Block, table, text, title } from '../blocks.ts'
import { shortDriver } from '../device-words.ts'
import { type Area, type AreaAccess, type StageRow, stageTable } from './stage-table.ts'

/** `k3-demo with k3-demo-linux and k3-demo-app` */
export function simulationTitle({ scenario }: Simulation): Message {
  const [first, ...more] = scenario.cells.map(({ name }) => name)
  const { name } = scenario.root.root_cell
  if (first === undefined) return message('{0}, without inmates', name)
  return message(
    '{0} with {1}',
    name,
    more.reduce<Words>((all, next) => message('{0} and {1}', all, next), first),
  )
}

/** The life of the cells of a case: which memory there is, who reaches it after each command, and what goes wrong. */
export function simulationPage(simulation: Simulation): readonly Block[] {
  const { areas, more, drivers, rows } = stageTable(simulation)
  const { root, cells } = simulation.scenario
  const short = shortNames(simulation.scenario)
  const names = new Map([root.root_cell, ...cells].map(cell => [cell.name, short(cell)]))
  return [
    title(english(simulationTitle(simulation))),
    table(
      ['', 'memory', 'regions'],
      areas.map(area => [`${area.number}`, describeRange(area.range), regionsWords(area, short)]),
    ),
    ...(more > 0 ? [text(`${more} more parts of memory are left out`)] : []),
    table(
      ['after', 'CPUs', ...drivers.map(driver => (driver === 'none' ? 'devices, no IOMMU' : shortDriver(driver)))],
      rows.map(row => [commandWords(row, short), ...[row.cpu, ...row.dma].map(held => holdingWords(held, names))]),
    ),
    ...rows.flatMap(problemLines).map(words => text(words)),
    ...cells.filter(isLinux).flatMap(cell => linuxLines(cell, short)),
  ]
}

const regionsWords = ({ regions, more }: Area, short: ShortName): string => {
  const names = regions.map(({ cell, region }) => `${short(cell)} ${region.index}`).join(', ')
  return more > 0 ? `${names} and ${more} more` : names
}

/** Where `jailhouse cell linux` has the driver copy what it loads between create and start. */
function linuxLines(cell: CellConfig, short: ShortName): readonly Block[] {
  const images = loadedImages(cell)
  if (images.length === 0) return []
  const places = images.map(({ name, range, refusal }) => {
    const fails = refusal ? ` (fails with -EINVAL: ${refusal})` : ''
    return `${name} at ${hex(range.start)}${fails}`
  })
  const over = overLoader(images)
  const lost = over ? `; the ${over.name} replaces the loader` : ''
  return [text(`"jailhouse cell linux" loads into ${short(cell)}: ${places.join(', ')}${lost}`)]
}

/** `create linux-demo` */
function commandWords({ stage: { command }, failure }: StageRow, short: ShortName): string {
  const words = 'cell' in command ? `${command.verb} ${short(command.cell)}` : command.verb
  return failure === undefined ? words : `${words}: fails`
}

const holdingWords = (holdings: readonly AreaAccess[], names: ReadonlyMap<string, string>): string =>
  holdings
    .map(({ who, whole, part }) => [
      `${names.get(who) ?? who}:`,
      runs(whole),
      part.length > 0 && `part of ${runs(part)}`,
    ])
    .map(words => words.filter(Boolean).join(' '))
    .join('; ') || 'none'

/** What failed, and what the hypervisor prints that is more than progress. */
const problemLines = ({ command, failure, console }: StageRow): readonly string[] => [
  ...(failure === undefined ? [] : [`${command}${failure.startsWith('-') ? ' fails' : ''}: ${failure}`]),
  ...console
    .filter(({ weight }) => weight !== 'progress')
    .map(({ line, meaning }) => `${command} prints \`${line.text.trim()}\`: ${english(meaning)}`),
]
