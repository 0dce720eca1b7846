import { definesFunction, holdsOnlyDirectives } from '../c/raw/functions.ts'
import { hasWords } from '../c/raw/glance.ts'
import { includedNames, namesIn, tokenBefore, tokenFrom } from '../c/raw/tokens.ts'
import { addTo } from '../text/groups.ts'
import { memoize } from '../text/memo.ts'
import { message } from '../text/message.ts'
import { type SourceFile, textOf } from '../text/source-file.ts'
import { folderOf, joinUri, nameOf } from '../text/uri.ts'
import { settingsNamed } from './comment-settings.ts'
import { fileAt, filesIn, type MissingFiles, type Project } from './project.ts'
import { type ProjectFile, projectFileOf, type System } from './project-file.ts'
import { bestMatch, cellsByName, rootsByName } from './root-by-name.ts'
import { byProtocol } from './root-by-protocol.ts'
import type { RootChoice } from './scenario.ts'

/** Whether a text defines a root cell: a glance, not an analysis. */
export const looksLikeSystem = memoize((file: SourceFile) => hasWords(file.text, ['struct', 'jailhouse_system']))

/** Whether a text defines an inmate: a glance as well; a root cell may stand in the same file. */
export const looksLikeInmate = ({ text }: SourceFile): boolean => hasWords(text, ['struct', 'jailhouse_cell_desc'])

/**
 * Whether a text may define a configuration: a glance as well. It declares a descriptor or at least includes the header,
 * and unlike the sources of hypervisor and driver has no function; or it only takes another configuration's text.
 */
export const looksLikeConfig = memoize((file: SourceFile) => {
  if (isWrapper(file)) return true
  const { text } = file
  if (!text.includes('cell-config.h') && !DESCRIPTORS.some(name => text.includes(name))) return false
  return (declaresDescriptor(file) || includesHeader(file)) && !definesFunction(file)
})

const DESCRIPTORS: readonly string[] = ['jailhouse_system', 'jailhouse_cell_desc']

/** `struct jailhouse_system header;`, or one by itself with an initializer. */
const declaresDescriptor = (file: SourceFile): boolean =>
  DESCRIPTORS.some(name =>
    namesIn(file, name).some(span => {
      const declarator = tokenFrom(file, span.end)
      const behind = declarator && tokenFrom(file, declarator.span.end)
      const isStruct = tokenBefore(file, span.start)?.text === 'struct'
      return isStruct && declarator?.kind === 'identifier' && (behind?.text === ';' || behind?.text === '=')
    }),
  )

const includesHeader = (file: SourceFile): boolean =>
  includedNames(file).some(name => name === 'cell-config.h' || name === 'jailhouse/cell-config.h')

/** Nothing but a few directives, one of which includes a `.c` file. */
const isWrapper = (file: SourceFile): boolean =>
  file.text.length <= MAX_WRAPPER && holdsOnlyDirectives(file) && includedNames(file).some(name => name.endsWith('.c'))

const MAX_WRAPPER = 8192

/**
 * The root cell of a cell, first hit wins: a comment in the file, a system of `jailhouse.json`, the user's pin, the
 * root in its folder whose name fits its own best, or the variant of it that has the cell's link, the only root of the machine they were given with. Never a guess:
 * otherwise none.
 */
export function chooseRoot(cell: SourceFile, project: Project, missing: MissingFiles): RootChoice | undefined {
  const file = projectFileOf(cell.uri, project, missing)
  return (
    byComment(cell) ??
    bySystem(cell.uri, file) ??
    byPin(cell.uri, project) ??
    byName(cell, project, missing) ??
    byMachine(project)
  )
}

const byComment = memoize((cell: SourceFile): RootChoice | undefined => {
  const span = settingsNamed(cell, 'root')[0]?.value
  if (!span) return undefined
  return {
    span,
    uri: joinUri(folderOf(cell.uri), textOf(span)),
    by: 'comment',
    reason: message('a comment in {0} names it', nameOf(cell.uri)),
  }
})

/** The systems of the project file that load this cell. */
export const systemsWith = (cell: string, file: ProjectFile | undefined): readonly System[] =>
  file ? (systemsByCell(file).get(cell) ?? []) : []

/** A file may list thousands, and is asked for each of its cells. */
const systemsByCell = memoize(({ systems }: ProjectFile): ReadonlyMap<string, readonly System[]> => {
  const known = new Map<string, System[]>()
  for (const system of systems) for (const cell of new Set(system.cells)) addTo(known, cell, system)
  return known
})

function bySystem(cell: string, file: ProjectFile | undefined): RootChoice | undefined {
  const [system] = systemsWith(cell, file)
  if (!system) return undefined
  const reason = system.name
    ? message('jailhouse.json lists both in the system "{0}"', system.name)
    : message('they were given together')
  return { uri: system.root, by: 'system', reason }
}

function byPin(cell: string, project: Project): RootChoice | undefined {
  const uri = project.pins.get(cell)
  return uri === undefined ? undefined : { uri, by: 'pin', reason: message('it was chosen by hand') }
}

const byMachine = ({ settings: { onlyRoot } }: Project): RootChoice | undefined =>
  onlyRoot === undefined
    ? undefined
    : { uri: onlyRoot, by: 'machine', reason: message('it is the only root cell given for this machine') }

/** The root whose name fits best. Where two fit alike none does: a wrong pair is worse than none. */
function byName(cell: SourceFile, project: Project, missing: MissingFiles): RootChoice | undefined {
  const matches = rootsByName(cell.uri, filesIn(folderOf(cell.uri), project, missing))
  const rootAt = (uri: string) => systemAt(uri, project, missing)
  const claims = matches.filter(({ isWhole, variant }) => isWhole || variant.length > 0)
  const best = bestMatch(claims.filter(({ uri }) => rootAt(uri)))
  if (!best) return undefined
  const meant = byProtocol(cell, best, matches, rootAt)
  return meant && { uri: meant.uri, by: 'prefix', reason: meant.reason }
}

function systemAt(uri: string, project: Project, missing: MissingFiles): SourceFile | undefined {
  const file = fileAt(uri, project, missing)
  return file && looksLikeSystem(file) ? file : undefined
}

/** Files that are looked through for cells of a root: each takes reading, and no root has a tenth of them. */
export const MAX_SOUGHT = 256

export interface CellsOfRoot {
  readonly cells: readonly SourceFile[]
  /** Not all that may be its cells were looked at. */
  readonly isCut: boolean
}

/**
 * The cells whose root is `root`: by name in its folder, by `jailhouse.json`, by pin, and among the known files. Of more
 * than `MAX_SOUGHT` that may be, the first are looked at.
 */
export function cellsOfRoot(root: SourceFile, project: Project, missing: MissingFiles): CellsOfRoot {
  const candidates = new Set([
    ...cellsByName(root.uri, filesIn(folderOf(root.uri), project, missing)),
    ...(projectFileOf(root.uri, project, missing)?.systems ?? []).flatMap(system =>
      system.root === root.uri ? system.cells : [],
    ),
    ...[...project.pins].filter(([, uri]) => uri === root.uri).map(([cell]) => cell),
    ...project.known
      .filter(file => byComment(file)?.uri === root.uri || project.settings.onlyRoot === root.uri)
      .map(file => file.uri),
  ])
  const cells = [...candidates]
    .slice(0, MAX_SOUGHT)
    .map(uri => fileAt(uri, project, missing))
    .filter(file => file !== undefined)
    .filter(file => looksLikeConfig(file) && !looksLikeSystem(file))
    .filter(cell => chooseRoot(cell, project, missing)?.uri === root.uri)
  return { cells, isCut: MAX_SOUGHT < candidates.size }
}
