import { chooseRoot, looksLikeConfig, looksLikeSystem } from '../config/choose-root.ts'
import { fileAt, type Project } from '../config/project.ts'
import type { RootChoice } from '../config/scenario.ts'
import { english } from '../text/message.ts'
import type { SourceFile } from '../text/source-file.ts'

/** With which root an inmate was checked. */
export interface Pair {
  readonly cell: SourceFile
  readonly root: RootChoice
}

export function pairsAmong(mains: readonly SourceFile[], project: Project): readonly Pair[] {
  const missing = { files: new Set<string>(), folders: new Set<string>() }
  return mains
    .filter(file => looksLikeConfig(file) && !looksLikeSystem(file))
    .flatMap(cell => {
      const root = chooseRoot(cell, project, missing)
      const file = root && fileAt(root.uri, project, missing)
      return root && file && looksLikeSystem(file) ? [{ cell, root }] : []
    })
}

/** More pairs than this are one number: a whole tree is not reported pair by pair. */
const MAX_SHOWN = 8

/** A line for each, fit to stand beside a summary. */
export function pairLines(pairs: readonly Pair[], pathOf: (uri: string) => string): readonly string[] {
  if (MAX_SHOWN < pairs.length) return [`${pairs.length} inmates checked with their roots; --format json lists them`]
  return pairs.map(({ cell, root }) => `${pathOf(cell.uri)} checked with ${pathOf(root.uri)}: ${english(root.reason)}`)
}

/** Inmates whose root nothing names, where a root was given beside them: somebody may think they were checked with it. */
export function aloneLines(
  checked: readonly SourceFile[],
  pairs: readonly Pair[],
  pathOf: (uri: string) => string,
): readonly string[] {
  const paired = new Set(pairs.map(({ cell }) => cell.uri))
  const alone = checked.filter(file => looksLikeConfig(file) && !looksLikeSystem(file) && !paired.has(file.uri))
  if (!checked.some(looksLikeSystem) || alone.length === 0) return []
  if (MAX_SHOWN < alone.length) return [`${alone.length} inmates checked without a root cell: nothing names theirs`]
  return alone.map(({ uri }) => `${pathOf(uri)} checked without a root cell: nothing names it`)
}
