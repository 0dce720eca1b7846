import type { InitializeParams, ClientCapabilities as LspClientCapabilities } from 'vscode-languageserver'
import { chooseEncoding, type Encoding } from './position-encoding.ts'
import type { InitializationOptions } from './protocol.ts'

/** What the client announced, each as one plain answer. The server does nothing a client has not announced. */
export interface ClientCapabilities {
  readonly encoding: Encoding
  readonly pushDiagnostics: boolean
  readonly pullDiagnostics: boolean
  readonly refreshDiagnostics: boolean
  /** The user wants to see the findings of all configurations of the workspace, and the client pulls them. */
  readonly workspaceDiagnostics: boolean
  readonly relatedInformation: boolean
  readonly codeDescription: boolean
  readonly unnecessaryTag: boolean
  readonly markdownHover: boolean
  readonly documentChanges: boolean
  readonly createsFiles: boolean
  readonly codeActionObjects: boolean
  /** It asks for the edit of an action once somebody chose it. */
  readonly resolvesCodeActions: boolean
  readonly preferredActions: boolean
  readonly configuration: boolean
  readonly configurationChanges: boolean
  readonly watchedFiles: boolean
  readonly workspaceFolders: boolean
  readonly textDocumentContent: boolean
  readonly nestedSymbols: boolean
  readonly snippets: boolean
  /** It shows words beside the label of a proposal. */
  readonly labelDetails: boolean
  readonly changeAnnotations: boolean
  readonly workDoneProgress: boolean
  readonly refreshInlayHints: boolean
  readonly refreshCodeLenses: boolean
  /** Beyond LSP, from our own client. */
  readonly fileReader: boolean
  readonly analyzedNotification: boolean
  /** Commands of ours the client has, without their prefix. */
  readonly commands: readonly string[]
}

export function clientCapabilities(params: InitializeParams): ClientCapabilities {
  const {
    textDocument = {},
    workspace = {},
    general = {},
    window,
  } = (params.capabilities ?? {}) as LspClientCapabilities
  const options = initializationOptions(params)
  const diagnostics = textDocument.publishDiagnostics
  const codeAction = textDocument.codeAction
  return {
    encoding: chooseEncoding(general.positionEncodings),
    pushDiagnostics: diagnostics !== undefined || textDocument.diagnostic === undefined,
    pullDiagnostics: textDocument.diagnostic !== undefined,
    refreshDiagnostics: workspace.diagnostics?.refreshSupport === true,
    workspaceDiagnostics: textDocument.diagnostic !== undefined && hasWorkspaceDiagnostics(options.settings),
    relatedInformation: (diagnostics ?? textDocument.diagnostic)?.relatedInformation === true,
    codeDescription: (diagnostics ?? textDocument.diagnostic)?.codeDescriptionSupport === true,
    unnecessaryTag: diagnostics?.tagSupport?.valueSet.includes(1) === true,
    markdownHover: textDocument.hover?.contentFormat?.includes('markdown') === true,
    documentChanges: workspace.workspaceEdit?.documentChanges === true,
    createsFiles:
      workspace.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.resourceOperations?.includes('create') === true,
    codeActionObjects: codeAction?.codeActionLiteralSupport !== undefined,
    resolvesCodeActions:
      codeAction?.dataSupport === true && codeAction.resolveSupport?.properties.includes('edit') === true,
    preferredActions: codeAction?.isPreferredSupport === true,
    configuration: workspace.configuration === true,
    configurationChanges: workspace.didChangeConfiguration?.dynamicRegistration === true,
    workspaceFolders: workspace.workspaceFolders === true,
    watchedFiles: workspace.didChangeWatchedFiles?.dynamicRegistration === true,
    textDocumentContent: workspace.textDocumentContent !== undefined,
    nestedSymbols: textDocument.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    snippets: textDocument.completion?.completionItem?.snippetSupport === true,
    labelDetails: textDocument.completion?.completionItem?.labelDetailsSupport === true,
    refreshInlayHints: workspace.inlayHint?.refreshSupport === true,
    refreshCodeLenses: workspace.codeLens?.refreshSupport === true,
    changeAnnotations: workspace.workspaceEdit?.changeAnnotationSupport !== undefined,
    workDoneProgress: window?.workDoneProgress === true,
    fileReader: options.fileReader === true,
    analyzedNotification: options.analyzedNotification === true,
    commands: Array.isArray(options.commands) ? options.commands : [],
  }
}

/** Said once, since what a server offers is said once. */
const hasWorkspaceDiagnostics = (settings: unknown): boolean =>
  (settings as { readonly workspaceDiagnostics?: unknown } | null | undefined)?.workspaceDiagnostics === true

export const initializationOptions = ({ initializationOptions: given }: InitializeParams): InitializationOptions =>
  typeof given === 'object' && given !== null ? given : {}
