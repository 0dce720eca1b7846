import { expect, test } from 'vitest'
import type { SystemMapAnswer } from '../../src/lsp/protocol.ts'
import { rootOf } from '../platform/root.ts'
import { startEditor, uriOf } from './editor.ts'

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

test('the system map names the devices of the machine in a region', async () => {
  const tree = `/dts-v1/;
/ { #address-cells = <1>; #size-cells = <1>; serial@50000000 { compatible = "arm,pl011"; reg = <0x50000000 0x1000>; }; };
`
  const facts = JSON.stringify({ systems: [{ root: 'board.c', platform: ['board.dts'] }] })
  const editor = await startEditor({ files: { 'board.c': root, 'jailhouse.json': facts, 'board.dts': tree } })
  await editor.open('board.c')
  const devicesAfter = async (commands: string) => {
    const question = { uri: uriOf('board.c'), commands }
    const { map } = await editor.request<SystemMapAnswer>('jailhouseWarden/systemMap', question)
    return map?.boxes.flatMap(({ devices = [] }) => devices)
  }
  expect(await devicesAfter('')).toEqual(['serial@50000000'])
  expect(await devicesAfter('enable disable')).toEqual(['serial@50000000'])
})
