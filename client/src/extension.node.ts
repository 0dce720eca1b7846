import * as vscode from 'vscode'
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node'
import { start } from './client.ts'
import serverFlags from './server-flags.json'
import { registerTasks } from './tasks.ts'

/** The desktop: the server is a process of its own. */
export function activate(context: vscode.ExtensionContext): void {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server', 'node.js').fsPath
  // What is compiled is kept for the next start, where Node can (since 22): in a folder of the user's own, as it is code.
  const env = { NODE_COMPILE_CACHE: vscode.Uri.joinPath(context.globalStorageUri, 'compiled').fsPath }
  // A young generation that is rarely full while somebody types, and an old one that need not grow tenfold.
  const run = { module, transport: TransportKind.ipc, options: { execArgv: serverFlags, env } }
  context.subscriptions.push(registerTasks(context))
  // While the extension is developed the server listens to a debugger.
  const debug = { ...run, options: { env, execArgv: [...serverFlags, '--nolazy', '--inspect=6009'] } }
  start(context, (id, name, options: LanguageClientOptions) => new LanguageClient(id, name, { run, debug }, options))
}
