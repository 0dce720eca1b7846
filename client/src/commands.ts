import * as vscode from 'vscode'
import type { BaseLanguageClient, Location, Position, Range, WorkspaceEdit } from 'vscode-languageclient'
import {
  ASSIGN_SPI,
  type AssignedSpi,
  type AssignSpiParams,
  CELL_BYTES,
  type CellBytes,
  type DocumentUri,
  PAGE_SCHEME,
  SIMULATE,
  type TreeNode,
} from '../../server/src/lsp/protocol.ts'
import { openConfiguration, openDemo } from './demo.ts'
import { applyAndReveal } from './edits.ts'
import type { ConsoleExplainer } from './explain.ts'
import { withProgress } from './progress.ts'
import { selectRoot } from './roots.ts'
import type { SystemMapView } from './system-map.ts'
import { nameOf } from './uris.ts'
import { chooseFacts, giveDevice, newCell, newRootCell, reserveMemory } from './wizards.ts'

/** The commands that lenses, hovers and code actions of the server may name. */
export const LENS_COMMANDS = [
  'selectRoot',
  'showFindings',
  'simulate',
  'showMemoryMap',
  'saveCell',
  'showPlaces',
  'reserveMemory',
]

/** What commands act on. */
interface Server {
  readonly client: BaseLanguageClient
  readonly run: () => Promise<void>
  readonly restart: () => Promise<void>
  readonly map: SystemMapView
  readonly explainer: ConsoleExplainer
  readonly context: vscode.ExtensionContext
}

/** The commands of the palette. Each needs the server, and starts it if nothing has yet. */
export function registerCommands({
  client,
  context,
  run,
  restart,
  map,
  explainer,
}: Server): readonly vscode.Disposable[] {
  const command = (name: string, act: (...given: unknown[]) => Promise<unknown>) =>
    vscode.commands.registerCommand(`jailhouseWarden.${name}`, async (...given: unknown[]) => {
      await run()
      return act(...given)
    })
  return [
    command(
      'selectRoot',
      withDocument(document => selectRoot(client, document)),
    ),
    command(
      'showMemoryMap',
      withDocument((document, place) => map.show(document.uri, isPosition(place) ? place : undefined)),
    ),
    command(
      'simulate',
      withDocument(document => simulate(client, document)),
    ),
    vscode.commands.registerCommand('jailhouseWarden.openDemo', () => openDemo(context)),
    vscode.commands.registerCommand('jailhouseWarden.openConfiguration', openConfiguration),
    command('explainLine', () => explainer.explain()),
    command(
      'saveCell',
      withDocument(document => saveCell(client, document)),
    ),
    command(
      'assignSpi',
      withDocument(document => assignSpi(client, document)),
    ),
    command('newRootCell', () => newRootCell(client)),
    command(
      'newCell',
      withDocument(document => newCell(client, document)),
    ),
    command(
      'chooseFacts',
      withDocument(document => chooseFacts(client, document)),
    ),
    command(
      'giveDevice',
      withDocument(document => giveDevice(client, document)),
    ),
    command(
      'reserveMemory',
      withDocument(document => reserveMemory(client, document)),
    ),
    command('showRulePage', code => showRulePage(code)),
    command('fixAll', fixAll),
    command('showFindings', async () => vscode.commands.executeCommand('workbench.actions.view.problems')),
    command('showPlaces', (uri, position, places) => showPlaces(client, uri, position, places)),
    command('restartServer', restart),
    command('showOutput', async () => client.outputChannel.show()),
  ]
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
      vscode.l10n.t('Place the cursor on a problem reported by Jailhouse Warden to show its documentation.'),
    )
  const chosen =
    findings.length > 1
      ? await vscode.window.showQuickPick(findings, { title: vscode.l10n.t('Select a Rule') })
      : findings[0]
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

/** Acts on what a menu names, a file or a node of the tree, or else on the document in front. */
const withDocument =
  (run: (document: vscode.TextDocument, place?: unknown) => Promise<void>) =>
  async (given?: unknown, place?: unknown): Promise<void> => {
    const uri = uriOf(given)
    const document = uri ? await vscode.workspace.openTextDocument(uri) : vscode.window.activeTextEditor?.document
    if (!document) return
    if (isView(document.uri))
      await vscode.window.showInformationMessage(
        vscode.l10n.t(
          '{0} is shown read-only, by "{1}". Open the file itself.',
          nameOf(document.uri),
          document.uri.scheme,
        ),
      )
    else await run(document, place)
  }

/** A revision, a review, a page: what the server does not look at, since nobody can edit it. */
function isView({ scheme }: vscode.Uri): boolean {
  const folders = vscode.workspace.workspaceFolders ?? []
  const isOfUser = scheme === 'untitled' || folders.some(({ uri }) => uri.scheme === scheme)
  return !isOfUser && vscode.workspace.fs.isWritableFileSystem(scheme) !== true
}

/** Menus give something else behind the document. */
const isPosition = (given: unknown): given is Position =>
  typeof (given as Partial<Position> | undefined)?.line === 'number'

function uriOf(given: unknown): vscode.Uri | undefined {
  if (given instanceof vscode.Uri) return given
  if (typeof given === 'string') return vscode.Uri.parse(given)
  const place = (given as Partial<TreeNode> | undefined)?.place
  return place && vscode.Uri.parse(place.uri)
}

/** Opens the simulation of a file; the server writes it and keeps it current. */
async function simulate(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const params: DocumentUri = { uri: document.uri.toString() }
  if (await withProgress(client.sendRequest(SIMULATE, params)))
    await showPage(`Simulation of ${nameOf(document.uri)}`, params.uri)
  else
    await vscode.window.showInformationMessage(
      vscode.l10n.t('No root cell is known for {0}, so nothing can be simulated.', nameOf(document.uri)),
    )
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
  const { base64, reason } = await withProgress(client.sendRequest<CellBytes>(CELL_BYTES, params))
  if (base64 === undefined) {
    await vscode.window.showErrorMessage(
      vscode.l10n.t('Cannot create a .cell file from {0}. {1}', nameOf(document.uri), reason ?? ''),
    )
    return
  }
  const beside = document.uri.with({ path: document.uri.path.replace(/(\.c)?$/, '.cell') })
  const target = await vscode.window.showSaveDialog({
    defaultUri: beside,
    filters: { [vscode.l10n.t('Jailhouse cell')]: ['cell'] },
  })
  if (!target) return
  const bytes = bytesOf(base64)
  await vscode.workspace.fs.writeFile(target, bytes)
  client.info(`${document.uri.fsPath}: ${bytes.length} bytes written to ${target.fsPath}`)
  vscode.window.setStatusBarMessage(vscode.l10n.t('{0}: {1} bytes', nameOf(target), bytes.length), 5000)
}

/** Gives the cell an interrupt the user names; the server knows in which word of which irqchip its bit is. */
async function assignSpi(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const given = await vscode.window.showInputBox({
    title: vscode.l10n.t('SPI for {0}', nameOf(document.uri)),
    prompt: vscode.l10n.t('Number of the shared peripheral interrupt as in device trees: GIC interrupt minus 32'),
    validateInput: words => (/^\d{1,3}$/.test(words) ? undefined : vscode.l10n.t('A number from 0 to 987')),
  })
  if (given === undefined) return
  const params: AssignSpiParams = { uri: document.uri.toString(), spi: Number(given) }
  const assigned = await client.sendRequest<AssignedSpi<WorkspaceEdit, Range>>(ASSIGN_SPI, params)
  const { edit, reason } = assigned
  if (!edit) {
    await vscode.window.showWarningMessage(vscode.l10n.t('SPI {0} is not assigned: {1}.', given, reason ?? ''))
    return
  }
  if (reason !== undefined && !(await agreesTo(reason))) return
  await applyAndReveal(client, document, assigned)
}

/** A doubt that the server has about an edit: somebody decides. */
async function agreesTo(reason: string): Promise<boolean> {
  const assign = vscode.l10n.t('Assign Anyway')
  return (await vscode.window.showWarningMessage(reason, { modal: true }, assign)) === assign
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
