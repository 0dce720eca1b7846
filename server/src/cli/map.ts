import type { Simulation } from '../analyze.ts'
import { commentName } from '../config/comment-name.ts'
import { MEM_COMM_REGION } from '../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../config/model.ts'
import { has, phys, type Range } from '../config/ranges.ts'
import { shortNames } from '../config/short-names.ts'
import { alignedColumns } from '../ide/blocks.ts'
import { flagWords } from '../ide/flags.ts'
import type { Machine } from '../machine/machine.ts'
import { regionStory } from '../machine/queries/region-story.ts'
import { hex, humanSize } from '../text/words.ts'
import { type Command, readArguments } from './command.ts'
import { mapFile } from './map-file.ts'
import { systemHelp, systemOptions, systemsFor } from './simulations.ts'

const help = `usage: jailhouse-warden map [OPTIONS] ROOT [INMATE...]
       jailhouse-warden map [OPTIONS] INMATE

Prints all regions of a root cell and its inmates and the memory of the hypervisor, sorted by physical address. Ends are
exclusive; a communication region is the page of the hypervisor that it shows.

  -o FILE           draw the system into a file instead: .html to look at every stage, .svg for one of them
  --stage NAME      the stage an .svg shows, e.g. "create linux" or "create"; by default the last start
  --registers       draw registers as well as memory into an .svg
${systemHelp}`

const options = {
  ...systemOptions,
  output: { type: 'string', short: 'o' },
  stage: { type: 'string' },
  registers: { type: 'boolean' },
} as const

export const map: Command = {
  name: 'map',
  summary: 'print the physical memory map of a system',
  help,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    const { simulations, findings } = await systemsFor(positionals, values, terminal)
    if (values.output !== undefined) return mapFile(simulations, findings, values.output, values, terminal)
    const rows = simulations.flatMap(rowsOf).toSorted((a, b) => (a.range.start < b.range.start ? -1 : 1))
    terminal.out(`${tableOf(rows)}\n`)
    return 0
  },
}

interface MapRow {
  readonly range: Range
  readonly cells: readonly string[]
  readonly region?: MemoryRegion
}

/** Memory of the hypervisor, and the regions of all cells where they lie in the machine. */
function rowsOf({ scenario, machine }: Simulation): readonly MapRow[] {
  const { root } = scenario
  const short = shortNames(scenario)
  const kept = phys(root.hypervisor_memory)
  return [
    { range: kept, cells: [humanSize(root.hypervisor_memory.size), 'hypervisor', '', ''] },
    ...[root.root_cell, ...scenario.cells].flatMap(cell =>
      cell.mem_regions.flatMap(region => {
        const range = rangeOf(machine, cell, region)
        if (!range || region.size === 0n) return []
        const seen = region.virt_start === range.start ? '' : `at ${hex(region.virt_start)}`
        const size = humanSize(range.end - range.start)
        return [{ range, region, cells: [size, `${short(cell)} ${region.index}`, seen, flagWords(region.flags)] }]
      }),
    ),
  ]
}

/** A table with the names that comments give, as long as a line has room for them. */
function tableOf(rows: readonly MapRow[]): string {
  const head = ['start', 'end', 'size', 'region', 'seen', 'flags']
  const plain = rows.map(({ range, cells }) => [hex(range.start), hex(range.end), ...cells])
  const widths = head.map((name, i) => Math.max(name.length, ...plain.map(row => row[i]?.length ?? 0)) + 2)
  const room = Math.max(MIN_NAME, MAX_WIDTH - widths.reduce((sum, width) => sum + width, 0))
  const names = rows.map(({ region }) => (region && commentName(region, room)) ?? '')
  const lines = new Set(alignedColumns([[...head, 'name'], ...plain.map((row, i) => [...row, names[i]!])]).split('\n'))
  return [...lines].join('\n')
}

const MAX_WIDTH = 100

const MIN_NAME = 16

/** A communication region shows a page of the hypervisor, which the cell has once it is created. */
function rangeOf(machine: Machine, cell: CellConfig, region: MemoryRegion): Range | undefined {
  if (!has(region, MEM_COMM_REGION)) return phys(region)
  const own = regionStory(machine, cell, region).flatMap(({ cpu }) => cpu.filter(reach => reach.cell === cell))
  return own[0]?.phys
}
