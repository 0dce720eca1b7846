import type { InitializeParams, ServerCapabilities } from 'vscode-languageserver'
import { HINT_KINDS } from '../ide/inlay-hints.ts'
import { LENS_KINDS } from '../ide/lenses.ts'
import { TOKEN_MODIFIERS } from '../ide/semantic-tokens.ts'
import { byWord } from '../text/by-word.ts'
import { type ClientCapabilities, clientCapabilities } from './client-capabilities.ts'
import * as protocol from './protocol.ts'
import { capabilitiesOf } from './server.ts'

/** What the methods behind each capability are, and what they are for. */
const METHODS = byWord<readonly (readonly [method: string, meaning: string])[]>({
  positionEncoding: [['initialize', 'UTF-16 columns; UTF-8 or UTF-32 for clients that offer nothing else']],
  textDocumentSync: [
    ['textDocument/didOpen, didChange, didSave, didClose', 'incremental; nothing is read that was not asked for'],
  ],
  diagnosticProvider: [
    ['textDocument/diagnostic', 'findings, pulled; other clients get `textDocument/publishDiagnostics`'],
    ['workspace/diagnostic', 'the same for files that are not open, if `workspaceDiagnostics` is set at the start'],
  ],
  codeActionProvider: [['textDocument/codeAction', 'repairs of findings, refactorings, fix-all']],
  hoverProvider: [
    ['textDocument/hover', 'regions at every stage, flags, fields, macros, numbers, interrupts, streams'],
  ],
  completionProvider: [
    ['textDocument/completion', 'members, whole elements, constants by field, values that are free in the system'],
    ['completionItem/resolve', 'what a proposal means'],
  ],
  signatureHelpProvider: [['textDocument/signatureHelp', 'parameters of function-like macros']],
  documentSymbolProvider: [['textDocument/documentSymbol', 'cell, arrays, elements by comment or address']],
  workspaceSymbolProvider: [
    ['workspace/symbol', 'the same over the folders of open configurations, found by address too'],
  ],
  foldingRangeProvider: [['textDocument/foldingRange', 'brackets, comments, conditionals']],
  selectionRangeProvider: [['textDocument/selectionRange', 'word, expression, member, element, list, declaration']],
  semanticTokensProvider: [
    [
      'textDocument/semanticTokens/full, full/delta, range',
      `fields, constants, macros, types; what conditionals leave out; flags by kind: ${TOKEN_MODIFIERS.join(', ')}`,
    ],
  ],
  definitionProvider: [
    [
      'textDocument/definition',
      'macros, fields, headers, regions and capabilities of a device, peers of a link, the other side of memory',
    ],
  ],
  typeDefinitionProvider: [['textDocument/typeDefinition', 'the struct of a value or field, in its header']],
  referencesProvider: [
    ['textDocument/references', 'a macro, object or field in all open and simulated files; who shares a region'],
  ],
  callHierarchyProvider: [
    ['textDocument/prepareCallHierarchy', 'the region, shared-memory device or cell at a place'],
    ['callHierarchy/incomingCalls', 'cells that list memory, devices that share it, the other ends of a link'],
    ['callHierarchy/outgoingCalls', 'regions and devices of a cell, sections of a shared-memory device'],
  ],
  documentHighlightProvider: [['textDocument/documentHighlight', 'the same in the file']],
  renameProvider: [
    [
      'textDocument/prepareRename, rename',
      'macros and objects, in every file beside that includes theirs; names that are taken are refused',
    ],
  ],
  documentLinkProvider: [['textDocument/documentLink', 'includes']],
  inlayHintProvider: [['textDocument/inlayHint', `by kind: ${HINT_KINDS.join(', ')}`]],
  codeLensProvider: [['textDocument/codeLens', `by kind: ${LENS_KINDS.join(', ')}`]],
  workspace: [
    ['workspace/textDocumentContent', 'built-in headers, rule pages and simulations, read-only'],
    ['workspace/didChangeWorkspaceFolders', 'each folder has settings of its own'],
  ],
})

/** What the server asks or tells a client, by what the client must have announced. */
const CLIENT_METHODS: Readonly<
  Partial<Record<keyof ClientCapabilities, readonly (readonly [method: string, meaning: string])[]>>
> = {
  watchedFiles: [
    ['client/registerCapability', '`workspace/didChangeWatchedFiles` for sources, headers and `jailhouse.json`'],
  ],
  configurationChanges: [['client/registerCapability', '`workspace/didChangeConfiguration`']],
  configuration: [
    ['workspace/configuration', 'the settings of each workspace folder, at the start and after each change'],
  ],
  refreshDiagnostics: [['workspace/diagnostic/refresh', 'an edit changed the findings of another open file']],
  workDoneProgress: [
    ['window/workDoneProgress/create', 'the workspace is checked, and it takes more than half a second'],
  ],
  refreshInlayHints: [['workspace/inlayHint/refresh', 'an edit may have changed the hints of another open file']],
  refreshCodeLenses: [['workspace/codeLens/refresh', 'the same for lenses']],
  textDocumentContent: [['workspace/textDocumentContent/refresh', 'a simulation that is shown may have changed']],
}

const allClientCapabilities = (): InitializeParams['capabilities'] => ({
  general: {},
  textDocument: { diagnostic: {}, codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } } },
  workspace: { textDocumentContent: {}, workspaceFolders: true },
})

/** What the server says to a client that can everything. */
const capabilities = (): ServerCapabilities =>
  capabilitiesOf(clientCapabilities({ processId: null, rootUri: null, capabilities: allClientCapabilities() }))

/** Capabilities nobody has described, and descriptions of what the server does not have. */
export function undescribed(): readonly string[] {
  const has = Object.keys(capabilities())
  return [...has.filter(name => !(name in METHODS)), ...Object.keys(METHODS).filter(name => !has.includes(name))]
}

/** `docs/features.md`. */
export function methodTable(): string {
  const rows = Object.keys(METHODS)
    .filter(name => name in capabilities())
    .flatMap(name => (METHODS[name] ?? []).map(([method, meaning]) => `| \`${method}\` | ${meaning} |`))
  const own = Object.values(protocol)
    .filter(name => name.startsWith('jailhouseWarden/'))
    .toSorted()
    .map(name => `- \`${name}\``)
  return `${[
    '# What the language server answers',
    '',
    'Every editor that speaks the Language Server Protocol has these. Written from the capabilities of the server by',
    '`npm run docs`.',
    '',
    '| method | what for |',
    '|---|---|',
    ...rows,
    '',
    'The server asks these of a client, each only if the client announced that it can:',
    '',
    '| method | what for |',
    '|---|---|',
    ...Object.values(CLIENT_METHODS).flatMap(methods =>
      methods.map(([method, meaning]) => `| \`${method}\` | ${meaning} |`),
    ),
    '',
    'Beyond the protocol, for clients that know them (`server/src/lsp/protocol.ts` has their shapes):',
    '',
    ...own,
  ].join('\n')}\n`
}
