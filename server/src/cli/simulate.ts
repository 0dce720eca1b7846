import { plainText } from '../ide/note.ts'
import { simulationNote } from '../ide/simulation-note.ts'
import { casesOf } from './cases.ts'
import { type Command, readArguments } from './command.ts'
import { compilerHelp, compilerOptions } from './options.ts'

const help = `usage: jailhouse-warden simulate [OPTIONS] ROOT [INMATE...]
       jailhouse-warden simulate [OPTIONS] INMATE

Plays enable, create, set_loadable, start, shutdown, destroy and disable as the hypervisor would, and prints after each
which memory CPUs and devices reach. With several inmates all of them run at the same time; with a root alone each of
its inmates is played by itself.

${compilerHelp}
Exit status: 0 every command succeeds, 1 the hypervisor refuses one or stops, 2 it could not be played.
`

export const simulate: Command = {
  name: 'simulate',
  summary: 'play the lifecycle of cells and show who reaches what',
  help,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, compilerOptions)
    const cases = casesOf(positionals, values, terminal)
    terminal.out(`${cases.map(each => plainText(simulationNote(each))).join('\n\n\n')}\n`)
    return cases.some(({ machine }) => machine.stages.some(({ outcome }) => outcome.kind !== 'done')) ? 1 : 0
  },
}
