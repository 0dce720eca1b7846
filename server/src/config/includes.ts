import type { CompileOptions, FileLookup } from '../c/unit.ts'
import type { SourceFile } from '../text/source-file.ts'
import { BUILTIN, isBuiltin } from './headers/builtin-uri.ts'
import { chooseRevision, type RevisionChoice } from './headers/choose-revision.ts'
import { builtinHeaders, type Revision, revisions } from './headers/index.ts'
import type { MissingFiles, Project } from './project.ts'
import type { ProjectFile } from './project-file.ts'
import { treeBuild } from './tree.ts'

export { BUILTIN, isBuiltin } from './headers/builtin-uri.ts'

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

/** The headers that a configuration may include of a tree. */
export const headerNames: readonly string[] = [...builtinHeaders(newest).keys()].filter(
  name => !name.includes('/parts/'),
)

/** Looks for built-in headers first, which are always there, and for everything else where the shell looks. */
export const withBuiltins =
  (lookup: FileLookup): FileLookup =>
  uri =>
    isBuiltin(uri) ? (builtinFiles.get(uri) ?? 'absent') : lookup(uri)

/**
 * How a file is compiled: as the settings say, then as the nearest tree above builds its own configurations, and with the
 * built-in headers behind, which serve what the tree lacks.
 */
export function compileOptions(
  main: SourceFile,
  project: Project,
  projectFile: ProjectFile | undefined,
  missing: MissingFiles,
): CompileOptions {
  const tree = treeBuild(main, project, missing)
  const { settings } = project
  return {
    includeDirs: [
      ...settings.includePaths,
      ...(projectFile?.includePaths ?? []),
      ...(tree?.includeDirs ?? []),
      // With a tree's own header only the neighbours it includes come from here, and those are the same in all revisions.
      builtinFolder(tree ? newest : chooseRevision(main, { project, projectFile, missing }).revision),
    ],
    defines: { ...tree?.defines, ...projectFile?.defines, ...settings.defines },
    forceIncludes: distinct([
      ...(tree?.forceIncludes ?? []),
      ...settings.forceIncludes,
      ...(projectFile?.forceIncludes ?? []),
    ]),
  }
}

/** Settings may name again what the tree includes by itself. */
const distinct = (uris: readonly string[]): readonly string[] => [...new Set(uris)]

/** Which built-in headers serve a file, and why; undefined where its tree has its own. */
export const builtinChoice = (
  main: SourceFile,
  project: Project,
  projectFile: ProjectFile | undefined,
  missing: MissingFiles,
): RevisionChoice | undefined =>
  treeBuild(main, project, missing) ? undefined : chooseRevision(main, { project, projectFile, missing })

/** The revision whose built-in headers a URI belongs to. */
export const builtinRevision = (uri: string): string | undefined =>
  isBuiltin(uri) ? uri.slice(BUILTIN.length + 1).split('/')[0] : undefined
