import type { Analysis, Case } from '../analyze.ts'
import { type CellConfig, type Config, cellOf, type MemoryRegion } from '../config/model.ts'
import { contains, overlap, phys, type Range } from '../config/ranges.ts'
import type { Access, CpuReach, DmaReach, RegionAtStage } from '../machine/queries/answers.ts'
import { regionStory } from '../machine/queries/region-story.ts'
import type { Stage } from '../machine/stage.ts'
import { describeRange, humanSize, interval } from '../rules/places.ts'
import { flagNames } from './flags.ts'
import { type Block, table, text, title } from './note.ts'

/** What a region becomes: who maps it at each stage, CPU and DMA, how, and why not. */
export function regionNote(analysis: Analysis, region: MemoryRegion): readonly Block[] {
  const config = analysis.config as Config
  const cell = cellOf(config)
  const shown = caseFor(analysis.cases, config, region)
  return [
    title(`region ${region.index} of "${cell.name}": ${describeRange(phys(region))}`),
    text(...where(region), `\`${flagNames(region.flags).join(' ') || 'no flags'}\``),
    ...(shown ? story(shown, region, cell) : [text(withoutCase(config))]),
  ]
}

const where = (region: MemoryRegion): readonly string[] =>
  region.virt_start === region.phys_start ? [] : [`seen by the cell at \`0x${region.virt_start.toString(16)}\`;`]

const withoutCase = (config: Config): string =>
  config.kind === 'cell'
    ? 'No root cell is known for this cell, so what becomes of the region cannot be said.'
    : 'What becomes of the region cannot be said.'

/** Of several inmates a root may get, the one that takes something of the region; else any. */
function caseFor(cases: readonly Case[], config: Config, region: MemoryRegion): Case | undefined {
  if (config.kind === 'cell') return cases[0]
  const takes = ({ scenario }: Case) =>
    scenario.cells.some(cell => cell.mem_regions.some(other => overlap(phys(other), phys(region))))
  return cases.find(takes) ?? cases[0]
}

function story({ scenario, machine }: Case, region: MemoryRegion, cell: CellConfig): readonly Block[] {
  const stages = regionStory(machine, cell, region)
  const rows = merged(
    stages.map(at => ({ command: commandName(at.stage), cpu: cpuWords(at, region), dma: dmaWords(at, region) })),
  )
  const why = stages.findLast(at => at.notInDmaBecause)?.notInDmaBecause
  const whyCpu = stages.findLast(at => at.notInCpuBecause)?.notInCpuBecause
  const inmates = scenario.cells.map(({ name }) => `"${name}"`).join(', ')
  return [
    ...(cell.isRoot && inmates ? [text(`with ${inmates}:`)] : []),
    table(
      ['after', 'CPU', 'DMA'],
      rows.map(({ command, cpu, dma }) => [command, cpu, dma]),
    ),
    ...(why ? [text(`DMA: ${why}`)] : []),
    ...(whyCpu && whyCpu !== why ? [text(`CPU: ${whyCpu}`)] : []),
  ]
}

export const commandName = ({ command, outcome }: Stage): string => {
  const name = 'cell' in command ? `${command.verb} ${command.cell.name}` : command.verb
  if (outcome.kind === 'done') return name
  return outcome.kind === 'refused' ? `${name}: -${outcome.errno}` : `${name}: hypervisor stops`
}

interface Row {
  readonly command: string
  readonly cpu: string
  readonly dma: string
}

/** Stages that change nothing here share a line with the one before. */
function merged(rows: readonly Row[]): readonly Row[] {
  const kept: Row[] = []
  for (const row of rows) {
    const last = kept.at(-1)
    if (last?.cpu === row.cpu && last.dma === row.dma)
      kept[kept.length - 1] = { ...last, command: `${last.command}, ${row.command}` }
    else kept.push(row)
  }
  return kept
}

const cpuWords = (at: RegionAtStage, region: MemoryRegion): string =>
  byOwner(at.cpu, reach => reach.cell.name)
    .map(([name, reaches]) => `${name} ${letters(reaches[0]?.access)}${part(reaches, region)}${leafWords(reaches)}`)
    .join('; ') || 'nobody'

const dmaWords = (at: RegionAtStage, region: MemoryRegion): string =>
  byOwner(at.dma, deviceName)
    .map(([name, reaches]) => `${name}${part(reaches, region)}${entryWords(reaches)}`)
    .join('; ') || 'nobody'

/** `stream 3 of linux`; root's own devices where nothing stands between. */
function deviceName(reach: DmaReach): string {
  const owners = reach.owners.map(({ name }) => name).join(', ')
  return owners ? `${reach.device} of ${owners}` : reach.device
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
  const ranges = joined(reaches.map(reach => reach.phys))
  if (ranges.some(range => contains(range, phys(region)))) return ''
  const [first, ...rest] = ranges
  if (!first) return ''
  return rest.length === 0 ? ` only ${interval(first)}` : ` only ${interval(first)} and ${rest.length} more`
}

/** Ranges that touch, joined, in ascending order. */
function joined(ranges: readonly Range[]): readonly Range[] {
  const done: Range[] = []
  for (const range of ranges.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = done.at(-1)
    if (last && range.start <= last.end)
      done[done.length - 1] = { start: last.start, end: range.end < last.end ? last.end : range.end }
    else done.push(range)
  }
  return done
}

const leafWords = (reaches: readonly CpuReach[]): string => {
  if (reaches.some(reach => reach.trapsTo)) return ' (trapped)'
  return sizes(reaches.flatMap(reach => reach.leaves))
}

const entryWords = (reaches: readonly DmaReach[]): string => {
  const through = reaches[0]?.through
  if (through !== 'entries') return through === 'tables' ? ' (same tables)' : through === 'bypass' ? ' (bypass)' : ''
  const chain = [...new Set(reaches.flatMap(reach => reach.tlbs))]
  return `${sizes(reaches.flatMap(reach => reach.pages))}${chain.length ? ` TLB ${chain.join('→')}` : ''}`
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
