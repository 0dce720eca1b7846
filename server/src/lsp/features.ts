import {
  type CodeAction,
  type CodeLens,
  type Command,
  type Connection,
  MessageType,
  type ServerCapabilities,
  ShowMessageNotification,
  type SignatureHelp,
} from 'vscode-languageserver'
import { plainText } from '../ide/blocks.ts'
import { signatureAt } from '../ide/completion/signature.ts'
import { hover } from '../ide/hover/index.ts'
import { inlayHints } from '../ide/inlay-hints.ts'
import { type Lens, lenses } from '../ide/lenses.ts'
import { type CommandUri, markdown } from '../ide/markdown.ts'
import { folds, selections } from '../ide/navigation/folding.ts'
import { symbols } from '../ide/navigation/symbols.ts'
import { english } from '../text/message.ts'
import type { ClientCapabilities } from './client-capabilities.ts'
import { shownFindings } from './diagnostics/diagnostics.ts'
import { type CodeActionMenu, codeActions, FIX_ALL, REFACTOR_KINDS, resolveCodeAction } from './edits/code-actions.ts'
import { registerCompletion } from './edits/completion.ts'
import {
  type DocumentParams,
  encodingOf,
  type PositionParams,
  type WrapHandler,
  withAnalysis,
  withOffset,
} from './handler.ts'
import { registerCallHierarchy, symbolsMatching } from './navigation/navigation.ts'
import { registerReferences } from './navigation/references.ts'
import { listIn, textIn, uriOf } from './params.ts'
import { toPosition, toRange, toSpan } from './position-encoding.ts'
import { registerSemanticTokens, semanticTokensOptions } from './semantic-tokens.ts'
import type { Session } from './session.ts'
import {
  toClientLocation,
  toDocumentSymbol,
  toFoldingRange,
  toSelectionRange,
  toSymbolInformation,
} from './to-protocol.ts'

/** What the server can do in an editor. */
export const featureCapabilities = ({
  pullDiagnostics,
  workspaceDiagnostics,
  codeActionObjects,
}: ClientCapabilities): ServerCapabilities => ({
  ...(pullDiagnostics && {
    diagnosticProvider: { identifier: 'jailhouse-warden', interFileDependencies: true, workspaceDiagnostics },
  }),
  codeActionProvider: codeActionObjects
    ? { codeActionKinds: ['quickfix', ...REFACTOR_KINDS, FIX_ALL], resolveProvider: true }
    : false,
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['.'], resolveProvider: true },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  semanticTokensProvider: semanticTokensOptions,
  definitionProvider: true,
  typeDefinitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  callHierarchyProvider: true,
  renameProvider: { prepareProvider: true },
  documentLinkProvider: {},
  workspaceSymbolProvider: true,
  ...hintCapabilities,
})

/** One entry a feature: convert the question, ask the core, convert the answer. */
export function registerFeatures(connection: Connection, wrapHandler: WrapHandler): void {
  registerDiagnostics(connection, wrapHandler)
  registerCodeActions(connection, wrapHandler)
  registerHover(connection, wrapHandler)
  registerCompletion(connection, wrapHandler)
  registerStructure(connection, wrapHandler)
  registerSemanticTokens(connection, wrapHandler)
  registerReferences(connection, wrapHandler)
  registerCallHierarchy(connection, wrapHandler)
  registerHints(connection, wrapHandler)
}

function registerDiagnostics(connection: Connection, wrapHandler: WrapHandler): void {
  connection.languages.diagnostics.on(
    wrapHandler((_, params, { publisher }) => publisher!.pull(uriOf(params), params.previousResultId)),
  )
  connection.languages.diagnostics.onWorkspace((params, token) =>
    wrapHandler((_, __, { workspaceDiagnostics }) => workspaceDiagnostics!.pull(params, token))(params, token),
  )
}

function registerCodeActions(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onCodeAction(
    wrapHandler(async (session, { textDocument, range, context }) => {
      const answer = await session.analyze(uriOf({ textDocument }))
      if (!answer) return null
      const selection = toSpan(answer.document.file, range, encodingOf(session))
      return offerActions(connection, codeActions(answer, selection, context ?? {}, session), session)
    }),
  )
  connection.onCodeActionResolve(
    wrapHandler(async (session, action) => {
      const resolved = await resolveCodeAction(action, session)
      if ('action' in resolved) return resolved.action
      const message = `Not changed: ${resolved.refusal}.`
      await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message })
      return action
    }),
  )
}

function registerHover(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onHover(
    wrapHandler((session, params: PositionParams) =>
      withOffset(session, params, (analysis, offset) => {
        const content = hover(analysis, offset)
        if (!content) return null
        const words = session.capabilities.markdownHover
          ? { kind: 'markdown' as const, value: markdown(content.blocks, commandUriFor(session)) }
          : { kind: 'plaintext' as const, value: plainText(content.blocks) }
        return { contents: words, range: toRange(content.at, encodingOf(session)) }
      }),
    ),
  )
}

/** What a text is made of: symbols, folds, ever larger selections. */
function registerStructure(connection: Connection, wrapHandler: WrapHandler): void {
  connection.onDocumentSymbol(
    wrapHandler((session, params: DocumentParams) =>
      withAnalysis(session, params, analysis => {
        const outline = symbols(analysis)
        if (session.capabilities.nestedSymbols)
          return outline.map(symbol => toDocumentSymbol(symbol, encodingOf(session)))
        return toSymbolInformation(outline, params.textDocument.uri, encodingOf(session))
      }),
    ),
  )
  connection.onWorkspaceSymbol(wrapHandler((session, params) => symbolsMatching(session, textIn(params, 'query'))))
  connection.onFoldingRanges(
    wrapHandler((session, params: DocumentParams) =>
      withAnalysis(session, params, analysis => folds(analysis).flatMap(toFoldingRange)),
    ),
  )
  connection.onSelectionRanges(
    wrapHandler(async (session, params) => {
      const { textDocument } = params
      const ranges = listIn(params, 'positions').map(position =>
        withOffset(session, { textDocument, position }, (analysis, offset) =>
          toSelectionRange(selections(analysis, offset), encodingOf(session)),
        ),
      )
      return (await Promise.all(ranges)).filter(range => range !== null && range !== undefined)
    }),
  )
}

/** What is shown beside the text: hints, lenses, the parameters of a macro. */
const hintCapabilities: ServerCapabilities = {
  inlayHintProvider: true,
  codeLensProvider: {},
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
}

function registerHints(connection: Connection, wrapHandler: WrapHandler): void {
  connection.languages.inlayHint.on(
    wrapHandler((session, { textDocument, range }) =>
      withAnalysis(session, { textDocument }, analysis => {
        const { main } = analysis.unit
        const within = toSpan(main, range, encodingOf(session))
        return inlayHints(analysis, session.settingsFor(textDocument.uri).inlayHints, within).map(
          ({ offset, text }) => ({
            position: toPosition(main, offset, encodingOf(session)),
            label: text,
            paddingLeft: true,
          }),
        )
      }),
    ),
  )
  connection.onCodeLens(
    wrapHandler(async (session, params: DocumentParams) => {
      const answer = await session.analyze(uriOf(params))
      if (!answer) return null
      const shown = { ...answer.analysis, findings: shownFindings(answer) }
      return lenses(shown, session.settingsFor(params.textDocument.uri).codeLens)
        .filter(({ command, isInformative }) => isInformative || session.capabilities.commands.includes(command.name))
        .map(lens => toCodeLens(lens, session))
    }),
  )
  connection.onSignatureHelp(
    wrapHandler((session, params: PositionParams) =>
      withOffset(session, params, (analysis, offset): SignatureHelp | null => {
        const found = signatureAt(analysis, offset)
        if (!found) return null
        const { label, parameters, active, documentation } = found
        const signature = { label, documentation, parameters: parameters.map(name => ({ label: name })) }
        return { signatures: [signature], activeSignature: 0, activeParameter: active }
      }),
    ),
  )
}

/** Brackets that a name of a file keeps would end the link's target. */
const argumentsOf = (given: readonly unknown[]): string =>
  encodeURIComponent(JSON.stringify(given)).replaceAll('(', '%28').replaceAll(')', '%29')

/** Links run only commands that the client says it has; what they act on goes along as document and position. */
const commandUriFor =
  (session: Session): CommandUri =>
  (name, place) => {
    if (!session.capabilities.commands.includes(name)) return undefined
    const command = `command:jailhouseWarden.${name}`
    if (!place) return command
    const { uri, range } = toClientLocation(place, session)
    return `${command}?${argumentsOf([uri, range.start])}`
  }

/** Our own client says the title in its own language, from `data`. */
const toCodeLens = (lens: Lens, session: Session): CodeLens => ({
  range: toRange(lens.span, encodingOf(session)),
  command: commandOf(lens, session),
  data: lens.title,
})

/** A lens of a client that lacks the command is words alone. */
function commandOf({ title: words, command: lensCommand, span }: Lens, session: Session): Command {
  const title = english(words)
  if (!session.capabilities.commands.includes(lensCommand.name)) return { title, command: '' }
  const command = `jailhouseWarden.${lensCommand.name}`
  if (lensCommand.name !== 'showPlaces') return { title, command }
  const { uri, range } = toClientLocation(span, session)
  return {
    title,
    command,
    arguments: [uri, range.start, lensCommand.spans.map(place => toClientLocation(place, session))],
  }
}

/** A client that cannot ask again gets every action with its edit, or not at all. */
async function offerActions(
  connection: Connection,
  { actions, untried, time }: CodeActionMenu,
  session: Session,
): Promise<CodeAction[]> {
  const { resolvesCodeActions } = session.capabilities
  const fate = resolvesCodeActions ? 'are tried when chosen' : 'are not offered'
  if (untried > 0) connection.console.log(`Code actions: ${untried} repairs ${fate}, the time was up`)
  if (resolvesCodeActions) return [...actions]
  const resolved: CodeAction[] = []
  for (const action of actions) {
    const isWhole = action.edit || action.command
    if (!isWhole && time.isOver()) continue
    const answer = isWhole ? { action } : await resolveCodeAction(action, session, time)
    if ('action' in answer) resolved.push(answer.action)
  }
  return resolved
}
