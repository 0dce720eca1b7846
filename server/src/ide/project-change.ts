import { applyEdits, modify } from 'jsonc-parser/lib/esm/main.js'
import type { MissingFiles, Project } from '../config/project.ts'
import { PROJECT_FILE, type ProjectFile, projectFileOf } from '../config/project-file.ts'
import type { SourceFile } from '../text/source-file.ts'
import { projectProblems } from './project-problems.ts'

/** A file as it is to be; `before` is absent where it is to be created. */
export interface FileChange {
  readonly uri: string
  readonly before?: SourceFile
  readonly text: string
}

export interface ProjectChange {
  readonly change?: FileChange
  /** Why there is none: what would be wrong with the file then. */
  readonly reason?: string
  readonly missing: { readonly files: string[]; readonly folders: string[] }
}

/** Sets what stands at a path of a JSON text, or takes it out. */
export type SetAt = (path: readonly (string | number)[], value: unknown) => void

/** What somebody wishes `jailhouse.json` to say, and whether it does. */
export interface Wish {
  /** Whether there is something to write where no file is yet. */
  readonly needsFile: boolean
  write(set: SetAt, known: ProjectFile | undefined, uri: string): void
  isMet(read: ProjectFile | undefined): boolean
}

/** In the hand of whoever wrote the file; the line ends are found by who formats. */
const formatOf = (text: string) => ({
  formattingOptions: { insertSpaces: !text.includes('\n\t'), tabSize: text.includes('\n    "') ? 4 : 2 },
})

/**
 * The nearest `jailhouse.json` of a file, or a new one in `folder`, as wished. No change where the file has problems, nor
 * one after which it would have one more, or would not be read as wished.
 */
export function changeProject(file: SourceFile, folder: string, project: Project, wish: Wish): ProjectChange {
  const missing: MissingFiles = { files: new Set(), folders: new Set() }
  const known = projectFileOf(file.uri, project, missing)
  const uri = known?.file.uri ?? `${folder}${PROJECT_FILE}`
  const lists = { files: [...missing.files], folders: [...missing.folders] }
  if (known ? known.problems.length > 0 : !wish.needsFile) return { missing: lists }
  let text = known?.file.text ?? '{}\n'
  const set: SetAt = (path, value) => {
    text = applyEdits(text, modify(text, [...path], value, formatOf(text)))
  }
  wish.write(set, known, uri)
  const changed = { uri, text }
  const edited = { ...project, lookup: (each: string) => (each === uri ? changed : project.lookup(each)) }
  const read = projectFileOf(file.uri, edited, { files: new Set(), folders: new Set() })
  if (read && read.problems.length > 0) return { missing: lists }
  const { problems, missing: named } = projectProblems(changed, edited)
  lists.files.push(...named.files)
  const old = new Set(known ? projectProblems(known.file, project).problems.map(({ message }) => message) : [])
  const [introduced] = problems.filter(({ message }) => !old.has(message))
  if (introduced) return { reason: introduced.message, missing: lists }
  return wish.isMet(read)
    ? { change: { ...changed, ...(known && { before: known.file }) }, missing: lists }
    : { missing: lists }
}
