import { expect, test } from 'vitest'
import type { Diagnostic } from 'vscode-languageserver-protocol'
import { able, type Editor, fixture, startEditor, uriOf } from './editor.ts'

const ROOT = 'k3-demo.c'
const INMATE = 'k3-demo-linux.c'

const errors = (diagnostics: readonly Diagnostic[]) => diagnostics.filter(({ severity }) => severity === 1)
const isLost = (diagnostics: readonly Diagnostic[]) => errors(diagnostics).length > 0
const isQuiet = (diagnostics: readonly Diagnostic[]) => diagnostics.length === 0

/** What the client shows of a file at the end: the last that was published. */
const shown = (editor: Editor, name: string) =>
  editor.published.findLast(({ uri }) => uri === uriOf(name))?.diagnostics ?? []

const pulling = { ...able, textDocument: { ...able.textDocument, diagnostic: {} } }

test('an error in the root shows while only the inmate is open', async () => {
  const editor = await startEditor({ files: fixture('dma-kept') })
  await editor.open(INMATE)
  await editor.diagnostics(ROOT, isLost)
  const published = editor.published.findLast(({ uri }) => uri === uriOf(ROOT))!
  expect(published.version).toBeUndefined()
  expect(published.diagnostics.every(({ severity }) => severity! <= 2)).toBe(true)
})

test('it is the same that the root shows when it is opened, told once', async () => {
  const editor = await startEditor({ files: fixture('dma-kept') })
  await editor.open(INMATE)
  const before = errors(await editor.diagnostics(ROOT, isLost))
  await editor.open(ROOT)
  expect(errors(await editor.current(ROOT))).toEqual(before)
  await editor.replace(INMATE, '.phys_start = 0x8a0000000', '.phys_start =  0x8a0000000')
  await editor.current(INMATE)
  expect(errors(shown(editor, ROOT))).toEqual(before)
})

test('a root that is closed keeps what its open inmate finds in it', async () => {
  const editor = await startEditor({ files: fixture('dma-kept') })
  await editor.open(INMATE)
  await editor.open(ROOT)
  await editor.diagnostics(ROOT, isLost)
  const before = editor.published.length
  await editor.close(ROOT)
  await editor.diagnostics(ROOT, all => isLost(all) && editor.published.length > before + 1)
})

test('it goes when the inmate is mended, and when nobody is open', async () => {
  const editor = await startEditor({ files: fixture('dma-kept') })
  await editor.open(INMATE)
  await editor.diagnostics(ROOT, isLost)
  await editor.replace(INMATE, '.phys_start = 0x8a0000000', '.phys_start = 0x9a0000000')
  await editor.diagnostics(ROOT, isQuiet)
  await editor.replace(INMATE, '.phys_start = 0x9a0000000', '.phys_start = 0x8a0000000')
  await editor.diagnostics(ROOT, isLost)
  await editor.close(INMATE)
  await editor.diagnostics(ROOT, isQuiet)
})

test('an open root shows what stands in its inmates', async () => {
  const editor = await startEditor({ files: fixture('dma-swapped') })
  await editor.open(ROOT)
  expect(await editor.diagnostics(INMATE, all => !isQuiet(all))).toMatchObject([{ severity: 2 }])
})

test('a file that is only named beside an open one keeps its own faults to itself', async () => {
  const files = fixture('k3-dma')
  files[ROOT] = files[ROOT]!.replace('.vpci_irq_base', '.vpci_irq_bsae')
  const editor = await startEditor({ files })
  await editor.open(INMATE)
  await editor.current(INMATE)
  await editor.open(ROOT)
  await editor.diagnostics(ROOT, isLost)
  expect(editor.published.filter(({ uri, version }) => uri === uriOf(ROOT) && version === undefined)).toEqual([])
})

test('a client that pulls is told of what it cannot pull, and no more once it can', async () => {
  const editor = await startEditor({ files: fixture('dma-kept'), capabilities: pulling })
  await editor.open(INMATE)
  await editor.diagnostics(ROOT, isLost)
  await editor.open(ROOT)
  await editor.diagnostics(ROOT, isQuiet)
  const pulled = await editor.request<{ items: Diagnostic[] }>('textDocument/diagnostic', {
    textDocument: { uri: uriOf(ROOT) },
  })
  expect(isLost(pulled.items)).toBe(true)
})
