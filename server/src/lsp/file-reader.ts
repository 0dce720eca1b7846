import type { Connection } from 'vscode-languageserver'
import { type FileText, type FolderList, LIST_FOLDER, type OfDocument, READ_FILE } from './protocol.ts'

/** Reads what is not open in the editor. Whoever starts the server says how; nothing else knows where files live. */
export interface FileReader {
  /** The text of a file; undefined when it is not there or cannot be read. */
  read(uri: string): Promise<string | undefined>
  /** URIs of the files in a folder; empty when it is not there. */
  list(folder: string): Promise<readonly string[]>
}

/** Reads nothing: for a client that offers no files of its own. */
export const noFiles: FileReader = { read: async () => undefined, list: async () => [] }

/** Asks the client, whose file systems may be virtual. */
export const clientFiles = (connection: Connection): FileReader => ({
  async read(uri) {
    const answer = await connection.sendRequest<FileText | null>(READ_FILE, { uri } satisfies OfDocument)
    return answer?.text
  },
  async list(uri) {
    const answer = await connection.sendRequest<FolderList | null>(LIST_FOLDER, { uri } satisfies OfDocument)
    return answer?.uris ?? []
  },
})

/** One reader for a scheme, and another for all other schemes. */
export function byScheme(scheme: string, its: FileReader, others: FileReader): FileReader {
  const of = (uri: string): FileReader => (uri.startsWith(`${scheme}:`) ? its : others)
  return { read: uri => of(uri).read(uri), list: folder => of(folder).list(folder) }
}
