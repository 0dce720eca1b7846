import { emitObjects } from '../c/values/emit.ts'
import type { Project } from '../config/project.ts'
import type { Edit } from '../text/source-file.ts'
import { assess, withEdits } from './trial.ts'

/** The first of some files that edits meant to change no meaning would make other bytes of, or that would not compile any more. */
export function changedBytes(uris: readonly string[], edits: readonly Edit[], project: Project): string | undefined {
  const [before, after] = [assess(uris, project), assess(uris, withEdits(project, edits))]
  return [...before.compiled].find(uri => bytesOf(uri, before) !== bytesOf(uri, after))
}

const bytesOf = (uri: string, { units, compiled }: ReturnType<typeof assess>): string | undefined =>
  compiled.has(uri) ? emitObjects(units.get(uri)?.objects ?? [])?.join() : undefined
