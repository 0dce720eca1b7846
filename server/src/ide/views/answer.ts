import { type Analysis, type Simulation, simulationsOf } from '../../analyze.ts'
import { isOfCell } from '../../config/places.ts'
import { boot } from '../../machine/machine.ts'
import { residuesOf } from '../../rules/iommu/residues.ts'
import type { Finding } from '../../rules/rule.ts'
import { message, type Words } from '../../text/message.ts'
import { parseCommands } from '../parse-commands.ts'
import type { SystemMapAnswer } from './model.ts'
import type { ToPlace } from './place.ts'
import { simulationTitle } from './simulation-page.ts'
import { systemMap } from './system-map.ts'

/** Which of a file's systems, the one to look at first where none is named; and commands instead of its whole life. */
export interface MapQuestion {
  readonly alternative?: number
  readonly commands?: string
}

export function systemMapAnswer(
  { analysis, findings }: { readonly analysis: Analysis; readonly findings: readonly Finding[] },
  { alternative, commands = '' }: MapQuestion,
  toPlace: ToPlace,
): SystemMapAnswer {
  const simulations = simulationsOf(analysis)
  const chosen = alternative !== undefined && simulations[alternative] ? alternative : gravest(simulations, findings)
  const simulation = simulations[chosen]
  const alternatives = simulations.map(simulationTitle)
  const losing = losingIn(simulations)
  if (!simulation) return { alternatives, losing, chosen, problem: problemOf(analysis) }
  const { problem, ...replayed } = replay(simulation, commands)
  const map = systemMap(replayed, findings, toPlace)
  return { alternatives, losing, chosen, map, ...(problem !== undefined && { problem }) }
}

/**
 * What one must not overlook is seen without choosing: the first system in which memory of an inmate is not its own, or
 * else one with an inmate that has errors.
 */
export function gravest(simulations: readonly Simulation[], findings: readonly Finding[]): number {
  const broken = findings.filter(({ severity }) => severity === 'error')
  const losing = simulations.findIndex(losesIsolation)
  const wrong = simulations.findIndex(({ scenario }) =>
    scenario.cells.some(cell => broken.some(({ span }) => isOfCell(span, cell))),
  )
  return [losing, wrong].find(index => 0 <= index) ?? 0
}

/** Positions of those in which memory of an inmate is not its own at some stage. */
export const losingIn = (simulations: readonly Simulation[]): readonly number[] =>
  simulations.flatMap((each, index) => (losesIsolation(each) ? [index] : []))

/** Whether memory of an inmate is not its own at some stage. */
const losesIsolation = ({ machine }: Simulation): boolean => residuesOf(machine).some(({ owner }) => !owner.isRoot)

function problemOf({ config, root }: Analysis): Words {
  if (!config) return message('This file defines no configuration that can be read.')
  if (!root) return message('No root cell is known for this file, so there is nothing to simulate it with.')
  return message('The root cell of this file cannot be read.')
}

/** The same system on the same hardware, under other commands; as it was where they make no sense. */
function replay(simulation: Simulation, commands: string): Simulation & { readonly problem?: Words } {
  if (commands.trim() === '') return simulation
  const { scenario, machine, platform } = simulation
  const parsed = parseCommands(commands, scenario)
  if ('problem' in parsed) return { ...simulation, problem: parsed.problem }
  const replayed = boot(scenario, { commands: parsed.commands, hardware: machine.hardware })
  return { scenario, machine: replayed, ...(platform && { platform }) }
}
