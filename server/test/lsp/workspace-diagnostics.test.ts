import { expect, test } from 'vitest'
import {
  CancellationTokenSource,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver-protocol'
import { able, type Editor, fixture, startEditor, uriOf } from './editor.ts'

const ROOT = 'k3-demo.c'
const INMATE = 'k3-demo-linux.c'

const pulling = { ...able, textDocument: { ...able.textDocument, diagnostic: {} } }

const start = (settings: object = { workspaceDiagnostics: true }) =>
  startEditor({
    files: { ...fixture('dma-kept'), 'tool/main.c': 'int main(void) { return 0; }\n' },
    capabilities: pulling,
    initializationOptions: { settings },
  })

async function pull(editor: Editor, before: readonly WorkspaceDocumentDiagnosticReport[] = []) {
  const previousResultIds = before.flatMap(({ uri, resultId }) => (resultId ? [{ uri, value: resultId }] : []))
  const { items } = await editor.request<WorkspaceDiagnosticReport>('workspace/diagnostic', { previousResultIds })
  return items
}

const of = (items: readonly WorkspaceDocumentDiagnosticReport[], name: string) =>
  items.find(({ uri }) => uri === uriOf(name))

const codes = (report: WorkspaceDocumentDiagnosticReport | undefined) =>
  report?.kind === 'full' ? report.items.map(({ code }) => code) : report?.kind

test('findings of configurations that nobody has open are pulled, of nothing else', async () => {
  const items = await pull(await start())
  expect(items.map(({ uri }) => uri).sort()).toEqual([uriOf(INMATE), uriOf(ROOT)].sort())
  expect(codes(of(items, ROOT))).toContain('JH301')
})

test('what is open is left to the pulls of its own', async () => {
  const editor = await start()
  await editor.open(ROOT)
  const items = await pull(editor)
  expect(items.map(({ uri }) => uri)).toEqual([uriOf(INMATE)])
})

test('the next pull is answered when something has changed', async () => {
  const editor = await start()
  const before = await pull(editor)
  const next = pull(editor, before)
  await editor.open(INMATE)
  await editor.replace(INMATE, '.phys_start = 0x8a0000000', '.phys_start = 0x9a0000000')
  const items = await next
  expect(codes(of(items, ROOT))).not.toContain('JH301')
  expect(of(items, INMATE)).toBeUndefined()
})

test('a file that says the same is not sent again, one that is gone is cleared', async () => {
  const editor = await start()
  const before = await pull(editor)
  editor.files.delete(uriOf(INMATE))
  const changes = [{ uri: uriOf(INMATE), type: 3 }]
  await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes })
  const items = await pull(editor, before)
  expect(codes(of(items, INMATE))).toEqual([])
  const after = await (async () => {
    const next = pull(editor, items)
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes })
    return next
  })()
  expect(codes(of(after, ROOT))).toBe('unchanged')
})

test('a pull that waits for a change ends when it is cancelled', async () => {
  const editor = await start()
  const [first] = await pull(editor)
  const cancel = new CancellationTokenSource()
  const previousResultIds = [{ uri: first!.uri, value: first!.resultId! }]
  const waiting = editor.connection.sendRequest('workspace/diagnostic', { previousResultIds }, cancel.token)
  cancel.cancel()
  await expect(waiting).rejects.toThrow(/cancel/i)
})

test.each([[{}], [{ workspaceDiagnostics: false }], [{ workspaceDiagnostics: 'yes' }]])(
  'with settings %j nothing of it is offered and no folder is walked through',
  async settings => {
    const editor = await start(settings)
    expect(editor.result.capabilities.diagnosticProvider).toMatchObject({ workspaceDiagnostics: false })
    await editor.open(ROOT)
    await editor.request('textDocument/diagnostic', { textDocument: { uri: uriOf(ROOT) } })
    expect(editor.reads.filter(each => each.endsWith('**'))).toEqual([])
  },
)

test('the log says with whom each configuration is checked and what came of it, once', async () => {
  const logged: string[] = []
  const editor = await startEditor({
    files: fixture('dma-kept'),
    prepare: connection => connection.onNotification('window/logMessage', ({ message }) => void logged.push(message)),
  })
  await editor.open(INMATE)
  await editor.replace(INMATE, '.phys_start = 0x8a0000000', '.phys_start =  0x8a0000000')
  await expect.poll(() => logged.length).toBeGreaterThan(0)
  await editor.request('jailhouseWarden/status', { uri: uriOf(INMATE) })
  expect(logged).toEqual([
    expect.stringMatching(/^k3-demo-linux\.c: checked with k3-demo\.c, because .*; \d+ errors?, /),
  ])
})
