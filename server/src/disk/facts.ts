import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_FILE_BYTES, MAX_MEMBERS } from '../platform/limits.ts'
import { readRegularFile } from './read.ts'

/** The bytes of a file of facts. Of what is too large only the size is answered; other things than files are not there. */
export async function readFactBytes(path: string): Promise<Uint8Array | undefined> {
  const reading = await readRegularFile(path, MAX_FILE_BYTES)
  if ('bytes' in reading) return reading.bytes
  return reading.isTooLarge ? new Uint8Array(MAX_FILE_BYTES + 1) : undefined
}

/** All files below a folder of facts by their paths in it, in their order; links lead elsewhere and are left out. */
export async function readFactsBelow(
  root: string,
): Promise<readonly { readonly path: string; readonly bytes: Uint8Array }[]> {
  const found: { path: string; bytes: Uint8Array }[] = []
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined && found.length <= MAX_MEMBERS; folder = waiting.pop())
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) waiting.push(path)
      const bytes = entry.isFile() ? await readFactBytes(join(root, path)) : undefined
      if (bytes) found.push({ path, bytes })
    }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
