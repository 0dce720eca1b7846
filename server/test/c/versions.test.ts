import { beforeAll, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import type { Unit } from '../../src/c/unit.ts'
import type { SourceFile } from '../../src/text/source-file.ts'

beforeAll(loadGrammar)

const file = (name: string, text: string): SourceFile => ({ uri: `file:///board/${name}`, text })

/** Reads a version of main.c; headers are looked for by name. */
function read(text: string, headers: readonly SourceFile[], defines: Record<string, string> = {}): Unit {
  const options = { includeDirs: ['file:///work'], defines, forceIncludes: [] }
  return readUnit(file('main.c', text), options, uri => headers.find(each => each.uri === uri) ?? 'absent')
}

const valuesOf = ({ objects }: Unit): unknown[] =>
  objects.map(({ name, value }) => [name, value.kind === 'int' ? value.value : value.kind])

const header = file('types.h', 'typedef unsigned char u8;\nenum { WIDTH = N };\n')
const main = '#include "types.h"\n#include "gone.h"\nu8 size = WIDTH;\n'

test('the next version of a file sees the same headers, and its own text', () => {
  expect(valuesOf(read(main, [header], { N: '4' }))).toEqual([['size', 4n]])
  expect(valuesOf(read(`${main}u8 more = 2 * WIDTH;\n`, [header], { N: '4' }))).toEqual([
    ['size', 4n],
    ['more', 8n],
  ])
})

test('every place of a version lies in that version', () => {
  read(main, [header], { N: '4' })
  const unit = read(`${main}\n`, [header], { N: '4' })
  expect(unit.files[0]).toBe(unit.main)
  expect(unit.includes.map(({ span: at }) => at.file === unit.main)).toEqual([true, true])
  expect(unit.problems.map(({ kind, span: at }) => [kind, at.file === unit.main, at.start])).toEqual([
    ['include-not-found', true, main.indexOf('"gone.h"')],
  ])
})

test('a changed header, a found header and a changed definition are read anew', () => {
  read(main, [header], { N: '4' })
  const wide = file('types.h', 'typedef unsigned short u8;\nenum { WIDTH = N + 1 };\n')
  expect(valuesOf(read(main, [wide], { N: '4' }))).toEqual([['size', 5n]])
  expect(read(main, [header, file('gone.h', '')], { N: '4' }).problems).toEqual([])
  expect(valuesOf(read(main, [header], { N: '7' }))).toEqual([['size', 7n]])
})

test('a declaration that a header leaves open goes on in the file', () => {
  const open = file('types.h', 'typedef unsigned char u8;\nenum { WIDTH = N };\nstatic\n')
  expect(valuesOf(read(main, [open], { N: '4' }))).toEqual([['size', 4n]])
})
