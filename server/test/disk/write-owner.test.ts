import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { replaceFile } from '../../src/disk/write.ts'
import { folderWith, readIn } from '../cli/command-line.ts'

/** Whoever is not root cannot give files away. */
vi.mock('node:fs', async original => ({
  ...(await original<typeof import('node:fs')>()),
  fchownSync: () => {
    throw Object.assign(new Error('operation not permitted'), { code: 'EPERM' })
  },
}))

test('a file of somebody else is written in place, and nothing stays beside it', () => {
  const folder = folderWith({ 'a.c': 'old text that is longer' })
  const path = join(folder, 'a.c')
  chmodSync(path, 0o640)
  const before = statSync(path)
  replaceFile(path, 'new')
  expect(readIn(folder, 'a.c')).toBe('new')
  const { ino, mode } = statSync(path)
  expect({ ino, mode }).toEqual({ ino: before.ino, mode: before.mode })
  expect(readdirSync(folder)).toEqual(['a.c'])
})
