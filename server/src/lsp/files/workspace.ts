import type { Range } from 'vscode-languageserver'
import type { FactsProject } from '../../analyze.ts'
import { includedNames } from '../../c/raw/tokens.ts'
import type { Settings } from '../../config/project.ts'
import type { Facts } from '../../platform/facts.ts'
import { decode } from '../../text/encoding.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { canonicalUri, folderOf, joinUri, schemeOf } from '../../text/uri.ts'
import { uriIn } from '../params.ts'
import { type Encoding, toSpan } from '../position-encoding.ts'
import { type FolderSettings, readFolderSettings } from '../settings.ts'
import { readFacts, sourceOfTree } from './facts.ts'
import { type FileReader, REFUSED } from './file-reader.ts'

/** One version of a document the editor has open. `uri` is the client's spelling, `file.uri` the canonical one. */
export interface OpenDocument {
  readonly uri: string
  readonly version: number
  readonly file: SourceFile
}

/** One change of a document: a range and what replaces it, or without a range the whole text. */
export interface TextChange {
  readonly range?: Range
  readonly text: string
}

/** The newest version that typing made of a document, and where the caret then is; undefined where a client sends whole texts. */
export interface LastEdit {
  readonly file: SourceFile
  readonly caret: number | undefined
  readonly time: number
}

/** What an answer of the core still lacks. */
export interface Incomplete {
  readonly missing: {
    readonly files: readonly string[]
    readonly folders: readonly string[]
    readonly facts?: readonly string[]
  }
}

/** An `#include` chain deeper than this is no configuration's. */
const MAX_ROUNDS = 64

/** What was saved for the first time is open as a file while its editor still empties and closes the unsaved document. */
const isAnother = (document: OpenDocument, uri: string): boolean => schemeOf(document.uri) !== schemeOf(uri)

/** What UTF-8 and Latin-1 spell with other bytes. */
const hasOtherBytes = (text: string): boolean => /[\u0080-\uffff]/.test(text)

const encodingKey = (uri: string): string => `${uri}#encoding`

/** Files that are read before the core asks for them. */
const MAX_AHEAD = 256

/** All texts the server knows: open documents in front, files read through the reader behind them. */
export class Workspace {
  readonly #reader: FileReader
  readonly #encoding: Encoding
  readonly #open = new Map<string, OpenDocument>()
  readonly #files = new Map<string, SourceFile | 'absent' | 'refused'>()
  readonly #folders = new Map<string, readonly string[]>()
  readonly #facts = new Map<string, Facts>()
  /** The same with the open files in them, until one is opened or closed. */
  readonly #listings = new Map<string, readonly string[]>()
  readonly #pendingReads = new Map<string, Promise<void>>()
  #lastEdit: LastEdit | undefined
  #settings: FolderSettings = readFolderSettings([], undefined, undefined)
  /** Counts what changed apart from the texts of open documents. */
  #changes = 0
  /** One for each folder's settings, until anything in them changes. */
  readonly #projects = new Map<Settings, FactsProject>()

  constructor(reader: FileReader, encoding: Encoding) {
    this.#reader = reader
    this.#encoding = encoding
  }

  open(uri: string, version: number, text: string): void {
    if (typeof text !== 'string') return
    const canonical = canonicalUri(uri)
    this.#open.set(canonical, { uri, version, file: { uri: canonical, text } })
    if (hasOtherBytes(text)) void this.#readEncoding(canonical)
    this.#listings.delete(folderOf(canonical))
    this.#forgetProjects()
  }

  /** Applies changes in their order. A document nobody opened has no text to change. */
  change(uri: string, version: number, changes: readonly TextChange[]): void {
    const document = this.document(uri)
    if (!document || isAnother(document, uri)) return
    const file = changes.reduce((file, change) => this.#applied(file, change), document.file)
    this.#lastEdit = { file, caret: caretAfter(changes.at(-1), file, this.#encoding), time: Date.now() }
    this.#open.delete(file.uri)
    this.#open.set(file.uri, { uri: document.uri, version, file })
    this.#projects.clear()
  }

  /** The file on disk counts again, as it is now. */
  close(uri: string): void {
    const document = this.document(uri)
    if (document && isAnother(document, uri)) return
    this.#open.delete(canonicalUri(uri))
    this.invalidate([uri])
  }

  /** The newest edit; undefined before the first. */
  get lastEdit(): LastEdit | undefined {
    return this.#lastEdit
  }

  document(uri: string): OpenDocument | undefined {
    return this.#open.get(canonicalUri(uriIn({ uri })))
  }

  /** The one that was edited last comes first. */
  documents(): readonly OpenDocument[] {
    return [...this.#open.values()].reverse()
  }

  configure(settings: FolderSettings): void {
    this.#settings = settings
    this.#forgetProjects()
  }

  /** These files changed, came or went: look again when somebody asks for them. */
  invalidate(uris: readonly string[]): void {
    for (const uri of uris.map(canonicalUri)) {
      this.#invalidate(uri)
      this.#invalidate(folderOf(uri))
    }
    this.#forgetProjects()
  }

  /** Nobody watches the files: all of them may have changed. */
  invalidateAll(): void {
    this.#files.clear()
    this.#folders.clear()
    this.#facts.clear()
    this.#listings.clear()
    this.#pendingReads.clear()
    this.#forgetProjects()
  }

  /** What a file stands in: the same object until anything in it changes. */
  project(uri: string): FactsProject {
    const settings = this.#settings.of(canonicalUri(uri)).core
    const project = this.#projects.get(settings) ?? {
      lookup: uri => this.#open.get(uri)?.file ?? this.#files.get(uri) ?? 'pending',
      list: folder => this.#listed(folder),
      facts: uri => this.#facts.get(uri) ?? 'pending',
      settings,
      pins: this.#settings.pins,
      known: this.documents()
        .map(({ file }) => file)
        .toSorted((a, b) => (a.uri < b.uri ? -1 : 1)),
    }
    this.#projects.set(settings, project)
    return project
  }

  /** All that what is said of a file depends on beside its own text: equal while nothing of it changes. */
  surroundings(uri: string): readonly unknown[] {
    const others = this.documents().filter(({ file }) => file.uri !== canonicalUri(uri))
    return [this.#changes, ...others.map(({ file }) => file)]
  }

  /** Asks the core about a file again and again, with more files at hand each time, until it lacks nothing. */
  async query<Answer extends Incomplete | undefined>(
    uri: string,
    query: (project: FactsProject) => Answer,
  ): Promise<Answer> {
    await this.#pendingReads.get(encodingKey(canonicalUri(uriIn({ uri }))))
    let answer = query(this.project(uri))
    for (let round = 0; round < MAX_ROUNDS && (await this.#fetch(answer)); round++) answer = query(this.project(uri))
    return answer
  }

  async #fetch(answer: Incomplete | undefined): Promise<boolean> {
    if (!answer) return false
    const { files, folders, facts = [] } = answer.missing
    const ahead = new Set<string>()
    const reads = [
      ...files.map(uri => this.#readWithIncludes(uri, ahead)),
      ...folders.map(folder => this.#readOnce(folder, () => this.#readFolder(folder))),
      ...facts.map(uri => this.#readOnce(`${uri}#facts`, () => this.#readFacts(uri))),
    ]
    await Promise.all(reads)
    return reads.length > 0
  }

  /** A file and what it names to be included beside it, which would be asked for next: a long chain is one question. */
  async #readWithIncludes(uri: string, ahead: Set<string>): Promise<void> {
    await this.#readOnce(uri, () => this.#readFile(uri))
    const file = this.#files.get(uri)
    if (typeof file !== 'object') return
    const beside = includedNames(file).map(name => joinUri(folderOf(uri), name))
    const isUnknown = (each: string) => ![this.#open, this.#files, ahead].some(all => all.has(each))
    const next = [...new Set(beside)].filter(isUnknown).slice(0, Math.max(0, MAX_AHEAD - ahead.size))
    for (const each of next) ahead.add(each)
    await Promise.all(next.map(each => this.#readWithIncludes(each, ahead)))
  }

  /** One read of a URI at a time; what is forgotten while it is read is not remembered. */
  #readOnce(uri: string, read: () => Promise<() => void>): Promise<void> {
    const running = this.#pendingReads.get(uri)
    if (running) return running
    const reading = read().then(remember => {
      if (this.#pendingReads.get(uri) !== reading) return
      this.#pendingReads.delete(uri)
      this.#forgetProjects()
      remember()
    })
    this.#pendingReads.set(uri, reading)
    return reading
  }

  async #readFile(uri: string): Promise<() => void> {
    const text = await this.#reader.read(uri).catch(() => undefined)
    if (text === undefined || text === REFUSED)
      return () => this.#files.set(uri, text === undefined ? 'absent' : 'refused')
    const isLatin1 = hasOtherBytes(text) && (await this.#isLatin1(uri))
    return () => this.#files.set(uri, isLatin1 ? { uri, text, isLatin1 } : { uri, text })
  }

  /** An editor sends characters: only the file shows which bytes they are, and those of a string count. */
  #readEncoding(uri: string): Promise<void> {
    return this.#readOnce(encodingKey(uri), async () => {
      const isLatin1 = await this.#isLatin1(uri)
      return () => {
        const document = this.#open.get(uri)
        if (document && isLatin1) this.#open.set(uri, { ...document, file: { ...document.file, isLatin1 } })
      }
    })
  }

  async #isLatin1(uri: string): Promise<boolean> {
    const bytes = await this.#reader.readBytes?.(uri).catch(() => undefined)
    return bytes !== undefined && decode(bytes).encoding.name === 'latin1'
  }

  async #readFolder(folder: string): Promise<() => void> {
    const uris = await this.#reader.list(folder).catch(() => [])
    return () => {
      this.#folders.set(folder, uris.map(canonicalUri))
      this.#listings.delete(folder)
    }
  }

  async #readFacts(uri: string): Promise<() => void> {
    const facts = await readFacts(this.#reader, uri)
    return () => this.#facts.set(uri, facts)
  }

  /** A file that is open and not saved yet stands in its folder too. */
  #listed(folder: string): readonly string[] | 'pending' {
    const saved = this.#folders.get(folder)
    if (!saved) return 'pending'
    const listing =
      this.#listings.get(folder) ??
      [...new Set([...saved, ...[...this.#open.keys()].filter(uri => folderOf(uri) === folder)])].sort()
    this.#listings.set(folder, listing)
    return listing
  }

  #invalidate(uri: string): void {
    this.#files.delete(uri)
    this.#folders.delete(uri)
    this.#listings.delete(uri)
    this.#pendingReads.delete(uri)
    this.#pendingReads.delete(encodingKey(uri))
    this.#invalidateFacts(uri)
    // A folder comes and goes with what is in it, of which nobody speaks then.
    if (!uri.endsWith('/'))
      for (const known of [this.#folders, this.#listings, this.#files])
        for (const each of known.keys()) if (each.startsWith(`${uri}/`)) known.delete(each)
  }

  /** Facts of the file, of a folder that holds it, or of the tree it is the source of. */
  #invalidateFacts(uri: string): void {
    for (const [facts, { members }] of this.#facts) {
      if (members.some(({ parts = [] }) => parts.some(part => part.uri === uri))) this.#facts.delete(facts)
      const isPart = uri === facts || uri.startsWith(facts.endsWith('/') ? facts : `${facts}/`)
      if (isPart || uri === sourceOfTree(facts)) this.#facts.delete(facts)
      if (isPart) this.#pendingReads.delete(`${facts}#facts`)
    }
  }

  #forgetProjects(): void {
    this.#changes++
    this.#projects.clear()
  }

  #applied(file: SourceFile, change: TextChange): SourceFile {
    if (typeof change?.text !== 'string') return file
    const { range, text } = change
    if (!range) return { ...file, text }
    const { start, end } = toSpan(file, range, this.#encoding)
    return { ...file, text: file.text.slice(0, start) + text + file.text.slice(end) }
  }
}

/** Behind what was typed. */
const caretAfter = (change: TextChange | undefined, file: SourceFile, encoding: Encoding): number | undefined =>
  change?.range &&
  toSpan(file, { start: change.range.start, end: change.range.start }, encoding).start + change.text.length
