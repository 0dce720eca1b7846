import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type FactsProject, isConfigFile } from '../analyze.ts'
import type { FileLookup } from '../c/unit.ts'
import { isCompiled } from '../config/compiled.ts'
import { defaultSettings, type Settings } from '../config/project.ts'
import { type FileReading, readOpenSync, readRegularFileSync } from '../disk/read.ts'
import { replaceFile, WriteRefusal } from '../disk/write.ts'
import type { Facts } from '../platform/facts.ts'
import { decode, decodedFile, encode } from '../text/encoding.ts'
import type { SourceFile } from '../text/source-file.ts'
import { canonicalUri, encodedSegment } from '../text/uri.ts'
import { UsageError } from './command.ts'

export const uriOf = (path: string): string => canonicalUri(pathToFileURL(path).href)

/** As short as a person would type it. */
export function pathOf(uri: string, cwd: string): string {
  if (!uri.startsWith('file:')) return uri
  const path = fileURLToPath(uri)
  const short = relative(cwd, path)
  return short.startsWith(join('..', '..', '..')) ? path : short
}

/** How standard input is called in messages. */
const STANDARD_INPUT = '<stdin>'

/** Files of this machine, each read once while a command runs. */
export class Files {
  readonly #texts = new Map<string, SourceFile | 'absent' | 'refused'>()
  readonly #folders = new Map<string, readonly string[]>()
  readonly #facts = new Map<string, Facts>()
  /** What was known before the last change: a file that still says the same stays the same object. */
  #before: ReadonlyMap<string, SourceFile | 'absent' | 'refused'> = new Map()

  readonly lookup: FileLookup = uri => {
    const known = this.#texts.get(uri) ?? this.#sameAsBefore(read(uri))
    this.#texts.set(uri, known)
    return known
  }

  readonly list = (folder: string): readonly string[] => {
    const known = this.#folders.get(folder) ?? listed(folder)
    this.#folders.set(folder, known)
    return known
  }

  /** The file a user named, or a complaint. */
  named(path: string, cwd: string): SourceFile {
    const uri = uriOf(resolve(cwd, path))
    const known = this.#texts.get(uri)
    if (typeof known === 'object') return known
    const file = this.#sameAsBefore(decodedFile(uri, bytesOf(readRegularFileSync(fileURLToPath(uri)), path)))
    this.put(file)
    return file
  }

  readonly facts = (uri: string): Facts | 'pending' => this.#facts.get(uri) ?? 'pending'

  putFacts(uri: string, facts: Facts): void {
    this.#facts.set(uri, facts)
  }

  /** Standard input as a file of the current folder, for its includes. */
  standardInput(cwd: string): SourceFile {
    const uri = uriOf(resolve(cwd, STANDARD_INPUT))
    const known = this.#texts.get(uri)
    if (typeof known === 'object') return known
    const file = decodedFile(uri, bytesOf(readOpenSync(0), STANDARD_INPUT))
    this.put(file)
    return file
  }

  /** From here on this is what the file says. */
  put(file: SourceFile): void {
    this.#texts.set(file.uri, file)
  }

  /** Everything that was asked for, be it there or not: what an answer depends on. */
  get asked(): { readonly files: ReadonlySet<string>; readonly folders: ReadonlySet<string> } {
    return { files: new Set([...this.#texts.keys(), ...this.#facts.keys()]), folders: new Set(this.#folders.keys()) }
  }

  /** What was read so far. */
  get texts(): readonly SourceFile[] {
    return [...this.#texts.values()].filter(text => typeof text !== 'string')
  }

  /** Some files are no longer what they were: everything is read again when it is asked for. */
  forget(changed: Iterable<string>): void {
    this.#before = new Map([...this.#before, ...this.#texts])
    this.#texts.clear()
    this.#folders.clear()
    for (const uri of changed) this.#facts.delete(uri)
  }

  #sameAsBefore<Found extends SourceFile | 'absent' | 'refused'>(found: Found): Found {
    if (typeof found === 'string') return found
    const before = this.#before.get(found.uri)
    return typeof before === 'object' && before.text === found.text ? (before as Found) : found
  }

  project(settings: Partial<Settings>, known: readonly SourceFile[]): FactsProject {
    return {
      facts: this.facts,
      lookup: this.lookup,
      list: this.list,
      settings: { ...defaultSettings, ...settings },
      pins: new Map(),
      known,
    }
  }
}

function read(uri: string): SourceFile | 'absent' | 'refused' {
  const path = orElse(() => fileURLToPath(uri), undefined)
  if (path === undefined) return 'absent'
  const reading = readRegularFileSync(path)
  if ('bytes' in reading) return decodedFile(uri, reading.bytes)
  return reading.isThere ? 'refused' : 'absent'
}

/** What a user named and cannot be read is a complaint. */
export function bytesOf(reading: FileReading, name: string): Uint8Array {
  if ('bytes' in reading) return reading.bytes
  throw new UsageError(`${name}: ${reading.refused}`)
}

/** The bytes of a text in the encoding that its file has; undefined where the encoding lacks a character. */
export const bytesFor = (path: string, text: string): Uint8Array | undefined =>
  encode(text, decode(bytesOf(readRegularFileSync(path), path)).encoding)

/** Replaces the text of a file that is there, in the encoding it has. */
export function rewrite({ uri, text }: SourceFile): void {
  const path = fileURLToPath(uri)
  const bytes = bytesFor(path, text)
  if (!bytes) throw new UsageError(`${path}: the repaired text cannot be written in the encoding of the file`)
  writeFile(path, bytes)
}

function listed(folder: string): readonly string[] {
  try {
    const entries = readdirSync(fileURLToPath(folder), { withFileTypes: true })
    return entries.filter(entry => !entry.isDirectory()).map(({ name }) => folder + encodedSegment(name))
  } catch {
    return []
  }
}

/** The files meant by operands: a file is itself, a folder all configurations below it, `-` standard input. */
export function configurationsAmong(operands: readonly string[], files: Files, cwd: string): readonly SourceFile[] {
  const found = operands.flatMap(operand => {
    if (operand === '-') return [configurationIn(files.standardInput(cwd), 'standard input')]
    const path = resolve(cwd, operand)
    if (!isFolder(path)) return [configurationIn(files.named(operand, cwd), operand)]
    const below = sourcesBelow(path)
      .map(source => files.lookup(uriOf(source)))
      .filter(file => typeof file !== 'string')
      .filter(isConfigFile)
    if (below.length === 0) throw new UsageError(`${operand}: no cell configurations in this folder`)
    return below
  })
  return [...new Set(found)]
}

/** What people give instead of a configuration is refused in one sentence. */
function configurationIn(file: SourceFile, operand: string): SourceFile {
  const { text } = file
  if (isCompiled(file) || operand.endsWith('.cell'))
    throw new UsageError(`${operand} is a compiled cell; give the C file it was made from`)
  if (text.slice(0, 4096).includes('\0')) throw new UsageError(`${operand} is not a text file`)
  if (/\.(patch|diff)$/.test(operand))
    throw new UsageError(`${operand} is a patch; apply it and give the configuration`)
  if (operand.endsWith('.h')) throw new UsageError(`${operand} is a header; give a configuration that includes it`)
  return file
}

/** A folder and all folders below it, in the order of their names; links to folders are followed once. */
export function foldersBelow(folder: string, seen: Set<string> = new Set()): readonly string[] {
  const real = orElse(() => realpathSync(folder), undefined)
  if (!real || seen.has(real)) return []
  seen.add(real)
  const below = namesIn(folder).map(name => join(folder, name))
  return [folder, ...below.filter(isFolder).flatMap(each => foldersBelow(each, seen))]
}

/** All C files below a folder. */
export const sourcesBelow = (folder: string): readonly string[] =>
  foldersBelow(folder).flatMap(each =>
    namesIn(each)
      .filter(name => name.endsWith('.c'))
      .map(name => join(each, name))
      .filter(path => !isFolder(path)),
  )

const namesIn = (folder: string): readonly string[] =>
  orElse(() => readdirSync(folder), [])
    .filter(name => !/^(\.|node_modules$)/.test(name))
    .toSorted()

export const isFolder = (path: string): boolean => orElse(() => statSync(path).isDirectory(), false)

/** Writes what a command makes; `inputs` are the files it was made of, which it never replaces. */
export function writeFile(path: string, content: string | Uint8Array, inputs: readonly string[] = []): void {
  try {
    replaceFile(path, content, inputs)
  } catch (error) {
    if (!(error instanceof WriteRefusal)) throw error
    throw new UsageError(`${path}: cannot be written: ${error.message}`)
  }
}

export const pathsOf = (files: readonly Pick<SourceFile, 'uri'>[]): readonly string[] =>
  files.filter(({ uri }) => uri.startsWith('file:')).map(({ uri }) => fileURLToPath(uri))

function orElse<Answer>(read: () => Answer, otherwise: Answer): Answer {
  try {
    return read()
  } catch {
    return otherwise
  }
}
