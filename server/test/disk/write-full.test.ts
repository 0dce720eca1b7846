import { linkSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { replaceFile } from '../../src/disk/write.ts'
import { folderWith, readIn } from '../cli/command-line.ts'

/** A disk with room for three bytes more, until something is put back. */
const disk = vi.hoisted(() => ({ room: 3 }))
vi.mock('node:fs', async original => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    writeSync(descriptor: number, bytes: Uint8Array, offset: number, length: number, at: number) {
      if (disk.room === 0) {
        disk.room = Number.POSITIVE_INFINITY
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      }
      const written = fs.writeSync(descriptor, bytes, offset, Math.min(length, disk.room), at)
      disk.room -= written
      return written
    },
  }
})

const fill = () => {
  disk.room = 3
}

test('on a full disk the old text stays, and nothing beside it', () => {
  fill()
  const folder = folderWith({ 'a.c': 'old text' })
  expect(() => replaceFile(join(folder, 'a.c'), 'new text, which is longer')).toThrow('no space left')
  expect(readIn(folder, 'a.c')).toBe('old text')
  expect(readdirSync(folder)).toEqual(['a.c'])
})

test('of a file with two names the old text is put back', () => {
  fill()
  const folder = folderWith({ 'a.c': 'old text' })
  linkSync(join(folder, 'a.c'), join(folder, 'b.c'))
  expect(() => replaceFile(join(folder, 'b.c'), 'new text, which is longer')).toThrow('no space left')
  expect([readIn(folder, 'a.c'), readIn(folder, 'b.c')]).toEqual(['old text', 'old text'])
  expect(readdirSync(folder).sort()).toEqual(['a.c', 'b.c'])
})

test('a file that cannot be written whole is not there afterwards', () => {
  fill()
  const folder = folderWith({})
  expect(() => replaceFile(join(folder, 'a.cell'), 'new text')).toThrow('no space left')
  expect(readdirSync(folder)).toEqual([])
})
