import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { analyze, type FactsProject } from '../analyze.ts'
import type { Range } from '../config/ranges.ts'
import { newCell } from '../ide/generate/cell.ts'
import type { CellKind, NewCell } from '../ide/generate/cell-plan.ts'
import { cellsBeside, memoryIn, sizeIn } from '../ide/generate/given.ts'
import { newRoot } from '../ide/generate/root.ts'
import { type Facts, openTreeSource } from '../platform/facts.ts'
import type { Platform } from '../platform/model.ts'
import { readPlatform } from '../platform/read-platform.ts'
import { type NewConfiguration, proveNewFile } from '../repair/new-file.ts'
import type { SourceFile } from '../text/source-file.ts'
import { type Command, type ExitCode, oneOf, readArguments, UsageError } from './command.ts'
import { openFacts, readFactFiles } from './facts-files.ts'
import { Files, pathsOf, uriOf, writeFile } from './files.ts'
import { reportProblems } from './platform.ts'
import type { Terminal } from './terminal.ts'

const help = `usage: jailhouse-warden new root --platform FILE... [OPTIONS]
       jailhouse-warden new cell ROOT [OPTIONS]

"new root" writes a root cell from facts of its machine: a device tree (best with /proc/iomem) for ARM, a tarball of
"jailhouse-warden collect" for a PC. "new cell" writes an inmate of a root cell: memory that the root keeps for cells, a
CPU, the network link; with facts also devices. Comments say where each value comes from.

  --platform FILE   facts, as for "jailhouse-warden platform"; may be repeated
  --name NAME       name of the cell
  --memory START,SIZE
                    for a root, the memory of hypervisor and cells; for a cell, where to take its own. Such as
                    0x7b000000,80M; by default what is reserved for it
  -o FILE           write FILE instead of printing

Of a root of an ARM board:
  --coarse          devices up to 1 MiB apart in one region, instead of 64 KiB: fewer regions

Of a cell:
  --kind KIND       bare-metal (default), linux, zephyr
  --cpus N[,N...]   its CPUs; by default the last one of the root
  --size SIZE       its RAM, such as 64M
  --device NAME     give it a device of the tree, such as serial@9000000; may be repeated
  --tree FILE       write the device tree source of a Linux cell to FILE

What is made is analysed with its root first; what would have an error is not written.

Exit status: 0 written, 1 not written since it would have an error, 2 facts are missing, or the command line is invalid.
`

const options = {
  platform: { type: 'string', multiple: true },
  name: { type: 'string' },
  memory: { type: 'string' },
  o: { type: 'string', short: 'o' },
  kind: { type: 'string', default: 'bare-metal' },
  cpus: { type: 'string' },
  size: { type: 'string' },
  device: { type: 'string', multiple: true },
  tree: { type: 'string' },
  coarse: { type: 'boolean', default: false },
} as const

interface Arguments {
  readonly platform?: readonly string[] | undefined
  readonly name?: string | undefined
  readonly memory?: string | undefined
  readonly o?: string | undefined
  readonly kind: string
  readonly cpus?: string | undefined
  readonly size?: string | undefined
  readonly device?: readonly string[] | undefined
  readonly tree?: string | undefined
  readonly coarse: boolean
}

export const newCommand: Command = {
  name: 'new',
  summary: 'write a new configuration',
  help,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    const [what, root, ...others] = positionals
    if (what === 'root' && root === undefined) return writeRoot(values, terminal)
    if (what === 'cell' && root !== undefined && others.length === 0) return writeCell(root, values, terminal)
    throw new UsageError('new what? "new root --platform FILE" or "new cell ROOT"')
  },
}

async function writeRoot(given: Arguments, terminal: Terminal): Promise<ExitCode> {
  const facts = await readFactFiles(given.platform ?? [], terminal.cwd)
  const platform = platformOf(facts, terminal)
  if (!platform) throw new UsageError('new root: which machine? Give --platform FILE')
  const made = newRoot(platform, {
    name: given.name ?? 'root',
    isCoarse: given.coarse,
    ...memoryGiven(given.memory),
  })
  if ('missing' in made) throw new UsageError(`new root: the facts lack ${made.missing}`)
  const files = new Files()
  for (const each of facts) files.putFacts(each.uri, each)
  const settings = { platform: facts.map(({ uri }) => uri) }
  return writeProven(
    made,
    given,
    { ...newFile(given.o ?? 'new-root.c', made.text, terminal), inputs: pathsOf(facts) },
    files.project(settings, []),
    terminal,
  )
}

async function writeCell(path: string, given: Arguments, terminal: Terminal): Promise<ExitCode> {
  const files = new Files()
  const main = files.named(path, terminal.cwd)
  const facts = await readFactFiles(given.platform ?? [], terminal.cwd)
  for (const each of facts) files.putFacts(each.uri, each)
  const settings = facts.length > 0 ? { platform: facts.map(({ uri }) => uri) } : {}
  await openFacts(files, [main], settings)
  const project = files.project(settings, [main])
  const analysis = analyze(main, project)
  if (analysis.config?.kind !== 'system') throw new UsageError(`${path}: not a root cell`)
  const platform = platformOf(facts, terminal) ?? analysis.simulations.find(each => each.platform)?.platform
  const kind = oneOf('kind', ['bare-metal', 'linux', 'zephyr'] as const, given.kind) as CellKind
  const size = given.size === undefined ? undefined : sizeIn(given.size)
  if (given.size !== undefined && !size) throw new UsageError(`--size ${given.size}: give a size, such as 64M`)
  const made = newCell(analysis.config, cellsBeside(analysis), platform, {
    name: given.name ?? 'cell',
    kind,
    devices: given.device ?? [],
    ...(size && { size }),
    ...(given.cpus !== undefined && { cpus: cpusIn(given.cpus) }),
    ...memoryGiven(given.memory),
  })
  if ('missing' in made) throw new UsageError(`new cell needs ${made.missing}`)
  const beside = main.uri.replace(/\.c$/, '-new.c')
  const file = given.o === undefined ? { uri: beside, text: made.text } : newFile(given.o, made.text, terminal)
  const inputs = pathsOf([...analysis.unit.files, ...facts])
  return writeProven(made, given, { ...file, root: main, inputs }, project, terminal)
}

const newFile = (path: string, text: string, { cwd }: Terminal): SourceFile => ({
  uri: uriOf(resolve(cwd, path)),
  text,
})

/** Nothing is written that would have an error where it is to stand. */
async function writeProven(
  made: NewCell,
  given: Arguments,
  { uri, text, root, inputs }: SourceFile & Pick<NewConfiguration, 'root'> & { readonly inputs: readonly string[] },
  project: FactsProject,
  terminal: Terminal,
): Promise<ExitCode> {
  const tree = made.tree === undefined ? undefined : await openTreeSource(uri.replace(/\.c$/, '.dts'), made.tree)
  const { refusal, warnings } = proveNewFile(
    { file: { uri, text }, ...(root && { root }), ...(tree && { tree }) },
    project,
  )
  if (refusal !== undefined) {
    terminal.err(`error: nothing is written: ${refusal}\n`)
    return 1
  }
  write(text, given.o, inputs, terminal)
  if (made.tree !== undefined && given.tree !== undefined)
    write(made.tree, given.tree, [...inputs, fileURLToPath(uri)], terminal)
  for (const note of made.notes) terminal.err(`note: ${note}\n`)
  for (const warning of warnings) terminal.err(`warning: ${warning}\n`)
  return 0
}

function platformOf([first, ...rest]: readonly Facts[], terminal: Terminal): Platform | undefined {
  if (!first) return undefined
  const facts = readPlatform(first, ...rest)
  reportProblems(facts, terminal)
  return facts
}

function write(text: string, path: string | undefined, inputs: readonly string[], terminal: Terminal): void {
  if (path === undefined) terminal.out(text)
  else writeFile(resolve(terminal.cwd, path), text, inputs)
}

function memoryGiven(spelled: string | undefined): { readonly memory?: Range } {
  if (spelled === undefined) return {}
  const memory = memoryIn(spelled)
  if (!memory) throw new UsageError(`--memory ${spelled}: give START,SIZE, such as 0x7b000000,80M`)
  return { memory }
}

function cpusIn(spelled: string): readonly number[] {
  const cpus = spelled.split(',').map(each => (/^\d{1,4}$/.test(each) ? Number(each) : Number.NaN))
  if (cpus.some(Number.isNaN)) throw new UsageError(`--cpus ${spelled}: give numbers, such as 2,3`)
  return cpus.toSorted((a, b) => a - b)
}
