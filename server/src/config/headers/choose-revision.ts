import { memoize } from '../../text/memo.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { folderOf, nameOf } from '../../text/uri.ts'
import { looksLikeConfig } from '../choose-root.ts'
import { isCompiled } from '../compiled.ts'
import { fileAt, filesIn, type MissingFiles, type Project } from '../project.ts'
import type { ProjectFile } from '../project-file.ts'
import { type Guess, guessIn, type RevisionRange, revisionRange } from './guess.ts'
import { revisionNamed } from './releases.ts'
import { type Revision, revisions } from './revisions.ts'

/** Which of the built-in headers serve a file that has none, and why. */
export interface RevisionChoice {
  readonly revision: Revision
  readonly by: 'setting' | 'project' | 'cell' | 'neighbours' | 'file'
  /** Fit to follow "because". */
  readonly reason: string
  /** Layouts that fit what there is to go by as well as the one chosen. */
  readonly alternatives: readonly Revision[]
}

interface RevisionQuery {
  readonly project: Project
  readonly projectFile: ProjectFile | undefined
  readonly missing: MissingFiles
}

/** The user's setting, `jailhouse.json`, a `.cell` beside it, the configurations beside it, and last the file itself. */
export function chooseRevision(main: SourceFile, query: RevisionQuery): RevisionChoice {
  const { settings } = query.project
  return (
    named(settings.revision, 'setting', 'the settings name it') ??
    named(query.projectFile?.revision, 'project', 'jailhouse.json names it') ??
    byNeighbours(main, query)
  )
}

function named(name: string | undefined, by: RevisionChoice['by'], reason: string): RevisionChoice | undefined {
  const revision = name === undefined ? undefined : revisionNamed(name)
  return revision && { revision, by, reason, alternatives: [] }
}

/** A folder with more configurations than this is judged by the first of them. */
const MAX_NEIGHBOURS = 200

function byNeighbours(main: SourceFile, { project, missing }: RevisionQuery): RevisionChoice {
  const folders = foldersBeside(main.uri)
  const uris = folders.flatMap(folder => filesIn(folder, project, missing))
  const known = cellRevision(main, uris, project, missing)
  const sources = uris.filter(uri => uri.endsWith('.c') && uri !== main.uri).slice(0, MAX_NEIGHBOURS)
  const neighbours = sources.flatMap(uri => fileAt(uri, project, missing) ?? []).filter(looksLikeConfig)
  const own = guessOfFile(main)
  const [joint, ...alternatives] = jointRevisions([main, ...neighbours], known?.number)
  const choice = { revision: joint ?? own.revision, alternatives }
  if (known && joint)
    return { ...choice, by: 'cell', reason: `${known.name} beside it states revision ${known.number}` }
  if (joint && joint !== own.revision) return { ...choice, by: 'neighbours', reason: reasonForJoint(joint, neighbours) }
  return { ...choice, by: 'file', reason: `it ${own.reason}` }
}

const ARCHITECTURES: readonly string[] = ['arm', 'arm64', 'x86']

/** A tree keeps its configurations in one folder for each architecture; they are of one revision. */
function foldersBeside(uri: string): readonly string[] {
  const own = folderOf(uri)
  const parent = folderOf(own.slice(0, -1))
  const name = own.slice(parent.length, -1)
  return ARCHITECTURES.includes(name) ? ARCHITECTURES.map(architecture => `${parent}${architecture}/`) : [own]
}

interface StatedRevision {
  readonly name: string
  readonly number: number
}

/** The revision a compiled cell states: its own first, else the first one there is. */
function cellRevision(
  main: SourceFile,
  uris: readonly string[],
  project: Project,
  missing: MissingFiles,
): StatedRevision | undefined {
  const own = main.uri.replace(/\.c$/, '.cell')
  const cells = uris.filter(uri => uri.endsWith('.cell'))
  const uri = cells.includes(own) ? own : cells[0]
  const file = uri === undefined ? undefined : fileAt(uri, project, missing)
  const number = file && revisionOfCell(file)
  return file && number !== undefined ? { name: nameOf(file.uri), number } : undefined
}

/** Bytes 6 and 7 of a descriptor, behind its signature; revisions fit one byte so far, so both read as text. */
const revisionOfCell = memoize((file: SourceFile): number | undefined => {
  if (!isCompiled(file) || file.text.charCodeAt(7) !== 0) return undefined
  const number = file.text.charCodeAt(6)
  return revisions.some(revision => revision.number === number) ? number : undefined
})

/** The revisions that most of the files understand, newest first; of those with a number, if one is known. */
function jointRevisions(files: readonly SourceFile[], number: number | undefined): readonly Revision[] {
  const readings = [...files.map(rangeOfFile), ...rangesOfTree(files)]
  const misfits = (age: number) => readings.filter(({ newest, oldest }) => age < newest || oldest < age).length
  const candidates = [...revisions.entries()].filter(
    ([, revision]) => number === undefined || revision.number === number,
  )
  const fewest = Math.min(...candidates.map(([age]) => misfits(age)))
  return candidates.filter(([age]) => misfits(age) === fewest).map(([, revision]) => revision)
}

/** Revision 9 brought `pci_domain`, and every tree since then sets it somewhere beside its virtual PCI hosts. */
function rangesOfTree(files: readonly SourceFile[]): readonly RevisionRange[] {
  const says = (word: string) => files.filter(({ text }) => text.includes(word)).length
  const oldest = revisions.length - 1
  if (says('pci_is_virtual') < 3 || 0 < says('pci_domain')) return []
  // One vote for each that could have said it.
  const reading = { newest: revisions.findIndex(({ id }) => id === '8'), oldest, reason: LACKS_DOMAIN }
  return files.filter(({ text }) => text.includes('pci_is_virtual')).map(() => reading)
}

const LACKS_DOMAIN = 'sets pci_is_virtual, and no file of its tree sets pci_domain'

const rangeOfFile = memoize(revisionRange)

const guessOfFile = (file: SourceFile): Guess => guessIn(rangeOfFile(file))

function reasonForJoint(joint: Revision, neighbours: readonly SourceFile[]): string {
  const witness = neighbours.find(file => guessOfFile(file).revision === joint)
  const guess: Guess | undefined = witness && guessOfFile(witness)
  if (guess && witness) return `${nameOf(witness.uri)} beside it ${guess.reason}`
  return `it is the newest that the ${neighbours.length} configurations beside it agree with`
}
