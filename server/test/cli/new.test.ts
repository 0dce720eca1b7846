import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../project.ts'
import { folderWith, jailhouseWarden, readIn } from './command-line.ts'

/** A new file is checked where it will stand, and not written if it would have an error. */

const newCell = (folder: string, ...args: readonly string[]) =>
  jailhouseWarden(folder, 'new', 'cell', 'board.c', '--name', 'new', '--cpus', '3', ...args)

test('an inmate is written that has no error beside its root', async () => {
  const folder = folderWith({ 'board.c': root() })
  const { status, err } = await newCell(folder, '--memory', '0x88000000,1M', '-o', 'board-new.c')
  expect({ status, err }).toMatchObject({ status: 0, err: expect.not.stringContaining('error') })
  expect(readIn(folder, 'board-new.c')).toContain('.phys_start = 0x88000000')
  expect(await jailhouseWarden(folder, 'check', '.')).toMatchObject({ status: 0 })
})

test('the root that an inmate is made for, and what it includes, is never replaced by it', async () => {
  const text = `#include "memory.h"\n${root()}`
  const folder = folderWith({ 'board.c': text, 'memory.h': '#define X 1\n' })
  for (const output of ['board.c', 'memory.h']) {
    const { status, err } = await newCell(folder, '--memory', '0x88000000,1M', '-o', output)
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining('it is the file that was read') })
  }
  expect([readIn(folder, 'board.c'), readIn(folder, 'memory.h')]).toEqual([text, '#define X 1\n'])
})

test('an inmate over hypervisor memory is not written, and why', async () => {
  const folder = folderWith({ 'board.c': root() })
  const { status, out, err } = await newCell(folder, '--memory', '0x70000000,1M', '-o', 'board-new.c')
  expect({ status, out }).toEqual({ status: 1, out: '' })
  expect(err).toMatch(/^error: nothing is written: it would have an error: .*\[JH\d+ [a-z-]+\]\n$/)
  expect(existsSync(join(folder, 'board-new.c'))).toBe(false)
  expect(await newCell(folder, '--memory', '0x70000000,1M')).toMatchObject({ status: 1, out: '' })
})

test('of a tree with an older header, only what it declares is written', async () => {
  const text = root().replace('.architecture = JAILHOUSE_ARM64,', '')
  const folder = folderWith({
    'configs/arm64/board.c': text,
    'jailhouse.json': '{ "revision": "10" }\n',
  })
  const made = await jailhouseWarden(
    folder,
    ...['new', 'cell', 'configs/arm64/board.c', '--memory', '0x88000000,1M', '-o', 'configs/arm64/board-new.c'],
  )
  expect(made.status).toBe(0)
  expect(readIn(folder, 'configs/arm64/board-new.c')).not.toContain('.architecture')
  expect(await jailhouseWarden(folder, 'check', 'configs')).toMatchObject({ status: 0 })
})
