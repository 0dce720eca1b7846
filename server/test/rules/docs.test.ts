import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ruleDocs } from '../../src/ide/docs/rule-pages.ts'

const folder = join(import.meta.dirname, '../../../docs/rules')
const docs = ruleDocs()

test('docs/rules is what the pages of the rules give: npm run docs', () => {
  expect(readdirSync(folder).toSorted()).toEqual([...docs.keys()].toSorted())
  const stale = [...docs].filter(([file, text]) => readFileSync(join(folder, file), 'utf8') !== text)
  expect(stale.map(([file]) => file)).toEqual([])
})

test('pages link to pages that exist', () => {
  const dead = [...docs].flatMap(([file, text]) =>
    [...text.matchAll(/\]\(([^)#:]+\.md)\)/g)]
      .filter(([, target]) => !docs.has(target ?? ''))
      .map(([, target]) => `${file} -> ${target}`),
  )
  expect(dead).toEqual([])
})
