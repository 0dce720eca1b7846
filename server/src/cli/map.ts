import { phys } from '../config/ranges.ts'
import { alignedColumns } from '../ide/blocks.ts'
import { flagNames } from '../ide/flags.ts'
import { hex, humanSize } from '../rules/places.ts'
import { type Command, readArguments } from './command.ts'
import { mapFile } from './map-file.ts'
import { compilerHelp, compilerOptions } from './options.ts'
import { systemsFor } from './simulations.ts'

const help = `usage: jailhouse-warden map [OPTIONS] ROOT [INMATE...]
       jailhouse-warden map [OPTIONS] INMATE

Prints all regions of a root cell and its inmates, sorted by physical address. Ends are exclusive.

  -o FILE           draw the system into a file instead: .html to look at every stage, .svg for one of them
  --stage NAME      the stage an .svg shows, e.g. "create linux" or "create"; the last start unless said
  --registers       draw registers as well as memory into an .svg
${compilerHelp}`

const options = {
  ...compilerOptions,
  output: { type: 'string', short: 'o' },
  stage: { type: 'string' },
  registers: { type: 'boolean' },
} as const

export const map: Command = {
  name: 'map',
  summary: 'print the physical memory map of a system',
  help,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    const { simulations, findings } = systemsFor(positionals, values, terminal)
    if (values.output !== undefined) return mapFile(simulations, findings, values.output, values, terminal)
    const cells = new Set(simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
    const rows = [...cells]
      .flatMap(cell => cell.mem_regions.map(region => ({ cell, region })))
      .toSorted((a, b) => Number(a.region.phys_start - b.region.phys_start))
      .map(({ cell, region }) => [
        hex(phys(region).start),
        hex(phys(region).end),
        humanSize(region.size),
        `${cell.name}[${region.index}]`,
        region.virt_start === region.phys_start ? '' : `at ${hex(region.virt_start)}`,
        flagNames(region.flags).join(' '),
      ])
    terminal.out(`${alignedColumns([['start', 'end', 'size', 'region', 'seen', 'flags'], ...rows])}\n`)
    return 0
  },
}
