import * as vscode from 'vscode'
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient'
import { ANALYZED, type DocumentUri, type InitializationOptions, type Words } from '../../server/src/lsp/protocol.ts'
import { LENS_COMMANDS, registerCommands } from './commands.ts'
import { ConsoleExplainer } from './explain.ts'
import { serveFiles } from './files.ts'
import { localized } from './localized.ts'
import { watchNeighbours } from './neighbours.ts'
import { ServerStatus } from './server-status.ts'
import { StatusBar } from './status-bar.ts'
import { SystemMapView } from './system-map.ts'
import { SystemTreeView } from './system-tree.ts'

export type ClientFactory = (id: string, name: string, options: LanguageClientOptions) => BaseLanguageClient

/**
 * Starts the server with the first C file that mentions Jailhouse or the first `jailhouse.json`, so that other projects
 * pay nothing, and lends it what it cannot have itself: files, a status bar, views.
 */
export function start(context: vscode.ExtensionContext, createClient: ClientFactory): void {
  const client = createClient('jailhouseWarden', 'Jailhouse Warden', options())
  let running: Promise<void> | undefined
  const run = (): Promise<void> => {
    running ??= client.start()
    return running
  }
  const restart = async (): Promise<void> => {
    await client.stop()
    await client.start()
  }
  serveFiles(client)
  const analyzed = new vscode.EventEmitter<string>()
  client.onNotification(ANALYZED, ({ uri }: DocumentUri) => analyzed.fire(uri))
  const map = new SystemMapView(client, run, analyzed.event, context.extensionUri)
  const explainer = new ConsoleExplainer(client, context.extensionUri)
  const statusBar = new StatusBar(client, analyzed.event)
  const startIfNeeded = (document: vscode.TextDocument) => {
    if (!running && concernsJailhouse(document)) void run()
  }
  context.subscriptions.push(
    client,
    analyzed,
    map,
    explainer,
    statusBar,
    new ServerStatus(client),
    new SystemTreeView(client, analyzed.event),
    watchNeighbours(context, uri =>
      vscode.workspace.textDocuments.some(each => each.uri.toString() === uri.toString() && concernsJailhouse(each)),
    ),
    client.onDidChangeState(() => logState(client)),
    ...registerCommands({ client, context, run, restart, map, explainer }),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (running && change.affectsConfiguration(WORKSPACE_DIAGNOSTICS)) void restart()
    }),
    vscode.workspace.onDidOpenTextDocument(startIfNeeded),
    vscode.workspace.onDidChangeTextDocument(({ document }) => startIfNeeded(document)),
  )
  vscode.workspace.textDocuments.forEach(startIfNeeded)
}

function logState(client: BaseLanguageClient): void {
  const { name = '', version = '' } = client.initializeResult?.serverInfo ?? {}
  if (client.isRunning()) client.info(`${name} ${version} is running`)
}

/** What the server offers it says once, when it starts. */
const WORKSPACE_DIAGNOSTICS = 'jailhouseWarden.workspaceDiagnostics'

const concernsJailhouse = (document: vscode.TextDocument): boolean =>
  /(^|\/)jailhouse\.json$/.test(document.uri.path) ||
  (document.languageId === 'c' && /jailhouse/i.test(document.getText()))

/** The title of a lens is English; what it was made of rides on it. */
function inOwnLanguage(lens: vscode.CodeLens): vscode.CodeLens {
  const { data } = lens as vscode.CodeLens & { readonly data?: Words }
  if (lens.command && data !== undefined) lens.command = { ...lens.command, title: localized(data) }
  return lens
}

const options = (): LanguageClientOptions => ({
  documentSelector: [{ language: 'c' }, { pattern: '**/jailhouse.json' }],
  initializationOptions: (): InitializationOptions => ({
    fileReader: true,
    analyzedNotification: true,
    commands: LENS_COMMANDS,
    settings: { workspaceDiagnostics: vscode.workspace.getConfiguration().get(WORKSPACE_DIAGNOSTICS, false) },
  }),
  middleware: {
    provideCodeLenses: async (document, token, next) => (await next(document, token))?.map(inOwnLanguage),
  },
  // What a hover of ours may run; everything else in it is text.
  markdown: { isTrusted: { enabledCommands: ['jailhouseWarden.showMemoryMap'] } },
})
