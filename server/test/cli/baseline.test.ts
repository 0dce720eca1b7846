import { expect, test } from 'vitest'
import { root } from '../project.ts'
import { cell, folderWith, jailhouseWarden, readIn } from './command-line.ts'

const misspelled = cell('\n\t\t.vpci_irq_bsae = 0,\n\t\t.num_irqchpis = 0,')
const halfFixed = cell('\n\t\t.vpci_irq_bsae = 0,')

const fingerprintsIn = (folder: string): readonly string[] =>
  JSON.parse(readIn(folder, 'known.json')).findings['tiny.c'] ?? []

/** A folder whose baseline lists what `misspelled` gives rise to. */
async function baselined() {
  const folder = folderWith({ 'tiny.c': misspelled })
  const { status, err } = await jailhouseWarden(folder, 'check', '--write-baseline', 'known.json', 'tiny.c')
  return { folder, status, err, text: readIn(folder, 'known.json') }
}

test('a baseline is sorted, each finding on a line of its own, and the same whenever it is written', async () => {
  const { folder, status, err, text } = await baselined()
  const fingerprints = fingerprintsIn(folder)
  expect({ status, err }).toEqual({ status: 0, err: `known.json: ${fingerprints.length} findings\n` })
  expect(fingerprints).toEqual(fingerprints.toSorted())
  for (const fingerprint of fingerprints)
    expect(text.split('\n')).toContainEqual(expect.stringContaining(JSON.stringify(fingerprint)))
  expect((await baselined()).text).toBe(text)
})

test('a baseline replaces a baseline, and nothing else that was read', async () => {
  const files = { 'board.c': root(), 'board-tiny.c': misspelled, 'jailhouse.json': '{ "rules": {} }\n' }
  const folder = folderWith(files)
  const write = (path: string) => jailhouseWarden(folder, 'check', '--write-baseline', path, 'board-tiny.c')
  for (const path of Object.keys(files)) {
    const { status, err } = await write(path)
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining('it is the file that was read') })
  }
  for (const [path, text] of Object.entries(files)) expect(readIn(folder, path)).toBe(text)
  expect((await write('known.json')).status).toBe(0)
  expect((await write('known.json')).status).toBe(0)
})

test('findings keep their names when lines move', async () => {
  const { text } = await baselined()
  const moved = folderWith({ 'tiny.c': `\n/* moved */\n\n${misspelled}`, 'known.json': text })
  expect((await jailhouseWarden(moved, 'check', '--baseline', 'known.json', 'tiny.c')).status).toBe(0)
})

test('--prune-baseline drops what is mended, and nothing else', async () => {
  const { text } = await baselined()
  const folder = folderWith({ 'tiny.c': halfFixed, 'known.json': text })
  const before = fingerprintsIn(folder)
  const args = ['check', '--baseline', 'known.json', '--prune-baseline', 'tiny.c']
  const { status, err } = await jailhouseWarden(folder, ...args)
  expect(status).toBe(0)
  expect(err).toMatch(/^known\.json: 1 finding gone\n/)
  const after = fingerprintsIn(folder)
  expect(before.filter(each => !after.includes(each))).toEqual([expect.stringContaining('num_irqchpis')])
  expect(after.filter(each => !before.includes(each))).toEqual([])
  expect((await jailhouseWarden(folder, ...args)).err).not.toContain('gone')
})

test('a pruned finding is told when it comes back', async () => {
  const { text } = await baselined()
  const args = ['check', '--baseline', 'known.json', 'tiny.c']
  const pruned = folderWith({ 'tiny.c': halfFixed, 'known.json': text })
  await jailhouseWarden(pruned, ...args, '--prune-baseline')
  const again = folderWith({ 'tiny.c': misspelled, 'known.json': readIn(pruned, 'known.json') })
  const { status, out } = await jailhouseWarden(again, ...args)
  expect(status).toBe(1)
  expect(out).toContain('num_irqchpis')
  expect(out).not.toContain('vpci_irq_bsae')
})

test('the same fault in another file is new', async () => {
  const { text } = await baselined()
  const folder = folderWith({ 'tiny.c': misspelled, 'copy.c': misspelled, 'known.json': text })
  expect((await jailhouseWarden(folder, 'check', '--baseline', 'known.json', 'tiny.c')).status).toBe(0)
  const { status, out } = await jailhouseWarden(folder, 'check', '--baseline', 'known.json', '.')
  expect(status).toBe(1)
  expect(out).toContain('copy.c:')
  expect(out).not.toContain('tiny.c:')
})

test('paths of a baseline count from its own folder', async () => {
  const folder = folderWith({ 'a b/tiny.c': misspelled })
  await jailhouseWarden(folder, 'check', '--write-baseline', 'known.json', 'a b')
  expect(Object.keys(JSON.parse(readIn(folder, 'known.json')).findings)).toEqual(['a b/tiny.c'])
  expect((await jailhouseWarden(folder, 'check', '--baseline', 'known.json', 'a b/tiny.c')).status).toBe(0)
  await jailhouseWarden(folder, 'check', '--write-baseline', 'a b/known.json', '.')
  expect((await jailhouseWarden(folder, 'check', '--baseline', 'a b/known.json', '.')).status).toBe(0)
})

test('jailhouse.json names a baseline for command line and editor alike', async () => {
  const { text } = await baselined()
  const project = { 'jailhouse.json': '{ "baseline": "known.json" }', 'known.json': text }
  const folder = folderWith({ 'tiny.c': misspelled, ...project })
  expect((await jailhouseWarden(folder, 'check', 'tiny.c')).status).toBe(0)
  await jailhouseWarden(folder, 'check', '--write-baseline', 'known.json', 'tiny.c')
  expect(readIn(folder, 'known.json')).toBe(text)
})

test('what is wrong with jailhouse.json is told, the check goes on, and its status says that it was not as asked', async () => {
  const folder = folderWith({ 'tiny.c': cell(), 'jailhouse.json': '{\n  "rules": { "JH999": "off" }\n}' })
  const { status, err } = await jailhouseWarden(folder, 'check', 'tiny.c')
  expect(status).toBe(2)
  expect(err).toContain('jailhouse.json:2:14: error: unknown rule "JH999"\n')
})

test.each<[readonly string[], RegExp]>([
  [['--prune-baseline', 'tiny.c'], /--prune-baseline requires --baseline/],
  [['--baseline', 'nowhere.json', 'tiny.c'], /nowhere\.json: no such file/],
  [['--baseline', 'tiny.c', 'tiny.c'], /tiny\.c is not a baseline/],
])('check %j makes no sense and says why', async (args, why) => {
  const { status, err } = await jailhouseWarden(folderWith({ 'tiny.c': cell() }), 'check', ...args)
  expect(status).toBe(2)
  expect(err).toMatch(why)
})
