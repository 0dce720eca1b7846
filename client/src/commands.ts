import * as vscode from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { type NamedUri, type OfDocument, PAGE_SCHEME, ROOT_CANDIDATES } from '../../server/src/lsp/protocol.ts'

/** The commands of the palette. Each needs the server, and starts it if nothing has yet. */
export function commandsOf(
  client: BaseLanguageClient,
  run: () => Promise<void>,
  restart: () => Promise<void>,
): readonly vscode.Disposable[] {
  const command = (name: string, act: (...given: unknown[]) => Promise<unknown>) =>
    vscode.commands.registerCommand(`jailhouseWarden.${name}`, async (...given: unknown[]) => {
      await run()
      return act(...given)
    })
  return [
    command('selectRoot', () => selectRoot(client)),
    command('showRulePage', code => showRulePage(code)),
    command('fixAll', fixAll),
    command('restartServer', restart),
    command('showOutput', async () => client.outputChannel.show()),
  ]
}

/** Lets the user choose the root of the active cell, and keeps the choice in the workspace's settings. */
async function selectRoot(client: BaseLanguageClient): Promise<void> {
  const document = activeDocument()
  if (!document) return
  const asked: OfDocument = { uri: document.uri.toString() }
  const candidates = await client.sendRequest<readonly NamedUri[]>(ROOT_CANDIDATES, asked)
  const items = candidates.map(({ uri, name }) => ({ label: name, uri }))
  const none = { label: 'Let the name decide', uri: undefined }
  const chosen = await vscode.window.showQuickPick([...items, none], { title: `Root cell of ${nameOf(document.uri)}` })
  if (!chosen) return
  const settings = vscode.workspace.getConfiguration('jailhouseWarden', document.uri)
  const { [spelled(document.uri)]: _, ...others } = settings.get<Record<string, string>>('roots', {})
  const roots = chosen.uri ? { ...others, [spelled(document.uri)]: spelled(vscode.Uri.parse(chosen.uri)) } : others
  await settings.update(
    'roots',
    roots,
    vscode.workspace.workspaceFolders ? undefined : vscode.ConfigurationTarget.Global,
  )
}

/** Opens the manual page of a rule: the one named, or that of the finding under the cursor. */
async function showRulePage(named: unknown): Promise<void> {
  const name = typeof named === 'string' ? named : ruleUnderCursor()
  if (!name) {
    await vscode.window.showInformationMessage('Put the cursor on a finding of Jailhouse Warden to read its page.')
    return
  }
  const page = vscode.Uri.from({ scheme: PAGE_SCHEME, path: `/${name}.md` })
  await vscode.commands.executeCommand('markdown.showPreview', page)
}

function ruleUnderCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor
  if (!editor) return undefined
  const findings = vscode.languages.getDiagnostics(editor.document.uri)
  const here = findings.find(
    ({ source, range }) => source === 'jailhouse-warden' && range.contains(editor.selection.active),
  )
  const code = here?.code
  return typeof code === 'object' ? String(code.value) : code?.toString()
}

const fixAll = async (): Promise<unknown> =>
  vscode.commands.executeCommand('editor.action.sourceAction', {
    kind: 'source.fixAll.jailhouseWarden',
    apply: 'first',
  })

const activeDocument = (): vscode.TextDocument | undefined => vscode.window.activeTextEditor?.document

const nameOf = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1)

/** A path from the workspace's folder, or the whole URI of what lies outside. */
function spelled(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri, false)
  return vscode.workspace.getWorkspaceFolder(uri) ? path : uri.toString()
}
