import * as vscode from 'vscode'
import type { BaseLanguageClient, WorkspaceEdit } from 'vscode-languageclient'
import {
  CHOOSE_ROOT,
  type ChooseRootParams,
  type DocumentUri,
  ROOT_CANDIDATES,
  type RootCandidateAnswer,
} from '../../server/src/lsp/protocol.ts'
import { answerOrReason, applyAndSave, REFUSED } from './edits.ts'
import { withProgress } from './progress.ts'
import { nameOf } from './uris.ts'

/** Lets the user choose the root of a cell, best fit first, and keeps the choice in `jailhouse.json`. */
export async function selectRoot(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const params: DocumentUri = { uri: document.uri.toString() }
  const candidates = await withProgress(client.sendRequest<readonly RootCandidateAnswer[]>(ROOT_CANDIDATES, params))
  const byName = { label: vscode.l10n.t('Automatic (by file name)'), uri: undefined }
  const chosen = await vscode.window.showQuickPick([...candidates.map(itemOf), byName], {
    title: vscode.l10n.t('Root Cell of {0}', nameOf(document.uri)),
    placeHolder: vscode.l10n.t('Best fit first; the choice is kept in jailhouse.json'),
  })
  if (!chosen) return
  const choice: ChooseRootParams = { ...params, ...(chosen.uri !== undefined && { root: chosen.uri }) }
  const edit = await answerOrReason(client.sendRequest<WorkspaceEdit | null>(CHOOSE_ROOT, choice))
  if (edit === REFUSED) return
  if (chosen.uri === undefined) await forgetPin(document.uri)
  if (edit) await applyAndSave(client, edit)
  else if (chosen.uri !== undefined)
    await vscode.window.showWarningMessage(vscode.l10n.t('jailhouse.json has problems; correct them first.'))
}

const itemOf = ({ uri, name, errors, isCurrent }: RootCandidateAnswer) => ({
  label: isCurrent ? `$(check) ${name}` : name,
  description:
    errors === undefined
      ? vscode.l10n.t('not tried')
      : errors === 0
        ? vscode.l10n.t('no errors')
        : errors === 1
          ? vscode.l10n.t('1 error')
          : vscode.l10n.t('{0} errors', errors),
  uri,
})

/** Earlier choices stand in the settings. */
async function forgetPin(uri: vscode.Uri): Promise<void> {
  const settings = vscode.workspace.getConfiguration('jailhouseWarden', uri)
  const roots = settings.get<Record<string, string>>('roots', {})
  const { [vscode.workspace.asRelativePath(uri, false)]: pin, ...others } = roots
  if (pin !== undefined) await settings.update('roots', others)
}
