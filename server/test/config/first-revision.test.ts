import { expect, test } from 'vitest'
import { firstRevisionWith } from '../../src/config/headers/first-revision.ts'

test('the words of the built-in headers are gathered once, however many names are looked up', () => {
  const begin = process.cpuUsage()
  for (let i = 0; i < 2000; i++) expect(firstRevisionWith(`JAILHOUSE_MEM_X${i}`)).toBeUndefined()
  const { user, system } = process.cpuUsage(begin)
  expect((user + system) / 1000).toBeLessThan(2000)
})
