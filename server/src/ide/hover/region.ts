import type { Analysis, Simulation } from '../../analyze.ts'
import { MEM_COMM_REGION } from '../../config/constants.ts'
import { type CellConfig, type Config, cellOf, type MemoryRegion } from '../../config/model.ts'
import { contains, has, overlap, phys, virt } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import type { Access, CpuReach, DmaReach, RegionAtStage } from '../../machine/queries/answers.ts'
import { regionStory } from '../../machine/queries/region-story.ts'
import type { Stage } from '../../machine/stage.ts'
import { bdf, describeRange, hex, humanSize, interval } from '../../rules/places.ts'
import { coalesce, merge } from '../../text/range-set.ts'
import { type Block, table, text, title } from '../blocks.ts'
import { flagNames } from '../flags.ts'
import { sectionName, sharesRegion } from '../ivshmem.ts'
import { devicesHover } from './board.ts'
import { pvuHover } from './pvu.ts'

/** What a region becomes: who maps it at each stage, CPU and DMA, how, and why not. */
export function regionHover(analysis: Analysis, region: MemoryRegion): readonly Block[] {
  const config = analysis.config as Config
  const cell = cellOf(config)
  const shown = simulationFor(analysis.simulations, config, region)
  return [
    title(`region ${region.index} of "${cell.name}": ${whatIs(region)}`),
    text(...where(region), `\`${flagNames(region.flags).join(' ') || 'no flags'}\``),
    ...(region.size === 0n ? [text('Of size 0: nothing is mapped.')] : []),
    ...sectionOf(cell, region),
    ...devicesHover(analysis.simulations, region),
    ...(region.size === 0n ? [] : shown ? stageBlocks(shown, region, cell) : [text(withoutSimulation(config))]),
  ]
}

/** Whatever its `phys_start` says, a communication region shows a page of the hypervisor's. */
const whatIs = (region: MemoryRegion): string =>
  isComm(region) ? `communication region at ${describeRange(virt(region))}` : describeRange(phys(region))

const isComm = (region: MemoryRegion): boolean => has(region, MEM_COMM_REGION)

const where = (region: MemoryRegion): readonly string[] =>
  isComm(region) || region.virt_start === region.phys_start
    ? []
    : [`seen by the cell at \`${hex(region.virt_start)}\`;`]

/** The part a region plays for a shared-memory device. */
const sectionOf = ({ pci_devices }: CellConfig, { index }: MemoryRegion): readonly Block[] =>
  pci_devices
    .filter(device => sharesRegion(device, index))
    .map(device => text(`Shared memory of ${bdf(device.bdf)}: ${sectionName(device, index)}.`))

const withoutSimulation = (config: Config): string =>
  config.kind === 'cell'
    ? 'No root cell is known for this cell, so what becomes of the region cannot be said.'
    : 'What becomes of the region cannot be said.'

/** Of several inmates a root may get, the one that takes something of the region; else any. */
function simulationFor(
  simulations: readonly Simulation[],
  config: Config,
  region: MemoryRegion,
): Simulation | undefined {
  if (config.kind === 'cell') return simulations[0]
  const takes = ({ scenario }: Simulation) =>
    scenario.cells.some(cell => cell.mem_regions.some(other => overlap(phys(other), phys(region))))
  return simulations.find(takes) ?? simulations[0]
}

function stageBlocks(shown: Simulation, region: MemoryRegion, cell: CellConfig): readonly Block[] {
  const { scenario, machine } = shown
  const running = regionStory(machine, cell, region).filter(({ stage }) => stage.command.verb !== 'disable')
  const drivers = isComm(region) ? [] : [...new Set(running.flatMap(({ dma }) => dma.map(({ driver }) => driver)))]
  const inmates = scenario.cells.map(({ name }) => `"${name}"`).join(', ')
  return [
    ...(cell.isRoot && inmates ? [text(`with ${inmates}:`)] : []),
    table(
      ['after', 'CPU', ...(isComm(region) ? [] : drivers.length ? drivers.map(driverTitle) : ['DMA'])],
      rowsOf(running, region, drivers, scenario),
    ),
    ...notCreated(shown, cell),
    ...whyNot(running, region, cell),
    ...pvuHover(shown, cell, region),
  ]
}

/** A cell that is refused has nothing of its regions. */
function notCreated({ machine }: Simulation, cell: CellConfig): readonly Block[] {
  const refused = machine.stages.find(({ command }) => command.verb === 'create' && command.cell === cell)?.outcome
  return refused?.kind === 'refused' ? [text(`"${cell.name}" is not created: ${refused.reason}.`)] : []
}

/** Why the cell, while it is there, reaches nothing of its region, or not all. */
function whyNot(stages: readonly RegionAtStage[], region: MemoryRegion, cell: CellConfig): readonly Block[] {
  const living = stages.filter(({ stage }) => stage.state.cells.some(({ config }) => config === cell))
  const dma = living.find(at => at.notInDmaReason !== undefined && !at.dma.some(({ owners }) => owners.includes(cell)))
  const cpu = living.find(at => at.notInCpuReason !== undefined)
  const isPart = cpu?.cpu.some(reach => reach.cell === cell)
  return [
    ...(dma && !isComm(region) ? [text(`DMA: ${dma.notInDmaReason}.`)] : []),
    ...(cpu && cpu.notInCpuReason !== dma?.notInDmaReason
      ? [text(`CPU${isPart ? ', the rest' : ''}: ${cpu.notInCpuReason}.`)]
      : []),
  ]
}

const driverTitle = (driver: string): string => (driver === 'none' ? 'DMA, no IOMMU' : `DMA, ${driver}`)

/** A row for each stage that changes something; what was said of a name once is not said again. */
function rowsOf(
  stages: readonly RegionAtStage[],
  region: MemoryRegion,
  drivers: readonly string[],
  { together }: Scenario,
): readonly (readonly string[])[] {
  const leavesOnce = sayOnce()
  const entriesOnce = sayOnce()
  const rows = stages.map(at => ({
    command: commandName(at.stage, together),
    columns: [
      cpuWords(at, region, leavesOnce),
      ...(isComm(region) ? [] : drivers.length ? drivers : ['']).map(driver =>
        dmaWords(
          at.dma.filter(reach => reach.driver === driver),
          region,
          entriesOnce,
        ),
      ),
    ],
  }))
  return mergedRows(rows).map(({ command, columns }) => [command, ...columns])
}

/** Says of a name what it did not say of it before. */
function sayOnce(): (name: string, words: string) => string {
  const last = new Map<string, string>()
  return (name, words) => {
    const isNews = last.get(name) !== words
    last.set(name, words)
    return isNews ? words : ''
  }
}

/** `create`, or `create linux` where more than one cell is there to be created. */
const commandName = ({ command, outcome }: Stage, named: boolean): string => {
  const name = named && 'cell' in command ? `${command.verb} ${command.cell.name}` : command.verb
  if (outcome.kind === 'done') return name
  return outcome.kind === 'refused' ? `${name}: -${outcome.errno}` : `${name}: hypervisor stops`
}

interface Row {
  readonly command: string
  readonly columns: readonly string[]
}

/** Stages that change nothing here share a line with the one before. */
const mergedRows = (rows: readonly Row[]): readonly Row[] =>
  coalesce(
    rows,
    (last, row) => last.columns.join('\n') === row.columns.join('\n'),
    (last, row) => ({ ...last, command: `${last.command}, ${row.command}` }),
  )

type OncePerName = (name: string, words: string) => string

const cpuWords = (at: RegionAtStage, region: MemoryRegion, once: OncePerName): string =>
  byOwner(at.cpu, reach => reach.cell.name)
    .map(([name, reaches]) => {
      const words = `${name} ${letters(reaches[0]?.access)}${part(reaches, region)}`
      return words + once(name, leafWords(reaches))
    })
    .join('; ') || 'nobody'

const dmaWords = (reaches: readonly DmaReach[], region: MemoryRegion, once: OncePerName): string =>
  byOwner(reaches, deviceName)
    .map(([name, group]) => `${name}${part(group, region)}${once(name, entryWords(group))}`)
    .join('; ') || 'nobody'

/** `stream 3 of linux` where entries are made for a stream; the cell where its devices walk tables; else `others`. */
function deviceName(reach: DmaReach): string {
  const owners = reach.owners.map(({ name }) => name).join(', ')
  if (reach.through === 'unrestricted') return reach.device
  if (reach.through === 'entries') return owners ? `${reach.device} of ${owners}` : reach.device
  return `${owners || 'others'}${reach.through === 'bypass' ? ' (bypass)' : ''}`
}

function byOwner<Reach>(reaches: readonly Reach[], nameOf: (reach: Reach) => string): readonly [string, Reach[]][] {
  const groups = new Map<string, Reach[]>()
  for (const reach of reaches) groups.set(nameOf(reach), [...(groups.get(nameOf(reach)) ?? []), reach])
  return [...groups]
}

const letters = (access: Access | undefined): string =>
  access ? `${access.read ? 'r' : '-'}${access.write ? 'w' : '-'}${access.execute ? 'x' : '-'}` : ''

/** Nothing when all of the region is reached, else the ranges that are. */
function part(reaches: readonly (CpuReach | DmaReach)[], region: MemoryRegion): string {
  const ranges = merge(reaches.map(reach => reach.phys))
  if (isComm(region)) return ranges[0] ? ` at ${hex(ranges[0].start)}` : ''
  if (ranges.some(range => contains(range, phys(region)))) return ''
  const [first, ...rest] = ranges
  if (!first) return ''
  return rest.length === 0 ? ` only ${interval(first)}` : ` only ${interval(first)} and ${rest.length} more`
}

const leafWords = (reaches: readonly CpuReach[]): string => {
  if (reaches.some(reach => reach.trapsTo)) return ' (trapped)'
  return sizes(reaches.flatMap(reach => reach.leaves))
}

function entryWords(reaches: readonly DmaReach[]): string {
  if (reaches[0]?.through !== 'entries') return ''
  const units = [...new Set(reaches.map(({ unit }) => unit))]
  const inFirst = reaches.filter(({ unit }) => unit === units[0])
  const chain = [...new Set(inFirst.flatMap(reach => reach.tlbs))]
  const where = units.length === 1 ? `unit ${units[0]}` : `each of ${units.length} units`
  return `${sizes(inFirst.flatMap(reach => reach.pages))} in TLB ${chain.join('→')} of ${where}`
}

/** ` (1×1 GiB, 1×512 MiB)` */
function sizes(pages: readonly { readonly size: bigint; readonly count: number }[]): string {
  const totals = new Map<bigint, number>()
  for (const { size, count } of pages) totals.set(size, (totals.get(size) ?? 0) + count)
  const words = [...totals]
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
    .map(([size, count]) => `${count}×${humanSize(size)}`)
  return words.length ? ` (${words.join(', ')})` : ''
}
