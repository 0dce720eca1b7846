import * as vscode from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { type DocumentUri, MEMORY_MAP, type MemoryMap } from '../../server/src/lsp/protocol.ts'
import { memoryMapHtml } from './memory-map-html.ts'

/** Shows the memory map of a file beside it, and keeps it current while the panel is open. */
export async function showMemoryMap(
  client: BaseLanguageClient,
  analyzed: vscode.Event<string>,
  document: vscode.TextDocument,
): Promise<void> {
  const uri = document.uri.toString()
  const name = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1)
  const panel = vscode.window.createWebviewPanel(
    'jailhouseWarden.memoryMap',
    `Memory map of ${name}`,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: false },
  )
  const draw = async (): Promise<void> => {
    const maps = await client.sendRequest<readonly MemoryMap[] | null>(MEMORY_MAP, { uri } satisfies DocumentUri)
    panel.webview.html = memoryMapHtml(maps ?? [])
  }
  const listening = analyzed(changed => {
    if (changed === uri) void draw()
  })
  panel.onDidDispose(() => listening.dispose())
  await draw()
}
