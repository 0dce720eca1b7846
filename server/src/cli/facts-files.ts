import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Analysis, FactsProject } from '../analyze.ts'
import type { Settings } from '../config/project.ts'
import { readFactBytes, readFactsBelow } from '../disk/facts.ts'
import { type Facts, notFound, openFile, openFolder } from '../platform/facts.ts'
import { includedIn } from '../platform/tree/included.ts'
import { analysisIn } from '../repair/trial.ts'
import type { BinaryFile } from '../text/binary-file.ts'
import type { SourceFile } from '../text/source-file.ts'
import { UsageError } from './command.ts'
import type { FileTime } from './file-time.ts'
import { type Files, isFolder, uriOf } from './files.ts'

/** Files of facts on this machine: each operand a file, a tarball, or a folder laid out like a target's root. */
export const readFactFiles = (operands: readonly string[], cwd: string): Promise<readonly Facts[]> =>
  Promise.all(operands.map(operand => readFacts(resolve(cwd, operand), operand)))

export async function readFacts(path: string, operand: string = path): Promise<Facts> {
  if (isFolder(path)) return openFolder(uriOf(path), await readFactsBelow(path))
  const file = await fileAt(path)
  if (!file) throw new UsageError(`${operand}: no such file or not readable`)
  const treeSource = path.endsWith('.dtb') ? await fileAt(path.replace(/b$/, 's')) : undefined
  const text = treeSource ?? (path.endsWith('.dts') ? file : undefined)
  const parts = text && (await includedIn(text, async uri => (await fileAt(fileURLToPath(uri)))?.bytes))
  return openFile(file, treeSource, parts)
}

async function fileAt(path: string): Promise<BinaryFile | undefined> {
  const bytes = await readFactBytes(path)
  return bytes && { uri: uriOf(path), bytes }
}

/** Facts name nothing further: what the first round asks for is all. */
const MAX_ROUNDS = 3

/** What is said of a file, which gets time of its own from that of the project. */
export function inTime(project: FactsProject, main: SourceFile, time?: FileTime): Analysis {
  time?.restart()
  return analysisIn(project, main)
}

/** The project of some configurations, which stand among those `known`, with the facts opened that they name. */
export async function openFacts(
  files: Files,
  mains: readonly SourceFile[],
  settings: Partial<Settings>,
  known: readonly SourceFile[] = mains,
  time?: FileTime,
): Promise<FactsProject> {
  for (let round = 0; ; round++) {
    const project = { ...files.project(settings, known), ...(time && { time }) }
    const missing = new Set(mains.flatMap(main => inTime(project, main, time).missing.facts))
    if (missing.size === 0 || MAX_ROUNDS <= round) return project
    for (const uri of missing) files.putFacts(uri, await readFacts(fileURLToPath(uri)).catch(() => notFound(uri)))
  }
}
