import type { Scenario } from '../../src/config/scenario.ts'
import { boot } from '../../src/machine/boot.ts'
import { residualAccess } from '../../src/machine/queries/residual-access.ts'
import { scenariosIn } from './read-configs.ts'
import { system } from './scenarios.ts'

export { loadGrammar } from '../../src/c/parse/grammar.ts'

/** What `bench/machine.mjs` measures. */

const hex = (value: number): string => `0x${value.toString(16)}`

/** A root cell with `count` regions of 64 KiB; an inmate takes every other one, as many as a configuration may have. */
export function manyRegions(count: number, distance: number): Scenario {
  const regions = Array.from({ length: count }, (_, n) => `${hex(0x100000000 + n * distance)}+64K rwxl`)
  const taken = regions.filter((_, n) => n % 2 === 1).slice(0, 2000)
  return system({
    memory: ['0x80000000', '64M'],
    root: { regions: regions.join('\n') },
    cells: { A: { regions: taken.join('\n') } },
  }).scenario
}

/** The scenario of a folder with the most regions. */
export const largestIn = (folder: string): { readonly name: string; readonly scenario: Scenario } | undefined =>
  [...scenariosIn(folder)].sort((a, b) => regionsOf(b.scenario) - regionsOf(a.scenario))[0]

export const regionsOf = ({ root, cells }: Scenario): number =>
  cells.reduce((sum, cell) => sum + cell.mem_regions.length, root.root_cell.mem_regions.length)

/** Milliseconds of each of `rounds` boots through all stages, and of the search for residual access behind it. */
export function timeBoots(scenario: Scenario, rounds: number): { readonly boot: number[]; readonly check: number[] } {
  const times = { boot: [] as number[], check: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    const edited = { ...scenario, root: { ...scenario.root } }
    const start = performance.now()
    const machine = boot(edited)
    const booted = performance.now()
    residualAccess(machine)
    times.boot.push(booted - start)
    times.check.push(performance.now() - booted)
  }
  return times
}
