import { expect, test } from 'vitest'
import { cell, folderWith, jailhouseWarden, readIn } from './command-line.ts'

const misspelled = cell('\n\t\t.vpci_irq_bsae = 0,\n\t\t.num_irqchpis = 0,')
const halfMended = cell('\n\t\t.vpci_irq_bsae = 0,')

const fingerprintsIn = (folder: string): readonly string[] => JSON.parse(readIn(folder, 'known.json')).fingerprints

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

test('findings keep their names when lines move', async () => {
  const { text } = await baselined()
  const moved = folderWith({ 'tiny.c': `\n/* moved */\n\n${misspelled}`, 'known.json': text })
  expect((await jailhouseWarden(moved, 'check', '--baseline', 'known.json', 'tiny.c')).status).toBe(0)
})

test('--prune-baseline drops what is mended, and nothing else', async () => {
  const { text } = await baselined()
  const folder = folderWith({ 'tiny.c': halfMended, 'known.json': text })
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
  const pruned = folderWith({ 'tiny.c': halfMended, 'known.json': text })
  await jailhouseWarden(pruned, ...args, '--prune-baseline')
  const again = folderWith({ 'tiny.c': misspelled, 'known.json': readIn(pruned, 'known.json') })
  const { status, out } = await jailhouseWarden(again, ...args)
  expect(status).toBe(1)
  expect(out).toContain('num_irqchpis')
  expect(out).not.toContain('vpci_irq_bsae')
})

test('jailhouse.json names a baseline for command line and editor alike', async () => {
  const { text } = await baselined()
  const project = { 'jailhouse.json': '{ "baseline": "known.json" }', 'known.json': text }
  const folder = folderWith({ 'tiny.c': misspelled, ...project })
  expect((await jailhouseWarden(folder, 'check', 'tiny.c')).status).toBe(0)
  await jailhouseWarden(folder, 'check', '--write-baseline', 'known.json', 'tiny.c')
  expect(readIn(folder, 'known.json')).toBe(text)
})

test('what is wrong with jailhouse.json is told, and the check goes on', async () => {
  const folder = folderWith({ 'tiny.c': cell(), 'jailhouse.json': '{\n  "rules": { "JH999": "off" }\n}' })
  const { status, err } = await jailhouseWarden(folder, 'check', 'tiny.c')
  expect(status).toBe(0)
  expect(err).toContain('jailhouse.json:2:14: warning: unknown rule "JH999"\n')
})

test.each<[readonly string[], RegExp]>([
  [['--prune-baseline', 'tiny.c'], /requires --baseline/],
  [['--baseline', 'nowhere.json', 'tiny.c'], /nowhere\.json: no such file/],
  [['--baseline', 'tiny.c', 'tiny.c'], /tiny\.c: not a baseline/],
])('check %j makes no sense and says why', async (args, why) => {
  const { status, err } = await jailhouseWarden(folderWith({ 'tiny.c': cell() }), 'check', ...args)
  expect(status).toBe(2)
  expect(err).toMatch(why)
})
