import * as vscode from 'vscode'
import type { BaseLanguageClient, Location, Position, WorkspaceEdit } from 'vscode-languageclient'
import {
  ASSIGN_SPI,
  type AssignSpiParams,
  CELL_BYTES,
  type CellBytes,
  CONSOLE_LINE,
  type DocumentUri,
  type NamedUri,
  PAGE_SCHEME,
  ROOT_CANDIDATES,
  SIMULATE,
} from '../../server/src/lsp/protocol.ts'
import type { SystemMapView } from './system-map.ts'
import { nameOf } from './uris.ts'

/** The commands that code lenses may name. */
export const LENS_COMMANDS = ['selectRoot', 'showFindings', 'simulate', 'showMemoryMap', 'saveCell', 'showPlaces']

/** What commands act on. */
interface Server {
  readonly client: BaseLanguageClient
  readonly run: () => Promise<void>
  readonly restart: () => Promise<void>
  readonly map: SystemMapView
}

/** The commands of the palette. Each needs the server, and starts it if nothing has yet. */
export function registerCommands({ client, run, restart, map }: Server): readonly vscode.Disposable[] {
  const command = (name: string, act: (...given: unknown[]) => Promise<unknown>) =>
    vscode.commands.registerCommand(`jailhouseWarden.${name}`, async (...given: unknown[]) => {
      await run()
      return act(...given)
    })
  return [
    command(
      'selectRoot',
      withActiveDocument(document => selectRoot(client, document)),
    ),
    command(
      'showMemoryMap',
      withActiveDocument(document => map.show(document.uri)),
    ),
    command(
      'simulate',
      withActiveDocument(document => simulate(client, document)),
    ),
    command('explainLine', explainLine),
    command(
      'saveCell',
      withActiveDocument(document => saveCell(client, document)),
    ),
    command(
      'assignSpi',
      withActiveDocument(document => assignSpi(client, document)),
    ),
    command('showRulePage', code => showRulePage(code)),
    command('fixAll', fixAll),
    command('showFindings', async () => vscode.commands.executeCommand('workbench.actions.view.problems')),
    command('showPlaces', (uri, position, places) => showPlaces(client, uri, position, places)),
    command('restartServer', restart),
    command('showOutput', async () => client.outputChannel.show()),
  ]
}

/** Lets the user choose the root of the active cell, and keeps the choice in the workspace's settings. */
async function selectRoot(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const params: DocumentUri = { uri: document.uri.toString() }
  const candidates = await client.sendRequest<readonly NamedUri[]>(ROOT_CANDIDATES, params)
  const items = candidates.map(({ uri, name }) => ({ label: name, uri }))
  const none = { label: 'Automatic (by file name)', uri: undefined }
  const chosen = await vscode.window.showQuickPick([...items, none], { title: `Root cell of ${nameOf(document.uri)}` })
  if (!chosen) return
  const settings = vscode.workspace.getConfiguration('jailhouseWarden', document.uri)
  const { [settingPath(document.uri)]: _, ...others } = settings.get<Record<string, string>>('roots', {})
  const roots = chosen.uri
    ? { ...others, [settingPath(document.uri)]: settingPath(vscode.Uri.parse(chosen.uri)) }
    : others
  await settings.update(
    'roots',
    roots,
    vscode.workspace.workspaceFolders ? undefined : vscode.ConfigurationTarget.Global,
  )
}

/** Shows places the server names, as the editor shows references. */
async function showPlaces(client: BaseLanguageClient, uri: unknown, position: unknown, places: unknown): Promise<void> {
  const { asUri, asPosition, asLocation } = client.protocol2CodeConverter
  await vscode.commands.executeCommand(
    'editor.action.showReferences',
    asUri(uri as string),
    asPosition(position as Position),
    (places as Location[]).map(place => asLocation(place)),
  )
}

/** Opens the manual page of a rule: the one named, or that of a finding under the cursor. */
async function showRulePage(rule: unknown): Promise<void> {
  if (typeof rule === 'string') return showPage(rule)
  const findings = findingsUnderCursor()
  if (findings.length === 0)
    await vscode.window.showInformationMessage(
      'Place the cursor on a problem reported by Jailhouse Warden to show its documentation.',
    )
  const chosen =
    findings.length > 1 ? await vscode.window.showQuickPick(findings, { title: 'Select a Rule' }) : findings[0]
  if (chosen) await showPage(chosen.label)
}

/** One finding of each rule, by code and message. */
function findingsUnderCursor(): readonly vscode.QuickPickItem[] {
  const editor = vscode.window.activeTextEditor
  if (!editor) return []
  const findings = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter(({ source, range }) => source === 'jailhouse-warden' && range.contains(editor.selection.active))
    .map(({ code, message }) => ({ label: String(typeof code === 'object' ? code.value : code), detail: message }))
  return [...new Map(findings.map(finding => [finding.label, finding])).values()]
}

const fixAll = async (): Promise<unknown> =>
  vscode.commands.executeCommand('editor.action.sourceAction', {
    kind: 'source.fixAll.jailhouseWarden',
    apply: 'first',
  })

/** Acts on the document in front; without one there is nothing to act on. */
const withActiveDocument = (run: (document: vscode.TextDocument) => Promise<void>) => async (): Promise<void> => {
  const document = vscode.window.activeTextEditor?.document
  if (document) await run(document)
}

/** Opens the simulation of a file; the server writes it and keeps it current. */
async function simulate(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const params: DocumentUri = { uri: document.uri.toString() }
  if (await client.sendRequest(SIMULATE, params)) await showPage(`Simulation of ${nameOf(document.uri)}`, params.uri)
  else
    await vscode.window.showInformationMessage(
      `No root cell is known for ${nameOf(document.uri)}, so nothing can be simulated.`,
    )
}

/** Explains a line that Jailhouse printed, with the active configuration to blame if it is one. */
async function explainLine(): Promise<void> {
  const line = await vscode.window.showInputBox({
    title: 'Explain Console Line',
    prompt: 'One or more lines printed by hypervisor, driver or tools',
    placeHolder: 'Unhandled data read at 0x1c25014(4)',
  })
  const about = vscode.window.activeTextEditor?.document.uri.toString() ?? ''
  if (line) await showPage(CONSOLE_LINE, [about, line].map(encodeURIComponent).join('&'))
}

/** The server's documents are Markdown, shown as such, beside what they are about. */
async function showPage(name: string, query = ''): Promise<void> {
  const page = vscode.Uri.from({ scheme: PAGE_SCHEME, path: `/${name}.md`, query })
  await vscode.commands.executeCommand('vscode.openWith', page, 'vscode.markdown.preview.editor', {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
  })
}

/** Writes the `.cell` of a file to where the user says. */
async function saveCell(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const params: DocumentUri = { uri: document.uri.toString() }
  const { base64, reason } = await client.sendRequest<CellBytes>(CELL_BYTES, params)
  if (base64 === undefined) {
    await vscode.window.showErrorMessage(`Cannot create a .cell file from ${nameOf(document.uri)}. ${reason ?? ''}`)
    return
  }
  const beside = document.uri.with({ path: document.uri.path.replace(/(\.c)?$/, '.cell') })
  const target = await vscode.window.showSaveDialog({ defaultUri: beside, filters: { 'Jailhouse cell': ['cell'] } })
  if (target) await vscode.workspace.fs.writeFile(target, bytesOf(base64))
}

/** Gives the cell an interrupt the user names; the server knows in which word of which irqchip its bit is. */
async function assignSpi(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const given = await vscode.window.showInputBox({
    title: `SPI for ${nameOf(document.uri)}`,
    prompt: 'Number of the shared peripheral interrupt as in device trees: GIC interrupt minus 32',
    validateInput: words => (/^\d{1,3}$/.test(words) ? undefined : 'A number from 0 to 987'),
  })
  if (given === undefined) return
  const params: AssignSpiParams = { uri: document.uri.toString(), spi: Number(given) }
  const edit = await client.sendRequest<WorkspaceEdit | null>(ASSIGN_SPI, params)
  const converted = await client.protocol2CodeConverter.asWorkspaceEdit(edit ?? undefined)
  if (converted) await vscode.workspace.applyEdit(converted)
  else
    await vscode.window.showWarningMessage(`SPI ${given} cannot be assigned to this cell, or it is assigned already.`)
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))

/** A path from the workspace's folder, or the whole URI of what lies outside. */
function settingPath(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri, false)
  return vscode.workspace.getWorkspaceFolder(uri) ? path : uri.toString()
}
