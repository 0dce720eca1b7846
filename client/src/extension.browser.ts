import * as vscode from 'vscode'
import { LanguageClient, type LanguageClientOptions } from 'vscode-languageclient/browser'
import { start } from './client.ts'

/** The browser: the server is a worker. */
export function activate(context: vscode.ExtensionContext): void {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server', 'browser.js')
  const worker = async () => new Worker(script.toString(true))
  start(context, (id, name, options: LanguageClientOptions) => new LanguageClient(id, name, worker, options))
}
