import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { notImplemented } from '../../src/ide/docs/not-implemented.ts'
import { catalogue } from '../../src/rules/catalogue.ts'

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index)

test('codes and ids are unique and well formed', () => {
  expect(repeated(catalogue.map(({ code }) => code))).toEqual([])
  expect(repeated(catalogue.map(({ id }) => id))).toEqual([])
  expect(catalogue.filter(({ code, id }) => !/^JH[1-9]\d\d$/.test(code) || !/^[a-z][a-z0-9-]+$/.test(id))).toEqual([])
})

test('a constraint is held by one rule only', () => {
  expect(repeated(catalogue.flatMap(({ constraints: covers }) => covers))).toEqual([])
})

test('a constraint is held or argued away, not both', () => {
  const argued = notImplemented.flatMap(({ constraints }) => constraints)
  const held = new Set(catalogue.flatMap(({ constraints: covers }) => covers))
  expect(repeated(argued)).toEqual([])
  expect(argued.filter(name => held.has(name))).toEqual([])
})

test('a page begins with the title of its rule', () => {
  expect(catalogue.filter(({ page, title }) => !page.startsWith(`# ${title}\n`)).map(({ id }) => id)).toEqual([])
})

test('a rule that can offer a repair shows one on its page', () => {
  const folder = join(import.meta.dirname, '../../src/rules')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
    /\w\/[\w-]+\.ts$/.test(file),
  )
  const text = (file: string) => readFileSync(join(folder, file), 'utf8')
  const mute = sources.filter(file => {
    const [, page] = /^import page from '(.*)'$/m.exec(text(file)) ?? []
    return page && /\bfixOf\(/.test(text(file)) && !text(join(file, '..', page)).includes('```c fixed')
  })
  expect(mute).toEqual([])
})
