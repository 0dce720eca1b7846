import { readFileSync } from 'node:fs'
import { beforeEach, expect, test, vi } from 'vitest'
import type { SystemTreeView } from '../src/system-tree.ts'
import * as vscode from './vscode.mock.ts'

/** A language client that answers from a table and remembers what it was asked. */
class FakeClient {
  static made: FakeClient[] = []
  readonly args: unknown[]
  readonly asked: { method: string; params: unknown }[] = []
  readonly answers = new Map<string, unknown>()
  readonly handlers = new Map<string, (params: never) => unknown>()
  running = false
  readonly outputChannel = { show: vi.fn() }
  constructor(...args: unknown[]) {
    this.args = args
    FakeClient.made.push(this)
  }
  start = vi.fn(async () => {
    this.running = true
  })
  stop = vi.fn(async () => {
    this.running = false
  })
  readonly protocol2CodeConverter = {
    asUri: (uri: string) => `code ${uri}`,
    asPosition: (position: string) => `code ${position}`,
    asLocation: (place: string) => `code ${place}`,
    asWorkspaceEdit: async (edit: unknown) => edit,
  }
  readonly info = vi.fn()
  onDidChangeState = () => ({ dispose() {} })
  dispose() {}
  isRunning() {
    return this.running
  }
  onRequest(method: string, handler: (params: never) => unknown) {
    this.handlers.set(method, handler)
    return { dispose() {} }
  }
  onNotification(method: string, handler: (params: never) => unknown) {
    return this.onRequest(method, handler)
  }
  async sendRequest(method: string, params: unknown) {
    this.asked.push({ method, params })
    return this.answers.get(method) ?? null
  }
}

vi.mock('vscode-languageclient/node', () => ({ TransportKind: { ipc: 1 }, LanguageClient: FakeClient }))
class WorkerEnd {
  readonly worker: unknown
  constructor(worker: unknown) {
    this.worker = worker
  }
}
vi.mock('vscode-languageclient/browser', () => ({
  LanguageClient: FakeClient,
  BrowserMessageReader: WorkerEnd,
  BrowserMessageWriter: WorkerEnd,
}))

const config = document('/ws/configs/board-linux.c', '#include <jailhouse/cell-config.h>')

function document(path: string, text: string, languageId = 'c') {
  return { uri: vscode.Uri.parse(`file://${path}`), languageId, getText: () => text }
}

async function activate(kind: 'node' | 'browser' = 'node', ...open: unknown[]): Promise<FakeClient> {
  vscode.workspace.textDocuments = open
  const extension =
    kind === 'node' ? await import('../src/extension.node.ts') : await import('../src/extension.browser.ts')
  extension.activate({
    extensionUri: vscode.Uri.parse('file:///extension'),
    globalStorageUri: vscode.Uri.parse('file:///storage'),
    globalState: vscode.globalState(),
    subscriptions: [],
  } as never)
  return FakeClient.made.at(-1)!
}

const run = (command: string, ...given: unknown[]) => vscode.registered.get(`jailhouseWarden.${command}`)!(...given)

beforeEach(() => {
  vi.clearAllMocks()
  vscode.nobodyListens()
  vscode.settings.clear()
  vscode.disk.clear()
  vscode.window.activeTextEditor = { document: config, selection: { active: 'here' } }
})

test('the desktop starts a process over ipc', async () => {
  const client = await activate('node', config)
  const module = '/extension/dist/server/node.js'
  expect(client.args[2]).toMatchObject({ run: { module, transport: 1 }, debug: { module, transport: 1 } })
  expect(client.start).toHaveBeenCalledOnce()
})

test('what the server compiles is kept with what the extension stores', async () => {
  const client = await activate('node', config)
  expect(client.args[2]).toMatchObject({ run: { options: { env: { NODE_COMPILE_CACHE: '/storage/compiled' } } } })
})

test('the browser starts a worker', async () => {
  const workers: string[] = []
  vi.stubGlobal(
    'Worker',
    class {
      constructor(script: string) {
        workers.push(script)
      }
    },
  )
  const client = await activate('browser', config)
  const { reader, writer } = await (client.args[2] as () => Promise<{ reader: WorkerEnd; writer: WorkerEnd }>)()
  expect(reader.worker).toBe(writer.worker)
  expect(workers).toEqual(['file:///extension/dist/server/browser.js'])
})

test('the server starts with the first file that mentions Jailhouse, and not before', async () => {
  const client = await activate('node', document('/ws/main.c', 'int main(void) { return 0; }'))
  vscode.happen('open', document('/ws/notes.txt', 'jailhouse', 'plaintext'))
  expect(client.start).not.toHaveBeenCalled()
  vscode.happen('change', { document: document('/ws/new.c', '#include <jailhouse/') })
  vscode.happen('open', config)
  expect(client.start).toHaveBeenCalledOnce()
})

test('a project file starts the server before any C file, and wakes the extension', async () => {
  const client = await activate('node', document('/ws/tsconfig.json', '{ "name": "jailhouse" }', 'jsonc'))
  expect(client.start).not.toHaveBeenCalled()
  vscode.happen('open', document('/ws/configs/jailhouse.json', '{}', 'jsonc'))
  expect(client.start).toHaveBeenCalledOnce()
  const { activationEvents } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(activationEvents).toEqual(['onLanguage:c', 'workspaceContains:**/jailhouse.json'])
})

test('the server reads through the editor’s file systems', async () => {
  const client = await activate()
  vscode.disk.set('/ws/a/x.c', 'text')
  vscode.disk.set('/ws/a/deeper/y.c', '')
  const ask = (method: string, uri: string) => client.handlers.get(`jailhouseWarden/${method}`)!({ uri } as never)
  expect(await ask('readFile', 'file:///ws/a/x.c')).toEqual({ text: 'text' })
  expect(await ask('readFile', 'file:///ws/a/z.c')).toBeNull()
  expect(await ask('listFolder', 'file:///ws/a/')).toEqual({ uris: ['file:///ws/a/x.c'] })
  expect(await ask('listFolder', 'file:///ws/b/')).toBeNull()
  vscode.workspace.findFiles.mockResolvedValueOnce([
    vscode.Uri.parse('file:///ws/a/proc/iomem'),
    vscode.Uri.parse('file:///ws/a/cpus'),
  ])
  expect(await ask('listBelow', 'file:///ws/a')).toEqual({
    files: [
      { path: 'cpus', uri: 'file:///ws/a/cpus' },
      { path: 'proc/iomem', uri: 'file:///ws/a/proc/iomem' },
    ],
  })
})

test('the status bar says which root is in use and why, for the file in front', async () => {
  const client = await activate('node', config)
  client.answers.set('jailhouseWarden/status', { kind: 'cell', text: 'root: board.c', detail: 'by its name' })
  client.handlers.get('jailhouseWarden/analyzed')!({ uri: config.uri.toString() } as never)
  await vi.waitFor(() => expect(vscode.statusBarItem.show).toHaveBeenCalled())
  expect(vscode.statusBarItem).toMatchObject({
    text: '$(shield) root: board.c',
    tooltip: { value: expect.stringContaining('by its name') },
  })
  vscode.window.activeTextEditor = { document: document('/ws/x.txt', '', 'plaintext'), selection: {} }
  vscode.happen('activeEditor', undefined)
  await vi.waitFor(() => expect(vscode.statusBarItem.hide).toHaveBeenCalled())
})

test('beside it the facts of the machine and why these, where there are some', async () => {
  const client = await activate('node', config)
  const facts = { text: 'board.tar (live, 3 days)', detail: 'jailhouse.json names them' }
  const status = { kind: 'cell', text: 'root: board.c', detail: 'by its name' }
  client.answers.set('jailhouseWarden/status', { ...status, facts })
  vscode.window.activeTextEditor = { document: config, selection: {} }
  client.handlers.get('jailhouseWarden/analyzed')!({ uri: config.uri.toString() } as never)
  await vi.waitFor(() => expect(vscode.factsItem.show).toHaveBeenCalled())
  expect(vscode.factsItem).toMatchObject({ text: '$(circuit-board) board.tar (live, 3 days)', tooltip: facts.detail })
  client.answers.set('jailhouseWarden/status', status)
  client.handlers.get('jailhouseWarden/analyzed')!({ uri: config.uri.toString() } as never)
  await vi.waitFor(() => expect(vscode.factsItem.hide).toHaveBeenCalled())
})

test('roots are offered with how well they fit, and a chosen one is kept in jailhouse.json', async () => {
  const client = await activate()
  const candidate = (name: string, errors: number, isCurrent: boolean) => ({
    uri: `file:///ws/configs/${name}`,
    name,
    errors,
    isCurrent,
  })
  client.answers.set('jailhouseWarden/rootCandidates', [candidate('board.c', 0, true), candidate('other.c', 3, false)])
  const save = vi.fn()
  vscode.workspace.openTextDocument.mockResolvedValue({ uri: config.uri, save })
  vscode.workspace.applyEdit.mockResolvedValue(true)
  const project = vscode.Uri.parse('file:///ws/jailhouse.json')
  client.answers.set('jailhouseWarden/chooseRoot', { entries: () => [[project, []]] })
  let offered: { label: string; description?: string }[] = []
  vscode.window.showQuickPick.mockImplementationOnce(async items => {
    offered = items
    return items[1]
  })
  await run('selectRoot')
  expect(offered.map(({ label, description }) => [label, description])).toEqual([
    ['$(check) board.c', 'no errors'],
    ['other.c', '3 errors'],
    ['Automatic (by file name)', undefined],
  ])
  expect(client.asked.at(-1)).toEqual({
    method: 'jailhouseWarden/chooseRoot',
    params: { uri: config.uri.toString(), root: 'file:///ws/configs/other.c' },
  })
  expect(save).toHaveBeenCalledOnce()
})

test('letting the name decide forgets the project file and the settings', async () => {
  const client = await activate()
  client.answers.set('jailhouseWarden/rootCandidates', [])
  client.answers.set('jailhouseWarden/chooseRoot', undefined)
  vscode.settings.set('roots', { 'configs/board-linux.c': 'configs/board.c', 'x.c': 'y.c' })
  vscode.window.showQuickPick.mockImplementationOnce(async items => items.at(-1))
  await run('selectRoot')
  expect(client.asked.at(-1)!.params).toEqual({ uri: config.uri.toString() })
  expect(vscode.settings.get('roots')).toEqual({ 'x.c': 'y.c' })
})

const opened = () => {
  const [command, page, view] = vscode.commands.executeCommand.mock.calls.at(-1)!
  expect([command, view]).toEqual(['vscode.openWith', 'vscode.markdown.preview.editor'])
  return page as vscode.Uri
}

test('the page of the finding under the cursor opens as a preview', async () => {
  await activate()
  const finding = { source: 'jailhouse-warden', code: { value: 'JH301' }, range: { contains: () => true } }
  vscode.languages.getDiagnostics.mockReturnValueOnce([{ ...finding, source: 'clangd' }, finding])
  await run('showRulePage')
  expect(String(opened())).toBe('jailhouse-warden-page:/JH301.md')
  await run('showRulePage')
  expect(vscode.window.showInformationMessage).toHaveBeenCalledOnce()
})

test('of several findings under the cursor, the user says which', async () => {
  await activate()
  const finding = { source: 'jailhouse-warden', code: 'JH301', message: 'one', range: { contains: () => true } }
  vscode.languages.getDiagnostics.mockReturnValueOnce([finding, { ...finding, code: 'JH310', message: 'two' }, finding])
  vscode.window.showQuickPick.mockImplementationOnce(async items => items[1])
  await run('showRulePage')
  expect(vscode.window.showQuickPick.mock.calls[0]![0]).toHaveLength(2)
  expect(String(opened())).toBe('jailhouse-warden-page:/JH310.md')
})

test('pages of the server open rendered wherever they are linked', () => {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(contributes.configurationDefaults['workbench.editorAssociations']).toEqual({
    'jailhouse-warden-page:/**': 'vscode.markdown.preview.editor',
  })
})

test('a simulation is a document of the server’s; without a root there is none', async () => {
  const client = await activate()
  await run('simulate')
  expect(vscode.window.showInformationMessage.mock.calls[0]![0]).toContain('No root cell is known for board-linux.c')
  client.answers.set('jailhouseWarden/simulate', { title: '', markdown: '' })
  await run('simulate')
  const uri = 'file:///ws/configs/board-linux.c'
  expect(opened()).toMatchObject({ path: '/Simulation of board-linux.c.md', query: uri })
})

/** A panel for a page, as the editor makes it. */
const newPanel = () => ({
  title: '',
  visible: true,
  webview: { html: '', cspSource: 'here', asWebviewUri: ({ path }: vscode.Uri) => path },
  reveal: vi.fn(),
  dispose: vi.fn(),
  onDidChangeViewState: () => ({ dispose() {} }),
  onDidDispose: () => ({ dispose() {} }),
})

/** Chooses the source whose label has these words. */
const choose = (words: string) =>
  vscode.window.showQuickPick.mockImplementationOnce(async (items: readonly { label: string }[]) =>
    items.find(({ label }) => label.includes(words)),
  )

const EXPLAIN = 'jailhouseWarden/explain'

test('a console line is explained in a panel, with the configuration in front to blame', async () => {
  const client = await activate()
  const panel = newPanel()
  vscode.window.createWebviewPanel.mockReturnValue(panel)
  await run('explainLine')
  choose('line')
  await run('explainLine')
  expect(client.asked.filter(({ method }) => method === EXPLAIN)).toEqual([])
  const start = { line: 6, character: 2 }
  client.answers.set(EXPLAIN, [
    { kind: 'title', text: '<img src=x>' },
    { kind: 'place', text: 'b.c:7: why', place: { uri: 'file:///ws/b.c', range: { start, end: start } } },
  ])
  choose('line')
  vscode.window.showInputBox.mockResolvedValueOnce('data read at 0x1c25014(4) & more')
  await run('explainLine')
  expect(client.asked.at(-1)).toEqual({
    method: EXPLAIN,
    params: { uri: 'file:///ws/configs/board-linux.c', text: 'data read at 0x1c25014(4) & more' },
  })
  expect(panel.webview.html).toContain('<h2>&#60;img src=x&#62;</h2>')
  const asked = () => client.asked.filter(({ method }) => method === EXPLAIN).length
  client.handlers.get('jailhouseWarden/analyzed')!({ uri: 'file:///ws/configs/board-linux.c' } as never)
  expect(asked()).toBe(1)
  vscode.happen('save', { languageId: 'c' })
  expect(asked()).toBe(2)
  const [, link = ''] = /href="command:jailhouseWarden\.showPlace\?([^"]*)">b\.c:7: why</.exec(panel.webview.html) ?? []
  await run('showPlace', ...JSON.parse(decodeURIComponent(link)))
  const [target, options] = vscode.window.showTextDocument.mock.calls.at(-1)!
  expect([`${target}`, options.selection.given]).toEqual(['file:///ws/b.c', [6, 2, 6, 2]])
  const { enableScripts, enableCommandUris } = vscode.window.createWebviewPanel.mock.calls[0]![3]
  expect({ enableScripts, enableCommandUris }).toEqual({
    enableCommandUris: ['jailhouseWarden.showPlace', 'jailhouseWarden.showRulePage'],
  })
})

test('a log in front, a selection in it and the clipboard can be explained', async () => {
  const client = await activate()
  client.answers.set(EXPLAIN, [])
  vscode.window.createWebviewPanel.mockReturnValue(newPanel())
  const log = {
    uri: vscode.Uri.parse('file:///ws/boot.log'),
    languageId: 'log',
    getText: (part?: unknown) => (part ? 'a part' : 'all of it'),
  }
  const take = async (isEmpty: boolean, words: string) => {
    vscode.window.activeTextEditor = { document: log, selection: { isEmpty } }
    choose(words)
    await run('explainLine')
    return client.asked.at(-1)?.params
  }
  vscode.env.clipboard.readText.mockResolvedValue('from the board')
  expect(await take(true, 'boot.log')).toEqual({ text: 'all of it' })
  expect(await take(false, 'Selection in boot.log')).toEqual({ text: 'a part' })
  vscode.happen('activeEditor', { document: { ...config, languageId: 'c', isClosed: false } })
  expect(await take(true, 'boot.log')).toEqual({ uri: 'file:///ws/configs/board-linux.c', text: 'all of it' })
  vscode.window.visibleTextEditors = [{ document: config }]
  expect(await take(true, 'Clipboard')).toEqual({ uri: 'file:///ws/configs/board-linux.c', text: 'from the board' })
  vscode.window.visibleTextEditors = []
})

test('places of a code lens are shown as references are', async () => {
  await activate()
  await run('showPlaces', 'file:///ws/a.c', 'position', ['place'])
  expect(vscode.commands.executeCommand).toHaveBeenCalledWith(
    'editor.action.showReferences',
    'code file:///ws/a.c',
    'code position',
    ['code place'],
  )
})

test('every command of the palette is there, and every setting is one the server reads', async () => {
  await activate()
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const { command } of contributes.commands) expect([...vscode.registered.keys()]).toContain(command)
  const read = ['settings', 'client-capabilities'].map(name => readFileSync(`server/src/lsp/${name}.ts`, 'utf8')).join()
  for (const setting of Object.keys(contributes.configuration.properties)) {
    const name = setting.replace('jailhouseWarden.', '')
    expect(name === 'trace.server' || new RegExp(`top\\.${name}|\\?\\.${name}`).test(read), name).toBe(true)
  }
})

test('fix all applies the server’s own kind of action', async () => {
  await activate()
  await run('fixAll')
  expect(vscode.commands.executeCommand).toHaveBeenCalledWith('editor.action.sourceAction', {
    kind: 'source.fixAll.jailhouseWarden',
    apply: 'first',
  })
})

test('a .cell is written where the user says, or the reason is told', async () => {
  const client = await activate()
  client.answers.set('jailhouseWarden/cellBytes', { base64: btoa('\u0001\u0002') })
  vscode.window.showSaveDialog.mockResolvedValueOnce(vscode.Uri.parse('file:///there.cell'))
  await run('saveCell')
  expect(vscode.workspace.fs.writeFile).toHaveBeenCalledWith(
    expect.objectContaining({ path: '/there.cell' }),
    Uint8Array.of(1, 2),
  )
  expect(client.info).toHaveBeenCalledWith(expect.stringContaining('2 bytes written to /there.cell'))
  client.answers.set('jailhouseWarden/cellBytes', { reason: 'It does not compile.' })
  await run('saveCell')
  expect(vscode.window.showErrorMessage.mock.calls[0]![0]).toContain('It does not compile.')
})

test('an interrupt is asked for by its number and given to the cell', async () => {
  const client = await activate()
  vscode.window.showInputBox.mockResolvedValue('104')
  client.answers.set('jailhouseWarden/assignSpi', { edit: { changes: {} } })
  await run('assignSpi')
  expect(vscode.workspace.applyEdit).toHaveBeenCalledWith({ changes: {} })
  client.answers.set('jailhouseWarden/assignSpi', { reason: 'it is taken' })
  await run('assignSpi')
  expect(vscode.window.showWarningMessage.mock.calls[0]![0]).toContain('SPI 104')
  expect(vscode.window.showWarningMessage.mock.calls[0]![0]).toContain('it is taken')
})

test('a revision or review is no document to act on, which is said', async () => {
  const client = await activate()
  vscode.workspace.openTextDocument.mockImplementation(async (uri: vscode.Uri) => ({ uri, save: vi.fn() }))
  for (const scheme of ['git', 'review']) {
    await run('assignSpi', vscode.Uri.parse(`${scheme}:/ws/board.c`))
    expect(vscode.window.showInformationMessage).toHaveBeenLastCalledWith(
      `board.c is shown read-only, by "${scheme}". Open the file itself.`,
    )
  }
  expect(client.asked.map(({ method }) => method)).not.toContain('jailhouseWarden/assignSpi')
})

test('an interrupt that the root lacks is assigned only with consent', async () => {
  const client = await activate()
  vscode.window.showInputBox.mockResolvedValue('104')
  client.answers.set('jailhouseWarden/assignSpi', {
    edit: { changes: {} },
    reason: 'the root cell does not own SPI 104',
  })
  await run('assignSpi')
  expect(vscode.workspace.applyEdit).not.toHaveBeenCalled()
  vscode.window.showWarningMessage.mockResolvedValueOnce('Assign Anyway')
  await run('assignSpi')
  expect(vscode.workspace.applyEdit).toHaveBeenCalledWith({ changes: {} })
})

test('the server can be started again', async () => {
  const client = await activate('node', config)
  await run('restartServer')
  expect(client.stop).toHaveBeenCalledOnce()
  expect(client.start).toHaveBeenCalledTimes(2)
})

/** A panel that remembers what was sent to its page. */
function fakePanel({ listens = true } = {}) {
  const listeners: { message?: (message: unknown) => unknown; state?: () => unknown; gone?: () => unknown } = {}
  const panel = {
    title: '',
    visible: true,
    reveal: vi.fn(),
    dispose: vi.fn(),
    webview: {
      html: '',
      options: {},
      cspSource: 'https://the.editor',
      asWebviewUri: (uri: vscode.Uri) => uri,
      postMessage: vi.fn(),
      onDidReceiveMessage: (listener: (message: unknown) => unknown) => {
        listeners.message = listener
        if (listens) queueMicrotask(() => listener({ type: 'start' }))
      },
    },
    onDidChangeViewState: (listener: () => unknown) => (listeners.state = listener),
    onDidDispose: (listener: () => unknown) => (listeners.gone = listener),
  }
  vscode.window.createWebviewPanel.mockReturnValueOnce(panel)
  return { panel, listeners, sent: () => panel.webview.postMessage.mock.calls.map(([message]) => message) }
}

const place = (uri: string) => ({ uri, range: { start: { line: 3, character: 1 }, end: { line: 9, character: 0 } } })

const mapAnswer = {
  alternatives: ['a'],
  losing: [],
  chosen: 0,
  map: { boxes: [{ place: place('file:///ws/configs/board.c') }] },
}

const asksForMaps = (client: FakeClient) => client.asked.filter(({ method }) => method === 'jailhouseWarden/systemMap')

test('the system map lets in its own script and style and nothing else', async () => {
  await activate('node', config)
  const { panel, sent } = fakePanel()
  await run('showMemoryMap')
  expect(panel.webview.html).toContain(
    'default-src &#39;none&#39;; script-src https://the.editor; style-src https://the.editor',
  )
  expect(panel.webview.html).not.toMatch(/unsafe|<script(?! (src|type="application\/json"))/)
  expect(sent()).toEqual([{ type: 'map', uri: config.uri.toString(), answer: null }])
})

test('the map is asked for anew when a file of its system was looked at, if somebody sees it', async () => {
  const client = await activate('node', config)
  client.answers.set('jailhouseWarden/systemMap', mapAnswer)
  const { panel, listeners, sent } = fakePanel()
  const analyzed = (uri: string) => client.handlers.get('jailhouseWarden/analyzed')!({ uri } as never)
  analyzed(config.uri.toString())
  expect(asksForMaps(client)).toEqual([])
  await run('showMemoryMap')
  analyzed('file:///ws/configs/board.c')
  await vi.waitFor(() => expect(sent().length).toBe(2))
  analyzed('file:///ws/configs/stranger.c')
  panel.visible = false
  analyzed('file:///ws/configs/board.c')
  expect(asksForMaps(client).length).toBe(2)
  panel.visible = true
  listeners.state!()
  await vi.waitFor(() => expect(sent().length).toBe(3))
  listeners.gone!()
  analyzed('file:///ws/configs/board.c')
  expect(asksForMaps(client).length).toBe(3)
})

test('the server is asked once while the page loads, and a page that loads again is sent what there is', async () => {
  const client = await activate('node', config)
  client.answers.set('jailhouseWarden/systemMap', mapAnswer)
  const { listeners, sent } = fakePanel({ listens: false })
  await run('showMemoryMap', config.uri.toString(), { line: 4, character: 2 })
  expect(sent()).toEqual([])
  await listeners.message!({ type: 'start' })
  expect(sent().map(({ type }) => type)).toEqual(['map', 'cursor'])
  await listeners.message!({ type: 'start' })
  expect(sent().slice(2)).toContainEqual({ type: 'map', uri: config.uri.toString(), answer: mapAnswer })
  expect(asksForMaps(client).length).toBe(1)
})

test('the map opens at the region it is asked for', async () => {
  const client = await activate('node', config)
  client.answers.set('jailhouseWarden/systemMap', mapAnswer)
  const { sent } = fakePanel()
  const uri = config.uri.toString()
  await run('showMemoryMap', uri, { line: 4, character: 2 })
  const start = { line: 4, character: 2 }
  expect(sent().map(({ type }) => type)).toEqual(['map', 'cursor'])
  expect(sent().at(-1)).toMatchObject({ place: { uri, range: { start, end: start } } })
})

test('a region of the map leads to its text, and the cursor to its region', async () => {
  const client = await activate('node', config)
  client.answers.set('jailhouseWarden/systemMap', mapAnswer)
  client.answers.set('jailhouseWarden/hoverBlocks', [{ kind: 'text', text: 'RAM' }])
  const { listeners, sent } = fakePanel()
  await run('showMemoryMap')
  await listeners.message!({ type: 'reveal', place: place('file:///ws/configs/board.c') })
  expect(vscode.window.showTextDocument).toHaveBeenCalledWith(
    expect.objectContaining({ path: '/ws/configs/board.c' }),
    expect.objectContaining({ preserveFocus: true, selection: { given: [3, 1, 3, 1] } }),
  )
  await listeners.message!({ type: 'hover', box: 7, place: place('file:///ws/configs/board.c') })
  expect(sent().at(-1)).toEqual({ type: 'hover', box: 7, blocks: [{ kind: 'text', text: 'RAM' }] })
  const textEditor = (path: string) => ({
    document: document(path, ''),
    selection: { active: { line: 4, character: 2 } },
  })
  vscode.happen('selection', { textEditor: textEditor('/ws/configs/board.c') })
  expect(sent().at(-1)).toMatchObject({ type: 'cursor', place: { range: { start: { line: 4, character: 2 } } } })
  const before = sent().length
  vscode.happen('selection', { textEditor: textEditor('/ws/other.c') })
  expect(sent().length).toBe(before)
})

test('the map plays the commands it is given and is saved where the user says', async () => {
  const client = await activate('node', config)
  const { listeners } = fakePanel()
  await run('showMemoryMap')
  await listeners.message!({ type: 'ask', alternative: 1, commands: 'enable create' })
  expect(asksForMaps(client).at(-1)!.params).toMatchObject({ alternative: 1, commands: 'enable create' })
  vscode.window.showSaveDialog.mockResolvedValueOnce(vscode.Uri.parse('file:///ws/map.svg'))
  await listeners.message!({ type: 'save', name: 'map', format: 'svg', data: btoa('<svg/>') })
  expect(new TextDecoder().decode(vscode.workspace.fs.writeFile.mock.calls[0]![1])).toBe('<svg/>')
})

test('what the server says in lenses, status and tree is said in the language of the editor', async () => {
  const client = await activate('node', config)
  const t = vi.spyOn(vscode.l10n, 't').mockImplementation((words, ...values) => `[${words}] ${values.join()}`)
  const data = { text: 'root: board.c', template: 'root: {0}', values: ['board.c'] }
  const lens = { command: { title: 'root: board.c', command: 'selectRoot' }, data }
  type Provide = (...args: unknown[]) => Promise<{ readonly command: object }[] | undefined>
  const { provideCodeLenses } = (client.args.at(-1) as { middleware: { provideCodeLenses: Provide } }).middleware
  const said = await provideCodeLenses(config, {}, () => [lens])
  expect(said?.[0]?.command).toEqual({ title: '[root: {0}] board.c', command: 'selectRoot' })
  expect(await provideCodeLenses(config, {}, () => undefined)).toBeUndefined()
  const [tree] = vscode.trees as { getTreeItem(node: object): { label: string; description: string } }[]
  const node = { id: 'a', kind: 'root', label: data, detail: data, children: [] }
  expect(tree!.getTreeItem(node)).toMatchObject({ label: '[root: {0}] board.c', description: '[root: {0}] board.c' })
  t.mockRestore()
})

test('no map, hover nor tree is asked for while no view is open, whatever happens in the editor', async () => {
  const client = await activate('node', config)
  vscode.happen('activeEditor', { document: document('/ws/configs/board.c', '') })
  vscode.happen('selection', { textEditor: { document: config, selection: { active: { line: 1, character: 0 } } } })
  for (let i = 0; i < 3; i++) client.handlers.get('jailhouseWarden/analyzed')!({ uri: config.uri.toString() } as never)
  await new Promise(resolve => setImmediate(resolve))
  expect(client.asked.filter(({ method }) => /systemMap|hoverBlocks/.test(method))).toEqual([])
})

test('the map outlives its file and its server: it says that it has nothing, and is asked for again', async () => {
  const client = await activate('node', config)
  client.answers.set('jailhouseWarden/systemMap', mapAnswer)
  const { sent } = fakePanel()
  await run('showMemoryMap')
  const analyzed = () => client.handlers.get('jailhouseWarden/analyzed')!({ uri: config.uri.toString() } as never)
  client.answers.set('jailhouseWarden/systemMap', null)
  analyzed()
  await vi.waitFor(() => expect(sent().at(-1)).toEqual({ type: 'map', uri: config.uri.toString(), answer: null }))
  const send = client.sendRequest
  client.sendRequest = () => Promise.reject(new Error('the server ended'))
  analyzed()
  await vi.waitFor(() => expect(sent().length).toBe(3))
  expect(sent().at(-1)).toEqual({ type: 'map', uri: config.uri.toString(), answer: null })
  client.sendRequest = send
  client.answers.set('jailhouseWarden/systemMap', mapAnswer)
  await run('restartServer')
  analyzed()
  await vi.waitFor(() => expect(sent().at(-1)).toEqual({ type: 'map', uri: config.uri.toString(), answer: mapAnswer }))
})

test('a second file is shown in the panel there is; one that the editor opens again takes its place', async () => {
  const client = await activate('node', config)
  client.answers.set('jailhouseWarden/systemMap', mapAnswer)
  const first = fakePanel()
  await run('showMemoryMap')
  vscode.window.activeTextEditor = { document: document('/ws/configs/other.c', ''), selection: { active: 'here' } }
  await run('showMemoryMap')
  expect(vscode.window.createWebviewPanel).toHaveBeenCalledTimes(1)
  expect(first.panel.reveal).toHaveBeenCalled()
  expect(asksForMaps(client).at(-1)!.params).toMatchObject({ uri: 'file:///ws/configs/other.c' })
  const second = fakePanel()
  const [[, serializer]] = vscode.window.registerWebviewPanelSerializer.mock.calls as never as [
    [string, { deserializeWebviewPanel(panel: unknown, state: unknown): Promise<void> }],
  ]
  await serializer.deserializeWebviewPanel(second.panel, { uri: config.uri.toString() })
  expect(first.panel.dispose).toHaveBeenCalled()
  await vi.waitFor(() =>
    expect(second.sent().at(-1)).toEqual({ type: 'map', uri: config.uri.toString(), answer: mapAnswer }),
  )
})

test('the map follows to a configuration of another system, and to nothing else', async () => {
  const client = await activate('node', config)
  client.answers.set('jailhouseWarden/systemMap', mapAnswer)
  fakePanel()
  await run('showMemoryMap')
  const open = (path: string, language = 'c') =>
    vscode.happen('activeEditor', { document: document(path, '', language) })
  open('/ws/configs/board.c')
  open('/ws/README.md', 'markdown')
  expect(asksForMaps(client).length).toBe(1)
  open('/ws/configs/other.c')
  await vi.waitFor(() =>
    expect(asksForMaps(client).at(-1)!.params).toMatchObject({ uri: 'file:///ws/configs/other.c' }),
  )
})

test('the tree shows what the server says, each node with its place', async () => {
  const client = await activate('node', config)
  const leaf = { id: 'r', kind: 'region', label: 'RAM', detail: '1 GiB', place: place('file:///ws/a.c'), children: [] }
  client.answers.set('jailhouseWarden/systemTree', {
    nodes: [{ id: 'x', kind: 'root', label: 'board', children: [leaf] }],
  })
  const tree = vscode.trees.at(-1) as SystemTreeView
  const [root] = await tree.getChildren()
  expect(tree.getTreeItem(root!)).toMatchObject({ label: 'board', id: 'x', contextValue: 'root', collapsibleState: 2 })
  const [region] = await tree.getChildren(root)
  expect(tree.getTreeItem(region!)).toMatchObject({
    description: '1 GiB',
    collapsibleState: 0,
    command: { command: 'vscode.open', arguments: [{ path: '/ws/a.c' }, { selection: { given: [3, 1, 3, 1] } }] },
  })
})

test('nothing is asked for the tree while no server runs', async () => {
  const client = await activate()
  expect(await (vscode.trees.at(-1) as SystemTreeView).getChildren()).toEqual([])
  expect(client.asked).toEqual([])
})

test('the demo is copied, so that it can be changed, and opened at its mistake', async () => {
  await activate()
  const root = { getText: () => 'x JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE', positionAt: (offset: number) => offset }
  vscode.workspace.openTextDocument.mockResolvedValue(root as never)
  await run('openDemo')
  expect(vscode.workspace.fs.copy.mock.calls.map(([from, to]) => [from.path, to.path])).toEqual([
    ['/extension/dist/demo/k3-demo.c', '/storage/k3-demo/k3-demo.c'],
    ['/extension/dist/demo/k3-demo-linux.c', '/storage/k3-demo/k3-demo-linux.c'],
  ])
  expect(vscode.window.showTextDocument).toHaveBeenCalledWith(root, { selection: { given: [2, 2] } })
})

test('only configurations are offered; where there are none, the demo is', async () => {
  await activate()
  vscode.disk.set('/ws/configs/a.c', 'struct jailhouse_system header;')
  vscode.disk.set('/ws/configs/b.c', 'int main(void) {}')
  const files = ['/ws/configs/a.c', '/ws/configs/b.c'].map(path => vscode.Uri.parse(`file://${path}`))
  vscode.workspace.findFiles.mockResolvedValueOnce(files)
  vscode.window.showQuickPick.mockImplementationOnce(async ([first]) => first)
  await run('openConfiguration')
  expect(vscode.window.showQuickPick.mock.calls[0]![0].map(({ label }: { label: string }) => label)).toEqual([
    'configs/a.c',
  ])
  expect(vscode.window.showTextDocument).toHaveBeenCalledWith(files[0])
  vscode.window.showInformationMessage.mockResolvedValueOnce('Open Demo')
  await run('openConfiguration')
  expect(vscode.commands.executeCommand).toHaveBeenCalledWith('jailhouseWarden.openDemo')
})

test('where clangd complains about a configuration, too, one is told once what to set', async () => {
  await activate('node', config)
  vscode.languages.getDiagnostics.mockReturnValue([{ source: 'clang', severity: 0 }])
  vscode.happen('diagnostics', { uris: [vscode.Uri.parse('file:///ws/other.c')] })
  expect(vscode.window.showInformationMessage).not.toHaveBeenCalled()
  vscode.happen('diagnostics', { uris: [config.uri] })
  vscode.happen('diagnostics', { uris: [config.uri] })
  await vi.waitFor(() => expect(vscode.window.showInformationMessage).toHaveBeenCalledOnce())
  expect(vscode.window.showInformationMessage.mock.calls[0]![0]).toContain('.clangd')
  vscode.languages.getDiagnostics.mockReturnValue([])
})

interface Provider {
  provideTasks(): vscode.Task[]
  resolveTask(task: unknown): vscode.Task | undefined
}

const tasksOf = async (): Promise<Provider> => {
  await activate()
  return vscode.tasks.registerTaskProvider.mock.calls.at(-1)![1] as Provider
}

const argumentsOf = ({ given }: vscode.Task) => (given[4] as vscode.ProcessExecution).given[1] as string[]

test('each folder on a disk has a task that checks it, and one that goes on', async () => {
  const { provideTasks } = await tasksOf()
  vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.parse('file:///ws') }, { uri: vscode.Uri.parse('web:///x') }]
  const [once, watching, ...more] = provideTasks()
  vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.parse('file:///ws') }]
  expect(more).toEqual([])
  expect(argumentsOf(once!)).toEqual(['/extension/dist/server/cli.js', 'check', '--format', 'gcc', '.'])
  expect(once).toMatchObject({ isBackground: false })
  expect(argumentsOf(watching!)).toContain('--watch')
  expect(watching).toMatchObject({ isBackground: true })
})

test('a task of tasks.json says what to check and how', async () => {
  const { resolveTask } = await tasksOf()
  const definition = { type: 'jailhouse-warden', paths: ['configs/arm64'], args: ['--severity', 'error'] }
  const task = resolveTask({ definition, scope: { uri: vscode.Uri.parse('file:///ws') } })!
  expect(argumentsOf(task).slice(-3)).toEqual(['--severity', 'error', 'configs/arm64'])
  expect(resolveTask({ definition, scope: 1 })).toBeUndefined()
})

test('the matcher of the tasks finds what the command line prints', () => {
  const { contributes } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const [once, watching] = contributes.problemMatchers
  const line = 'configs/a.c:17:4: error: unknown field [JH105 unknown-field]'
  expect(new RegExp(once.pattern.regexp).exec(line)?.slice(1)).toEqual([
    ...['configs/a.c', '17', '4', 'error', 'unknown field', 'JH105'],
  ])
  expect('[23:59:01] checking').toMatch(new RegExp(watching.background.beginsPattern))
  expect('[23:59:01] watching 1 file for changes').toMatch(new RegExp(watching.background.endsPattern))
})

test('whether the whole workspace is checked is said when the server starts: it starts again', async () => {
  const client = await activate('node', config)
  const options = client.args.at(-1) as { initializationOptions: () => unknown }
  const change = (section: string) => ({ affectsConfiguration: (each: string) => each.startsWith(section) })
  expect(options.initializationOptions()).toMatchObject({ settings: { workspaceDiagnostics: false } })
  vscode.settings.set('jailhouseWarden.workspaceDiagnostics', true)
  expect(options.initializationOptions()).toMatchObject({ settings: { workspaceDiagnostics: true } })
  vscode.happen('configuration', change('editor'))
  expect(client.stop).not.toHaveBeenCalled()
  vscode.happen('configuration', change('jailhouseWarden'))
  expect(client.stop).toHaveBeenCalledOnce()
})

test('a command that takes long says so until it is done', async () => {
  vi.useFakeTimers()
  const client = await activate('node', config)
  let answer = (_: null): void => undefined
  client.sendRequest = () =>
    new Promise<null>(resolve => {
      answer = resolve
    })
  const done = run('simulate')
  await vi.advanceTimersByTimeAsync(400)
  expect(vscode.window.withProgress).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(200)
  expect(vscode.window.withProgress).toHaveBeenCalledOnce()
  answer(null)
  await done
  vi.useRealTimers()
})
