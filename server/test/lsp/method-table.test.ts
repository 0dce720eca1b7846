import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { methodTable, undescribed } from '../../src/lsp/method-table.ts'

test('docs/features.md is what the capabilities give: npm run docs', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../docs/features.md'), 'utf8')).toBe(methodTable())
})

test('every capability is described, and nothing else', () => {
  expect(undescribed()).toEqual([])
})
