import { applyEdits, modify } from 'jsonc-parser/lib/esm/main.js'
import type { MissingFiles, Project } from '../config/project.ts'
import { PROJECT_FILE, projectFileOf } from '../config/project-file.ts'
import type { SourceFile } from '../text/source-file.ts'
import { folderOf, nameOf, relativePath } from '../text/uri.ts'

/** A file as it is to be; `before` is absent where it is to be created. */
export interface FileChange {
  readonly uri: string
  readonly before?: SourceFile
  readonly text: string
}

/** In the hand of whoever wrote the file; the line ends are found by who formats. */
const formatOf = (text: string) => ({
  formattingOptions: { insertSpaces: !text.includes('\n\t'), tabSize: text.includes('\n    "') ? 4 : 2 },
})

/**
 * The nearest `jailhouse.json`, or a new one in `folder`, with a system of the root and this cell alone; the cell leaves
 * the systems of other roots. Without a root it leaves all systems, so that its name decides.
 */
export function rememberRoot(
  cell: SourceFile,
  root: string | undefined,
  folder: string,
  project: Project,
): { readonly change?: FileChange; readonly missing: { readonly files: string[]; readonly folders: string[] } } {
  const missing: MissingFiles = { files: new Set(), folders: new Set() }
  const known = projectFileOf(cell.uri, project, missing)
  const uri = known?.file.uri ?? `${folder}${PROJECT_FILE}`
  const lists = { files: [...missing.files], folders: [...missing.folders] }
  if (!known && root === undefined) return { missing: lists }
  if (known && known.problems.length > 0) return { missing: lists }
  const home = folderOf(uri)
  let text = known?.file.text ?? '{}\n'
  const set = (path: (string | number)[], value: unknown) => {
    text = applyEdits(text, modify(text, path, value, formatOf(text)))
  }
  for (const [index, system] of (known?.systems ?? []).entries()) {
    const place = system.cells.indexOf(cell.uri)
    if (place >= 0 && system.root !== root) set(['systems', index, 'cells', place], undefined)
  }
  const isThere = known?.systems.some(system => system.root === root && system.cells.includes(cell.uri)) ?? false
  if (root !== undefined && !isThere) {
    const system = {
      name: `${bare(root)} with ${bare(cell.uri)}`,
      root: relativePath(home, root),
      cells: [relativePath(home, cell.uri)],
    }
    set(['systems', known?.systems.length ?? 0], system)
  }
  if (!says({ uri, text }, cell, root, project)) return { missing: lists }
  return { change: { uri, text, ...(known && { before: known.file }) }, missing: lists }
}

/** Whether the new text is read without a problem, and has the cell with this root and no other. */
function says(file: SourceFile, cell: SourceFile, root: string | undefined, project: Project): boolean {
  const edited = { ...project, lookup: (uri: string) => (uri === file.uri ? file : project.lookup(uri)) }
  const read = projectFileOf(cell.uri, edited, { files: new Set(), folders: new Set() })
  const systems = read?.systems.filter(({ cells }) => cells.includes(cell.uri)) ?? []
  const isMeant = root === undefined ? systems.length === 0 : systems.length > 0
  return read?.problems.length === 0 && isMeant && systems.every(system => system.root === root)
}

const bare = (uri: string): string => nameOf(uri).replace(/\.c$/, '')
