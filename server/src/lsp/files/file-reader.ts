import type { Connection } from 'vscode-languageserver'
import type { FactFiles } from '../../platform/facts.ts'
import { MAX_MEMBERS } from '../../platform/limits.ts'
import {
  type DocumentUri,
  type FileBytes,
  type FileText,
  type FolderList,
  type FolderTree,
  LIST_BELOW,
  LIST_FOLDER,
  LIST_SOURCES,
  READ_BYTES,
  READ_FILE,
} from '../protocol.ts'

/** Reads what is not open in the editor. Whoever starts the server says how; nothing else knows where files live. */
export interface FileReader {
  /** The text of a file; undefined when it is not there or cannot be read, `REFUSED` when it should not be. */
  read(uri: string): Promise<string | typeof REFUSED | undefined>
  /** URIs of the files in a folder; empty when it is not there. */
  list(folder: string): Promise<readonly string[]>
  /** URIs of all C files below a folder. */
  sourcesBelow?(folder: string): Promise<readonly string[]>
  /** The bytes of a file. */
  readBytes?(uri: string): Promise<Uint8Array | undefined>
  /** All files below a folder with their paths in it; undefined when it is not there. */
  readBelow?(folder: string): Promise<FactFiles | undefined>
}

/** There is something, but no regular file of a sensible size. */
export const REFUSED: unique symbol = Symbol('refused')

/** Reads nothing: for a client that offers no files of its own. */
export const noFiles: FileReader = { read: async () => undefined, list: async () => [] }

/** Asks the client, whose file systems may be virtual. */
export const clientFiles = (connection: Connection): FileReader => ({
  async read(uri) {
    const answer = await connection.sendRequest<FileText | null>(READ_FILE, { uri } satisfies DocumentUri)
    return answer?.text
  },
  async list(uri) {
    const answer = await connection.sendRequest<FolderList | null>(LIST_FOLDER, { uri } satisfies DocumentUri)
    return answer?.uris ?? []
  },
  async sourcesBelow(uri) {
    const answer = await connection.sendRequest<FolderList | null>(LIST_SOURCES, { uri } satisfies DocumentUri)
    return answer?.uris ?? []
  },
  async readBytes(uri) {
    const answer = await connection.sendRequest<FileBytes | null>(READ_BYTES, { uri } satisfies DocumentUri)
    return answer ? Uint8Array.from(atob(answer.base64), character => character.charCodeAt(0)) : undefined
  },
  async readBelow(uri) {
    const answer = await connection.sendRequest<FolderTree | null>(LIST_BELOW, { uri } satisfies DocumentUri)
    if (!answer || answer.files.length === 0) return undefined
    const files = answer.files.slice(0, MAX_MEMBERS)
    const isAll = files.length === answer.files.length
    const read = await Promise.all(files.map(async ({ path, uri }) => ({ path, bytes: await this.readBytes?.(uri) })))
    return {
      files: read.flatMap(({ path, bytes }) => (bytes ? [{ path, bytes }] : [])),
      ...(!isAll && { problem: `more than ${MAX_MEMBERS} files; the rest is not read` }),
    }
  },
})

/** One reader for a scheme, and another for all other schemes. */
export function byScheme(scheme: string, its: FileReader, others: FileReader): FileReader {
  const of = (uri: string): FileReader => (uri.startsWith(`${scheme}:`) ? its : others)
  return {
    read: uri => of(uri).read(uri),
    list: folder => of(folder).list(folder),
    sourcesBelow: async folder => of(folder).sourcesBelow?.(folder) ?? [],
    readBytes: async uri => of(uri).readBytes?.(uri),
    readBelow: async folder => of(folder).readBelow?.(folder),
  }
}
