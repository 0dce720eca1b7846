import * as vscode from 'vscode'
import type { BaseLanguageClient, Range, WorkspaceEdit } from 'vscode-languageclient'
import type { AssignedSpi } from '../../server/src/lsp/protocol.ts'

/** Applies an edit that the server has tried, and shows where it changed the document. */
export async function applyAndReveal(
  client: BaseLanguageClient,
  document: vscode.TextDocument,
  { edit, range }: AssignedSpi<WorkspaceEdit, Range>,
): Promise<void> {
  if (!edit || !(await apply(client, edit))) return
  const changed = range && client.protocol2CodeConverter.asRange(range)
  const editor = vscode.window.visibleTextEditors.find(each => each.document === document)
  if (changed) editor?.revealRange(changed, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}

/** Applies an edit and saves what it changed: other tools read the file, too. */
export async function applyAndSave(client: BaseLanguageClient, edit: WorkspaceEdit): Promise<void> {
  const applied = await apply(client, edit)
  for (const [uri] of applied?.entries() ?? []) await (await vscode.workspace.openTextDocument(uri)).save()
}

/** The edit as it was applied; undefined where that was not possible, which is said. */
async function apply(client: BaseLanguageClient, edit: WorkspaceEdit): Promise<vscode.WorkspaceEdit | undefined> {
  const converted = await client.protocol2CodeConverter.asWorkspaceEdit(edit)
  const stale = changedSince(edit)
  if (stale) {
    await warn(vscode.l10n.t('Nothing was changed: {0} has changed meanwhile. Please try again.', stale))
    return undefined
  }
  if (await vscode.workspace.applyEdit(converted)) return converted
  await warn(vscode.l10n.t('Nothing was changed: the editor refused the edit; a file may be read-only.'))
  return undefined
}

const warn = (words: string): Thenable<unknown> => vscode.window.showWarningMessage(words)

/** A document that is no more the one an edit was made for; nothing may be waited for between this and the edit. */
function changedSince({ documentChanges = [] }: WorkspaceEdit): string | undefined {
  for (const change of documentChanges) {
    if (!('textDocument' in change)) continue
    const { uri, version } = change.textDocument
    const name = vscode.Uri.parse(uri).toString()
    const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === name)
    const isOther = open && (version === null ? open.isDirty : open.version !== version)
    if (isOther) return vscode.workspace.asRelativePath(open.uri)
  }
  return undefined
}

/** The server refused a request and its reason was shown. */
export const REFUSED = Symbol('refused')

/** What the server answers; its reason is shown where it refuses. */
export async function answerOrReason<Answer>(request: Promise<Answer>): Promise<Answer | typeof REFUSED> {
  try {
    return await request
  } catch (error) {
    await warn(error instanceof Error ? error.message : String(error))
    return REFUSED
  }
}
