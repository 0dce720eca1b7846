import { expect, test } from 'vitest'
import type { ClientCapabilities, Diagnostic } from 'vscode-languageserver-protocol'
import { able, type Editor, fixture, positionIn, startEditor, uriOf } from './editor.ts'

/** The faulty pair: the root lets its devices keep the inmate's memory. */
const pair = fixture('dma-kept')

const withText = (more: ClientCapabilities['textDocument']): ClientCapabilities => ({
  ...able,
  textDocument: { ...able.textDocument, ...more },
})

const isolationLost = (diagnostics: readonly Diagnostic[]) => diagnostics.find(({ severity }) => severity === 1)

async function openPair(editor: Editor): Promise<Diagnostic> {
  await editor.open('k3-demo-linux.c')
  await editor.open('k3-demo.c')
  return isolationLost(await editor.diagnostics('k3-demo.c', all => isolationLost(all) !== undefined))!
}

test('where related information is understood it carries the other side', async () => {
  const lost = await openPair(await startEditor({ files: pair }))
  expect(lost.relatedInformation!.map(({ location }) => location.uri)).toContain(uriOf('k3-demo-linux.c'))
  expect(lost.message).not.toContain('k3-demo-linux.c:')
})

test('where it is not, the message names the other places', async () => {
  const lost = await openPair(await startEditor({ files: pair, capabilities: {} }))
  expect(lost.relatedInformation).toBeUndefined()
  expect(lost.codeDescription).toBeUndefined()
  expect(lost.message).toMatch(/\nk3-demo-linux\.c:\d+: /)
})

test('edits come as documentChanges with versions, or as changes', async () => {
  const rich = await startEditor({ files: pair })
  const [first] = (await rich.actions('k3-demo.c', await openPair(rich)))!
  expect(first!.edit).toMatchObject({ documentChanges: [{ textDocument: { uri: uriOf('k3-demo.c'), version: 1 } }] })

  const poor = await startEditor({
    files: pair,
    capabilities: { textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } } } },
  })
  const [same] = (await poor.actions('k3-demo.c', await openPair(poor)))!
  expect(Object.keys(same!.edit!.changes!)).toContain(uriOf('k3-demo.c'))
  expect(same!.edit!.documentChanges).toBeUndefined()
  expect(same!.isPreferred).toBeUndefined()
})

test('the fix of the root makes the squiggle go while the inmate stays open', async () => {
  const editor = await startEditor({ files: pair })
  const lost = await openPair(editor)
  const fix = (await editor.actions('k3-demo.c', lost))!.find(({ isPreferred }) => isPreferred)
  await editor.apply(fix!.edit!)
  expect(isolationLost(await editor.current('k3-demo.c'))).toBeUndefined()
})

test('an edit of the inmate is seen in the root', async () => {
  const editor = await startEditor({ files: pair })
  await openPair(editor)
  await editor.replace('k3-demo-linux.c', '.phys_start = 0x8a0000000', '.phys_start = 0x9a0000000')
  await editor.diagnostics('k3-demo.c', all => isolationLost(all) === undefined)
  expect(editor.texts.get(uriOf('k3-demo.c'))!.version).toBe(1)
})

test('a change of the inmate on disk is seen in the open root', async () => {
  const editor = await startEditor({ files: pair })
  await editor.open('k3-demo.c')
  await editor.diagnostics('k3-demo.c', all => isolationLost(all) !== undefined)
  const uri = uriOf('k3-demo-linux.c')
  editor.files.set(uri, editor.files.get(uri)!.replaceAll('0x8a0000000', '0x9a0000000'))
  await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] })
  await editor.diagnostics('k3-demo.c', all => isolationLost(all) === undefined)
})

const hoverText = async (editor: Editor, name: string, word: string) => {
  const { text } = editor.texts.get(uriOf(name))!
  const position = positionIn(text, text.indexOf(word) + 1)
  const found = await editor.request<{ contents: { kind: string; value: string } }>('textDocument/hover', {
    textDocument: { uri: uriOf(name) },
    position,
  })
  return found.contents
}

test('hovers are Markdown where it is understood and plain text elsewhere', async () => {
  const rich = await startEditor({ files: pair })
  await openPair(rich)
  const marked = await hoverText(rich, 'k3-demo-linux.c', 'JAILHOUSE_MEM_DMA')
  expect(marked.kind).toBe('markdown')
  expect(marked.value).toMatch(/^\*\*⚠ .*\*\*/)
  expect(marked.value).toContain('JAILHOUSE\\_MEM\\_DMA')

  const plain = await startEditor({ files: pair, capabilities: withText({ hover: { contentFormat: ['plaintext'] } }) })
  await openPair(plain)
  const unmarked = await hoverText(plain, 'k3-demo-linux.c', 'JAILHOUSE_MEM_DMA')
  expect(unmarked.kind).toBe('plaintext')
  expect(unmarked.value).toContain('JAILHOUSE_MEM_DMA')
  expect(unmarked.value).not.toMatch(/\*\*|\\_/)
})

test.each<[readonly string[] | undefined, string, number]>([
  [undefined, 'utf-16', 2],
  [['utf-8', 'utf-16'], 'utf-16', 2],
  [['utf-32'], 'utf-32', 1],
  [['utf-8'], 'utf-8', 4],
  [['utf-7'], 'utf-16', 2],
])('columns count what %j agreed on', async (positionEncodings, agreed, width) => {
  const general = positionEncodings ? { positionEncodings: [...positionEncodings] } : {}
  const editor = await startEditor({ capabilities: { ...able, general } })
  expect(editor.result.capabilities.positionEncoding).toBe(agreed)
  const line = '/* 😀 */ struct jailhouse_system config = { .colour = 1 };'
  await editor.open('board.c', `#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n${line}\n`)
  const wrong = (await editor.current('board.c')).find(({ message }) => String(message).includes('colour'))!
  const inUtf16 = line.slice(0, wrong.range.start.character - width + 2)
  expect(inUtf16.endsWith('.') || inUtf16.endsWith('{ ')).toBe(true)
})

test('an edit in UTF-8 columns lands where it was meant', async () => {
  const editor = await startEditor({ capabilities: { ...able, general: { positionEncodings: ['utf-8'] } } })
  await editor.open(
    'board.c',
    '#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n/* ä€😀 */ struct jailhouse_system config = { .x = 1 };\n',
  )
  const start = { line: 2, character: Buffer.byteLength('/* ä€😀 */ struct jailhouse_system config = { .') }
  await editor.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri: uriOf('board.c'), version: 2 },
    contentChanges: [{ range: { start, end: { ...start, character: start.character + 1 } }, text: 'revision' }],
  })
  const diagnostics = await editor.diagnostics('board.c', () => editor.published.at(-1)?.version === 2)
  expect(diagnostics.filter(({ message }) => /member/.test(String(message)))).toEqual([])
})

test('diagnostics are pulled where that was announced, and then never pushed', async () => {
  const editor = await startEditor({ files: pair, capabilities: withText({ diagnostic: {} }) })
  expect(editor.result.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true })
  await editor.open('k3-demo.c')
  const ask = (previousResultId?: string) =>
    editor.request<{ kind: string; resultId: string; items?: Diagnostic[] }>('textDocument/diagnostic', {
      textDocument: { uri: uriOf('k3-demo.c') },
      ...(previousResultId !== undefined && { previousResultId }),
    })
  const full = await ask()
  expect(isolationLost(full.items!)).toBeDefined()
  expect(await ask(full.resultId)).toEqual({ kind: 'unchanged', resultId: full.resultId })
  await editor.replace('k3-demo.c', '.size = 0x60000000', '.size = 0x60000001')
  expect((await ask(full.resultId)).kind).toBe('full')
  expect(editor.published).toEqual([])
})

test('a pulling client is told when another file changed what it shows', async () => {
  let refresh = () => {}
  const refreshed = new Promise<void>(resolve => {
    refresh = resolve
  })
  const capabilities = {
    ...withText({ diagnostic: {} }),
    workspace: { ...able.workspace, diagnostics: { refreshSupport: true } },
  }
  const editor = await startEditor({
    files: pair,
    capabilities,
    prepare: connection => connection.onRequest('workspace/diagnostic/refresh', () => refresh()),
  })
  await editor.open('k3-demo.c')
  await editor.open('k3-demo-linux.c')
  const textDocument = { uri: uriOf('k3-demo.c') }
  await editor.request('textDocument/diagnostic', { textDocument })
  await editor.replace('k3-demo-linux.c', '.phys_start = 0x8a0000000', '.phys_start = 0x9a0000000')
  await refreshed
  const { items } = await editor.request<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument })
  expect(isolationLost(items)).toBeUndefined()
})

test('settings come with initializationOptions where there is no configuration to ask for', async () => {
  const rules = { JH1xx: 'off', JH2xx: 'off', JH3xx: 'off', JH4xx: 'off', JH5xx: 'off', JH6xx: 'off', JH7xx: 'off' }
  const editor = await startEditor({
    files: pair,
    capabilities: {},
    initializationOptions: { settings: { rules: { ...rules, JH8xx: 'off' } } },
  })
  await editor.open('k3-demo.c')
  expect(await editor.current('k3-demo.c')).toEqual([])
})
