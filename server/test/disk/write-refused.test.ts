import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { replaceFile } from '../../src/disk/write.ts'
import { folderWith, readIn } from '../cli/command-line.ts'

/** A folder in which no file can be made, for reasons of the system. */
const refused = vi.hoisted(() => ({ code: '', words: '' }))
vi.mock('node:fs', async original => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    openSync(path: string, flags: string, mode?: number) {
      if (flags !== 'wx') return fs.openSync(path, flags, mode)
      const { code, words } = refused
      throw Object.assign(new Error(`${code}: ${words}, open '${path}'`), { code, syscall: 'open', path })
    },
  }
})

test.each([
  ['EACCES', 'permission denied', 'no permission to write into its folder'],
  ['EPERM', 'operation not permitted', 'no permission to write into its folder'],
  ['EROFS', 'read-only file system', 'EROFS: read-only file system'],
])('why nothing is written is said without the name of a file that nobody knows: %s', (code, words, said) => {
  Object.assign(refused, { code, words })
  const folder = folderWith({ 'a.c': 'old text' })
  expect(() => replaceFile(join(folder, 'a.c'), 'new text')).toThrow(new RegExp(`^${said}$`))
  expect(readIn(folder, 'a.c')).toBe('old text')
  expect(readdirSync(folder)).toEqual(['a.c'])
})
