import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { memoize, memoizeAll, memoizeLatest, Recent } from '../../src/text/memo.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Whether what `make` answers is gone once nobody else holds it. */
async function isDropped(make: () => object): Promise<boolean> {
  const weak = new WeakRef(make())
  await new Promise(resolve => setTimeout(resolve))
  collectGarbage()
  return weak.deref() === undefined
}

describe('one object', () => {
  test('one result, also when that is undefined', () => {
    let calls = 0
    const read = memoize((_: object) => void calls++)
    const file = {}
    read(file)
    read(file)
    expect(calls).toBe(1)
  })

  test('nothing is written onto it, so that it may be frozen', () => {
    const file = Object.freeze({ text: 'a' })
    const double = memoize(({ text }: typeof file) => [text, text])
    expect(double(file)).toBe(double(file))
    expect(Reflect.ownKeys(file)).toEqual(['text'])
  })

  test('a version that is gone takes its result along, though that knows the version', async () => {
    const read = memoize((file: object) => ({ file }))
    expect(await isDropped(() => read({}))).toBe(true)
  })
})

describe('several objects', () => {
  test('one result for the same objects in the same order, however many', () => {
    const list = memoizeAll((...all: readonly [object, ...object[]]) => all)
    const [a, b] = [{}, {}]
    expect(list(a, b)).toBe(list(a, b))
    expect(list(a)).toBe(list(a))
    expect(list(b, a)).toEqual([b, a])
    expect(list(a)).toEqual([a])
  })

  test('the first does not keep the versions of the second that are gone', async () => {
    const pair = memoizeAll((root: object, cell: object) => ({ root, cell }))
    const root = {}
    expect(await isDropped(() => pair(root, {}).cell)).toBe(true)
  })
})

test('the latest result stays while it holds', () => {
  const range = memoizeLatest(
    (_: object, start: number) => ({ start }),
    (known, start) => known.start === start,
  )
  const table = {}
  const first = range(table, 1)
  expect(range(table, 1)).toBe(first)
  expect(range(table, 2)).toEqual({ start: 2 })
  expect(range(table, 1)).not.toBe(first)
})

test('a text that is remembered does not keep the text it is a part of', () => {
  const recent = new Recent<number>(100)
  const large = () => 'x'.repeat(2 ** 20)
  const used = () => {
    collectGarbage()
    return process.memoryUsage().heapUsed / 2 ** 20
  }
  const before = used()
  for (let i = 0; i < 50; i++) recent.set(`${large()} the ${i}th of many parts`.slice(-20), i)
  expect(used() - before).toBeLessThan(10)
  expect(recent.get(' the 49th of many parts'.slice(-20))).toBe(49)
})

test('of texts those used last are known, and never more than twice the capacity', () => {
  const recent = new Recent<number>(2)
  for (let i = 0; i < 10; i++) {
    recent.set(`${i}`, i)
    recent.get('0')
  }
  const known = Array.from({ length: 10 }, (_, i) => recent.get(`${i}`)).filter(each => each !== undefined)
  expect(known.length).toBeLessThanOrEqual(4)
  expect(known).toContain(0)
  expect(known).toContain(9)
})
