import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readFactBytes, readFactsBelow } from '../../disk/facts.ts'
import { readRegularFile } from '../../disk/read.ts'
import { decode } from '../../text/encoding.ts'
import { encodedSegment } from '../../text/uri.ts'
import { type FileReader, REFUSED } from './file-reader.ts'

/** The files of this machine, under `file:` URIs. */
export const disk: FileReader = {
  async read(uri) {
    const path = pathOf(uri)
    const reading = path === undefined ? undefined : await readRegularFile(path)
    if (!reading) return undefined
    if ('bytes' in reading) return decode(reading.bytes).text
    return reading.isThere ? REFUSED : undefined
  },
  async sourcesBelow(folder) {
    const path = pathOf(folder)
    return path === undefined ? [] : sourcesIn(path)
  },
  async readBytes(uri) {
    try {
      return await readFactBytes(fileURLToPath(uri))
    } catch {
      return undefined
    }
  },
  async readBelow(folder) {
    try {
      return await readFactsBelow(fileURLToPath(folder))
    } catch {
      return undefined
    }
  },
  async list(folder) {
    try {
      const entries = await readdir(fileURLToPath(folder), { withFileTypes: true })
      return entries.filter(entry => !entry.isDirectory()).map(({ name }) => folder + encodedSegment(name))
    } catch {
      return []
    }
  },
}

/** Undefined for a URI that names no path of this machine. */
function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri)
  } catch {
    return undefined
  }
}

/** A tree with more folders is no tree of configurations. */
const MAX_FOLDERS = 20_000

/** All C files below a folder; links to folders are not followed. */
async function sourcesIn(top: string): Promise<readonly string[]> {
  const found: string[] = []
  const folders = [top]
  for (let next = 0; next < folders.length && next < MAX_FOLDERS; next++) {
    const folder = folders[next]!
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (/^(\.|node_modules$)/.test(entry.name)) continue
      if (entry.isDirectory()) folders.push(join(folder, entry.name))
      else if (entry.name.endsWith('.c')) found.push(pathToFileURL(join(folder, entry.name)).href)
    }
  }
  return found
}
