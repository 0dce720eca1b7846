import { expect, test } from 'vitest'
import { signatureAt } from '../../src/ide/completion/signature.ts'
import { desk, inmate, withGrammar } from '../project.ts'

withGrammar()

/** The signature at `^`, its active parameter in brackets. */
function shown(words: string, before = ''): string | undefined {
  const marked = before + inmate('a').replace('.mem_regions = {', `.mem_regions = {\n${words}\n`)
  const offset = marked.indexOf('^')
  const found = signatureAt(desk({ 'a.c': marked.replace('^', '') }).analyze('a.c'), offset)
  return found && `${found.label} ${found.parameters[found.active] ?? '-'}`
}

const NET = 'JAILHOUSE_SHMEM_NET_REGIONS(start, dev_id)'

test('the parameter that is being written', () => {
  expect(shown('JAILHOUSE_SHMEM_NET_REGIONS(^0x1000, 1),')).toBe(`${NET} start`)
  expect(shown('JAILHOUSE_SHMEM_NET_REGIONS(0x1000, ^1),')).toBe(`${NET} dev_id`)
  expect(shown('JAILHOUSE_SHMEM_NET_REGIONS(0x1000, 1, ^),')).toBe(`${NET} -`)
})

test('in a call that is not closed yet', () => {
  expect(shown('JAILHOUSE_SHMEM_NET_REGIONS(0x1000, ^')).toBe(`${NET} dev_id`)
})

test('commas of inner parentheses do not count', () => {
  expect(shown('JAILHOUSE_SHMEM_NET_REGIONS((1, 2), ^1),')).toBe(`${NET} dev_id`)
  expect(shown('JAILHOUSE_SHMEM_NET_REGIONS((1 + ^2), 1),')).toBe(`${NET} start`)
})

test("the file's own macros, with any number of arguments", () => {
  const own = '#define RAM(at, ...) { .phys_start = at, __VA_ARGS__ }\n'
  expect(shown('RAM(1, 2, ^3),', own)).toBe('RAM(at, ...) ...')
})

test('nothing outside of calls and for what has no parameters', () => {
  expect(shown('^ JAILHOUSE_SHMEM_NET_REGIONS(0, 0),')).toBe(undefined)
  expect(shown('JAILHOUSE_SHMEM_NET_REGIONS(0, 0)^,')).toBe(undefined)
  expect(shown('{ .size = (^1) },')).toBe(undefined)
})
