import type { Simulation } from '../analyze.ts'
import { plainText } from '../ide/blocks.ts'
import { parseCommands } from '../ide/parse-commands.ts'
import { simulationData } from '../ide/views/simulation-data.ts'
import { simulationPage } from '../ide/views/simulation-page.ts'
import { boot } from '../machine/machine.ts'
import { english } from '../text/message.ts'
import { type Command, readArguments, UsageError } from './command.ts'
import { simulationsFor, systemHelp, systemOptions } from './simulations.ts'

const help = `usage: jailhouse-warden simulate [OPTIONS] ROOT [INMATE...]
       jailhouse-warden simulate [OPTIONS] INMATE

Plays enable, create, set_loadable, start, shutdown, destroy and disable as the hypervisor would, and prints after each
which memory CPUs and devices reach. With several inmates all of them run at the same time; with a root alone each of
its inmates is played by itself.

  --commands WORDS  play these instead, e.g. "enable create start destroy create"; create:NAME means one cell
  --json            print the timeline as data
${systemHelp}
Exit status: 0 every command succeeds, 1 the hypervisor refuses one or stops, 2 it could not be played.
`

export const simulate: Command = {
  name: 'simulate',
  summary: 'play the lifecycle of cells and show who reaches what',
  help,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    const played = await simulationsFor(positionals, values, terminal)
    const simulations = played.map(simulation => replay(simulation, values.commands))
    const words = values.json
      ? JSON.stringify(simulations.map(simulationData), undefined, 2)
      : simulations.map(simulation => plainText(simulationPage(simulation))).join('\n\n\n')
    terminal.out(`${words}\n`)
    return simulations.some(({ machine }) => machine.stages.some(({ outcome }) => outcome.kind !== 'done')) ? 1 : 0
  },
}

const options = { ...systemOptions, commands: { type: 'string' }, json: { type: 'boolean' } } as const

/** The same system on the same hardware, ordered otherwise. */
function replay(simulation: Simulation, words: string | undefined): Simulation {
  if (words === undefined) return simulation
  const { scenario, machine } = simulation
  const parsed = parseCommands(words, scenario)
  if ('problem' in parsed) throw new UsageError(`--commands: ${english(parsed.problem)}`)
  return { scenario, machine: boot(scenario, { commands: parsed.commands, hardware: machine.hardware }) }
}
