import * as vscode from 'vscode'
import type { Place } from '../../server/src/lsp/protocol.ts'

/** Shows a place of a file where that file is open already, or else in the first column; the focus stays where it is. */
export async function reveal({ uri, range: { start } }: Place): Promise<void> {
  const target = vscode.Uri.parse(uri)
  const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === target.toString())
  await vscode.window.showTextDocument(target, {
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
    preserveFocus: true,
    selection: new vscode.Range(start.line, start.character, start.line, start.character),
  })
}
