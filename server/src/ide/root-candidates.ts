import { analyze } from '../analyze.ts'
import { looksLikeSystem } from '../config/choose-root.ts'
import { fileAt, filesIn, type MissingFiles, type Project } from '../config/project.ts'
import type { SourceFile } from '../text/source-file.ts'
import { folderOf } from '../text/uri.ts'

/** A root cell a cell could run under, and how well it fits: how many errors there are if it does. */
export interface RootCandidate {
  readonly uri: string
  readonly errors: number
  /** It is the root the cell is checked with now. */
  readonly isCurrent: boolean
}

/** More are offered without being tried. */
const MAX_TRIED = 40

/** The root cells beside a cell, best fit first, and what must be read to know them all. */
export function rootCandidates(
  cell: SourceFile,
  project: Project,
): {
  readonly candidates: readonly RootCandidate[]
  readonly missing: { readonly files: string[]; readonly folders: string[] }
} {
  const missing: MissingFiles = { files: new Set(), folders: new Set() }
  const roots = filesIn(folderOf(cell.uri), project, missing)
    .filter(uri => uri !== cell.uri && uri.endsWith('.c'))
    .map(uri => fileAt(uri, project, missing))
    .filter(file => file !== undefined && looksLikeSystem(file))
    .map(file => file!.uri)
    .toSorted()
  const now = analyze(cell, project)
  note(now.missing, missing)
  const candidates = roots.slice(0, MAX_TRIED).map(uri => {
    const { findings, missing: more } = analyze(cell, project, { uri, by: 'pin', reason: 'it is tried' })
    note(more, missing)
    return {
      uri,
      errors: findings.filter(({ severity }) => severity === 'error').length,
      isCurrent: uri === now.root?.uri,
    }
  })
  const untried = roots.slice(MAX_TRIED).map(uri => ({ uri, errors: 0, isCurrent: uri === now.root?.uri }))
  const ranked = candidates.toSorted((a, b) => a.errors - b.errors || (a.uri < b.uri ? -1 : 1))
  return { candidates: [...ranked, ...untried], missing: { files: [...missing.files], folders: [...missing.folders] } }
}

function note(more: { readonly files: readonly string[]; readonly folders: readonly string[] }, missing: MissingFiles) {
  for (const file of more.files) missing.files.add(file)
  for (const folder of more.folders) missing.folders.add(folder)
}
