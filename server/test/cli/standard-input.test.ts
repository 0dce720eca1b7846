import { beforeEach, expect, test, vi } from 'vitest'
import { cell, folderWith, jailhouseWarden } from './command-line.ts'

const input = vi.hoisted(() => ({ bytes: new Uint8Array() }))
vi.mock('../../src/disk/read.ts', async original => ({
  ...(await original<typeof import('../../src/disk/read.ts')>()),
  readOpenSync: () => {
    const { bytes } = input
    input.bytes = new Uint8Array()
    return { bytes }
  },
}))

let folder = ''
beforeEach(() => {
  folder = folderWith({})
})

test.each<[string, string, readonly string[], number, RegExp]>([
  ['a sound cell', cell(), ['-'], 0, /^0 errors, 0 warnings, 0 notes in 1 file$/],
  ['one that is named twice', cell(), ['-', '-'], 0, /^0 errors, 0 warnings, 0 notes in 1 file$/],
  ['a faulty cell', cell('\n\t\t.vpci_irq_bsae = 0,'), ['-'], 1, /^1 error, 0 warnings, 0 notes in 1 file$/],
  ['nothing', '', ['-'], 2, /: no cell configuration in it$/],
  ['bytes', 'a\0b', ['-'], 2, /: standard input is not a text file$/],
  ['a compiled cell', 'JHCLL\0\u0001', ['-'], 2, /is a compiled cell; give the C file it was made from$/],
  ['anything to repair', cell(), ['--fix', '-'], 2, /: standard input cannot be repaired$/],
])('%s on standard input', async (_, text, operands, status, said) => {
  input.bytes = new TextEncoder().encode(text)
  const answer = await jailhouseWarden(folder, 'check', ...operands)
  expect(answer.err.trimEnd()).toMatch(said)
  expect(answer.status).toBe(status)
})

test('a project file that is not JSON and a misspelt suppression are mistakes of the one who asks', async () => {
  const broken = folderWith({ 'a.c': cell(), 'jailhouse.json': '{ "systems": [' })
  const { status, err } = await jailhouseWarden(broken, 'check', 'a.c')
  expect(status).toBe(2)
  expect(err).toMatch(/^jailhouse\.json:1:\d+: error: /)
  const unknown = folderWith({ 'a.c': `/* jailhouse-warden: ignore JH999 -- why */\n${cell()}` })
  expect((await jailhouseWarden(unknown, 'check', 'a.c')).status).toBe(2)
})
