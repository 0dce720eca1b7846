import { readdir, readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { decode } from '../text/encoding.ts'
import type { FileReader } from './workspace.ts'

/** Larger files are no configuration; reading one would only block the server. */
const MAX_FILE_SIZE = 16 * 1024 * 1024

/** The files of this machine, under `file:` URIs. */
export const disk: FileReader = {
  async read(uri) {
    try {
      const path = fileURLToPath(uri)
      const found = await stat(path)
      return found.isFile() && found.size <= MAX_FILE_SIZE ? decode(await readFile(path)).text : undefined
    } catch {
      return undefined
    }
  },
  async list(folder) {
    try {
      const entries = await readdir(fileURLToPath(folder), { withFileTypes: true })
      return entries.filter(entry => !entry.isDirectory()).map(({ name }) => folder + encodeURIComponent(name))
    } catch {
      return []
    }
  },
}
