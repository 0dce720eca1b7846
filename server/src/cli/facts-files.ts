import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { analyze } from '../analyze.ts'
import type { Settings } from '../config/project.ts'
import { type Facts, notFound, openFile, openFolder } from '../platform/facts.ts'
import { MAX_FILE_BYTES, MAX_MEMBERS } from '../platform/limits.ts'
import type { BinaryFile } from '../text/binary-file.ts'
import type { SourceFile } from '../text/source-file.ts'
import { UsageError } from './command.ts'
import { type Files, isFolder, uriOf } from './files.ts'

/** Files of facts on this machine: each operand a file, a tarball, or a folder laid out like a target's root. */
export const readFactFiles = (operands: readonly string[], cwd: string): Promise<readonly Facts[]> =>
  Promise.all(operands.map(operand => readFacts(resolve(cwd, operand), operand)))

export async function readFacts(path: string, operand: string = path): Promise<Facts> {
  if (isFolder(path)) return openFolder(uriOf(path), filesBelow(path, ''))
  const file = fileAt(path)
  if (!file) throw new UsageError(`${operand}: no such file or not readable`)
  return openFile(file, path.endsWith('.dtb') ? fileAt(path.replace(/b$/, 's')) : undefined)
}

export const bytesOf = (path: string): Uint8Array | undefined => fileAt(path)?.bytes

function fileAt(path: string): BinaryFile | undefined {
  try {
    // What is too large is reported by its size alone.
    const bytes = MAX_FILE_BYTES < statSync(path).size ? new Uint8Array(MAX_FILE_BYTES + 1) : readFileSync(path)
    return { uri: uriOf(path), bytes: new Uint8Array(bytes) }
  } catch {
    return undefined
  }
}

/** Regular files only; links lead elsewhere. */
function filesBelow(root: string, inside: string): { path: string; bytes: Uint8Array }[] {
  const found: { path: string; bytes: Uint8Array }[] = []
  const waiting = [inside]
  for (let folder = waiting.pop(); folder !== undefined && found.length <= MAX_MEMBERS; folder = waiting.pop())
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) waiting.push(path)
      const file = entry.isFile() ? fileAt(join(root, path)) : undefined
      if (file) found.push({ path, bytes: file.bytes })
    }
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Facts name nothing further: what the first round asks for is all. */
const MAX_ROUNDS = 3

/** Opens the facts that configurations name, before they are checked. */
export async function openFacts(
  files: Files,
  mains: readonly SourceFile[],
  settings: Partial<Settings>,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const project = files.project(settings, mains)
    const missing = new Set(mains.flatMap(main => analyze(main, project).missing.facts))
    if (missing.size === 0) return
    for (const uri of missing) files.putFacts(uri, await readFacts(fileURLToPath(uri)).catch(() => notFound(uri)))
  }
}
