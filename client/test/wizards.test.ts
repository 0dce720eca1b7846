import { beforeEach, expect, test, vi } from 'vitest'
import { chooseFacts, giveDevice, newCell, newRootCell, reserveMemory } from '../src/wizards.ts'
import * as vscode from './vscode.mock.ts'

/** Wizards ask the user, then the server; what the server makes is opened as it is. */

const answers = new Map<string, unknown>()
const asked: { readonly method: string; readonly params: unknown }[] = []

const client = {
  sendRequest: async (method: string, params: unknown) => {
    asked.push({ method, params })
    const answer = answers.get(method)
    return Array.isArray(answer) && method.includes('new') ? answer.shift() : (answer ?? null)
  },
  protocol2CodeConverter: { asWorkspaceEdit: async (edit: unknown) => edit },
  info: vi.fn(),
  outputChannel: { show: vi.fn() },
} as never

const root = { uri: vscode.Uri.parse('file:///ws/board.c') } as never
const { window } = vscode

const choices = {
  root: 'board.c',
  kinds: [
    { kind: 'bare-metal', label: 'Bare metal' },
    { kind: 'linux', label: 'Linux' },
  ],
  cpus: [
    { number: 0, detail: 'boots the root', isDefault: false },
    { number: 3, detail: '', isDefault: true },
  ],
  sizes: ['1M', '64M'],
  devices: [{ path: '/serial@9000000', name: 'serial@9000000', detail: 'arm,pl011' }],
  needsMemory: false,
}

/** Answers all that a wizard asks as somebody would who takes what is proposed. */
function acceptAll(): void {
  window.showQuickPick.mockImplementation(async (items: readonly { picked?: boolean }[], { canPickMany = false }) =>
    canPickMany ? items.filter(({ picked = true }) => picked) : items.at(-1),
  )
  window.showInputBox.mockImplementation(async ({ value }: { value?: string }) => value)
}

const openedTexts = () =>
  vscode.workspace.openTextDocument.mock.calls.map(
    ([what]) => what as unknown as { content?: string; language?: string },
  )

beforeEach(() => {
  vi.resetAllMocks()
  vscode.workspace.openTextDocument.mockImplementation(async (uri: vscode.Uri) => ({ uri, save: vi.fn() }))
  answers.clear()
  vscode.disk.clear()
  asked.length = 0
})

test('a new inmate of the root in front, with its device tree', async () => {
  acceptAll()
  answers.set('jailhouseWarden/status', { kind: 'root', text: '', detail: '' })
  answers.set('jailhouseWarden/cellChoices', choices)
  answers.set('jailhouseWarden/newCell', [{ text: 'struct {', tree: '/dts-v1/;', notes: ['unbind its driver'] }])
  await newCell(client, root)
  expect(asked.at(-1)).toEqual({
    method: 'jailhouseWarden/newCell',
    params: {
      uri: 'file:///ws/board.c',
      name: 'linux',
      kind: 'linux',
      cpus: [3],
      size: '64M',
      devices: ['/serial@9000000'],
    },
  })
  expect(openedTexts()).toEqual([{ content: '/dts-v1/;' }, { content: 'struct {', language: 'c' }])
  expect(window.showInformationMessage).toHaveBeenCalledWith('unbind its driver')
})

test('what is made stands beside its root under a name that is free, before it is saved', async () => {
  acceptAll()
  vscode.disk.set('/ws/board.c', '')
  vscode.disk.set('/ws/board-linux.c', '')
  answers.set('jailhouseWarden/status', { kind: 'root', text: '', detail: '' })
  answers.set('jailhouseWarden/cellChoices', choices)
  answers.set('jailhouseWarden/newCell', [{ text: 'struct {', tree: '/dts-v1/;' }])
  await newCell(client, root)
  const inserted = vscode.workspace.applyEdit.mock.calls.flatMap(([edit]) => (edit as vscode.WorkspaceEdit).inserted)
  expect(inserted.map(([uri, text]) => [String(uri), text])).toEqual([
    ['untitled:/ws/board-linux.dts', '/dts-v1/;'],
    ['untitled:/ws/board-linux-2.c', 'struct {'],
  ])
})

test('facts are chosen as files or as a folder, or left to be found; jailhouse.json is saved', async () => {
  const pickedWay = (way: string) =>
    window.showQuickPick.mockImplementation(async (items: readonly { way: string }[]) =>
      items.find(each => each.way === way),
    )
  const edit = { entries: () => [[vscode.Uri.parse('file:///ws/jailhouse.json'), []]] }
  answers.set('jailhouseWarden/chooseFacts', edit)
  vscode.workspace.applyEdit.mockResolvedValue(true)
  pickedWay('folder')
  window.showOpenDialog.mockResolvedValue([vscode.Uri.parse('file:///ws/facts')])
  await chooseFacts(client, root)
  expect(window.showOpenDialog.mock.calls[0]?.[0]).toMatchObject({ canSelectFolders: true, canSelectMany: false })
  expect(asked.at(-1)?.params).toEqual({ uri: 'file:///ws/board.c', facts: ['file:///ws/facts'] })
  expect(vscode.workspace.openTextDocument).toHaveBeenCalledWith(vscode.Uri.parse('file:///ws/jailhouse.json'))
  pickedWay('none')
  await chooseFacts(client, root)
  expect(asked.at(-1)?.params).toEqual({ uri: 'file:///ws/board.c', facts: [] })
  answers.set('jailhouseWarden/chooseFacts', null)
  pickedWay('files')
  await chooseFacts(client, root)
  expect(window.showWarningMessage.mock.calls[0]?.[0]).toContain('Facts belong to a root cell')
})

test('an inmate in front stands for its root', async () => {
  acceptAll()
  answers.set('jailhouseWarden/status', { kind: 'cell', root: { uri: 'file:///ws/root.c', name: 'root.c' } })
  answers.set('jailhouseWarden/cellChoices', choices)
  answers.set('jailhouseWarden/newCell', [{ text: 'struct {' }])
  await newCell(client, root)
  expect(asked.at(-1)?.params).toMatchObject({ uri: 'file:///ws/root.c' })
})

test('without a root, or when somebody leaves, nothing is made', async () => {
  await newCell(client, root)
  expect(window.showInformationMessage.mock.calls[0]?.[0]).toContain('Open a root cell first')
  answers.set('jailhouseWarden/status', { kind: 'root' })
  answers.set('jailhouseWarden/cellChoices', choices)
  await newCell(client, root)
  expect(asked.map(({ method }) => method)).not.toContain('jailhouseWarden/newCell')
})

test('a new root from the facts that are picked; memory they leave open is asked for', async () => {
  acceptAll()
  window.showOpenDialog.mockResolvedValue([vscode.Uri.parse('file:///facts/board.dtb')])
  answers.set('jailhouseWarden/newRoot', [
    { missing: 'RAM', isMemoryMissing: true },
    { text: 'struct {', notes: [] },
  ])
  window.showInputBox.mockResolvedValueOnce('board').mockResolvedValueOnce('0x7b000000,80M')
  await newRootCell(client)
  expect(asked.map(({ params }) => params)).toEqual([
    { facts: ['file:///facts/board.dtb'], name: 'board' },
    { facts: ['file:///facts/board.dtb'], name: 'board', memory: '0x7b000000,80M' },
  ])
  expect(openedTexts()).toEqual([{ content: 'struct {', language: 'c' }])
})

test('what cannot be made is told', async () => {
  acceptAll()
  window.showOpenDialog.mockResolvedValue([vscode.Uri.parse('file:///facts/iomem')])
  answers.set('jailhouseWarden/newRoot', [{ missing: 'a device tree' }])
  await newRootCell(client)
  expect(window.showWarningMessage).toHaveBeenCalledWith('Nothing was made, lacking a device tree.')
  window.showOpenDialog.mockResolvedValue([vscode.Uri.parse('file:///facts/iomem')])
  answers.set('jailhouseWarden/newRoot', [{ reason: 'it would have an error' }])
  await newRootCell(client)
  expect(window.showWarningMessage).toHaveBeenCalledWith('Nothing was made: it would have an error.')
  expect(openedTexts()).toEqual([])
})

test('an edit that was made for another version of an open document is not applied, and it is said', async () => {
  acceptAll()
  answers.set('jailhouseWarden/devices', [{ path: '/rtc', name: 'rtc', lacking: '1 region', detail: '' }])
  const edit = (version: number | null) => ({
    documentChanges: [{ textDocument: { uri: 'file:///ws/board.c', version }, edits: [] }],
  })
  const give = async (version: number | null, isDirty = false) => {
    vscode.workspace.applyEdit.mockReset()
    window.showWarningMessage.mockReset()
    vscode.workspace.applyEdit.mockResolvedValue(true)
    vscode.workspace.textDocuments = [{ uri: vscode.Uri.parse('file:///ws/board.c'), version: 3, isDirty }]
    answers.set('jailhouseWarden/giveDevice', { edit: edit(version) })
    await giveDevice(client, root)
    vscode.workspace.textDocuments = []
    return [vscode.workspace.applyEdit.mock.calls.length, window.showWarningMessage.mock.calls[0]?.[0]]
  }
  const said = 'Nothing was changed: board.c has changed meanwhile. Please try again.'
  expect(await give(3)).toEqual([1, undefined])
  expect(await give(2)).toEqual([0, said])
  expect(await give(null)).toEqual([1, undefined])
  expect(await give(null, true)).toEqual([0, said])
})

test('an edit that the editor refuses is told of', async () => {
  acceptAll()
  answers.set('jailhouseWarden/devices', [{ path: '/rtc', name: 'rtc', lacking: '1 region', detail: '' }])
  answers.set('jailhouseWarden/giveDevice', { edit: { changes: {} } })
  vscode.workspace.applyEdit.mockResolvedValue(false)
  await giveDevice(client, root)
  expect(window.showWarningMessage.mock.calls[0]?.[0]).toContain('a file may be read-only')
})

test('a device is chosen from what the cell lacks, and given in one edit or refused with the reason', async () => {
  acceptAll()
  answers.set('jailhouseWarden/devices', [])
  await giveDevice(client, root)
  expect(window.showInformationMessage.mock.calls[0]?.[0]).toContain('board.c is not an inmate')
  answers.set('jailhouseWarden/devices', [{ path: '/rtc', name: 'rtc', lacking: '1 region and SPI 2', detail: '' }])
  answers.set('jailhouseWarden/giveDevice', { edit: { changes: {} } })
  await giveDevice(client, root)
  expect(asked.at(-1)?.params).toEqual({ uri: 'file:///ws/board.c', device: '/rtc' })
  expect(vscode.workspace.applyEdit).toHaveBeenCalledWith({ changes: {} })
  answers.set('jailhouseWarden/giveDevice', { reason: 'it would cause JH201' })
  await giveDevice(client, root)
  expect(window.showWarningMessage).toHaveBeenCalledWith('rtc is not given to the cell: it would cause JH201.')
})

test('what reserves memory goes to the clipboard, and opens as a file where that is wanted', async () => {
  acceptAll()
  const text = 'memmap=82M$0x3a000000'
  answers.set('jailhouseWarden/reservations', [{ title: 'Kernel parameter', where: 'there', text, language: 'shell' }])
  window.showInformationMessage.mockResolvedValueOnce('Open as File')
  await reserveMemory(client, root)
  expect(vscode.env.clipboard.writeText).toHaveBeenCalledWith(text)
  expect(openedTexts()).toEqual([{ content: text }])
})
