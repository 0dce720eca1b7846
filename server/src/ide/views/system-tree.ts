import { cellsOfRoot, chooseRoot, looksLikeConfig } from '../../config/choose-root.ts'
import { type CellConfig, type Config, cellOf, type SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fileAt, type Project } from '../../config/project.ts'
import { type Query, queryOf } from '../../query.ts'
import { message, type Words } from '../../text/message.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { nameOf } from '../../text/uri.ts'
import { cellNodes } from './cell-nodes.ts'
import { freeNode } from './free-nodes.ts'
import { placeProperty, type ToPlace } from './place.ts'
import type { SystemTree, TreeNode } from './tree-model.ts'

/** The systems that some files belong to, each with all its inmates, and what must be read to know them. */
export function systemTree(
  files: readonly SourceFile[],
  project: Project,
  toPlace: ToPlace,
): SystemTree & { readonly missing: { readonly files: readonly string[]; readonly folders: readonly string[] } } {
  const query = queryOf(project)
  const mains = files.filter(looksLikeConfig)
  const roots = new Map<string, readonly TreeNode[]>()
  const orphans: TreeNode[] = []
  for (const file of mains) {
    const configs = query.configs(file)
    const uri = configs[0]?.kind === 'system' ? file.uri : rootOf(file, configs[0], query)
    if (uri !== undefined) roots.set(uri, roots.get(uri) ?? systemNodes(uri, query, toPlace))
    else orphans.push(...configs.map(config => orphanNode(config, toPlace)))
  }
  const missing = { files: [...query.missing.files], folders: [...query.missing.folders] }
  return { nodes: [...[...roots.values()].flat(), ...orphans], missing }
}

const rootOf = (file: SourceFile, config: Config | undefined, query: Query): string | undefined =>
  config?.kind === 'cell' ? chooseRoot(file, query.project, query.missing)?.uri : undefined

function systemNodes(uri: string, query: Query, toPlace: ToPlace): readonly TreeNode[] {
  const file = fileAt(uri, query.project, query.missing)
  const [root, ...beside] = file ? query.configs(file) : []
  if (!file || root?.kind !== 'system') return []
  const others = cellsOfRoot(file, query.project, query.missing).cells.flatMap(each => {
    const why = reasonFor(each, query)
    return query.configs(each).map(config => ({ config, why }))
  })
  const inmates = [...beside.map(config => ({ config, why: '' })), ...others].flatMap(({ config, why }) =>
    config.kind === 'cell' ? { config, why } : [],
  )
  return [rootNode(root, inmates, toPlace)]
}

const reasonFor = (cell: SourceFile, { project, missing }: Query): Words =>
  chooseRoot(cell, project, missing)?.reason ?? ''

function rootNode(
  root: SystemConfig,
  inmates: readonly { readonly config: CellConfig; readonly why: Words }[],
  toPlace: ToPlace,
): TreeNode {
  const id = root.file.uri
  const configs = inmates.map(({ config }) => config)
  return {
    id,
    kind: 'root',
    label: root.root_cell.name || nameOf(root.file.uri),
    detail: nameOf(root.file.uri),
    why: inmates.length > 0 ? '' : message('No inmate of this root cell was found.'),
    ...placeProperty(at(root.root_cell, 'name'), toPlace),
    children: [
      ...inmates.map(({ config, why }) => inmateNode(config, why, id, toPlace)),
      ...cellNodes(root.root_cell, id, toPlace),
      freeNode(root, configs, `${id} free`),
    ],
  }
}

function inmateNode(config: CellConfig, why: Words, root: string, toPlace: ToPlace): TreeNode {
  const id = `${root} ${config.file.uri}${config.extent ? `#${config.name}` : ''}`
  return {
    id,
    kind: 'inmate',
    label: config.name || nameOf(config.file.uri),
    detail: nameOf(config.file.uri),
    why: why && message('Under this root because {0}.', why),
    ...placeProperty(at(config, 'name'), toPlace),
    children: cellNodes(config, id, toPlace),
  }
}

function orphanNode(config: Config, toPlace: ToPlace): TreeNode {
  const cell = cellOf(config)
  const id = `${cell.file.uri}${cell.extent ? `#${cell.name}` : ''}`
  return {
    id,
    kind: 'orphan',
    label: cell.name || nameOf(cell.file.uri),
    detail: message('no root cell known'),
    why: message('Nothing says which root cell it runs under: only the file itself is checked.'),
    ...placeProperty(at(cell, 'name'), toPlace),
    children: cellNodes(cell, id, toPlace),
  }
}
