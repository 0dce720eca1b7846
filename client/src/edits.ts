import * as vscode from 'vscode'
import type { BaseLanguageClient, Range, WorkspaceEdit } from 'vscode-languageclient'
import type { AssignedSpi } from '../../server/src/lsp/protocol.ts'

/** Applies an edit that the server has tried, and shows where it changed the document. */
export async function applyAndReveal(
  client: BaseLanguageClient,
  document: vscode.TextDocument,
  { edit, range }: AssignedSpi<WorkspaceEdit, Range>,
): Promise<void> {
  const converted = await client.protocol2CodeConverter.asWorkspaceEdit(edit)
  if (!converted) return
  await vscode.workspace.applyEdit(converted)
  const changed = range && client.protocol2CodeConverter.asRange(range)
  const editor = vscode.window.visibleTextEditors.find(each => each.document === document)
  if (changed) editor?.revealRange(changed, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}

/** Applies an edit and saves what it changed: other tools read the file, too. */
export async function applyAndSave(edit: vscode.WorkspaceEdit): Promise<void> {
  if (!(await vscode.workspace.applyEdit(edit))) return
  for (const [uri] of edit.entries()) await (await vscode.workspace.openTextDocument(uri)).save()
}
