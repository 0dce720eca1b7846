import { describe, expect, test } from 'vitest'
import type {
  ClientCapabilities,
  CodeAction,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol'
import { toSpan } from '../../src/lsp/position-encoding.ts'
import type { AssignedSpi } from '../../src/lsp/protocol.ts'
import { applyEdits } from '../../src/text/source-file.ts'
import { inmate } from '../project.ts'
import { able, type Editor, fixture, positionIn, startEditor, uriOf } from './editor.ts'

/** Each edit names the version of the text it belongs to, whatever kind of edit and of document; or there is none. */

const pair = fixture('k3-dma')
const header = { 'file:///work-space/k3-board.h': pair['file:///work-space/k3-board.h']! }
/** With a field that has a repair. */
const misspelt = pair['k3-demo-linux.c']!.replace('.cpu_reset_address', '.cpu_reset_adress')

const PROJECT = '{\n\t// ours\n\t"systems": []\n}\n'

type Ask = (editor: Editor, name: string) => Promise<WorkspaceEdit | null | undefined>

const at = (editor: Editor, name: string, words: string) => {
  const { text } = editor.texts.get(uriOf(name))!
  const start = positionIn(text, text.indexOf(words) + 1)
  return { start, end: start }
}

const action =
  (words: string, title: RegExp, only?: readonly string[]): Ask =>
  async (editor, name) => {
    const actions = (await editor.actions(name, { range: at(editor, name, words) }, only)) ?? []
    return actions.find(each => title.test(each.title))?.edit
  }

const ASKED: Readonly<Record<string, Ask>> = {
  'quick fix': action('cpu_reset_adress', /cpu_reset_address/),
  'fix all': action('cpu_reset_adress', /^Fix all that/, ['source.fixAll']),
  'ignore comment': action('cpu_reset_adress', /^Ignore JH105/),
  refactoring: action('0x02810000', /^Extract/, ['refactor']),
  rename: (editor, name) =>
    editor.request('textDocument/rename', {
      textDocument: { uri: uriOf(name) },
      position: at(editor, name, 'config = {').start,
      newName: 'other_config',
    }),
  'Assign SPI': async (editor, name) => {
    const params = { uri: uriOf(name), spi: 105 }
    return (await editor.request<AssignedSpi<WorkspaceEdit, unknown>>('jailhouseWarden/assignSpi', params)).edit
  },
}

const changesOf = (edit: WorkspaceEdit | null | undefined) => (edit?.documentChanges ?? []) as TextDocumentEdit[]

function applied(text: string, edit: WorkspaceEdit | null | undefined): string {
  const file = { uri: uriOf('k3-demo-linux.c'), text }
  const edits = changesOf(edit).flatMap(change => change.edits as TextEdit[])
  return applyEdits(
    file,
    edits.map(({ range, newText }) => ({ span: toSpan(file, range, 'utf-16'), text: newText })),
  )
}

describe.each(Object.entries(ASKED))('%s', (_, ask) => {
  test('names the version that is open, of a file and of a document without one', async () => {
    for (const name of ['k3-demo-linux.c', 'untitled:Untitled-1']) {
      const editor = await startEditor({
        files: name.includes(':') ? header : { ...pair, 'k3-demo-linux.c': misspelt },
      })
      await editor.open(name, misspelt)
      await editor.replace(name, 'struct {', 'struct  {')
      const edit = await ask(editor, name)
      expect(changesOf(edit).map(({ textDocument }) => textDocument)).toEqual([{ uri: uriOf(name), version: 2 }])
      await editor.apply(edit!)
      expect(editor.texts.get(uriOf(name))!.text).not.toBe(misspelt)
    }
  })

  test('fits the version it names, or is refused, where the text changes meanwhile', async () => {
    const name = 'k3-demo-linux.c'
    const open = async () => {
      const editor = await startEditor({ files: { ...pair, [name]: misspelt } })
      await editor.open(name, misspelt)
      return editor
    }
    const quiet = applied(misspelt, await ask(await open(), name))
    const editor = await open()
    const asked = ask(editor, name).catch((error: Error) => error)
    await editor.replace(name, '/* SPDX', '\n\n/* SPDX')
    const answer = await asked
    if (answer instanceof Error) expect(answer.message).toMatch(/changed meanwhile|another text/)
    else if (answer) {
      const [change] = changesOf(answer)
      const isNew = change!.textDocument.version === 2
      expect(applied(isNew ? `\n\n${misspelt}` : misspelt, answer)).toBe(isNew ? `\n\n${quiet}` : quiet)
    }
  })
})

test('an action of an older text is made for the new one or refused', async () => {
  const codeAction = {
    codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
    dataSupport: true,
    resolveSupport: { properties: ['edit'] },
  }
  const capabilities = { textDocument: { codeAction }, workspace: { workspaceEdit: { documentChanges: true } } }
  const editor = await startEditor({ files: { ...pair, 'k3-demo-linux.c': misspelt }, capabilities })
  await editor.open('k3-demo-linux.c', misspelt)
  const menu = (await editor.actions('k3-demo-linux.c', { range: at(editor, 'k3-demo-linux.c', '0x02810000') }))!
  const extract = menu.find(({ title }) => title.startsWith('Extract'))!
  expect(extract.edit).toBeUndefined()
  await editor.replace('k3-demo-linux.c', '0x02810000', '0x02820000')
  expect(await editor.request<CodeAction>('codeAction/resolve', extract)).not.toHaveProperty('edit')
})

test('jailhouse.json keeps its comments, its tabs and its line ends, and is edited as it is open', async () => {
  for (const text of [PROJECT, PROJECT.replaceAll('\n', '\r\n'), '{}', '']) {
    const editor = await startEditor({ files: { ...pair, 'jailhouse.json': text } })
    await editor.open('k3-demo-linux.c')
    await editor.open('jailhouse.json')
    const params = { uri: uriOf('k3-demo-linux.c'), root: uriOf('k3-demo.c') }
    const edit = await editor.request<WorkspaceEdit | null>('jailhouseWarden/chooseRoot', params)
    if (text === '') {
      expect(edit).toBeNull()
      continue
    }
    expect(changesOf(edit)).toMatchObject([{ textDocument: { uri: uriOf('jailhouse.json'), version: 1 } }])
    await editor.apply(edit!)
    const after = editor.texts.get(uriOf('jailhouse.json'))!.text
    expect(after).toContain('"root": "k3-demo.c"')
    if (text.includes('ours')) expect(after).toContain('// ours')
    expect(/(?<!\r)\n/.test(after)).toBe(!text.includes('\r'))
    if (text.includes('\t')) expect(after).not.toMatch(/^ /m)
  }
})

test('jailhouse.json is not made to name an inmate as a root, and says why', async () => {
  const editor = await startEditor({ files: { ...pair, 'other.c': inmate('other') } })
  await editor.open('k3-demo-linux.c')
  const params = { uri: uriOf('k3-demo-linux.c'), root: uriOf('other.c') }
  await expect(editor.request('jailhouseWarden/chooseRoot', params)).rejects.toThrow(
    'jailhouse.json is not changed: other.c is not the configuration of a root cell',
  )
})

test('a new jailhouse.json is written over none, and not for a client that creates no files', async () => {
  const choose = async (capabilities: ClientCapabilities) => {
    const editor = await startEditor({ files: pair, capabilities })
    await editor.open('k3-demo-linux.c')
    const params = { uri: uriOf('k3-demo-linux.c'), root: uriOf('k3-demo.c') }
    return editor.request<WorkspaceEdit | null>('jailhouseWarden/chooseRoot', params)
  }
  expect((await choose(able))!.documentChanges).toMatchObject([
    { kind: 'create', options: { overwrite: false, ignoreIfExists: false } },
    { textDocument: { version: null } },
  ])
  const plain = { ...able, workspace: { workspaceEdit: { documentChanges: true } } }
  await expect(choose(plain)).rejects.toThrow('creates no files')
})

test('a macro of a header is renamed in all files of the workspace that include it, also through other headers', async () => {
  const cell = inmate('a').replaceAll('0x88000000', 'START')
  const files = {
    'start.h': '#define START 0x88000000\n',
    'a.c': `#include "start.h"\n${cell}`,
    'file:///work-space/more/through.h': '#include "../configs/start.h"\n',
    'file:///work-space/more/b.c': `#include "through.h"\n${cell}`,
    'file:///work-space/more/other.c': '#define START 1\nint start = START;\n',
  }
  const editor = await startEditor({ files })
  await editor.open('a.c')
  const position = at(editor, 'a.c', 'START').start
  const params = { textDocument: { uri: uriOf('a.c') }, position, newName: 'BEGINNING' }
  const edit = await editor.request<WorkspaceEdit>('textDocument/rename', params)
  expect(changesOf(edit).map(({ textDocument }) => textDocument.uri.replace(/.*work-space\//, ''))).toEqual([
    'configs/a.c',
    'configs/start.h',
    'more/b.c',
  ])
})

test('a macro of a header is not renamed where too many files may include it', async () => {
  const sources = Array.from({ length: 1001 }, (_, i) => [`file:///work-space/more/${i}.c`, 'int i;\n'])
  const cell = `#include "start.h"\n${inmate('a').replaceAll('0x88000000', 'START')}`
  const files = { 'start.h': '#define START 0x88000000\n', 'a.c': cell, ...Object.fromEntries(sources) }
  const editor = await startEditor({ files })
  await editor.open('a.c')
  const rename = (words: string) =>
    editor.request('textDocument/rename', {
      textDocument: { uri: uriOf('a.c') },
      position: at(editor, 'a.c', words).start,
      newName: 'other_name',
    })
  await expect(rename('START')).rejects.toThrow('too many files')
  expect(await rename('config = {')).toBeTruthy()
})
