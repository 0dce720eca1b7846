import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, lstatSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replaceFile } from '../../src/disk/write.ts'
import { folderWith, readIn } from '../cli/command-line.ts'

test('a new file replaces the old one and keeps its mode', () => {
  const folder = folderWith({ 'a.c': 'old' })
  chmodSync(join(folder, 'a.c'), 0o640)
  replaceFile(join(folder, 'a.c'), 'new')
  expect(readIn(folder, 'a.c')).toBe('new')
  expect(statSync(join(folder, 'a.c')).mode & 0o7777).toBe(0o640)
  expect(readdirSync(folder)).toEqual(['a.c'])
})

test('symbolic links are written through, also to what is not there yet', () => {
  const folder = folderWith({ 'real/a.c': 'old' })
  symlinkSync('real/a.c', join(folder, 'link.c'))
  symlinkSync('link.c', join(folder, 'far.c'))
  symlinkSync('real/b.c', join(folder, 'dangling.c'))
  replaceFile(join(folder, 'far.c'), 'new')
  replaceFile(join(folder, 'dangling.c'), 'fresh')
  expect(readIn(folder, 'real/a.c')).toBe('new')
  expect(readIn(folder, 'real/b.c')).toBe('fresh')
  expect(['far.c', 'link.c', 'dangling.c'].every(name => lstatSync(join(folder, name)).isSymbolicLink())).toBe(true)
})

test('all names of a file say the same afterwards', () => {
  const folder = folderWith({ 'a.c': 'a longer text than before' })
  linkSync(join(folder, 'a.c'), join(folder, 'b.c'))
  replaceFile(join(folder, 'a.c'), 'new')
  expect(readIn(folder, 'b.c')).toBe('new')
  expect(readdirSync(folder)).toEqual(['a.c', 'b.c'])
})

test('a file that has the name of the one written beside is somebody else’s and stays', () => {
  const beside = `.a.c.${process.pid}.new`
  const folder = folderWith({ 'a.c': 'old', [beside]: 'theirs' })
  expect(() => replaceFile(join(folder, 'a.c'), 'new')).toThrow('EEXIST')
  expect([readIn(folder, 'a.c'), readIn(folder, beside)]).toEqual(['old', 'theirs'])
})

test('devices, pipes, folders and the file that was read are refused', () => {
  const folder = folderWith({ 'a.c': 'source', 'dir/x': '' })
  execFileSync('mkfifo', [join(folder, 'pipe')])
  symlinkSync('a.c', join(folder, 'a.cell'))
  for (const name of ['pipe', 'dir']) expect(() => replaceFile(join(folder, name), '')).toThrow('not a regular file')
  expect(() => replaceFile('/dev/null', '')).toThrow('not a regular file')
  expect(() => replaceFile(join(folder, 'a.cell'), '', [join(folder, 'a.c')])).toThrow('the file that was read')
  expect(readIn(folder, 'a.c')).toBe('source')
})

test('a link to itself and a missing folder are refused', () => {
  const folder = folderWith({ 'a.c': '' })
  symlinkSync('loop', join(folder, 'loop'))
  expect(() => replaceFile(join(folder, 'loop'), '')).toThrow('too many symbolic links')
  expect(() => replaceFile(join(folder, 'none/x'), '')).toThrow('the folder is not there')
})

test('a write that fails leaves the old text and nothing beside it', () => {
  const folder = folderWith({ 'a.c': 'old' })
  const full = Object.defineProperty(new Uint8Array(4), 'length', { value: 1 << 30 })
  expect(() => replaceFile(join(folder, 'a.c'), full)).toThrow()
  expect(readIn(folder, 'a.c')).toBe('old')
  expect(readdirSync(folder)).toEqual(['a.c'])
})
