import type { Simulation } from '../../analyze.ts'
import { regionAt } from '../../config/element-name.ts'
import { at } from '../../config/places.ts'
import type { Refusal } from '../../machine/hypervisor.ts'
import { consoleMeanings } from '../../machine/queries/console-meaning.ts'
import type { Stage } from '../../machine/stage.ts'
import { explaining } from '../../rules/cpus/refused.ts'
import type { Finding } from '../../rules/rule.ts'
import { byWord } from '../../text/by-word.ts'
import { english } from '../../text/message.ts'
import { blamed, type Clue, cleared, noted } from './clue.ts'
import type { KnownLine } from './known-line.ts'

const VERB = byWord<Stage['command']['verb']>({
  ENABLE: 'enable',
  DISABLE: 'disable',
  CELL_CREATE: 'create',
  CELL_LOAD: 'set_loadable',
  CELL_START: 'start',
})

const nameOf = ({ command }: Stage): string =>
  'cell' in command ? `${command.verb} ${command.cell.name}` : command.verb

/** A command came later where the line says than these files get when the commands are played. */
export const isBeyondEnable = ({ machine }: Simulation, request: string | undefined): boolean =>
  request !== undefined && request !== 'ENABLE' && failedStages({ machine })[0]?.stage.command.verb === 'enable'

/** Whether the command is refused when it is played, and by whom. */
export function commandClues(simulation: Simulation, { errno }: KnownLine, request: string): readonly Clue[] {
  const { machine } = simulation
  if (isBeyondEnable(simulation, request)) return enableClues(simulation)
  const stages = machine.stages.filter(({ command }) => command.verb === VERB[request])
  const refused = stages.flatMap(stage => (stage.outcome.kind === 'refused' ? [{ stage, refusal: stage.outcome }] : []))
  const alike = refused.filter(({ refusal }) => refusal.errno === errno)
  if (alike.length > 0) return alike.map(({ stage, refusal }) => refusalClue(blamed, stage, refusal))
  if (refused.length > 0) return refused.map(({ stage, refusal }) => refusalClue(noted, stage, refusal))
  return stages.length === 0
    ? []
    : stages.map(stage => cleared(`in the simulation of these files, "${nameOf(stage)}" succeeds`))
}

const enableClues = (simulation: Simulation): readonly Clue[] =>
  failedStages(simulation)
    .slice(0, 1)
    .flatMap(({ stage, outcome }) => (outcome.kind === 'refused' ? [refusalClue(noted, stage, outcome)] : []))

const failedStages = ({ machine }: Pick<Simulation, 'machine'>) =>
  machine.stages.flatMap(stage => (stage.outcome.kind === 'done' ? [] : [{ stage, outcome: stage.outcome }]))

/** Whether the function fails when the commands are played, with this error. */
export function refusalClues(simulation: Simulation, { refusedBy, errno }: KnownLine): readonly Clue[] {
  if (refusedBy === undefined) return []
  const alike = failedStages(simulation).filter(
    ({ outcome }) => outcome.by === refusedBy && (errno === undefined || outcome.errno === errno),
  )
  if (alike.length === 0) return [cleared(`in the simulation of these files, ${refusedBy} does not fail`)]
  return alike.flatMap(({ stage, outcome }) =>
    outcome.kind === 'refused' ? [refusalClue(blamed, stage, outcome)] : [],
  )
}

/** What rules say of the failure that playing the commands has in common with the line. */
export function provenFindings(
  simulation: Simulation,
  { search, errno, refusedBy }: KnownLine,
  request: string | undefined,
  findings: readonly Finding[],
): readonly Finding[] {
  if (search !== 'command' && search !== 'refusal') return []
  const alike = failedStages(simulation).filter(({ stage, outcome }) =>
    search === 'refusal'
      ? outcome.by === refusedBy
      : outcome.errno === errno && stage.command.verb === VERB[request ?? ''],
  )
  const errors = findings.filter(({ severity }) => severity === 'error')
  return alike.flatMap(failed => errors.filter(explaining(failed, simulation.machine)))
}

function refusalClue(make: typeof blamed, stage: Stage, { by, errno, reason, region, entry, cell }: Refusal): Clue {
  const what = region ?? entry
  const message = `in the simulation of these files, "${nameOf(stage)}" fails with -${errno} in ${by}: ${reason}`
  return make(message, what ? at(what) : cell && at(cell, 'name'))
}

/** Whether playing the commands prints the line, about what, and what that means there. */
export function simulatedClues({ scenario, machine }: Simulation, { pattern }: KnownLine): readonly Clue[] {
  const printed = machine.stages.flatMap(stage =>
    consoleMeanings(machine, stage)
      .filter(({ line }) => pattern.test(line.text))
      .map(meant => ({ stage, said: meant })),
  )
  if (printed.length === 0) return [cleared('in the simulation of these files, no command prints this')]
  const harmless = printed.some(({ said: meant }) => meant.weight === 'serious') ? noted : cleared
  const cells = [scenario.root.root_cell, ...scenario.cells]
  const distinct = new Map(
    printed.toReversed().map(each => [`${english(each.said.meaning)} ${each.said.line.region?.index}`, each]),
  )
  return [...distinct.values()].map(({ stage, said: { line, meaning, weight } }) => {
    const owner = cells.find(({ mem_regions }) => line.region && mem_regions.includes(line.region))
    const about = owner && line.region ? ` about ${regionAt(line.region)} of "${owner.name}"` : ''
    const message = `in the simulation of these files, "${nameOf(stage)}" prints it${about}: ${english(meaning)}`
    return (weight === 'serious' ? blamed : harmless)(message, line.region && at(line.region))
  })
}
