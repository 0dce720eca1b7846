import { COLLECTOR } from './collector.ts'
import { type Command, readArguments, UsageError } from './command.ts'

const help = `usage: jailhouse-warden collect > collect.sh

Prints a shell script that collects the facts of a machine. Carry it there and run it as root, before "jailhouse enable":

  sh collect.sh board.tar

It reads only, needs nothing but sh, cp and tar, and takes no serial numbers, UUIDs, MAC addresses or files of users;
the device tree and the kernel log may hold some: "jailhouse-warden platform --scrub board.tar clean.tar" blanks them.
`

export const collect: Command = {
  name: 'collect',
  summary: 'print the script that collects the facts of a machine',
  help,
  run(args, terminal) {
    if (readArguments(args, {}).positionals.length > 0)
      throw new UsageError('collect takes no arguments; it prints a script')
    terminal.out(COLLECTOR)
    return 0
  },
}
