import * as vscode from 'vscode'
import type { BaseLanguageClient, Range, WorkspaceEdit } from 'vscode-languageclient'
import {
  type AssignedSpi,
  CELL_CHOICES,
  type CellChoices,
  CHOOSE_FACTS,
  type ChooseFactsParams,
  DEVICES,
  type DocumentUri,
  GIVE_DEVICE,
  type GivableDevice,
  type GiveDeviceParams,
  NEW_CELL,
  NEW_ROOT,
  type NewCellParams,
  type NewFiles,
  type NewRootParams,
  RESERVATIONS,
  type ReservationText,
  STATUS,
  type Status,
} from '../../server/src/lsp/protocol.ts'
import { answerOrReason, applyAndReveal, applyAndSave, REFUSED } from './edits.ts'
import { nameOf } from './uris.ts'

/** Commands that ask for what only a person knows, and let the server write the rest. */

/** A new root cell from facts of its machine, as an untitled file. */
export async function newRootCell(client: BaseLanguageClient): Promise<void> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Facts of the Machine: Device Tree, /proc/iomem, Tarball of the Collector'),
    openLabel: vscode.l10n.t('Use These Facts'),
    canSelectMany: true,
  })
  if (!picked || picked.length === 0) return
  const name = await askName(vscode.l10n.t('Name of the Root Cell'), nameOf(picked[0]!).split('.')[0] ?? '')
  if (name === undefined) return
  const params: NewRootParams = { facts: picked.map(uri => uri.toString()), name }
  const beside = vscode.workspace.getWorkspaceFolder(picked[0]!) && picked[0]
  const place = beside && { beside, stem: name }
  await openMade(client, memory => client.sendRequest(NEW_ROOT, { ...params, ...memory }), place)
}

/** A new inmate of the root at hand, or of the root of the cell at hand. */
export async function newCell(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const root = await rootOf(client, document)
  const choices = root && (await client.sendRequest<CellChoices | null>(CELL_CHOICES, { uri: root }))
  if (!root || !choices) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('Open a root cell first: a new inmate is made for the root in front.'),
    )
    return
  }
  const params = await askForCell(root, choices)
  if (!params) return
  const beside = vscode.Uri.parse(root)
  const place = { beside, stem: `${nameOf(beside).replace(/\.c$/, '')}-${params.name}` }
  await openMade(client, memory => client.sendRequest(NEW_CELL, { ...params, ...memory }), place)
}

/** The root itself, opened so that the server knows it. */
async function rootOf(client: BaseLanguageClient, document: vscode.TextDocument): Promise<string | undefined> {
  const uri = document.uri.toString()
  const status = await client.sendRequest<Status | null>(STATUS, { uri } satisfies DocumentUri)
  if (status?.kind === 'root') return uri
  if (!status?.root) return undefined
  await vscode.workspace.openTextDocument(vscode.Uri.parse(status.root.uri))
  return status.root.uri
}

/** Undefined as soon as somebody leaves. */
async function askForCell(uri: string, choices: CellChoices): Promise<NewCellParams | undefined> {
  const title = vscode.l10n.t('New Inmate of {0}', choices.root)
  const kind = await vscode.window.showQuickPick(
    choices.kinds.map(({ kind: runs, label }) => ({ label, runs })),
    { title, placeHolder: vscode.l10n.t('What runs in it') },
  )
  if (!kind) return undefined
  const name = await askName(title, kind.runs)
  if (name === undefined) return undefined
  const cpus = await vscode.window.showQuickPick(
    choices.cpus.map(({ number, detail, isDefault }) => ({
      label: vscode.l10n.t('CPU {0}', String(number)),
      description: detail,
      picked: isDefault,
      number,
    })),
    { title, placeHolder: vscode.l10n.t('Its CPUs'), canPickMany: true },
  )
  if (!cpus) return undefined
  const size = await askSize(title, choices.sizes)
  if (size === undefined) return undefined
  const devices = await askDevices(title, choices)
  if (!devices) return undefined
  return { uri, name, kind: kind.runs, cpus: cpus.map(({ number }) => number), devices, ...(size !== '' && { size }) }
}

/** Empty where the usual size will do. */
async function askSize(title: string, sizes: readonly string[]): Promise<string | undefined> {
  if (sizes.length < 2) return ''
  const usual = { label: vscode.l10n.t('Usual size for its kind'), size: '' }
  const items = [usual, ...sizes.map(size => ({ label: size, size }))]
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Its RAM') })
  return chosen?.size
}

async function askDevices(title: string, { devices }: CellChoices): Promise<readonly string[] | undefined> {
  if (devices.length === 0) return []
  const chosen = await vscode.window.showQuickPick(
    devices.map(({ path, name, detail }) => ({ label: name, description: detail, path })),
    { title, placeHolder: vscode.l10n.t('Devices it gets; none is fine'), canPickMany: true, matchOnDescription: true },
  )
  return chosen?.map(({ path }) => path)
}

const askName = async (title: string, value: string): Promise<string | undefined> =>
  vscode.window.showInputBox({
    title,
    value,
    prompt: vscode.l10n.t('Name of the cell, at most 31 characters'),
    validateInput: words => (/^[^"\\]{1,31}$/.test(words) ? undefined : vscode.l10n.t('1 to 31 characters')),
  })

/** Where a new file is to be saved: in the folder of another, with a name to which only the extension is added. */
interface Place {
  readonly beside: vscode.Uri
  readonly stem: string
}

/** Opens what was made; a place in memory that the facts leave open is asked for once. */
async function openMade(
  client: BaseLanguageClient,
  make: (memory: { readonly memory?: string }) => Promise<NewFiles>,
  place: Place | undefined,
): Promise<void> {
  let made = await make({})
  if (made.isMemoryMissing) {
    const memory = await askMemory()
    if (memory === undefined) return
    made = await make({ memory })
  }
  if (made.reason !== undefined) {
    await vscode.window.showWarningMessage(vscode.l10n.t('Nothing was made: {0}.', made.reason))
    return
  }
  if (made.text === undefined) {
    await vscode.window.showWarningMessage(vscode.l10n.t('Nothing was made, lacking {0}.', made.missing ?? ''))
    return
  }
  if (made.tree !== undefined) await openUnsaved(made.tree, 'dts', place)
  await openUnsaved(made.text, 'c', place)
  const notes = made.notes ?? []
  for (const note of notes) client.info(note)
  if (notes.length > 0) await showNotes(client, notes)
}

const askMemory = async (): Promise<string | undefined> =>
  vscode.window.showInputBox({
    title: vscode.l10n.t('Memory for Jailhouse'),
    prompt: vscode.l10n.t('Start and size, such as 0x7b000000,80M: the facts do not state them'),
    validateInput: words =>
      /^\s*\w+\s*,\s*\w+\s*$/.test(words) ? undefined : vscode.l10n.t('START,SIZE, such as 0x7b000000,80M'),
  })

/** A new file that stands, not saved yet, beside the one it was made for: it is checked with it from the start. */
async function openUnsaved(content: string, extension: string, place: Place | undefined): Promise<void> {
  const uri = place && (await freeUri(place, extension))
  if (!uri) return openUntitled(content, extension)
  const document = await vscode.workspace.openTextDocument(uri)
  const edit = new vscode.WorkspaceEdit()
  edit.insert(uri, new vscode.Position(0, 0), content)
  await vscode.workspace.applyEdit(edit)
  await vscode.window.showTextDocument(document, { preview: false })
}

/** A name that no file and no document has; undefined where a file not saved yet cannot have a place. */
async function freeUri({ beside, stem }: Place, extension: string): Promise<vscode.Uri | undefined> {
  if (beside.scheme !== 'file') return undefined
  const folder = beside.with({ path: beside.path.slice(0, beside.path.lastIndexOf('/') + 1) })
  const there = await vscode.workspace.fs.readDirectory(folder).then(
    entries => entries.map(([name]) => name),
    () => undefined,
  )
  if (!there) return undefined
  const open = vscode.workspace.textDocuments.map(({ uri }) => nameOf(uri))
  const taken = new Set([...there, ...open])
  const safe = stem.replace(/[^\w.-]+/g, '-')
  const names = Array.from(
    { length: taken.size + 1 },
    (_, i) => `${safe}${i === 0 ? '' : `-${String(i + 1)}`}.${extension}`,
  )
  const free = names.find(name => !taken.has(name))
  return free === undefined ? undefined : folder.with({ scheme: 'untitled', path: folder.path + free })
}

/** Languages that the editor has no support for show as plain text. */
async function openUntitled(content: string, language: string): Promise<void> {
  const known = await vscode.languages.getLanguages()
  const document = await vscode.workspace.openTextDocument({
    content,
    ...(known.includes(language) && { language }),
  })
  await vscode.window.showTextDocument(document, { preview: false })
}

/** What is left to the author: the first of it, and the log for all. */
async function showNotes(client: BaseLanguageClient, notes: readonly string[]): Promise<void> {
  const all = vscode.l10n.t('Show All {0}', String(notes.length))
  const more = notes.length > 1 ? [all] : []
  if ((await vscode.window.showInformationMessage(notes[0] ?? '', ...more)) === all) client.outputChannel.show()
}

/** Windows, interrupts and streams of one device in one edit. */
export async function giveDevice(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const uri = document.uri.toString()
  const devices = await client.sendRequest<readonly GivableDevice[]>(DEVICES, { uri } satisfies DocumentUri)
  if (devices.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0} is not an inmate with facts of its machine, or already has all of its devices.',
        nameOf(document.uri),
      ),
    )
    return
  }
  const chosen = await vscode.window.showQuickPick(
    devices.map(({ path, name, lacking, detail }) => ({ label: name, description: lacking, detail, path })),
    { title: vscode.l10n.t('Device for {0}', nameOf(document.uri)), matchOnDetail: true },
  )
  if (!chosen) return
  const params: GiveDeviceParams = { uri, device: chosen.path }
  const given = await client.sendRequest<AssignedSpi<WorkspaceEdit, Range>>(GIVE_DEVICE, params)
  const { edit, reason } = given
  if (edit) await applyAndReveal(client, document, given)
  else
    await vscode.window.showWarningMessage(
      vscode.l10n.t('{0} is not given to the cell: {1}.', chosen.label, reason ?? ''),
    )
}

/** Names the facts of the machine of the root in front, or of the root of the cell in front, in `jailhouse.json`. */
export async function chooseFacts(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const title = vscode.l10n.t('Facts of the Machine for {0}', nameOf(document.uri))
  const ways = [
    {
      label: vscode.l10n.t('Files…'),
      detail: vscode.l10n.t('device tree, /proc/iomem, tarball of the collector'),
      way: 'files',
    },
    { label: vscode.l10n.t('Folder…'), detail: vscode.l10n.t('laid out like the root of the target'), way: 'folder' },
    {
      label: vscode.l10n.t('Automatic'),
      detail: vscode.l10n.t('comments, and what lies beside the root cell'),
      way: 'none',
    },
  ]
  const chosen = await vscode.window.showQuickPick(ways, {
    title,
    placeHolder: vscode.l10n.t('The choice is kept in jailhouse.json'),
  })
  if (!chosen) return
  const isFolder = chosen.way === 'folder'
  const picked =
    chosen.way === 'none'
      ? []
      : await vscode.window.showOpenDialog({
          title,
          openLabel: vscode.l10n.t('Use These Facts'),
          canSelectMany: !isFolder,
          canSelectFiles: !isFolder,
          canSelectFolders: isFolder,
        })
  if (!picked) return
  const params: ChooseFactsParams = { uri: document.uri.toString(), facts: picked.map(uri => uri.toString()) }
  const edit = await answerOrReason(client.sendRequest<WorkspaceEdit | null>(CHOOSE_FACTS, params))
  if (edit === REFUSED) return
  if (edit) await applyAndSave(client, edit)
  else if (picked.length > 0)
    await vscode.window.showWarningMessage(
      vscode.l10n.t('Facts belong to a root cell: {0} has none, or jailhouse.json has problems.', nameOf(document.uri)),
    )
}

/** What to write outside of the configurations so that Linux keeps off: on the clipboard, or as a file. */
export async function reserveMemory(client: BaseLanguageClient, document: vscode.TextDocument): Promise<void> {
  const params: DocumentUri = { uri: document.uri.toString() }
  const ways = await client.sendRequest<readonly ReservationText[]>(RESERVATIONS, params)
  const chosen = await vscode.window.showQuickPick(
    ways.map(way => ({ label: way.title, detail: way.where, way })),
    { title: vscode.l10n.t('Reserve Memory for Jailhouse') },
  )
  if (!chosen) return
  await vscode.env.clipboard.writeText(chosen.way.text)
  const open = vscode.l10n.t('Open as File')
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Copied. It belongs {0}.', chosen.way.where),
    open,
  )
  if (answer === open) await openUntitled(chosen.way.text, chosen.way.language)
}
