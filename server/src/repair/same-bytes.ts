import { readConfig } from '../analyze.ts'
import { emitObjects } from '../c/values/emit.ts'
import type { Project } from '../config/project.ts'
import type { Edit } from '../text/source-file.ts'
import { fileIn, withEdits } from './trial.ts'

/** The first of some files that edits meant to change no meaning would make other bytes of, or that would not compile any more. */
export function changedBytes(uris: Iterable<string>, edits: readonly Edit[], project: Project): string | undefined {
  const edited = withEdits(project, edits)
  return [...new Set(uris)].find(uri => {
    const before = bytesOf(uri, project)
    return before && !isSame(before, bytesOf(uri, edited))
  })
}

function bytesOf(uri: string, project: Project): Uint8Array | undefined {
  const file = fileIn(project, uri)
  const unit = file && readConfig(file, project).unit
  return unit?.problems.every(({ severity }) => severity !== 'error') ? emitObjects(unit.objects) : undefined
}

const isSame = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  a.length === b?.length && a.every((byte, i) => byte === b[i])
