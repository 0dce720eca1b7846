import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MAX_FILE_BYTES, MAX_MEMBERS } from '../platform/limits.ts'
import { decode } from '../text/encoding.ts'
import type { FileReader } from './file-reader.ts'

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
  async readBytes(uri) {
    try {
      return await bytesAt(fileURLToPath(uri))
    } catch {
      return undefined
    }
  },
  async readBelow(folder) {
    try {
      return await filesBelow(fileURLToPath(folder))
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

/** What is too large is told by its size alone; folders and devices are no files. */
async function bytesAt(path: string): Promise<Uint8Array | undefined> {
  const found = await stat(path)
  if (!found.isFile()) return undefined
  return MAX_FILE_BYTES < found.size ? new Uint8Array(MAX_FILE_BYTES + 1) : new Uint8Array(await readFile(path))
}

async function filesBelow(root: string): Promise<{ path: string; bytes: Uint8Array }[]> {
  const found: { path: string; bytes: Uint8Array }[] = []
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined && found.length <= MAX_MEMBERS; folder = waiting.pop())
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) waiting.push(path)
      const bytes = entry.isFile() ? await bytesAt(join(root, path)) : undefined
      if (bytes) found.push({ path, bytes })
    }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
