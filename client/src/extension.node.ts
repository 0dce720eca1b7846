import * as vscode from 'vscode'
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node'
import { start } from './client.ts'
import { registerTasks } from './tasks.ts'

/** The desktop: the server is a process of its own. */
export function activate(context: vscode.ExtensionContext): void {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server', 'node.js').fsPath
  const run = { module, transport: TransportKind.ipc }
  context.subscriptions.push(registerTasks(context))
  // While the extension is developed the server listens to a debugger.
  const debug = { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } }
  start(context, (id, name, options: LanguageClientOptions) => new LanguageClient(id, name, { run, debug }, options))
}
