import { expect, test } from 'vitest'
import { Editor, fixture, startEditor, uriOf } from './editor.ts'

const pair = fixture('k3-dma')
const textDocument = { uri: uriOf('k3-demo.c') }
const position = { line: 0, character: 0 }

const codeOf = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => 'answered',
    error => error.code,
  )

test('a request before initialize is refused as LSP asks', async () => {
  const editor = new Editor(pair)
  editor.connection.listen()
  expect(await codeOf(editor.request('textDocument/hover', { textDocument, position }))).toBe(-32002)
})

test('a notification before initialize is dropped', async () => {
  const editor = new Editor(pair)
  editor.connection.listen()
  await editor.open('k3-demo.c')
  await editor.request('initialize', { processId: null, rootUri: null, capabilities: {} })
  expect(await editor.request('textDocument/hover', { textDocument, position })).toBeNull()
})

test('a request between initialize and initialized is answered', async () => {
  const editor = new Editor(pair)
  editor.connection.listen()
  await editor.request('initialize', { processId: null, rootUri: null, capabilities: {} })
  await editor.open('k3-demo.c')
  expect(await editor.request('jailhouseWarden/status', textDocument)).toMatchObject({ kind: 'root' })
})

test('a request after shutdown is refused', async () => {
  const editor = await startEditor({ files: pair })
  await editor.connection.sendRequest('shutdown')
  expect(await codeOf(editor.request('textDocument/hover', { textDocument, position }))).toBe(-32600)
})

test.each(['file:///nowhere/x.c', 'untitled:Untitled-1', 'git:/a.c?%7B%22ref%22%3A%22~%22%7D', 'not a uri at all', ''])(
  'a document nobody opened has nothing to say: %s',
  async uri => {
    const editor = await startEditor({ files: pair })
    const range = { start: position, end: position }
    const unknown = { textDocument: { uri }, position, range, context: { diagnostics: [] } }
    expect(await editor.request('textDocument/hover', unknown)).toBeNull()
    expect(await editor.request('textDocument/codeAction', unknown)).toBeNull()
    expect(await editor.request('textDocument/diagnostic', unknown)).toEqual({ kind: 'full', items: [] })
    expect(await editor.request('jailhouseWarden/status', { uri })).toBeNull()
    await editor.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: 'x' }],
    })
    await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri } })
  },
)

test('a file closed while it is analysed leaves nothing behind', async () => {
  const editor = await startEditor({ files: pair })
  await editor.open('k3-demo.c')
  const asked = editor.request('textDocument/hover', { textDocument, position })
  await editor.close('k3-demo.c')
  await asked
  await editor.open('k3-demo-linux.c')
  await editor.current('k3-demo-linux.c')
  const last = editor.published.findLast(({ uri }) => uri === textDocument.uri)
  expect(last?.diagnostics ?? []).toEqual([])
})

test('cancelled requests are told apart from answers', async () => {
  const editor = await startEditor({ files: pair })
  await editor.open('k3-demo.c')
  const { CancellationTokenSource } = await import('vscode-languageserver-protocol')
  const outcomes = Array.from({ length: 20 }, () => {
    const source = new CancellationTokenSource()
    const asked = editor.connection.sendRequest('textDocument/hover', { textDocument, position }, source.token)
    source.cancel()
    return codeOf(asked)
  })
  for (const outcome of await Promise.all(outcomes)) expect(['answered', -32800]).toContain(outcome)
  await editor.current('k3-demo.c')
})

test('positions and ranges outside of the text are pulled into it', async () => {
  const editor = await startEditor()
  await editor.open('a.c', 'struct jailhouse_system x;\n')
  const far = { line: 4_000_000, character: 4_000_000 }
  await editor.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: uriOf('a.c'), version: 2 },
    contentChanges: [
      { range: { start: far, end: far }, text: '/* end */' },
      { range: { start: far, end: { line: 0, character: 0 } }, text: '/* reversed */' },
    ],
  })
  expect(await editor.request('textDocument/hover', { textDocument: { uri: uriOf('a.c') }, position: far })).toBeNull()
})

test.each([
  ['textDocument/hover', { textDocument, position: null }, 'a position needs the numbers "line" and "character"'],
  ['textDocument/hover', { textDocument, position: { line: 'two', character: 0 } }, 'a position needs the numbers'],
  ['textDocument/hover', { textDocument: {}, position }, 'a document needs the text "uri"'],
  ['textDocument/hover', { textDocument: null, position }, 'a document needs the text "uri"'],
  ['textDocument/inlayHint', { textDocument }, 'a range is missing'],
  ['textDocument/codeAction', { textDocument, range: { start: position } }, 'a position needs the numbers'],
  ['textDocument/rename', { textDocument, position }, 'a new name is missing'],
  ['jailhouseWarden/systemMap', null, 'the parameters are no object'],
  ['jailhouseWarden/systemMap', { uri: 7 }, 'a document needs the text "uri"'],
])('%s of %j is refused in the words of the protocol, and nothing is logged', async (method, params, words) => {
  const editor = await startEditor({ files: pair })
  await editor.open('k3-demo.c')
  const refused = editor.request(method, params as object)
  await expect(refused).rejects.toMatchObject({ code: -32602, message: expect.stringContaining(words) })
  expect(editor.complaints).toEqual([])
})

test('a notification that lacks what it is about is left out, and the log says so in words', async () => {
  const editor = await startEditor({ files: pair })
  await editor.open('k3-demo.c')
  const { connection } = editor
  await connection.sendNotification('textDocument/didChange', { textDocument: { version: 2 }, contentChanges: [] })
  const contentChanges = [{ range: {}, text: 'x' }]
  await connection.sendNotification('textDocument/didChange', {
    textDocument: { ...textDocument, version: 2 },
    contentChanges,
  })
  expect(await editor.request('jailhouseWarden/status', textDocument)).toMatchObject({ kind: 'root' })
  expect(editor.complaints).toEqual([
    'a notification is left out: a document needs the text "uri"',
    'a notification is left out: a position needs the numbers "line" and "character"',
  ])
})

test.each([{}, { textDocument: {} }])(
  'a document that is opened without saying which is left out: %j',
  async params => {
    const editor = await startEditor({ files: pair })
    await editor.connection.sendNotification('textDocument/didOpen', params)
    await editor.connection.sendNotification('textDocument/didClose', params)
    await editor.open('k3-demo.c')
    expect(await editor.request('jailhouseWarden/status', textDocument)).toMatchObject({ kind: 'root' })
    expect(editor.complaints).toEqual([1, 2].map(() => 'a notification is left out: a document needs the text "uri"'))
  },
)

test('an odd kind of action is none, and an odd root is refused', async () => {
  const editor = await startEditor({ files: pair })
  await editor.open('k3-demo.c')
  const params = { textDocument, range: { start: position, end: position }, context: { diagnostics: [], only: 5 } }
  expect(await codeOf(editor.request('textDocument/codeAction', params))).toBe('answered')
  expect(await codeOf(editor.request('jailhouseWarden/chooseRoot', { ...textDocument, root: {} }))).toBe(-32602)
})

test('an edit that comes late is applied in the order it comes', async () => {
  const editor = await startEditor({ files: pair })
  await editor.open('k3-demo.c')
  const insert = { start: position, end: position }
  for (const version of [7, 3])
    await editor.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: uriOf('k3-demo.c'), version },
      contentChanges: [{ range: insert, text: ' ' }],
    })
  await editor.diagnostics('k3-demo.c', () => editor.published.at(-1)?.version === 3)
  await editor.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: uriOf('k3-demo.c'), version: 2 },
    contentChanges: [{ range: insert, text: ' ' }],
  })
  await editor.diagnostics('k3-demo.c', () => editor.published.at(-1)?.version === 2)
  expect(editor.complaints).toEqual(['the versions of a document go back: its changes are applied as they come'])
})

test('a line of a megabyte is no obstacle', async () => {
  const editor = await startEditor()
  const long = `#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n/* ${'x'.repeat(1_000_000)} */ struct jailhouse_system config = { .colour = 1 };\n`
  await editor.open('long.c', long)
  expect(await editor.current('long.c')).not.toEqual([])
})

test('what a client sends instead of settings is ignored', async () => {
  const editor = await startEditor({
    files: pair,
    capabilities: {},
    initializationOptions: { settings: { rules: 7, defines: ['x'], includePaths: 'y', roots: { a: 1 } } },
  })
  await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: 'nonsense' })
  await editor.open('k3-demo.c')
  await editor.current('k3-demo.c')
})

test('a second initialize is refused, and the session goes on', async () => {
  const editor = await startEditor({ files: pair })
  await editor.open('k3-demo.c')
  const again = editor.request('initialize', { processId: null, rootUri: null, capabilities: {} })
  expect(await codeOf(again)).toBe(-32600)
  expect(await editor.request('jailhouseWarden/status', textDocument)).toMatchObject({ kind: 'root' })
})

test('changes without a text change nothing', async () => {
  const editor = await startEditor({ files: pair })
  await editor.open('k3-demo.c')
  for (const contentChanges of [[{ text: null }], [{}], [], undefined])
    await editor.connection.sendNotification('textDocument/didChange', {
      textDocument: { ...textDocument, version: 2 },
      contentChanges,
    })
  await editor.connection.sendNotification('textDocument/didOpen', { textDocument: { ...textDocument, version: 3 } })
  expect(await editor.request('jailhouseWarden/status', textDocument)).toMatchObject({ kind: 'root' })
})
