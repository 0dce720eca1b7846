import { looksLikeSystem } from '../config/choose-root.ts'
import { fileAt, filesIn, type MissingFiles, type Project } from '../config/project.ts'
import type { SourceFile } from '../text/source-file.ts'
import { folderOf } from '../text/uri.ts'

/** The root cells beside a cell, for the user to choose from, and what must be read to know them all. */
export function rootCandidates(
  cell: SourceFile,
  project: Project,
): { readonly uris: readonly string[]; readonly missing: { readonly files: string[]; readonly folders: string[] } } {
  const wanted: MissingFiles = { files: new Set(), folders: new Set() }
  const files = filesIn(folderOf(cell.uri), project, wanted)
    .filter(uri => uri !== cell.uri && uri.endsWith('.c'))
    .map(uri => fileAt(uri, project, wanted))
  const uris = files.filter(file => file !== undefined && looksLikeSystem(file)).map(file => file!.uri)
  return { uris: uris.toSorted(), missing: { files: [...wanted.files], folders: [...wanted.folders] } }
}
