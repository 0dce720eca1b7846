import { type CallHierarchyItem, type Connection, SymbolKind } from 'vscode-languageserver'
import { partsOf, type Resource, type ResourceId, resourceAt, usesOf } from '../ide/hierarchy.ts'
import { type AtPosition, encodingOf, ofFile, ofOffset } from './asking.ts'
import { toRange } from './convert.ts'
import type { Guard } from './guard.ts'
import type { Session } from './session.ts'

/** What an item carries from one question to the next: the document that was asked about, and what it stands for. */
interface Carried {
  readonly asked: string
  readonly id: ResourceId
}

/** Cells, regions and devices as a call hierarchy: who uses what. */
export function answerHierarchy(connection: Connection, guard: Guard): void {
  const { callHierarchy } = connection.languages
  callHierarchy.onPrepare(
    guard((session, params: AtPosition) =>
      ofOffset(session, params, (analysis, offset) => {
        const resource = resourceAt(analysis, offset)
        return resource ? [toItem(resource, params.textDocument.uri, session)] : null
      }),
    ),
  )
  callHierarchy.onIncomingCalls(
    guard((session, { item }) => {
      const { asked, id } = item.data as Carried
      return ofFile(session, { textDocument: { uri: asked } }, analysis =>
        usesOf(analysis, id).map(({ from, at }) => ({
          from: toItem(from, asked, session),
          fromRanges: at.map(span => toRange(span, encodingOf(session))),
        })),
      )
    }),
  )
  callHierarchy.onOutgoingCalls(
    guard((session, { item }) => {
      const { asked, id } = item.data as Carried
      return ofFile(session, { textDocument: { uri: asked } }, analysis =>
        partsOf(analysis, id).map(part => ({
          to: toItem(part, asked, session),
          fromRanges: [toRange(part.selection, encodingOf(session))],
        })),
      )
    }),
  )
}

const KIND = { cell: SymbolKind.Module, mem_regions: SymbolKind.Object, pci_devices: SymbolKind.Interface } as const

const toItem = (
  { id, name, detail, range, selection }: Resource,
  asked: string,
  session: Session,
): CallHierarchyItem => ({
  name,
  detail,
  kind: KIND[id.array ?? 'cell'],
  uri: session.spelling(range.file.uri),
  range: toRange(range, encodingOf(session)),
  selectionRange: toRange(selection, encodingOf(session)),
  data: { asked, id } satisfies Carried,
})
