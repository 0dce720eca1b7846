import { type Connection, LSPErrorCodes, ResponseError, type ServerCapabilities } from 'vscode-languageserver'
import { isBuiltin } from '../config/includes.ts'
import { completions, documentation } from '../ide/completion/index.ts'
import { folds, selections } from '../ide/folding.ts'
import { hover } from '../ide/hover.ts'
import { definitions, links, references, rename, renameable } from '../ide/navigation.ts'
import { markdown, plainText } from '../ide/note.ts'
import { semanticTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from '../ide/semantic-tokens.ts'
import { symbols } from '../ide/symbols.ts'
import type { Abilities } from './abilities.ts'
import { type AtPosition, encodingOf, type OfDocument, ofFile, ofOffset } from './asking.ts'
import { codeActions, FIX_ALL } from './code-actions.ts'
import { toRange, toSpan } from './convert.ts'
import { toWorkspaceEdit } from './edits.ts'
import type { Guard } from './guard.ts'
import { answerHierarchy } from './hierarchy.ts'
import { answerHints, hintCapabilities } from './hints.ts'
import { REFACTOR_KINDS } from './refactor.ts'
import type { Session } from './session.ts'
import {
  placeOf,
  toCompletionItem,
  toDocumentSymbol,
  toFoldingRange,
  toSelectionRange,
  toSemanticTokens,
  toSymbolInformation,
} from './shapes.ts'
import { symbolsMatching } from './workspace-symbols.ts'

/** What the server can do in an editor. */
export const featureCapabilities = ({ pullDiagnostics, codeActionObjects }: Abilities): ServerCapabilities => ({
  ...(pullDiagnostics && {
    diagnosticProvider: { identifier: 'jailhouse-warden', interFileDependencies: true, workspaceDiagnostics: false },
  }),
  codeActionProvider: codeActionObjects ? { codeActionKinds: ['quickfix', ...REFACTOR_KINDS, FIX_ALL] } : false,
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['.', '=', '|', '{'], resolveProvider: true },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  semanticTokensProvider: {
    legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
    full: true,
  },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  callHierarchyProvider: true,
  renameProvider: { prepareProvider: true },
  documentLinkProvider: {},
  workspaceSymbolProvider: true,
  ...hintCapabilities,
})

/** One entry a feature: convert the question, ask the core, convert the answer. */
export function answerFeatures(connection: Connection, guard: Guard): void {
  connection.languages.diagnostics.on(
    guard((_, { textDocument, previousResultId }, { diagnose }) =>
      diagnose!.report(textDocument.uri, previousResultId),
    ),
  )
  connection.onCodeAction(
    guard(async (session, { textDocument, range, context }) => {
      const answer = await session.answer(textDocument.uri)
      if (!answer) return null
      return codeActions(answer, toSpan(answer.document.file, range, encodingOf(session)), context, session)
    }),
  )
  connection.onHover(
    guard((session, params: AtPosition) =>
      ofOffset(session, params, (analysis, offset) => {
        const note = hover(analysis, offset)
        if (!note) return null
        const words = session.abilities.markdownHover
          ? { kind: 'markdown' as const, value: markdown(note.blocks) }
          : { kind: 'plaintext' as const, value: plainText(note.blocks) }
        return { contents: words, range: toRange(note.at, encodingOf(session)) }
      }),
    ),
  )
  connection.onCompletion(
    guard((session, params: AtPosition) =>
      ofOffset(session, params, (analysis, offset) =>
        completions(analysis, offset).map(completion => toCompletionItem(completion, session)),
      ),
    ),
  )
  connection.onCompletionResolve(
    guard((_, item) => (item.data ? { ...item, documentation: documentation(item.data) } : item)),
  )
  connection.onDocumentSymbol(
    guard((session, params: OfDocument) =>
      ofFile(session, params, analysis => {
        const outline = symbols(analysis)
        if (session.abilities.nestedSymbols) return outline.map(symbol => toDocumentSymbol(symbol, encodingOf(session)))
        return toSymbolInformation(outline, params.textDocument.uri, encodingOf(session))
      }),
    ),
  )
  connection.onWorkspaceSymbol(guard((session, { query }) => symbolsMatching(session, query)))
  connection.onFoldingRanges(
    guard((session, params: OfDocument) =>
      ofFile(session, params, analysis => folds(analysis).flatMap(toFoldingRange)),
    ),
  )
  connection.onSelectionRanges(
    guard(async (session, { textDocument, positions }) => {
      const ranges = positions.map(position =>
        ofOffset(session, { textDocument, position }, (analysis, offset) =>
          toSelectionRange(selections(analysis, offset), encodingOf(session)),
        ),
      )
      return (await Promise.all(ranges)).filter(range => range !== null && range !== undefined)
    }),
  )
  connection.languages.semanticTokens.on(
    guard(async (session, params: OfDocument) => {
      const data = await ofFile(session, params, analysis =>
        toSemanticTokens(semanticTokens(analysis), encodingOf(session)),
      )
      return { data: data ?? [] }
    }),
  )
  answerNavigation(connection, guard)
  answerHierarchy(connection, guard)
  answerHints(connection, guard)
}

function answerNavigation(connection: Connection, guard: Guard): void {
  connection.onDefinition(
    guard((session, params: AtPosition) =>
      ofOffset(session, params, (analysis, offset) =>
        definitions(analysis, offset)
          .filter(({ file }) => canOpen(file.uri, session))
          .map(span => placeOf(span, session)),
      ),
    ),
  )
  connection.onReferences(
    guard((session, params: AtPosition) =>
      ofOffset(session, params, (analysis, offset) => references(analysis, offset).map(span => placeOf(span, session))),
    ),
  )
  connection.onDocumentHighlight(
    guard((session, params: AtPosition) =>
      ofOffset(session, params, (analysis, offset) =>
        references(analysis, offset).map(span => ({ range: toRange(span, encodingOf(session)) })),
      ),
    ),
  )
  connection.onPrepareRename(
    guard((session, params: AtPosition) =>
      ofOffset(session, params, (analysis, offset) => {
        const span = renameable(analysis, offset)
        return span ? toRange(span, encodingOf(session)) : null
      }),
    ),
  )
  connection.onRenameRequest(
    guard((session, params) =>
      ofOffset(session, params, (analysis, offset) => {
        const { edits, because } = rename(analysis, offset, params.newName)
        if (because) throw new ResponseError(LSPErrorCodes.RequestFailed, because)
        return toWorkspaceEdit(edits, session)
      }),
    ),
  )
  connection.onDocumentLinks(
    guard((session, params: OfDocument) =>
      ofFile(session, params, analysis =>
        links(analysis)
          .filter(({ uri }) => canOpen(uri, session))
          .map(({ at, uri }) => ({ range: toRange(at, encodingOf(session)), target: session.spelling(uri) })),
      ),
    ),
  )
}

/** Built-in headers can be shown only by a client that asks the server for their text. */
const canOpen = (uri: string, { abilities }: Session): boolean => abilities.textDocumentContent || !isBuiltin(uri)
