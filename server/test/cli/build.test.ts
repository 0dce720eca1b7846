import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cell, folderWith, jailhouseWarden, readIn } from './command-line.ts'

test('a cell is written with the bytes its fields ask for', async () => {
  const folder = folderWith({ 'tiny.c': cell() })
  const { status, err } = await jailhouseWarden(folder, 'build', 'tiny.c', '-o', 'tiny.cell')
  expect(status).toBe(0)
  expect(err).toMatch(/^tiny\.c: note: no cell-config\.h of a tree: layout of revision 14, since .*\n$/)
  const bytes = readFileSync(join(folder, 'tiny.cell'))
  expect(bytes.subarray(0, 5).toString('latin1')).toBe('JHCLL')
  expect(bytes.includes('tiny')).toBe(true)
  expect(bytes.readBigUInt64LE(bytes.length - 2 * 32)).toBe(0x5000_0000n)
  expect(readdirSync(folder).toSorted()).toEqual(['tiny.c', 'tiny.cell'])
})

test('a file with errors is refused, and what was there before stays', async () => {
  const folder = folderWith({ 'tiny.c': cell('\n\t\t.vpci_irq_bsae = 0,'), 'tiny.cell': 'before' })
  const { status, err } = await jailhouseWarden(folder, 'build', 'tiny.c', '-o', 'tiny.cell')
  expect(status).toBe(1)
  expect(err).toMatch(/^tiny\.c:17:4: error: .*\n.*no \.cell was written\n$/)
  expect(readFileSync(join(folder, 'tiny.cell'), 'utf8')).toBe('before')
})

test('macros and forced headers reach the bytes', async () => {
  const folder = folderWith({ 'tiny.c': cell('\n\t\t.vpci_irq_base = BASE,'), 'config.h': '#define BASE 0x42\n' })
  const byMacro = await jailhouseWarden(folder, 'build', 'tiny.c', '-D', 'BASE=0x42', '-o', 'a.cell')
  const byHeader = await jailhouseWarden(folder, 'build', 'tiny.c', '-include', 'config.h', '-o', 'b.cell')
  expect([byMacro.status, byHeader.status]).toEqual([0, 0])
  expect(readFileSync(join(folder, 'a.cell'))).toEqual(readFileSync(join(folder, 'b.cell')))
})

test('a header of the file’s own tree is the schema', async () => {
  const header = 'struct jailhouse_cell_desc { char name[4]; unsigned short own_field; } __attribute__((packed));\n'
  const text = '#include <jailhouse/cell-config.h>\nstruct jailhouse_cell_desc config = { "own", 0x102 };\n'
  const folder = folderWith({ 'include/jailhouse/cell-config.h': header, 'configs/arm64/own.c': text })
  await jailhouseWarden(folder, 'build', 'configs/arm64/own.c', '-o', 'own.cell')
  expect([...readFileSync(join(folder, 'own.cell'))]).toEqual([0x6f, 0x77, 0x6e, 0, 2, 1])
})

/** As revisions 1 to 13 have it. */
const oldCell = (fields: string) => cell(fields).replace(/^.*\.architecture.*\n/m, '')

test('a file that leaves its layout open is not written until a revision is named', async () => {
  const folder = folderWith({ 'old.c': oldCell('') })
  const open = await jailhouseWarden(folder, 'build', 'old.c', '-o', 'old.cell')
  expect(open.status).toBe(2)
  expect(open.err).toMatch(/layouts of revisions 13e, .* fit alike with other bytes: choose one with --revision/)
  expect(existsSync(join(folder, 'old.cell'))).toBe(false)
  const named = await jailhouseWarden(folder, 'build', 'old.c', '--revision', '12', '-o', 'old.cell')
  expect(named).toMatchObject({
    status: 0,
    err: expect.stringMatching(/layout of revision 12d, since the settings name it/),
  })
})

test('a revision that the file or its neighbours state decides', async () => {
  const stated = (number: number) => oldCell('').replace('JAILHOUSE_CONFIG_REVISION', String(number))
  const folder = folderWith({ 'old.c': stated(12), 'lab/a.c': oldCell(''), 'lab/a.cell': 'JHCELL\u000c\0' })
  const own = await jailhouseWarden(folder, 'build', 'old.c', '-o', 'old.cell')
  expect(own).toMatchObject({ status: 0, err: expect.stringMatching(/revision 12d, since it states revision 12/) })
  const beside = await jailhouseWarden(folder, 'build', 'lab/a.c', '-o', 'b.cell')
  expect(beside).toMatchObject({ status: 0, err: expect.stringMatching(/revision 12d, since a\.cell beside it/) })
  expect(readFileSync(join(folder, 'old.cell'))).toEqual(readFileSync(join(folder, 'b.cell')))
})

test.each<[readonly string[], RegExp]>([
  [['tiny.c'], /-o OUT\.cell/],
  [['-o', 'x.cell'], /expected one file/],
  [['a.c', 'b.c', '-o', 'x.cell'], /expected one file/],
  [['tiny.c', '-o', 'no/such/folder/x.cell'], /cannot be written/],
  [['--verify', 'nowhere'], /a Jailhouse tree has its configurations there/],
])('build %j makes no sense and says why', async (args, why) => {
  const folder = folderWith({ 'tiny.c': cell() })
  const { status, err } = await jailhouseWarden(folder, 'build', ...args)
  expect(status).toBe(2)
  expect(err).toMatch(why)
  expect(existsSync(join(folder, 'x.cell'))).toBe(false)
})

test('the source is never written over, whatever it is called', async () => {
  const folder = folderWith({ 'tiny.c': cell() })
  const { status, err } = await jailhouseWarden(folder, 'build', 'tiny.c', '-o', './tiny.c')
  expect(status).toBe(2)
  expect(err).toContain('cannot be written: it is the file that was read')
  expect(readIn(folder, 'tiny.c')).toBe(cell())
})

test('an include that is no regular file is not opened, and it is said', async () => {
  const folder = folderWith({ 'tiny.c': `#include "/dev/zero"\n${cell()}` })
  const { status, err } = await jailhouseWarden(folder, 'build', 'tiny.c', '-o', 'tiny.cell')
  expect(status).toBe(1)
  expect(err).toContain('/dev/zero: not a regular file, or too large a one; not read')
})

test('more data than any configuration has is said to be that', async () => {
  const folder = folderWith({ 'tiny.c': `${cell()}int y __attribute__((aligned(1 << 28))) = 1;\n` })
  const { status, err } = await jailhouseWarden(folder, 'build', 'tiny.c', '-o', 'tiny.cell')
  expect(status).toBe(1)
  expect(err).toContain('error: more than 16 MiB of data')
})

test.each([
  ['errors of the file', oldCell('\n\t\t.vpci_irq_bsae = 0,'), 'old.cell', 1],
  ['no configuration', 'int main(void) { return 0; }\n', 'old.cell', 1],
  ['an open layout', oldCell(''), 'old.cell', 2],
  ['a folder that is none', cell(), 'none/old.cell', 2],
])('build tells by its exit status why nothing was written: %s', async (_, text, output, expected) => {
  const folder = folderWith({ 'old.c': text })
  const { status } = await jailhouseWarden(folder, 'build', 'old.c', '-o', output)
  expect(status).toBe(expected)
  expect(existsSync(join(folder, output))).toBe(false)
})
