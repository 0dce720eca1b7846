import { analyze } from '../analyze.ts'
import { looksLikeConfig, looksLikeSystem } from '../config/choose-root.ts'
import { fileAt, filesIn, type MissingFiles, type Project } from '../config/project.ts'
import type { SourceFile } from '../text/source-file.ts'
import { folderOf } from '../text/uri.ts'

/** A root cell a cell could run under, and how well it fits: how many errors there are if it does. */
export interface RootCandidate {
  readonly uri: string
  /** Undefined where it was not tried. */
  readonly errors: number | undefined
  /** It is the root the cell is checked with now. */
  readonly isCurrent: boolean
}

/** More are offered without being tried; so are all for which there is no time left. */
const MAX_TRIED = 40

/** Files that are looked at for roots: each takes reading. */
const MAX_SOUGHT = 256

/** The root cells beside a cell, best fit first, and what must be read to know them all. */
export function rootCandidates(
  cell: SourceFile,
  project: Project,
): {
  readonly candidates: readonly RootCandidate[]
  readonly missing: { readonly files: string[]; readonly folders: string[] }
} {
  if (!looksLikeConfig(cell)) return { candidates: [], missing: { files: [], folders: [] } }
  const missing: MissingFiles = { files: new Set(), folders: new Set() }
  const roots = filesIn(folderOf(cell.uri), project, missing)
    .filter(uri => uri !== cell.uri && uri.endsWith('.c'))
    .slice(0, MAX_SOUGHT)
    .map(uri => fileAt(uri, project, missing))
    .filter(file => file !== undefined && looksLikeSystem(file))
    .map(file => file!.uri)
    .toSorted()
  const now = analyze(cell, project)
  note(now.missing, missing)
  const candidates = roots.map((uri, i) => {
    const errors = i < MAX_TRIED ? errorsWith(uri, cell, project, missing) : undefined
    return { uri, errors, isCurrent: uri === now.root?.uri }
  })
  const rank = ({ errors = Number.POSITIVE_INFINITY }: RootCandidate) => errors
  const ranked = candidates.toSorted((a, b) =>
    rank(a) < rank(b) ? -1 : rank(b) < rank(a) ? 1 : a.uri < b.uri ? -1 : 1,
  )
  return { candidates: ranked, missing: { files: [...missing.files], folders: [...missing.folders] } }
}

/** How many errors there are under a root, if there is time to find out. */
function errorsWith(uri: string, cell: SourceFile, project: Project, missing: MissingFiles): number | undefined {
  if (project.time?.isOver()) return undefined
  const { findings, missing: more } = analyze(cell, project, { uri, by: 'pin', reason: 'it is tried' })
  note(more, missing)
  return project.time?.isOver() ? undefined : findings.filter(({ severity }) => severity === 'error').length
}

function note(more: { readonly files: readonly string[]; readonly folders: readonly string[] }, missing: MissingFiles) {
  for (const file of more.files) missing.files.add(file)
  for (const folder of more.folders) missing.folders.add(folder)
}
