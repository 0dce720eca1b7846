import { memoize, memoizeAll, memoizeByName } from '../text/memo.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { folderOf, foldersAbove, joinUri, nameOf } from '../text/uri.ts'
import { revisionNamed, revisionNames } from './headers/releases.ts'
import { type JsonNode, readJson } from './json-file.ts'
import { fileAt, type MissingFiles, type Project } from './project.ts'

export const PROJECT_FILE = 'jailhouse.json'

/** Physical address widths that arm64 CPUs have: the values of `ID_AA64MMFR0_EL1.PARange`. */
export const CPU_PARANGES: readonly number[] = [32, 36, 40, 42, 44, 48, 52]

/** A root and the cells that are loaded together with it. */
export interface System {
  readonly name: string
  /** URIs. */
  readonly root: string
  readonly cells: readonly string[]
  /** Files and folders of facts of the machine. */
  readonly platform: readonly FileMention[]
  /** Device trees of cells. */
  readonly trees: readonly TreeMention[]
  /** Physical address bits of the CPUs. */
  readonly cpuParange?: number
}

/** A name of the file with what it is given, and where both stand. */
export interface Entry {
  readonly name: string
  readonly value: string
  readonly span: Span
  readonly valueSpan: Span
}

/** A file that the project file names. */
export interface FileMention {
  readonly uri: string
  readonly span: Span
}

/** The device tree of a cell. */
export interface TreeMention extends FileMention {
  /** URI. */
  readonly cell: string
}

/** A file that a system names, and what the system takes it for. */
export interface SystemMention extends FileMention {
  readonly role: 'root' | 'cell'
}

/** `jailhouse.json`, with names resolved to URIs against its own folder. */
export interface ProjectFile {
  readonly file: SourceFile
  readonly systems: readonly System[]
  readonly includePaths: readonly string[]
  readonly forceIncludes: readonly string[]
  readonly defines: Readonly<Record<string, string>>
  readonly rules: Readonly<Record<string, string>>
  /** URI of the list of known findings. */
  readonly baseline?: string
  /** Physical address bits of the CPUs, of systems that do not say it themselves. */
  readonly cpuParange?: number
  /** Release or revision of the built-in headers. */
  readonly revision?: string
  /** `rules` with their places. */
  readonly ruleEntries: readonly Entry[]
  /** Roots and cells of the systems with their places. */
  readonly mentions: readonly SystemMention[]
  readonly problems: readonly ProjectProblem[]
}

export interface ProjectProblem {
  readonly span: Span
  readonly message: string
}

/** The nearest `jailhouse.json` above a file, with the system that was given instead of those it has. */
export function projectFileOf(uri: string, project: Project, missing: MissingFiles): ProjectFile | undefined {
  const file = nearestFile(uri, project, missing)
  const { together } = project.settings
  return together && (uri === together.root || together.cells.includes(uri))
    ? withSystem(file ?? readProjectFile(NO_FILE), together)
    : file
}

const NO_FILE: SourceFile = { uri: 'given:jailhouse.json', text: '{}' }

/** Without a name: it was given for this once. */
const withSystem = memoizeAll(
  (file: ProjectFile, { root, cells }: NonNullable<Project['settings']['together']>): ProjectFile => ({
    ...file,
    systems: [{ name: '', platform: [], trees: [], ...file.systems.find(system => system.root === root), root, cells }],
  }),
)

function nearestFile(uri: string, project: Project, missing: MissingFiles): ProjectFile | undefined {
  for (const folder of foldersAbove(uri)) {
    const file = fileAt(`${folder}${PROJECT_FILE}`, project, missing)
    if (file) return readProjectFile(file)
  }
  return undefined
}

const KEYS: readonly string[] = [
  '$schema',
  'systems',
  'includePaths',
  'forceIncludes',
  'defines',
  'rules',
  'baseline',
  'cpuParange',
  'revision',
]
const SYSTEM_KEYS: readonly string[] = ['name', 'root', 'cells', 'cpuParange', 'platform', 'trees']

/** Reads what is well formed, and says what is not. JSON in which comments are allowed. */
export const readProjectFile = memoize((file: SourceFile): ProjectFile => {
  const { top, problems } = readJson(file)
  const folder = folderOf(file.uri)
  const reader: Reader = {
    uriOf: memoizeByName(path => joinUri(folder, path)),
    complain: (span, message) => problems.push({ span, message }),
  }
  const fields = members(top, 'jailhouse.json', KEYS, reader)
  const systems = items(fields.get('systems'), 'systems', reader).flatMap((node, i) => readSystem(node, i, reader))
  const ruleEntries = entries(fields.get('rules'), 'rules', reader)
  const baseline = text(fields.get('baseline'), 'baseline', reader)
  return {
    file,
    systems: systems.map(({ system }) => system),
    includePaths: searched(fields.get('includePaths'), 'includePaths', reader),
    forceIncludes: searched(fields.get('forceIncludes'), 'forceIncludes', reader),
    defines: asRecord(firstOf(entries(fields.get('defines'), 'defines', reader), MAX_DEFINES, 'defines', reader)),
    rules: asRecord(ruleEntries),
    ...(baseline !== undefined && { baseline: reader.uriOf(baseline) }),
    ...parangeOf(fields.get('cpuParange'), reader),
    ...revisionOf(fields.get('revision'), reader),
    ruleEntries,
    mentions: systems.flatMap(({ mentions }) => mentions),
    problems,
  }
})

interface Reader {
  /** Of a path against its folder; systems name the same files by the thousand, and share the text of their URIs. */
  uriOf(path: string): string
  complain(span: Span, message: string): void
}

function readSystem(
  node: JsonNode,
  index: number,
  reader: Reader,
): readonly { system: System; mentions: SystemMention[] }[] {
  const path = `systems[${index}]`
  const fields = members(node, path, SYSTEM_KEYS, reader)
  const rootNode = fields.get('root')
  const root = text(rootNode, `${path}.root`, reader)
  if (root === undefined || !rootNode) {
    if (!rootNode) reader.complain(node.span, `${path} has no "root"`)
    return []
  }
  const rootMention: SystemMention = { role: 'root', uri: reader.uriOf(root), span: rootNode.span }
  const cells = listedOnce(mentions(fields.get('cells'), `${path}.cells`, reader), reader)
  const system = {
    name: text(fields.get('name'), `${path}.name`, reader) ?? root,
    root: rootMention.uri,
    cells: cells.map(({ uri }) => uri),
    platform: oneOrMore(fields.get('platform'), `${path}.platform`, reader),
    trees: entries(fields.get('trees'), `${path}.trees`, reader).map(({ name, value, valueSpan }) => ({
      cell: reader.uriOf(name),
      uri: reader.uriOf(value),
      span: valueSpan,
    })),
    ...parangeOf(fields.get('cpuParange'), reader),
  }
  return [{ system, mentions: [rootMention, ...cells.map(({ uri, span }) => ({ role: 'cell' as const, uri, span }))] }]
}

function parangeOf(node: JsonNode | undefined, { complain }: Reader): { readonly cpuParange?: number } {
  if (!node) return {}
  if (typeof node.value === 'number' && CPU_PARANGES.includes(node.value)) return { cpuParange: node.value }
  complain(node.span, `"cpuParange" is not one of ${CPU_PARANGES.join(', ')}`)
  return {}
}

function revisionOf(node: JsonNode | undefined, { complain }: Reader): { readonly revision?: string } {
  if (!node) return {}
  const name = String(node.value)
  if (revisionNamed(name)) return { revision: name }
  complain(node.span, `"revision" is not one of ${revisionNames.join(', ')}`)
  return {}
}

/** The members of an object by name; those nobody reads are reported. */
function members(
  node: JsonNode | undefined,
  path: string,
  known: readonly string[],
  { complain }: Reader,
): ReadonlyMap<string, JsonNode> {
  if (!node) return new Map()
  if (!node.members) complain(node.span, `${path} is not an object`)
  for (const { name, nameSpan } of node.members ?? [])
    if (!known.includes(name))
      complain(nameSpan, `unknown property "${name}"; expected one of ${known.slice(0).sort().join(', ')}`)
  return new Map((node.members ?? []).map(({ name, node }) => [name, node]))
}

function items(node: JsonNode | undefined, path: string, { complain }: Reader): readonly JsonNode[] {
  if (node && !node.items) complain(node.span, `"${path}" is not an array`)
  return node?.items ?? []
}

function text(node: JsonNode | undefined, path: string, { complain }: Reader): string | undefined {
  if (!node || typeof node.value === 'string') return node?.value as string | undefined
  complain(node.span, `"${path}" is not a string`)
  return undefined
}

/** A name, or a list of names. */
function oneOrMore(node: JsonNode | undefined, path: string, reader: Reader): readonly FileMention[] {
  if (!node || node.items) return mentions(node, path, reader)
  const name = text(node, path, reader)
  return name === undefined ? [] : [{ uri: reader.uriOf(name), span: node.span }]
}

const mentions = (node: JsonNode | undefined, path: string, reader: Reader): readonly FileMention[] =>
  items(node, path, reader).flatMap((item, index) => {
    const name = text(item, `${path}[${index}]`, reader)
    return name === undefined ? [] : [{ uri: reader.uriOf(name), span: item.span }]
  })

/** Each include is looked for in each of them. */
const MAX_SEARCHED = 64

/** What headers are looked for in or with; the first of too many. */
function searched(node: JsonNode | undefined, path: string, reader: Reader): readonly string[] {
  return firstOf(mentions(node, path, reader), MAX_SEARCHED, path, reader).map(({ uri }) => uri)
}

/** Macros that are defined in front of each file. */
const MAX_DEFINES = 1000

function firstOf<Named extends { readonly span: Span }>(
  all: readonly Named[],
  most: number,
  path: string,
  { complain }: Reader,
): readonly Named[] {
  const next = all[most]
  if (next) complain(next.span, `"${path}" has more than ${most} names; the rest is ignored`)
  return all.slice(0, most)
}

/** Who lists a cell twice means it once: its file describes one. */
function listedOnce(cells: readonly FileMention[], { complain }: Reader): readonly FileMention[] {
  const seen = new Set<string>()
  return cells.filter(({ uri, span }) => {
    if (seen.has(uri)) complain(span, `${nameOf(uri)} is listed twice`)
    return !seen.has(uri) && seen.add(uri)
  })
}

/** Strings and numbers by name. */
function entries(node: JsonNode | undefined, path: string, { complain }: Reader): readonly Entry[] {
  if (node && !node.members) complain(node.span, `"${path}" is not an object`)
  return (node?.members ?? []).flatMap(({ name, nameSpan, node: { value, span } }) => {
    if (typeof value === 'string' || typeof value === 'number')
      return [{ name, value: String(value), span: nameSpan, valueSpan: span }]
    complain(span, `"${path}.${name}" is not a string`)
    return []
  })
}

const asRecord = (list: readonly Entry[]): Readonly<Record<string, string>> =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]))
