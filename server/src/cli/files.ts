import { readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type FactsProject, isConfigFile } from '../analyze.ts'
import type { FileLookup } from '../c/unit.ts'
import { defaultSettings, type Settings } from '../config/project.ts'
import type { Facts } from '../platform/facts.ts'
import { decode, encode } from '../text/encoding.ts'
import type { SourceFile } from '../text/source-file.ts'
import { canonicalUri } from '../text/uri.ts'
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
export const STANDARD_INPUT = '<stdin>'

/** Files of this machine, each read once while a command runs. */
export class Files {
  readonly #texts = new Map<string, SourceFile | 'absent'>()
  readonly #folders = new Map<string, readonly string[]>()
  readonly #facts = new Map<string, Facts>()

  readonly lookup: FileLookup = uri => {
    const known = this.#texts.get(uri) ?? read(uri)
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
    const file = this.lookup(uriOf(resolve(cwd, path)))
    if (typeof file === 'string') throw new UsageError(`${path}: no such file or not readable`)
    return file
  }

  readonly facts = (uri: string): Facts | 'pending' => this.#facts.get(uri) ?? 'pending'

  putFacts(uri: string, facts: Facts): void {
    this.#facts.set(uri, facts)
  }

  /** Standard input as a file of the current folder, for its includes. */
  standardInput(cwd: string): SourceFile {
    const file = { uri: uriOf(resolve(cwd, STANDARD_INPUT)), text: decode(readFileSync(0)).text }
    this.put(file)
    return file
  }

  /** From here on this is what the file says. */
  put(file: SourceFile): void {
    this.#texts.set(file.uri, file)
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

function read(uri: string): SourceFile | 'absent' {
  const bytes = orElse(() => readFileSync(fileURLToPath(uri)), undefined)
  return bytes ? { uri, text: decode(bytes).text } : 'absent'
}

/** Replaces the text of a file that is there, in the encoding it has. */
export function rewrite({ uri, text }: SourceFile): void {
  const path = fileURLToPath(uri)
  const bytes = encode(text, decode(readFileSync(path)).encoding)
  if (!bytes) throw new UsageError(`${path}: the repaired text cannot be written in the encoding of the file`)
  writeAtomically(path, bytes)
}

function listed(folder: string): readonly string[] {
  try {
    const entries = readdirSync(fileURLToPath(folder), { withFileTypes: true })
    return entries.filter(entry => !entry.isDirectory()).map(({ name }) => folder + encodeURIComponent(name))
  } catch {
    return []
  }
}

/** The files meant by operands: a file is itself, a folder all configurations below it, `-` standard input. */
export function configurationsAmong(operands: readonly string[], files: Files, cwd: string): readonly SourceFile[] {
  const found = operands.flatMap(operand => {
    if (operand === '-') return [files.standardInput(cwd)]
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
  if (/^JH(SYS|CLL|CEL)/.test(text) || operand.endsWith('.cell'))
    throw new UsageError(`${operand} is a compiled cell; give the C file it was made from`)
  if (text.slice(0, 4096).includes('\0')) throw new UsageError(`${operand} is not a text file`)
  if (/\.(patch|diff)$/.test(operand))
    throw new UsageError(`${operand} is a patch; apply it and give the configuration`)
  if (operand.endsWith('.h')) throw new UsageError(`${operand} is a header; give a configuration that includes it`)
  return file
}

/** All C files below a folder, in the order of their names; links to folders are followed once. */
export function sourcesBelow(folder: string, seen: Set<string> = new Set()): readonly string[] {
  const real = orElse(() => realpathSync(folder), undefined)
  if (!real || seen.has(real)) return []
  seen.add(real)
  const names = orElse(() => readdirSync(folder), []).filter(name => !/^(\.|node_modules$)/.test(name))
  return names.toSorted().flatMap(name => {
    const path = join(folder, name)
    return isFolder(path) ? sourcesBelow(path, seen) : name.endsWith('.c') ? [path] : []
  })
}

export const isFolder = (path: string): boolean => orElse(() => statSync(path).isDirectory(), false)

/** Replaces a file in one step: whoever reads it sees the old or the new, never a part. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const beside = `${path}.${process.pid}.new`
  try {
    writeFileSync(beside, content)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new UsageError(`${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function orElse<Answer>(read: () => Answer, otherwise: Answer): Answer {
  try {
    return read()
  } catch {
    return otherwise
  }
}
