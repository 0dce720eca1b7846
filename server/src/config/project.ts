import type { FileLookup } from '../c/unit.ts'
import type { SourceFile } from '../text/source-file.ts'
import type { Time } from '../text/time.ts'

/** What the user set, in the editor or on the command line. */
export interface Settings {
  /** URIs of folders to look for headers in, before those found by themselves. */
  readonly includePaths: readonly string[]
  /** Macros given to the compiler, `CONFIG_*` above all. */
  readonly defines: Readonly<Record<string, string>>
  /** URIs of files read before each configuration. */
  readonly forceIncludes: readonly string[]
  /** Severity, or `off`, by rule code (`JH203`), rule id or band (`JH2xx`). */
  readonly rules: Readonly<Record<string, string>>
  /** Release (`v0.12`) or revision (`13`, `13b`) of the built-in headers, where a tree has none of its own. */
  readonly revision?: string
  /** The only root of the machine that all known files are for: that of cells for which nothing else names one. */
  readonly onlyRoot?: string
  /** A root with cells that are loaded together, whatever the project file says of them. */
  readonly together?: { readonly root: string; readonly cells: readonly string[] }
  /** Physical address bits of the CPUs of arm64 boards. */
  readonly cpuParange?: number
  /** URIs of files and folders of facts of the machine, for every root. */
  readonly platform?: readonly string[]
  /** Also show the findings that the baseline of the project lists. */
  readonly ignoreBaseline?: boolean
}

export const defaultSettings: Settings = { includePaths: [], defines: {}, forceIncludes: [], rules: {} }

/** Everything outside a file that its analysis depends on. The shell that owns files and settings makes it. */
export interface Project {
  readonly lookup: FileLookup
  /** URIs of the files in a folder, or that nobody has asked for them yet. */
  readonly list: (folder: string) => readonly string[] | 'pending'
  readonly settings: Settings
  /** The root a user pinned for a cell, by the cell's URI. */
  readonly pins: ReadonlyMap<string, string>
  /** Files that are open or being checked; a cell among them may name its root in a comment. */
  readonly known: readonly SourceFile[]
  /** How long whoever asks waits; without it as long as it takes. */
  readonly time?: Time
}

/** What an analysis still lacks: the shell reads these and asks again. */
export interface MissingFiles {
  readonly files: Set<string>
  readonly folders: Set<string>
}

/** The file at a URI if it is there; notes what nobody has looked for yet. */
export function fileAt(uri: string, project: Project, missing: MissingFiles): SourceFile | undefined {
  const found = project.lookup(uri)
  if (found === 'pending') missing.files.add(uri)
  return typeof found === 'string' ? undefined : found
}

export function filesIn(folder: string, project: Project, missing: MissingFiles): readonly string[] {
  const found = project.list(folder)
  if (found !== 'pending') return found
  missing.folders.add(folder)
  return []
}
