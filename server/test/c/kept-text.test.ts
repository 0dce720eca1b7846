import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { desk, root, withGrammar } from '../project.ts'

withGrammar()

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const usedMiB = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** A configuration of half a MiB in which one number, one name and one constant are new. */
const version = (i: number) =>
  `/* ${'x'.repeat(2 ** 19)} */\n#define LENGTH_OF_VERSION_${i} 0x${(0x123456789000 + i).toString(16)}\n${root(
    '',
    `.mem_regions = { { .phys_start = 0x${(0x100000000000 + i * 0x1000).toString(16)}, .size = LENGTH_OF_VERSION_${i},
      .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_UNKNOWN_${i} | JAILHOUSE_MEM_LOADABLE } },`,
  )}`

test('what is remembered of elements keeps no version of the file they were typed in', () => {
  const analyzed = (i: number) => desk({ 'board.c': version(i) }).analyze('board.c').findings.length
  expect(analyzed(0)).toBeGreaterThan(0)
  for (let i = 1; i < 5; i++) analyzed(i)
  const before = usedMiB()
  for (let i = 5; i < 65; i++) analyzed(i)
  expect(usedMiB() - before).toBeLessThan(15)
})
