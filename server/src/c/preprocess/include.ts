import type { SourceFile } from '../../text/source-file.ts'
import { folderOf, joinUri } from '../../text/uri.ts'
import type { CompileOptions, FileLookup } from '../unit.ts'
import { type Lexeme, spell } from './lex.ts'

/** What `#include` asks for. */
export interface Header {
  readonly name: string
  readonly isQuoted: boolean
}

/** The name in `"name"` or `<name>`. */
export function headerIn(tokens: readonly Lexeme[]): Header | undefined {
  const [, quoted, bracketed] = /^"([^"]+)"|^<([^>]+)>/.exec(spell(tokens)) ?? []
  const name = quoted ?? bracketed
  return name === undefined ? undefined : { name, isQuoted: quoted !== undefined }
}

/** Where a header was found. `folder` is an index among the include folders, -1 for none of them. */
export interface FoundHeader {
  readonly file: SourceFile | undefined
  readonly folder: number
  /** Nobody has looked yet at a place that comes earlier. */
  readonly isPending: boolean
  /** What was there was not read. */
  readonly isRefused: boolean
}

/** Finds headers as the compiler does, and remembers where it could not look. */
export class IncludeSearch {
  readonly missing = new Set<string>()
  readonly absent = new Set<string>()
  readonly refused = new Set<string>()
  /** The main file itself is what was asked for. */
  foundMain = false
  readonly #main: SourceFile
  readonly #folders: readonly string[]
  readonly #lookup: FileLookup

  constructor(main: SourceFile, options: CompileOptions, lookup: FileLookup) {
    this.#main = main
    this.#folders = options.includeDirs
    this.#lookup = lookup
  }

  /** `after`: leaves out the folders up to that index, and the includer's own (`#include_next`). */
  find({ name, isQuoted }: Header, includer: SourceFile, after?: number): FoundHeader {
    const path = name.replace(/\p{Surrogate}/gu, '\ufffd')
    if (/^(\/|[A-Za-z]:[\\/])/.test(path)) return this.among([joinUri(folderOf(includer.uri), `/${path}`)], -1)
    const isBeside = isQuoted && after === undefined
    const folders = isBeside ? [folderOf(includer.uri), ...this.#folders] : this.#folders.slice((after ?? -1) + 1)
    return this.among(
      folders.map(folder => inFolder(folder, path)),
      isBeside ? -1 : (after ?? -1) + 1,
    )
  }

  /** The first URI that is there; `first` is the folder index of the first one. */
  among(uris: readonly string[], first: number): FoundHeader {
    let isPending = false
    let isRefused = false
    for (const [index, uri] of uris.entries()) {
      this.foundMain ||= uri === this.#main.uri
      const found = uri === this.#main.uri ? this.#main : this.#lookup(uri)
      if (found === 'pending') {
        this.missing.add(uri)
        isPending = true
      } else if (found === 'absent') this.absent.add(uri)
      else if (found === 'refused') {
        this.refused.add(uri)
        isRefused = true
      } else return { file: found, folder: first + index, isPending, isRefused }
    }
    return { file: undefined, folder: -1, isPending, isRefused }
  }
}

/** Names that need neither escaping nor resolving, as nearly all do. */
const isPlain = /^\w[\w-]*(?:[./][\w-]+)*$/

const inFolder = (folder: string, path: string): string =>
  isPlain.test(path) ? `${folder}${folder.endsWith('/') ? '' : '/'}${path}` : joinUri(folder, path)
