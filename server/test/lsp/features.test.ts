import { expect, test } from 'vitest'
import type { ClientCapabilities, Range, SymbolInformation, WorkspaceEdit } from 'vscode-languageserver-protocol'
import type { AssignedSpi, SystemMapAnswer } from '../../src/lsp/protocol.ts'
import { inEnglish } from '../english.ts'
import { able, type Editor, fixture, positionIn, startEditor, uriOf } from './editor.ts'

const pair = fixture('k3-dma')
const linux = 'k3-demo-linux.c'

const rich: ClientCapabilities = {
  ...able,
  textDocument: {
    ...able.textDocument,
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    completion: { completionItem: { snippetSupport: true } },
  },
  workspace: { ...able.workspace, textDocumentContent: {} },
}

async function openLinux(capabilities = rich): Promise<Editor> {
  const editor = await startEditor({ files: pair, capabilities })
  await editor.open(linux)
  return editor
}

/** Asks a feature about the place of a word of the open file. */
function ask<Answer>(editor: Editor, feature: string, word: string, more: object = {}): Promise<Answer> {
  const { text } = editor.texts.get(uriOf(linux))!
  const position = positionIn(text, text.indexOf(word) + 1)
  return editor.request(`textDocument/${feature}`, { textDocument: { uri: uriOf(linux) }, position, ...more })
}

const ofFile = <Answer>(editor: Editor, feature: string): Promise<Answer> =>
  editor.request(`textDocument/${feature}`, { textDocument: { uri: uriOf(linux) } })

test('the outline is a tree of arrays and elements, or a list', async () => {
  const [cell] = await ofFile<{ name: string; children: { name: string }[] }[]>(await openLinux(), 'documentSymbol')
  expect(cell!.name).toBe('k3-demo-linux')
  expect(cell!.children.map(({ name }) => name)).toContain('mem_regions')
  const list = await ofFile<{ name: string; containerName?: string }[]>(await openLinux(able), 'documentSymbol')
  expect(list.find(({ name }) => name === 'mem_regions')).toMatchObject({ containerName: 'k3-demo-linux' })
})

test('flags are completed, with a word on each when somebody looks', async () => {
  const editor = await openLinux()
  await editor.replace(linux, 'JAILHOUSE_MEM_DMA', 'JAILHOUSE_MEM_')
  const items = await ask<{ label: string; textEdit: { newText: string } }[]>(editor, 'completion', '_MEM_ |')
  const dma = items.find(({ label }) => label === 'JAILHOUSE_MEM_DMA')!
  expect(dma.textEdit.newText).toContain('JAILHOUSE_MEM_DMA')
  const resolved = await editor.request<{ documentation: string }>('completionItem/resolve', dma)
  expect(resolved.documentation.length).toBeGreaterThan(10)
})

test('a client without snippets is sent none', async () => {
  const elements = async (capabilities: ClientCapabilities) => {
    const editor = await openLinux(capabilities)
    await editor.replace(linux, '/* RAM */ {', '/* more */\n\t\t/* RAM */ {')
    type Answer = { items: { insertTextFormat: number; textEdit: { newText: string } }[] }
    return (await ask<Answer>(editor, 'completion', '\n\t\t/* RAM */ {')).items
  }
  expect((await elements(rich)).filter(({ insertTextFormat }) => insertTextFormat === 2)).not.toEqual([])
  const plain = await elements(able)
  expect(plain).not.toEqual([])
  expect(plain.filter(({ insertTextFormat }) => insertTextFormat === 2)).toEqual([])
  expect(plain.filter(({ textEdit }) => /\$\{?\d/.test(textEdit.newText))).toEqual([])
})

test('a field leads to its declaration, in a built-in header only where that can be opened', async () => {
  const [there] = await ask<{ uri: string }[]>(await openLinux(), 'definition', 'phys_start')
  expect(there!.uri).toMatch(/^jailhouse-warden-builtin:.*\.h$/)
  expect(await ask(await openLinux(able), 'definition', 'phys_start')).toEqual([])
})

test('the text of built-in headers and rule pages is the server’s to give', async () => {
  const editor = await openLinux()
  const textOf = (uri: string) => editor.request<{ text: string } | null>('workspace/textDocumentContent', { uri })
  const [there] = await ask<{ uri: string }[]>(editor, 'definition', 'phys_start')
  expect((await textOf(there!.uri))!.text).toContain('phys_start')
  expect((await textOf('jailhouse-warden-page:/unknown-field.md'))!.text).toMatch(/^# JH105: /)
  expect((await textOf('jailhouse-warden-page:/JH105.md'))!.text).toMatch(/^# /)
  for (const none of ['page:/nonsense.md', 'page:/x.md?%', 'builtin:/nonsense.h'])
    await expect(textOf(`jailhouse-warden-${none}`)).rejects.toThrow(`there is no page jailhouse-warden-${none}`)
  const simulation = `jailhouse-warden-page:/Simulation.md?${encodeURIComponent(uriOf(linux))}`
  expect((await textOf(simulation))!.text).toContain('| after |')
})

test('a line of a console is explained, with the open configuration to blame', async () => {
  const editor = await openLinux()
  interface Explained {
    kind: string
    text?: string
    head?: string[]
    place?: { uri: string; range: { start: { line: number } } }
  }
  const explain = (text: string, uri?: string) => editor.request<Explained[]>('jailhouseWarden/explain', { text, uri })
  const log = 'Unhandled data read at 0x2810014(4)\nParking CPU 0 (Cell: "k3-demo")'
  const blamed = (await explain(log, uriOf(linux))).find(({ kind }) => kind === 'place')
  expect(blamed?.text).toContain('"create k3-demo-linux" assigns it to "UART 1" at')
  expect(blamed?.place?.uri).toBe(uriOf(linux))
  expect(blamed?.text).toContain(`k3-demo-linux.c:${blamed!.place!.range.start.line + 1}: `)
  expect((await explain(log)).find(({ kind }) => kind === 'table')?.head).toEqual(['suspect', 'what to do', 'rules'])
  expect((await explain('nothing & nobody'))[0]?.text).toContain('This text contains no known error message')
})

test('an element is completed with the length of its array', async () => {
  const editor = await openLinux()
  await editor.replace(linux, '/* RAM */ {', '\n\t\t/* RAM */ {')
  interface Item {
    label: string
    additionalTextEdits?: { newText: string }[]
  }
  const { items } = await ask<{ items: Item[] }>(editor, 'completion', '\n\t\t/* RAM */ {')
  const device = items.find(({ label }) => label === 'MMIO region')!
  expect(device.additionalTextEdits?.map(({ newText }) => newText)).toEqual(['12'])
})

test('places that name the same are found and lit', async () => {
  const editor = await openLinux()
  const find = (includeDeclaration: boolean) =>
    ask<{ uri: string }[]>(editor, 'references', 'phys_start', { context: { includeDeclaration } })
  const found = await find(false)
  expect(new Set(found.map(({ uri }) => uri.split('/').at(-1)))).toEqual(new Set(['k3-demo-linux.c', 'k3-demo.c']))
  expect(await find(true)).toHaveLength(found.length + 1)
  const lit = await ask<{ kind: number }[]>(editor, 'documentHighlight', 'phys_start')
  expect(lit).toHaveLength(found.filter(({ uri }) => uri === uriOf(linux)).length)
  expect(new Set(lit.map(({ kind }) => kind))).toEqual(new Set([3]))
})

test('the struct of an element is shown in its header', async () => {
  const [struct] = await ask<{ uri: string }[]>(await openLinux(), 'typeDefinition', 'phys_start = 0x8a0000000')
  expect(struct!.uri).toContain('memory.h')
})

test('colours are told whole, in part, and by what has changed', async () => {
  interface Tokens {
    resultId: string
    data: number[]
    edits: { start: number; deleteCount: number; data?: number[] }[]
  }
  const editor = await openLinux()
  const whole = await ofFile<Tokens>(editor, 'semanticTokens/full')
  const range = { start: { line: 20, character: 0 }, end: { line: 30, character: 0 } }
  const part = await ask<Tokens>(editor, 'semanticTokens/range', 'phys_start', { range })
  expect(part.data.length).toBeGreaterThan(0)
  expect(part.data.length).toBeLessThan(whole.data.length)
  await editor.replace(linux, '/* RAM */ {', '/* RAM */ /* more */ {')
  await editor.replace(linux, '.vpci_irq_base', '.id = 1, .vpci_irq_base')
  const delta = await ask<Tokens>(editor, 'semanticTokens/full/delta', 'phys_start', {
    previousResultId: whole.resultId,
  })
  const patched = delta.edits.reduceRight(
    (data, { start, deleteCount, data: insert = [] }) => data.toSpliced(start, deleteCount, ...insert),
    whole.data,
  )
  expect(patched).toEqual((await ofFile<Tokens>(editor, 'semanticTokens/full')).data)
  const unknown = await ask<Tokens>(editor, 'semanticTokens/full/delta', 'phys_start', { previousResultId: 'gone' })
  expect(unknown.data).toEqual(patched)
})

test('an object of the file can be renamed, a field of the format cannot', async () => {
  const editor = await openLinux()
  expect(await ask(editor, 'prepareRename', 'phys_start')).toBeNull()
  await editor.apply(await ask(editor, 'rename', 'config = {', { newName: 'cell_config' }))
  expect(editor.texts.get(uriOf(linux))!.text).toContain('sizeof(cell_config.cpus)')
})

test('folds, colours, links and selections', async () => {
  const editor = await openLinux()
  const folds = await ofFile<{ startLine: number; endLine: number }[]>(editor, 'foldingRange')
  expect(folds.every(({ startLine, endLine }) => startLine < endLine)).toBe(true)
  const { data } = await ofFile<{ data: number[] }>(editor, 'semanticTokens/full')
  expect(data.length % 5).toBe(0)
  expect(data.length).toBeGreaterThan(500)
  const links = await ofFile<{ target: string }[]>(editor, 'documentLink')
  expect(links.map(({ target }) => target)).toContainEqual(expect.stringContaining('cell-config.h'))
  const positions = [{ line: 30, character: 5 }]
  const [selection] = await ask<{ parent?: object }[]>(editor, 'selectionRange', 'phys_start', { positions })
  expect(selection!.parent).toBeDefined()
})

test('our own client is told of roots, maps, simulations and bytes', async () => {
  const editor = await openLinux()
  const own = <Answer>(name: string, uri = uriOf(linux)) => editor.request<Answer>(`jailhouseWarden/${name}`, { uri })
  expect(inEnglish(await own('status'))).toMatchObject({
    kind: 'cell',
    text: 'root: k3-demo.c',
    detail: expect.stringContaining('because its name begins with'),
  })
  expect(await own('rootCandidates')).toMatchObject([{ uri: uriOf('k3-demo.c'), name: 'k3-demo.c', isCurrent: true }])
  const { map } = inEnglish(await own<SystemMapAnswer>('systemMap'))
  expect(map!.stages.map(({ title }) => title)).toContain('create k3-demo-linux')
  expect(map!.columns).toContainEqual({ lane: 'cell', cell: 1, kind: 'dma', title: 'PVU', devices: 'stream 3' })
  const { place } = map!.boxes.find(({ name, place }) => name === 'RAM' && place?.uri === uriOf(linux))!
  const asked = { uri: place!.uri, position: place!.range.start }
  const hover = await editor.request<object[]>('jailhouseWarden/hoverBlocks', asked)
  expect(JSON.stringify(hover)).toContain('1.5 GiB')
  const unopened = map!.boxes.find(({ name, place }) => name === 'RAM, first bank' && place?.uri !== uriOf(linux))!
  const ofRoot = { uri: unopened.place!.uri, position: unopened.place!.range.start }
  expect(JSON.stringify(await editor.request('jailhouseWarden/hoverBlocks', ofRoot))).toContain('mem_regions[14]')
  const nothing = { uri: uriOf('absent.c'), position: { line: 0, character: 0 } }
  expect(await editor.request('jailhouseWarden/hoverBlocks', nothing)).toBeNull()
  expect(await own('systemTree')).toMatchObject({ nodes: [{ kind: 'root', label: 'k3-demo' }] })
  const root = uriOf('k3-demo.c')
  const edit = await editor.request<WorkspaceEdit>('jailhouseWarden/chooseRoot', { uri: uriOf(linux), root })
  expect(JSON.stringify(edit.documentChanges)).toContain('k3-demo with k3-demo-linux')
  expect(await own('simulate')).toMatchObject({ title: 'Simulation of k3-demo-linux.c' })
  const { base64 } = await own<{ base64: string }>('cellBytes')
  expect(atob(base64)).toMatch(/^JHCLL/)
  expect(await editor.request('jailhouseWarden/rulePage', { code: 'JH105' })).toMatchObject({
    markdown: expect.any(String),
  })
})

test('a cell is given an interrupt by its number, unless it has it', async () => {
  const editor = await openLinux()
  const assign = (spi: number) =>
    editor.request<AssignedSpi<WorkspaceEdit, Range>>('jailhouseWarden/assignSpi', { uri: uriOf(linux), spi })
  expect(await assign(104)).toEqual({ reason: 'SPI 104 is already assigned to this cell' })
  const last = await assign(950)
  expect(JSON.stringify(last.edit)).toContain('.pin_base = 896')
  const assigned = await assign(105)
  expect(assigned.range).toBeDefined()
  await editor.apply(assigned.edit!)
  expect(editor.texts.get(uriOf(linux))!.text).toContain('(1 << (137 - 128))')
})

test('symbols are found by address in files of the folder that nobody opened', async () => {
  const editor = await openLinux()
  const found = await editor.request<SymbolInformation[]>('workspace/symbol', { query: '0x89fe00000' })
  expect(found.map(({ location }) => location.uri)).toEqual([uriOf('k3-demo.c')])
})

test('memory for an inmate is an edit of both files, shown before it is made where the client can', async () => {
  const capabilities = {
    ...able,
    workspace: { workspaceEdit: { documentChanges: true, changeAnnotationSupport: {} } },
  }
  const editor = await startEditor({ files: pair, capabilities })
  await editor.open('k3-demo.c')
  const start = positionIn(editor.texts.get(uriOf('k3-demo.c'))!.text, pair['k3-demo.c']!.indexOf('0x880000000'))
  const actions = (await editor.actions('k3-demo.c', { range: { start, end: start } }, ['refactor'])) ?? []
  const { edit } = actions.find(({ title }) => /^Assign "k3-demo-linux"/.test(title))!
  expect(edit!.documentChanges).toHaveLength(2)
  const [annotation] = Object.values(edit!.changeAnnotations!)
  expect(annotation).toMatchObject({ needsConfirmation: true })
})

test('a root chosen by hand is used, and the status says so', async () => {
  const { 'k3-demo.c': root, 'k3-demo-linux.c': cell, ...others } = pair
  const editor = await startEditor({
    files: { ...others, 'other.c': root!, 'k3-demo-linux.c': cell! },
    capabilities: rich,
    initializationOptions: { settings: { roots: { 'configs/k3-demo-linux.c': 'configs/other.c' } } },
  })
  await editor.open(linux)
  const status = await editor.request('jailhouseWarden/status', { uri: uriOf(linux) })
  expect(inEnglish(status)).toMatchObject({ text: 'root: other.c', detail: expect.stringContaining('chosen by hand') })
})

test('a server without files of its own reads the client’s', async () => {
  const { clientFiles, byScheme } = await import('../../src/lsp/files/file-reader.ts')
  const asked: string[] = []
  const connection = {
    async sendRequest(method: string, { uri }: { uri: string }) {
      asked.push(`${method} ${uri}`)
      return method.endsWith('readFile') ? { text: 'virtual' } : null
    },
  }
  const disk = { read: async () => 'disk', list: async () => [] }
  const files = byScheme('file', disk, clientFiles(connection as never))
  expect([await files.read('file:///a'), await files.read('vscode-vfs://github/a')]).toEqual(['disk', 'virtual'])
  expect(await files.list('vscode-vfs://github/')).toEqual([])
  expect(asked).toEqual([
    'jailhouseWarden/readFile vscode-vfs://github/a',
    'jailhouseWarden/listFolder vscode-vfs://github/',
  ])
})

test('words beside and above the text can be chosen by kind', async () => {
  const wholeFile = { range: { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } } }
  const shown = async (settings: object) => {
    const editor = await startEditor({
      files: pair,
      capabilities: rich,
      initializationOptions: { settings, commands: ['simulate'] },
    })
    await editor.open(linux)
    const hints = await ask<{ label: string }[]>(editor, 'inlayHint', 'struct', wholeFile)
    const lenses = await ofFile<{ command: { title: string; command: string } }[]>(editor, 'codeLens')
    return { hints: hints.map(({ label }) => label), lenses: lenses.map(({ command }) => command.command) }
  }
  const all = await shown({})
  expect(all.hints.join(' ')).toContain('1.5 GiB')
  expect(all.lenses).toContain('jailhouseWarden.simulate')
  const some = await shown({ inlayHints: ['interrupts'], codeLens: ['peers'] })
  expect(some.hints.length).toBeLessThan(all.hints.length)
  expect(some.lenses).not.toContain('jailhouseWarden.simulate')
  expect(await shown({ inlayHints: [], codeLens: false })).toEqual({ hints: [], lenses: [] })
})

test('a client without our commands is sent none', async () => {
  const lenses = await ofFile<{ command: { command: string } }[]>(await openLinux(), 'codeLens')
  expect(lenses).not.toEqual([])
  expect(lenses.filter(({ command }) => command.command !== '')).toEqual([])
})

test('the parameters of a macro are shown while its call is written', async () => {
  const help = await ask<{ signatures: { label: string }[]; activeParameter: number }>(
    await openLinux(),
    'signatureHelp',
    '(0x70000000',
  )
  expect(help.signatures[0]!.label).toMatch(/^JAILHOUSE_SHMEM_NET_REGIONS\(/)
  expect(help.activeParameter).toBe(0)
})

test('refactorings are offered where one stands, and kept apart from repairs', async () => {
  const editor = await openLinux()
  const { text } = editor.texts.get(uriOf(linux))!
  const start = positionIn(text, text.indexOf('0x8a0000000'))
  const actions = await editor.actions(linux, { range: { start, end: start } }, ['refactor'])
  expect(actions!.length).toBeGreaterThan(0)
  expect(actions!.filter(({ kind }) => !kind!.startsWith('refactor.'))).toEqual([])
})

test('memory has a hierarchy of users, across files', async () => {
  const editor = await openLinux()
  const [region] = await ask<{ name: string; data: unknown }[]>(editor, 'prepareCallHierarchy', '0x8a0000000')
  expect(region!.name).toContain('0x8a0000000 1.5 GiB')
  const users = await editor.request<{ from: { name: string; uri: string }; fromRanges: unknown[] }[]>(
    'callHierarchy/incomingCalls',
    { item: region },
  )
  expect(users.map(({ from }) => from.name)).toEqual(['k3-demo-linux', 'k3-demo'])
  expect(users[1]!.from.uri).toBe(uriOf('k3-demo.c'))
  const parts = await editor.request<{ to: { name: string } }[]>('callHierarchy/outgoingCalls', {
    item: users[0]!.from,
  })
  expect(parts.map(({ to }) => to.name)).toContain(region!.name)
})
