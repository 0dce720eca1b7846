import { expect, test } from 'vitest'
import { rootOf } from '../platform/root.ts'
import { startEditor } from './editor.ts'

/** Facts that a project names are opened, judged, and looked at again when they change on disk. */

const root = rootOf({ maintenance_irq: 25 })
const project = JSON.stringify({ systems: [{ root: 'board.c', platform: ['iomem.txt'] }] })
const busy = '40000000-7fffffff : System RAM\n'
const reserved = '40000000-7fbfffff : System RAM\n7fc00000-7fffffff : reserved\n'

const codesIn = (diagnostics: readonly { readonly code?: unknown }[]) =>
  diagnostics.map(({ code }) => code).filter(code => String(code).startsWith('JH9'))

test('a finding that rests on facts is shown, and goes when they change', async () => {
  const editor = await startEditor({ files: { 'board.c': root, 'jailhouse.json': project, 'iomem.txt': busy } })
  await editor.open('board.c')
  expect(codesIn(await editor.current('board.c'))).toEqual(['JH920'])
  const iomem = [...editor.files.keys()].find(uri => uri.endsWith('/iomem.txt')) ?? ''
  editor.files.set(iomem, reserved)
  await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: iomem, type: 2 }] })
  const now = await editor.diagnostics('board.c', diagnostics => codesIn(diagnostics).length === 0)
  expect(codesIn(now)).toEqual([])
})

test('without facts there is none', async () => {
  const editor = await startEditor({ files: { 'board.c': root } })
  await editor.open('board.c')
  expect(codesIn(await editor.current('board.c'))).toEqual([])
})
