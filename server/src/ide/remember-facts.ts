import type { Project } from '../config/project.ts'
import type { ProjectFile } from '../config/project-file.ts'
import type { SourceFile } from '../text/source-file.ts'
import { folderOf, nameOf, relativePath } from '../text/uri.ts'
import { changeProject, type ProjectChange, type SetAt } from './project-change.ts'

/**
 * The nearest `jailhouse.json` of a root, or a new one in `folder`, whose systems of this root name these facts and no
 * others. Without facts the systems name none, so that comments and what lies beside the root decide.
 */
export function rememberFacts(
  root: SourceFile,
  facts: readonly string[],
  folder: string,
  project: Project,
): ProjectChange {
  return changeProject(root, folder, project, {
    needsFile: facts.length > 0,
    write: (set, known, uri) => name(root, facts, set, known, folderOf(uri)),
    isMet: read => namedBy(root, read).join() === facts.join(),
  })
}

function name(
  root: SourceFile,
  facts: readonly string[],
  set: SetAt,
  known: ProjectFile | undefined,
  home: string,
): void {
  const platform = facts.length === 0 ? undefined : facts.map(uri => relativePath(home, uri))
  const systems = known?.systems ?? []
  for (const [index, system] of systems.entries())
    if (system.root === root.uri && (platform || system.platform.length > 0))
      set(['systems', index, 'platform'], platform)
  if (!platform || systems.some(system => system.root === root.uri)) return
  set(['systems', systems.length], {
    name: nameOf(root.uri).replace(/\.c$/, ''),
    root: relativePath(home, root.uri),
    platform,
  })
}

/** Facts that the systems of a root name. */
const namedBy = ({ uri }: SourceFile, read: ProjectFile | undefined): readonly string[] => [
  ...new Set(
    read?.systems.filter(({ root }) => root === uri).flatMap(({ platform }) => platform.map(each => each.uri)) ?? [],
  ),
]
