import { expect, test } from 'vitest'
import { readFactsBelow } from '../../src/disk/facts.ts'
import { openFolder } from '../../src/platform/facts.ts'
import { FOLDER_LIMITS } from '../../src/platform/limits.ts'
import { folderWith } from '../cli/command-line.ts'

test('a folder of facts is read whole, its files by their paths', async () => {
  const { files, problem } = await readFactsBelow(folderWith({ 'b.txt': 'b', 'a/c.txt': 'c' }))
  expect(files.map(({ path }) => path)).toEqual(['a/c.txt', 'b.txt'])
  expect(problem).toBeUndefined()
})

test('of a folder that holds more than facts the first files are read, and the rest is told', async () => {
  const large = new Uint8Array(600 * 1024)
  const folder = folderWith({ a: large, b: large, c: large })
  const facts = await openFolder('file:///facts/', await readFactsBelow(folder, { ...FOLDER_LIMITS, bytes: 1 << 20 }))
  expect(facts.members).toHaveLength(1)
  expect(facts.problems).toContain('more than 1 MiB; the rest is not read')
})

test.each([
  [{ entries: 3 }, 2, 'more than 3 files and folders; the rest is not read'],
  [{ entries: 4 }, 3, undefined],
  [{ ms: -1 }, 0, 'reading the folder takes too long; the rest is not read'],
])('a folder is looked through within %o', async (limit, count, said) => {
  const folder = folderWith({ a: '', b: '', 'c/d': '' })
  const { files, problem } = await readFactsBelow(folder, { ...FOLDER_LIMITS, ...limit })
  expect(files).toHaveLength(count)
  expect(problem).toBe(said)
})
