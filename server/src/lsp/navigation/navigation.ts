import { type CallHierarchyItem, type Connection, type SymbolInformation, SymbolKind } from 'vscode-languageserver'
import { isConfigFile, readConfig } from '../../analyze.ts'
import { fileAt, filesIn, type MissingFiles, type Project } from '../../config/project.ts'
import { partsOf, type Resource, type ResourceId, resourceAt, usesOf } from '../../ide/navigation/hierarchy.ts'
import { flattened, symbols } from '../../ide/navigation/symbols.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { folderOf } from '../../text/uri.ts'
import { encodingOf, type PositionParams, type WrapHandler, withAnalysis, withOffset } from '../handler.ts'
import { toLocation, toRange } from '../position-encoding.ts'
import type { Session } from '../session.ts'
import { SYMBOL_KIND } from '../to-protocol.ts'

/** What an item carries from one question to the next: the document that was asked about, and what it stands for. */
interface ItemData {
  readonly uri: string
  readonly id: ResourceId
}

/** Cells, regions and devices as a call hierarchy: who uses what. */
export function registerCallHierarchy(connection: Connection, wrapHandler: WrapHandler): void {
  const { callHierarchy } = connection.languages
  callHierarchy.onPrepare(
    wrapHandler((session, params: PositionParams) =>
      withOffset(session, params, (analysis, offset) => {
        const resource = resourceAt(analysis, offset)
        return resource ? [toCallHierarchyItem(resource, params.textDocument.uri, session)] : null
      }),
    ),
  )
  callHierarchy.onIncomingCalls(
    wrapHandler((session, { item }) => {
      const { uri: asked, id } = dataOf(item)
      return withAnalysis(session, { textDocument: { uri: asked } }, analysis =>
        usesOf(analysis, id).map(({ from, spans: at }) => ({
          from: toCallHierarchyItem(from, asked, session),
          fromRanges: at.map(span => toRange(span, encodingOf(session))),
        })),
      )
    }),
  )
  callHierarchy.onOutgoingCalls(
    wrapHandler((session, { item }) => {
      const { uri: asked, id } = dataOf(item)
      return withAnalysis(session, { textDocument: { uri: asked } }, analysis =>
        partsOf(analysis, id).map(part => ({
          to: toCallHierarchyItem(part, asked, session),
          fromRanges: [toRange(part.selection, encodingOf(session))],
        })),
      )
    }),
  )
}

/** Of an item that is not one of ours nothing is known. */
function dataOf(item: Partial<CallHierarchyItem> | null | undefined): ItemData {
  const { uri, id } = (item?.data ?? {}) as Partial<ItemData>
  return { uri: String(uri), id: typeof id === 'object' && id ? id : { cell: '' } }
}

const HIERARCHY_KIND = {
  cell: SymbolKind.Module,
  mem_regions: SymbolKind.Object,
  pci_devices: SymbolKind.Interface,
} as const

const toCallHierarchyItem = (
  { id, name, detail, range, selection }: Resource,
  uri: string,
  session: Session,
): CallHierarchyItem => ({
  name,
  detail,
  kind: HIERARCHY_KIND[id.array ?? 'cell'],
  uri: session.clientUri(range.file.uri),
  range: toRange(range, encodingOf(session)),
  selectionRange: toRange(selection, encodingOf(session)),
  data: { uri, id } satisfies ItemData,
})

/** Files of one folder that are read for symbols at most; more are no folder of configurations. */
const MAX_FILES = 500

/** Symbols of the configurations in the folders of open ones whose words hold what is asked for, addresses included. */
export async function symbolsMatching(session: Session, query: string): Promise<SymbolInformation[]> {
  await session.ready
  const folders = new Set(session.sortedConfigurations().map(({ file }) => folderOf(file.uri)))
  const time = session.clock()
  const outlined = [...folders].map(folder =>
    session.workspace.query(folder, project => outlines({ ...project, time }, folder)),
  )
  const found = (await Promise.all(outlined)).flatMap(({ found }) => found)
  if (time.isCut) session.onSlow(`symbols are not those of all files: ${time.slowStages}`)
  const words = query.toLowerCase()
  return found
    .filter(({ name, detail }) => `${name} ${detail}`.toLowerCase().includes(words))
    .map(({ name, detail, kind, range, container }) => ({
      name: detail ? `${name} ${detail}` : name,
      kind: SYMBOL_KIND[kind],
      location: { ...toLocation(range, session.capabilities.encoding), uri: session.clientUri(range.file.uri) },
      ...(container && { containerName: container }),
    }))
}

function outlines(project: Project, folder: string) {
  const missing: MissingFiles = { files: new Set(), folders: new Set() }
  const files = filesIn(folder, project, missing)
    .filter(uri => uri.endsWith('.c'))
    .slice(0, MAX_FILES)
    .map(uri => fileAt(uri, project, missing))
    .filter((file): file is SourceFile => file !== undefined && isConfigFile(file))
  const reads = missing.files.size === 0 ? readWhileKnown(files, project, missing) : []
  const found = reads.flatMap(read => [...flattened(symbols(read))])
  return { found, missing: { files: [...missing.files], folders: [...missing.folders] } }
}

/** Files that lack something before the others are kept waiting: those of a folder include the same headers. */
const MAX_LACKING = 8

function readWhileKnown(files: readonly SourceFile[], project: Project, missing: MissingFiles) {
  const reads: ReturnType<typeof readConfig>[] = []
  for (const file of files) {
    if (project.time?.isOver()) break
    const read = readConfig(file, project)
    for (const uri of read.missing.files) missing.files.add(uri)
    for (const uri of read.missing.folders) missing.folders.add(uri)
    reads.push(read)
    const lacking = missing.files.size + missing.folders.size === 0 ? 0 : reads.filter(isLacking).length
    if (MAX_LACKING <= lacking) break
  }
  return reads
}

const isLacking = ({ missing: { files, folders } }: ReturnType<typeof readConfig>): boolean =>
  0 < files.length + folders.length
