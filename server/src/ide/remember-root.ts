import type { Project } from '../config/project.ts'
import type { ProjectFile } from '../config/project-file.ts'
import type { SourceFile } from '../text/source-file.ts'
import { folderOf, nameOf, relativePath } from '../text/uri.ts'
import { changeProject, type ProjectChange, type SetAt } from './project-change.ts'

/**
 * The nearest `jailhouse.json`, or a new one in `folder`, with a system of the root and this cell alone; the cell leaves
 * the systems of other roots. Without a root it leaves all systems, so that its name decides.
 */
export function rememberRoot(
  cell: SourceFile,
  root: string | undefined,
  folder: string,
  project: Project,
): ProjectChange {
  return changeProject(cell, folder, project, {
    needsFile: root !== undefined,
    write: (set, known, uri) => pair(cell, root, set, known, folderOf(uri)),
    isMet: read => isPaired(cell, root, read),
  })
}

function pair(cell: SourceFile, root: string | undefined, set: SetAt, known: ProjectFile | undefined, home: string) {
  const systems = known?.systems ?? []
  for (const [index, system] of systems.entries()) {
    const place = system.cells.indexOf(cell.uri)
    if (place >= 0 && system.root !== root) set(['systems', index, 'cells', place], undefined)
  }
  if (root === undefined || systems.some(system => system.root === root && system.cells.includes(cell.uri))) return
  set(['systems', systems.length], {
    name: `${bare(root)} with ${bare(cell.uri)}`,
    root: relativePath(home, root),
    cells: [relativePath(home, cell.uri)],
  })
}

/** Whether the file has the cell with this root and no other. */
function isPaired(cell: SourceFile, root: string | undefined, read: ProjectFile | undefined): boolean {
  const systems = read?.systems.filter(({ cells }) => cells.includes(cell.uri)) ?? []
  return (root === undefined ? systems.length === 0 : systems.length > 0) && systems.every(each => each.root === root)
}

const bare = (uri: string): string => nameOf(uri).replace(/\.c$/, '')
