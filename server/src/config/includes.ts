import type { CompileOptions, FileLookup } from '../c/unit.ts'
import type { SourceFile } from '../text/source-file.ts'
import { foldersAbove } from '../text/uri.ts'
import { chooseRevision, type RevisionChoice } from './headers/choose-revision.ts'
import { builtinHeaders, type Revision, revisions } from './headers/index.ts'
import { fileAt, type MissingFiles, type Project } from './project.ts'
import type { ProjectFile } from './project-file.ts'

/** Built-in headers live under this scheme; editors show them as read-only documents. */
export const BUILTIN = 'jailhouse-warden-builtin:'

const CELL_CONFIG = 'jailhouse/cell-config.h'

/** Where a tree keeps it: since version 0.8, and before. */
const HOMES = ['include/', 'hypervisor/include/']

const builtinFolder = (revision: Revision): string => `${BUILTIN}/${revision.id}/`

const builtinFiles: ReadonlyMap<string, SourceFile> = new Map(
  revisions.flatMap(revision =>
    [...builtinHeaders(revision)].map(([name, text]): [string, SourceFile] => {
      const uri = builtinFolder(revision) + name
      return [uri, { uri, text }]
    }),
  ),
)

const [newest] = revisions as readonly [Revision, ...Revision[]]

export const isBuiltin = (uri: string): boolean => uri.startsWith(BUILTIN)

/** Looks for built-in headers first, which are always there, and for everything else where the shell looks. */
export const withBuiltins =
  (lookup: FileLookup): FileLookup =>
  uri =>
    isBuiltin(uri) ? (builtinFiles.get(uri) ?? 'absent') : lookup(uri)

/**
 * The include path of a file: the settings' folders, then the header folder of the nearest tree above, and behind them
 * the built-in headers, which serve what the tree lacks.
 */
export function compileOptions(
  main: SourceFile,
  project: Project,
  projectFile: ProjectFile | undefined,
  missing: MissingFiles,
): CompileOptions {
  const tree = treeHeaders(main, project, missing)
  const { settings } = project
  return {
    includeDirs: [
      ...settings.includePaths,
      ...(projectFile?.includePaths ?? []),
      ...(tree ? [tree] : []),
      // With a tree's own header only the neighbours it includes come from here, and those are the same in all revisions.
      builtinFolder(tree ? newest : chooseRevision(main, { project, projectFile, missing }).revision),
    ],
    defines: { ...projectFile?.defines, ...settings.defines },
    forceIncludes: [...settings.forceIncludes, ...(projectFile?.forceIncludes ?? [])],
  }
}

/** The header folder of the nearest tree above a file. */
const treeHeaders = (main: SourceFile, project: Project, missing: MissingFiles): string | undefined =>
  foldersAbove(main.uri)
    .flatMap(folder => HOMES.map(home => folder + home))
    .find(include => fileAt(include + CELL_CONFIG, project, missing))

/** Which built-in headers serve a file, and why; undefined where its tree has its own. */
export const builtinChoice = (
  main: SourceFile,
  project: Project,
  projectFile: ProjectFile | undefined,
  missing: MissingFiles,
): RevisionChoice | undefined =>
  treeHeaders(main, project, missing) ? undefined : chooseRevision(main, { project, projectFile, missing })

/** The revision whose built-in headers a URI belongs to. */
export const builtinRevision = (uri: string): string | undefined =>
  isBuiltin(uri) ? uri.slice(BUILTIN.length + 1).split('/')[0] : undefined
