import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FactFiles } from '../platform/facts.ts'
import { FOLDER_LIMITS, type FolderLimits, MAX_FILE_BYTES } from '../platform/limits.ts'
import { readRegularFile } from './read.ts'

/** The bytes of a file of facts. Of what is too large only the size is answered; other things than files are not there. */
export async function readFactBytes(path: string): Promise<Uint8Array | undefined> {
  const reading = await readRegularFile(path, MAX_FILE_BYTES)
  if ('bytes' in reading) return reading.bytes
  return reading.isTooLarge ? new Uint8Array(MAX_FILE_BYTES + 1) : undefined
}

/** The files below a folder of facts as far as they are read; links lead elsewhere and are left out. */
export async function readFactsBelow(root: string, most: FolderLimits = FOLDER_LIMITS): Promise<FactFiles> {
  const files: { path: string; bytes: Uint8Array }[] = []
  const begin = Date.now()
  const waiting = ['']
  let [entries, sum] = [0, 0]
  const answer = (problem?: string): FactFiles => ({
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    ...(problem !== undefined && { problem: `${problem}; the rest is not read` }),
  })
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop())
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      if (most.entries <= entries++) return answer(`more than ${most.entries} files and folders`)
      if (most.ms < Date.now() - begin) return answer('reading the folder takes too long')
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) waiting.push(path)
      const bytes = entry.isFile() ? await readFactBytes(join(root, path)) : undefined
      if (!bytes) continue
      sum += bytes.length
      if (most.bytes < sum) return answer(`more than ${most.bytes >> 20} MiB`)
      files.push({ path, bytes })
    }
  return answer()
}
