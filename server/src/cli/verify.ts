import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CompileOptions } from '../c/unit.ts'
import { builtinChoice } from '../config/includes.ts'
import type { Project } from '../config/project.ts'
import { projectFileOf } from '../config/project-file.ts'
import type { SourceFile } from '../text/source-file.ts'
import { hexDigits } from '../text/words.ts'
import { type ExitCode, UsageError } from './command.ts'
import { type Compiled, compile, compileOptionsOf } from './compile.ts'
import { fieldAt } from './field-at.ts'
import { Files, isFolder, pathOf, sourcesBelow, uriOf } from './files.ts'
import { compileWithGcc, type GccOutput, hasGcc, type TreeOptions, treeOptions } from './gcc.ts'
import { styled, type Terminal } from './terminal.ts'

/** One way to compile, and what came of it. */
interface Tally {
  readonly name: string
  readonly options: (main: SourceFile, tree: TreeOptions, files: Files) => CompileOptions
  identical: number
}

/** Compares every configuration of a tree with what gcc and objcopy make of it, with either set of headers. */
export async function verify(tree: string, terminal: Terminal, revision?: string): Promise<ExitCode> {
  const configs = join(tree, 'configs')
  if (!isFolder(configs)) throw new UsageError(`${configs}: a Jailhouse tree has its configurations there`)
  if (!(await hasGcc())) throw new UsageError('gcc and objcopy are needed for the comparison')
  const sources = sourcesBelow(configs)
  const references = await compileAllWithGcc(sources, tree)
  const tallies: readonly Tally[] = [
    { name: "the tree's own headers", options: ownHeaders, identical: 0 },
    { name: 'the built-in headers', options: builtinHeaders(revision), identical: 0 },
  ]
  for (const tally of tallies) {
    const files = new Files()
    for (const [i, source] of sources.entries()) {
      const main = files.named(source, terminal.cwd)
      const options = tally.options(main, treeOptions(tree, source), files)
      const compiled = compile(main, { project: files.project({}, [main]), options })
      const difference = differenceOf(compiled, references[i]!)
      if (difference === undefined) tally.identical++
      else terminal.out(`${pathOf(main.uri, terminal.cwd)}: with ${tally.name}: ${difference}\n`)
    }
  }
  for (const { name, identical } of tallies) {
    const verdict = `${identical} of ${sources.length} identical`
    const style = identical === sources.length ? 'green' : 'red'
    terminal.out(`${styled(terminal, style, verdict)} with ${name}\n`)
  }
  for (const [reason, amount] of choices(sources, revision, terminal))
    terminal.out(`built-in headers for ${amount} of ${sources.length}: ${reason}\n`)
  return tallies.every(({ identical }) => identical === sources.length) ? 0 : 1
}

const ownHeaders: Tally['options'] = (main, tree, files) =>
  compileOptionsOf(
    main,
    files.project(
      {
        includePaths: tree.includeDirs.map(uriOf),
        forceIncludes: tree.forceIncludes.map(uriOf),
        defines: tree.defines,
      },
      [main],
    ),
  )

/** As if the tree had no headers: its configurations and compiled cells are all there is to go by. */
const builtinHeaders =
  (revision?: string): Tally['options'] =>
  (main, { defines }, files) =>
    compileOptionsOf(
      main,
      withoutHeaders(files.project({ defines, ...(revision !== undefined && { revision }) }, [main])),
    )

const withoutHeaders = (project: Project): Project => ({
  ...project,
  lookup: uri => (/\/include\/jailhouse\/[^/]+$/.test(uri) ? 'absent' : project.lookup(uri)),
})

/** Which built-in headers were taken for how many files, and for what reason. */
function choices(
  sources: readonly string[],
  revision: string | undefined,
  terminal: Terminal,
): ReadonlyMap<string, number> {
  const files = new Files()
  const reasons = new Map<string, number>()
  for (const source of sources) {
    const main = files.named(source, terminal.cwd)
    const project = withoutHeaders(files.project(revision === undefined ? {} : { revision }, [main]))
    const missing = { files: new Set<string>(), folders: new Set<string>() }
    const choice = builtinChoice(main, project, projectFileOf(main.uri, project, missing), missing)
    const reason = choice ? `revision ${choice.revision.id}, since ${choice.reason}` : 'none'
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  return reasons
}

/** gcc's results, as many at a time as there are processors. */
async function compileAllWithGcc(sources: readonly string[], tree: string): Promise<readonly GccOutput[]> {
  const references: GccOutput[] = []
  const waiting = [...sources.entries()]
  const work = async (): Promise<void> => {
    const scratch = mkdtempSync(join(tmpdir(), 'jailhouse-warden-'))
    try {
      for (let next = waiting.shift(); next; next = waiting.shift())
        references[next[0]] = await compileWithGcc(next[1], treeOptions(tree, next[1]), scratch)
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return references
}

/** Undefined when both say the same: the same bytes, or that the file is wrong. */
function differenceOf({ unit, bytes, errors }: Compiled, reference: GccOutput): string | undefined {
  if ('refused' in reference) return bytes ? `gcc refuses it: ${reference.refused}` : undefined
  if (!bytes)
    return errors[0] ? `gcc compiles it, but here ${errors[0].message}` : 'gcc compiles it, but here a value is unknown'
  const at = firstDifference(bytes, reference.bytes)
  if (at === undefined) return undefined
  const [object] = unit.objects
  const field = object ? `${object.name}${fieldAt(object.type, at)}` : 'nothing is defined'
  const show = (all: Uint8Array) => (at < all.length ? `0x${hexDigits(all[at]!, 2)}` : 'nothing')
  return `${field} at byte ${at}: ${show(bytes)}, gcc ${show(reference.bytes)}`
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const length = Math.max(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i
  return undefined
}
