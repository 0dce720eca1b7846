import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRegularFile, readRegularFileSync } from '../../src/disk/read.ts'
import { folderWith } from '../cli/command-line.ts'

const folder = folderWith({ 'a.c': 'int a;', 'dir/b.c': '', 'large.c': new Uint8Array(2 * 1024 * 1024 + 1) })
execFileSync('mkfifo', [join(folder, 'pipe')])

const both = async (path: string, limit?: number) => {
  const [now, later] = [readRegularFileSync(path, limit), await readRegularFile(path, limit)]
  expect(later).toEqual(now)
  return now
}

test('a regular file is read whole', async () => {
  expect(await both(join(folder, 'a.c'))).toEqual({ bytes: new TextEncoder().encode('int a;') })
})

test('pipes, devices and folders are never opened', async () => {
  expect(await both(join(folder, 'pipe'))).toEqual({ refused: 'not a regular file', isThere: true })
  expect(await both('/dev/zero')).toEqual({ refused: 'not a regular file', isThere: true })
  expect(await both(join(folder, 'dir'))).toEqual({ refused: 'not a regular file', isThere: false })
})

test('a file larger than the limit is not read', async () => {
  const refusal = { refused: 'larger than 2 MiB, not read', isThere: true, isTooLarge: true }
  expect(await both(join(folder, 'large.c'), 2 * 1024 * 1024)).toEqual(refusal)
  const whole = readRegularFileSync(join(folder, 'large.c'))
  expect('bytes' in whole && whole.bytes.length).toBe(2 * 1024 * 1024 + 1)
})

test('a file whose size says nothing is read to its end', async () => {
  const reading = await both('/proc/self/limits')
  expect('bytes' in reading && reading.bytes.length).toBeGreaterThan(0)
})

test('a file that turns out longer than its size says ends at the limit', async () => {
  expect(await both('/proc/self/limits', 16)).toMatchObject({ isThere: true, isTooLarge: true })
})

test('what is not there is not there', async () => {
  expect(await both(join(folder, 'none.c'))).toMatchObject({ isThere: false })
})
