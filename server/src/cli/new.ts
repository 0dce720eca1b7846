import { resolve } from 'node:path'
import type { Range } from '../config/ranges.ts'
import { newRoot } from '../ide/generate/root.ts'
import { memparse } from '../platform/read/command-line.ts'
import { readPlatform } from '../platform/read-platform.ts'
import { type Command, readArguments, UsageError } from './command.ts'
import { readFactFiles } from './facts-files.ts'
import { writeAtomically } from './files.ts'
import { reportProblems } from './platform.ts'
import type { Terminal } from './terminal.ts'

const help = `usage: jailhouse-warden new root --platform FILE... [OPTIONS]

Writes a root cell from facts of its machine: a device tree (best with /proc/iomem) for ARM, a tarball of
"jailhouse-warden collect" for a PC. Comments say where each value comes from.

  --platform FILE   facts, as for "jailhouse-warden platform"; may be repeated
  --name NAME       name of the cell
  --memory START,SIZE
                    memory for hypervisor and cells, such as 0x7b000000,80M; by default what is reserved for them
  -o FILE           write FILE instead of printing

Exit status: 0 written, 2 facts are missing or the command line makes no sense.
`

const options = {
  platform: { type: 'string', multiple: true },
  name: { type: 'string' },
  memory: { type: 'string' },
  o: { type: 'string', short: 'o' },
} as const

export const newCommand: Command = {
  name: 'new',
  summary: 'write a new configuration',
  help,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    const [what, ...others] = positionals
    if (what !== 'root' || others.length > 0) throw new UsageError('new what? "new root --platform FILE"')
    const text = await rootText(values, terminal)
    if (values.o === undefined) terminal.out(text)
    else writeAtomically(resolve(terminal.cwd, values.o), text)
    return 0 as const
  },
}

interface RootArguments {
  readonly platform?: readonly string[] | undefined
  readonly name?: string | undefined
  readonly memory?: string | undefined
}

async function rootText({ platform = [], name = 'root', memory }: RootArguments, terminal: Terminal): Promise<string> {
  const [first, ...rest] = await readFactFiles(platform, terminal.cwd)
  if (!first) throw new UsageError('new root: which machine? Give --platform FILE')
  const facts = readPlatform(first, ...rest)
  reportProblems(facts, terminal)
  const made = newRoot(facts, { name, ...(memory !== undefined && { memory: rangeIn(memory) }) })
  if ('missing' in made) throw new UsageError(`new root: ${made.missing}`)
  for (const note of made.notes) terminal.err(`note: ${note}\n`)
  return made.text
}

/** `0x7b000000,80M` */
function rangeIn(spelled: string): Range {
  const [start, size] = spelled.split(',').map(part => memparse(part)?.value)
  if (start === undefined || !size) throw new UsageError(`--memory ${spelled}: give START,SIZE, such as 0x7b000000,80M`)
  return { start, end: start + size }
}
