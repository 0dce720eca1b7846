import * as vscode from 'vscode'
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type LanguageClientOptions,
} from 'vscode-languageclient/browser'
import { start } from './client.ts'

/**
 * The browser: the server is a worker, started with the client. What VS Code's web extension host makes of
 * `new Worker` is no instance of `Worker`, so the client is handed its two ends instead.
 */
export function activate(context: vscode.ExtensionContext): void {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server', 'browser.js')
  const transports = async () => {
    const worker = new Worker(script.toString(true))
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) }
  }
  start(context, (id, name, options: LanguageClientOptions) => new LanguageClient(id, name, transports, options))
}
