import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cell, folderWith, jailhouseWarden } from './command-line.ts'

test('a cell is written with the bytes its fields ask for', async () => {
  const folder = folderWith({ 'tiny.c': cell() })
  const { status, err } = await jailhouseWarden(folder, 'build', 'tiny.c', '-o', 'tiny.cell')
  expect({ status, err }).toEqual({ status: 0, err: '' })
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
