import {
  type CompletionItem,
  CompletionItemKind,
  CreateFile,
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  InsertTextFormat,
  type Location,
  LSPErrorCodes,
  ResponseError,
  type SelectionRange,
  type SymbolInformation,
  SymbolKind,
  type WorkspaceEdit,
} from 'vscode-languageserver'
import { type Completion, withoutTabStops } from '../ide/completion/index.ts'
import type { Fold } from '../ide/navigation/folding.ts'
import { flattened, type OutlineSymbol } from '../ide/navigation/symbols.ts'
import type { FileChange, ProjectChange } from '../ide/project-change.ts'
import { editsBetween } from '../repair/text-edits.ts'
import { type Edit, positionAt, type SourceFile, type Span } from '../text/source-file.ts'
import { nameOf } from '../text/uri.ts'
import { visible } from '../text/visible.ts'
import { type Encoding, toLocation, toRange } from './position-encoding.ts'
import type { Session } from './session.ts'

/** Converts what features answer to LSP types. */

const COMPLETION_KIND: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  field: CompletionItemKind.Field,
  constant: CompletionItemKind.EnumMember,
  value: CompletionItemKind.Value,
  snippet: CompletionItemKind.Snippet,
  macro: CompletionItemKind.Constant,
}

/** What a client sends back to hear more of a proposal: what it is about, and where it is still to be tried. */
export interface CompletionData {
  readonly about?: Completion['about']
  /** Where the word of an element begins that can be tried in the engine. */
  readonly element?: { readonly uri: string; readonly offset: number }
}

export function toCompletionItem(completion: Completion, session: Session): CompletionItem {
  const { label, kind, at, insert, isSnippet, order, filter, additionalEdits = [] } = completion
  const { capabilities } = session
  const data = completionData(completion, session)
  const asSnippet = isSnippet && capabilities.snippets
  return {
    label,
    kind: COMPLETION_KIND[kind],
    ...detailOf(completion, session),
    sortText: String(order).padStart(6, '0'),
    insertTextFormat: asSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: {
      range: toRange(at, capabilities.encoding),
      newText: isSnippet && !asSnippet ? withoutTabStops(insert) : insert,
    },
    ...(filter !== undefined && { filterText: filter }),
    ...(additionalEdits.length > 0 && {
      additionalTextEdits: additionalEdits.map(({ span, text }) => ({
        range: toRange(span, capabilities.encoding),
        newText: text,
      })),
    }),
    ...(data && { data }),
  }
}

/** Beside the label where the client has room for it, in every row; else behind the detail. */
function detailOf({ detail, isUntried }: Completion, { capabilities }: Session) {
  if (!isUntried) return { detail }
  const description = 'not tried'
  return capabilities.labelDetails
    ? { detail, labelDetails: { description } }
    : { detail: `${detail} (${description})` }
}

function completionData({ about, isWhole, at }: Completion, session: Session): CompletionData | undefined {
  if (!about && !isWhole) return undefined
  const element = { uri: session.clientUri(at.file.uri), offset: at.start }
  return { ...(about && { about }), ...(isWhole && { element }) }
}

export const SYMBOL_KIND: Readonly<Record<OutlineSymbol['kind'], SymbolKind>> = {
  cell: SymbolKind.Module,
  struct: SymbolKind.Struct,
  array: SymbolKind.Array,
  element: SymbolKind.Object,
  field: SymbolKind.Field,
}

export const toDocumentSymbol = (symbol: OutlineSymbol, encoding: Encoding): DocumentSymbol => ({
  name: symbol.name,
  detail: symbol.detail,
  kind: SYMBOL_KIND[symbol.kind],
  range: toRange(symbol.range, encoding),
  selectionRange: toRange(symbol.selection, encoding),
  children: symbol.children.map(child => toDocumentSymbol(child, encoding)),
})

/** The outline as a list, for clients that know no trees. */
export const toSymbolInformation = (
  outline: readonly OutlineSymbol[],
  uri: string,
  encoding: Encoding,
): SymbolInformation[] =>
  Array.from(flattened(outline), ({ name, kind, range, container }) => ({
    name,
    kind: SYMBOL_KIND[kind],
    location: { ...toLocation(range, encoding), uri },
    ...(container && { containerName: container }),
  }))

const FOLD_KIND = {
  braces: undefined,
  comment: FoldingRangeKind.Comment,
  conditional: FoldingRangeKind.Region,
} as const

/** Folds of one line would fold nothing. The last line of braces stays in sight. */
export function toFoldingRange({ at, kind }: Fold): readonly FoldingRange[] {
  const startLine = positionAt(at.file, at.start).line
  const lastLine = positionAt(at.file, at.end).line
  const endLine = kind === 'braces' ? lastLine - 1 : lastLine
  const folded = FOLD_KIND[kind]
  return startLine < endLine ? [{ startLine, endLine, ...(folded && { kind: folded }) }] : []
}

/** A place under the client's own spelling of its file. */
export const toClientLocation = (span: Span, session: Session): Location => ({
  ...toLocation(span, session.capabilities.encoding),
  uri: session.clientUri(span.file.uri),
})

/** Spans, innermost first, as a chain of parents. */
export function toSelectionRange(spans: readonly Span[], encoding: Encoding): SelectionRange | undefined {
  return spans.reduceRight<SelectionRange | undefined>(
    (parent, span) => ({ range: toRange(span, encoding), ...(parent && { parent }) }),
    undefined,
  )
}

/** Refuses a text that the client has changed since it was read: offsets of it mean other places by now. */
function holdText(file: SourceFile, session: Session): void {
  const open = session.workspace.document(file.uri)
  if (open && open.file !== file)
    throw new ResponseError(LSPErrorCodes.ContentModified, `${visible(nameOf(file.uri))} has changed meanwhile`)
}

/** `jailhouse.json` as it is to be, made anew where there is none; null where it has problems of its own. */
export function projectEdit(changed: ProjectChange | undefined, session: Session): WorkspaceEdit | null {
  if (changed?.reason !== undefined) throw notChanged(changed.reason)
  return changed?.change ? toFileEdit(changed.change, session) : null
}

const notChanged = (reason: string): ResponseError<void> =>
  new ResponseError(LSPErrorCodes.RequestFailed, `jailhouse.json is not changed: ${visible(reason)}`)

/** A new file is never written over one that somebody made meanwhile. */
function toFileEdit({ uri, before, text }: FileChange, session: Session): WorkspaceEdit {
  if (before) return toWorkspaceEdit(editsBetween(before, text), session)
  if (session.workspace.document(uri)) throw notChanged('it has changed meanwhile')
  if (!session.capabilities.createsFiles)
    throw notChanged('this editor creates no files for a server; make an empty {}')
  const start = { line: 0, character: 0 }
  return {
    documentChanges: [
      CreateFile.create(uri, { overwrite: false, ignoreIfExists: false }),
      { textDocument: { uri, version: null }, edits: [{ range: { start, end: start }, newText: text }] },
    ],
  }
}

/** Edits of any number of files, in the form the client announced; those of a text that is no more are none. */
export function toWorkspaceEdit(edits: readonly Edit[], session: Session): WorkspaceEdit {
  const files = [...new Set(edits.map(({ span: at }) => at.file))]
  for (const file of files) holdText(file, session)
  const textEdits = (file: SourceFile) =>
    edits
      .filter(({ span: at }) => at.file === file)
      .map(({ span: at, text }) => ({ range: toRange(at, session.capabilities.encoding), newText: text }))
  if (!session.capabilities.documentChanges)
    return { changes: Object.fromEntries(files.map(file => [session.clientUri(file.uri), textEdits(file)])) }
  return {
    documentChanges: files.map(file => {
      const open = session.workspace.document(file.uri)
      return {
        textDocument: { uri: session.clientUri(file.uri), version: open?.version ?? null },
        edits: textEdits(file),
      }
    }),
  }
}
