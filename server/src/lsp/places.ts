import {
  type Connection,
  DocumentHighlightKind,
  type Location,
  type Range,
  type ServerCapabilities,
  type TextDocumentPositionParams,
  type WorkspaceEdit,
} from 'vscode-languageserver'
import type { Analysis } from '../analyze.ts'
import { definitions, references, rename, renameable } from '../ide/navigation.ts'
import type { Span } from '../text/source-file.ts'
import type { Abilities } from './abilities.ts'
import { toWorkspaceEdit } from './code-actions.ts'
import { toLocation, toOffset, toRange } from './convert.ts'
import type { Guard } from './guard.ts'
import type { Session } from './session.ts'

/** From a place to others: definition, references, highlights, rename. */
export const placesCapabilities = (_: Abilities): ServerCapabilities => ({
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
})

export function answerPlaces(connection: Connection, guard: Guard): void {
  const locations = (ask: (analysis: Analysis, offset: number) => readonly Span[]) =>
    guard(async (session, params: TextDocumentPositionParams): Promise<Location[] | null> => {
      const spans = await spansAt(session, params, ask)
      return spans?.map(span => toLocation(span, session.abilities.encoding)) ?? null
    })
  connection.onDefinition(locations(definitions))
  connection.onReferences(locations(references))
  connection.onDocumentHighlight(
    guard(async (session, params) => {
      const spans = await spansAt(session, params, references)
      const { encoding } = session.abilities
      return spans?.map(span => ({ range: toRange(span, encoding), kind: DocumentHighlightKind.Text })) ?? null
    }),
  )
  connection.onPrepareRename(
    guard(async (session, params): Promise<Range | null> => {
      const [span] = (await spansAt(session, params, (a, offset) => [renameable(a, offset)].filter(s => !!s))) ?? []
      return span ? toRange(span, session.abilities.encoding) : null
    }),
  )
  connection.onRenameRequest(
    guard(async (session, params): Promise<WorkspaceEdit | null> => {
      const answer = await session.answer(params.textDocument.uri)
      if (!answer) return null
      const offset = toOffset(answer.document.file, params.position, session.abilities.encoding)
      const edits = rename(answer.analysis, offset, params.newName)
      return edits.length ? toWorkspaceEdit(edits, session) : null
    }),
  )
}

async function spansAt(
  session: Session,
  { textDocument, position }: TextDocumentPositionParams,
  ask: (analysis: Analysis, offset: number) => readonly Span[],
): Promise<readonly Span[] | undefined> {
  const answer = await session.answer(textDocument.uri)
  return answer && ask(answer.analysis, toOffset(answer.document.file, position, session.abilities.encoding))
}
