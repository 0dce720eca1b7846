import { resolve } from 'node:path'
import type { Simulation } from '../analyze.ts'
import { phys } from '../config/ranges.ts'
import { alignedColumns } from '../ide/blocks.ts'
import { flagNames } from '../ide/flags.ts'
import { mapSvg } from '../ide/views/map-svg.ts'
import { hex, humanSize } from '../rules/places.ts'
import { type Command, readArguments, UsageError } from './command.ts'
import { writeAtomically } from './files.ts'
import { compilerHelp, compilerOptions } from './options.ts'
import { simulationsFor } from './simulations.ts'

const help = `usage: jailhouse-warden map [OPTIONS] ROOT [INMATE...]
       jailhouse-warden map [OPTIONS] INMATE

Prints all regions of a root cell and its inmates, sorted by physical address. Ends are exclusive.

  -o FILE           draw the address space into an SVG file instead: a lane a cell, a box a region
${compilerHelp}`

const options = { ...compilerOptions, output: { type: 'string', short: 'o' } } as const

export const map: Command = {
  name: 'map',
  summary: 'print the physical memory map of a system',
  help,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    const simulations = simulationsFor(positionals, values, terminal)
    if (values.output !== undefined) return draw(simulations, resolve(terminal.cwd, values.output))
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

/** A root with several inmates that are alternatives is drawn with all of them, a lane each. */
function draw(simulations: readonly Simulation[], path: string): 0 {
  const [first] = simulations
  if (!first) throw new UsageError('there is nothing to draw')
  const cells = [...new Set(simulations.flatMap(({ scenario }) => scenario.cells))]
  writeAtomically(path, mapSvg({ ...first.scenario, cells }))
  return 0
}
