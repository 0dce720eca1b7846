import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { readRegularFile, readRegularFileSync } from '../../src/disk/read.ts'
import { folderWith } from '../cli/command-line.ts'

/** Files that were opened. */
const opened = vi.hoisted((): string[] => [])
vi.mock('node:fs', async original => {
  const fs = await original<typeof import('node:fs')>()
  const openSync = (path: string, flags: number) => {
    opened.push(path)
    return fs.openSync(path, flags)
  }
  return { ...fs, openSync }
})
vi.mock('node:fs/promises', async original => {
  const fs = await original<typeof import('node:fs/promises')>()
  const open = (path: string, flags: number) => {
    opened.push(path)
    return fs.open(path, flags)
  }
  return { ...fs, open }
})

test('a file that says it is too large is not even opened, and one that is just small enough is read', async () => {
  const path = join(folderWith({ 'a.c': 'int a;' }), 'a.c')
  const refused = { refused: 'larger than 0.00000476837158203125 MiB, not read', isThere: true, isTooLarge: true }
  expect(readRegularFileSync(path, 5)).toEqual(refused)
  expect(await readRegularFile(path, 5)).toEqual(refused)
  expect(opened).toEqual([])
  expect(readRegularFileSync(path, 6)).toHaveProperty('bytes')
  expect(await readRegularFile(path, 6)).toHaveProperty('bytes')
  expect(opened).toEqual([path, path])
})
