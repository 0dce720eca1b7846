import { canonicalUri, folderOf } from '../../text/uri.ts'
import { type FileReader, REFUSED } from './file-reader.ts'

/** Which files of a workspace are worth an analysis: looked for only where somebody wants to know of all of them. */
export class Sources {
  readonly #reader: FileReader
  readonly #isWorthIt: (uri: string, text: string) => boolean
  readonly #below = new Map<string, Promise<readonly string[]>>()
  readonly #known = new Map<string, Promise<boolean>>()

  constructor(reader: FileReader, isWorthIt: (uri: string, text: string) => boolean) {
    this.#reader = reader
    this.#isWorthIt = isWorthIt
  }

  /** All C files, whatever they hold. */
  async listed(folder: string): Promise<readonly string[]> {
    const listed = this.#below.get(folder) ?? this.#list(folder)
    this.#below.set(folder, listed)
    return await listed
  }

  /** Most C files of a tree are no configurations: their texts are not kept. */
  async below(folder: string): Promise<readonly string[]> {
    const found: string[] = []
    for (const uri of await this.listed(folder)) {
      const is = this.#known.get(uri) ?? this.#look(uri)
      this.#known.set(uri, is)
      if (await is) found.push(uri)
    }
    return found
  }

  /** These files changed, came or went. */
  forget(uris: readonly string[]): void {
    for (const uri of uris) {
      this.#known.delete(uri)
      for (const folder of this.#below.keys()) if (folderOf(uri).startsWith(folder)) this.#below.delete(folder)
    }
  }

  forgetAll(): void {
    this.#below.clear()
    this.#known.clear()
  }

  async #list(folder: string): Promise<readonly string[]> {
    const uris = (await this.#reader.sourcesBelow?.(folder).catch(() => [])) ?? []
    return uris.map(canonicalUri)
  }

  async #look(uri: string): Promise<boolean> {
    const text = await this.#reader.read(uri).catch(() => undefined)
    return text !== undefined && text !== REFUSED && this.#isWorthIt(uri, text)
  }
}
