import { loadGrammar } from '../c/parse/grammar.ts'
import { build } from './build.ts'
import { check } from './check.ts'
import { collect } from './collect.ts'
import { type Command, type ExitCode, UsageError } from './command.ts'
import { explain } from './explain.ts'
import { map } from './map.ts'
import { newCommand } from './new.ts'
import { platform } from './platform.ts'
import { print } from './print.ts'
import { simulate } from './simulate.ts'
import { guarded, type Terminal } from './terminal.ts'
import { who } from './who.ts'

const commands: readonly Command[] = [check, build, simulate, map, who, explain, print, platform, newCommand, collect]

const help = `usage: jailhouse-warden COMMAND [OPTIONS] ...

Checks cell configurations of the Jailhouse hypervisor.

${commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

"jailhouse-warden COMMAND --help" tells more; --version prints the version.
`

/** One run of the command line: what it prints goes to the terminal, what it answers is the exit status. */
export async function run(args: readonly string[], bare: Terminal): Promise<ExitCode> {
  const terminal = guarded(bare)
  const [name = '', ...rest] = args
  if (name === '--version') return answer(`${JAILHOUSE_WARDEN_VERSION}\n`, terminal)
  if (['--help', '-h', 'help'].includes(name)) return answer(helpOf(rest[0]), terminal)
  try {
    const command = commands.find(command => command.name === name)
    if (!command)
      throw new UsageError(
        name ? `unknown command "${name}"; --help lists the commands` : 'no command given; --help lists the commands',
      )
    if (rest.includes('--help') || rest.includes('-h')) return answer(command.help, terminal)
    await loadGrammar()
    return await command.run(rest, terminal)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    terminal.err(`jailhouse-warden: ${error.message}\n`)
    return 2
  }
}

const helpOf = (name: string | undefined): string => commands.find(command => command.name === name)?.help ?? help

function answer(text: string, terminal: Terminal): ExitCode {
  terminal.out(text)
  return 0
}
