import { expect, test } from 'vitest'
import type { ConfigurationParams, Diagnostic } from 'vscode-languageserver-protocol'
import { able, startEditor, uriOf } from './editor.ts'

const ONE = 'file:///one'
const TWO = 'file:///two'

/** Wants a header that only the settings of its folder lead to. */
const board = '#include <board.h>\nstruct jailhouse_system config = { .revision = BOARD };\n'
const files = {
  [`${ONE}/a.c`]: board,
  [`${ONE}/headers/board.h`]: '#define BOARD 1\n',
  [`${TWO}/b.c`]: board,
  [`${TWO}/more/board.h`]: '#define BOARD 2\n',
  'file:///three/c.c': board,
}

const workspaceFolders = [
  { uri: ONE, name: 'one' },
  { uri: TWO, name: 'two' },
]

const capabilities = { ...able, workspace: { ...able.workspace, configuration: true, workspaceFolders: true } }

const lacksHeader = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.some(({ message }) => String(message).includes('board.h'))

/** A client with settings for each folder, by its URI. */
const startWith = (settings: Readonly<Record<string, unknown>>) =>
  startEditor({
    files,
    capabilities,
    workspaceFolders,
    prepare: connection =>
      connection.onRequest('workspace/configuration', ({ items }: ConfigurationParams) =>
        items.map(({ scopeUri = '' }) => settings[scopeUri.replace(/\/$/, '')] ?? {}),
      ),
  })

test('each folder has settings of its own, and their paths count from it', async () => {
  const editor = await startWith({ [ONE]: { includePaths: ['headers'] }, [TWO]: { includePaths: ['more'] } })
  for (const uri of [`${ONE}/a.c`, `${TWO}/b.c`]) {
    await editor.open(uri)
    expect(lacksHeader(await editor.current(uri))).toBe(false)
  }
  expect(editor.reads).toContain(`${ONE}/headers/board.h`)
  expect(editor.reads).toContain(`${TWO}/more/board.h`)
  expect(editor.reads).not.toContain(`${TWO}/headers/board.h`)
})

test('what is set for one folder does not count in another', async () => {
  const editor = await startWith({ [ONE]: { includePaths: ['headers'] } })
  await editor.open(`${TWO}/b.c`)
  expect(lacksHeader(await editor.current(`${TWO}/b.c`))).toBe(true)
})

test('one setting for all folders is looked for in each', async () => {
  const editor = await startEditor({
    files: { ...files, [`${TWO}/headers/board.h`]: '#define BOARD 2\n' },
    workspaceFolders,
    initializationOptions: { settings: { includePaths: ['headers'] } },
  })
  for (const uri of [`${ONE}/a.c`, `${TWO}/b.c`]) {
    await editor.open(uri)
    expect(lacksHeader(await editor.current(uri))).toBe(false)
  }
})

test('a folder that joins later brings its settings', async () => {
  const editor = await startWith({ 'file:///three': { includePaths: [`${ONE}/headers`] } })
  await editor.open('file:///three/c.c')
  expect(lacksHeader(await editor.current('file:///three/c.c'))).toBe(true)
  await editor.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
    event: { added: [{ uri: 'file:///three', name: 'three' }], removed: [workspaceFolders[0]] },
  })
  await editor.diagnostics('file:///three/c.c', all => !lacksHeader(all))
  expect(editor.result.capabilities.workspace?.workspaceFolders).toMatchObject({ changeNotifications: true })
})

test('a root pinned in one folder counts for its cell wherever the root is', async () => {
  const editor = await startWith({ [ONE]: { roots: { 'a.c': `${TWO}/b.c` } } })
  const cell = board.replace('jailhouse_system', 'jailhouse_cell_desc')
  await editor.open(`${ONE}/a.c`, cell)
  await editor.current(`${ONE}/a.c`)
  const status = await editor.request('jailhouseWarden/status', { uri: uriOf(`${ONE}/a.c`) })
  expect(status).toMatchObject({ root: { uri: `${TWO}/b.c` } })
})
