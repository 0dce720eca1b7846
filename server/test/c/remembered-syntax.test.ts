import { beforeAll, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import type { SourceFile } from '../../src/text/source-file.ts'

/** Elements are known by their text. The same text means another thing where other names are types or macros. */

beforeAll(loadGrammar)

const HEADER: SourceFile = { uri: 'file:///a.h', text: 'typedef unsigned long u64;\n' }

/** The elements of `v`, or what is wrong with them. */
function read(declarations: string, elements: string): readonly (bigint | string)[] {
  const text = `#include "a.h"\n${declarations}\nu64 v[9] = { ${elements} };\n`
  const { objects, problems } = readUnit(
    { uri: 'file:///a.c', text },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    uri => (uri === HEADER.uri ? HEADER : 'absent'),
  )
  if (problems.length > 0) return problems.map(({ message }) => message)
  const value = objects.find(({ name }) => name === 'v')?.value
  return value?.kind === 'array'
    ? value.items.slice(0, value.initialised).map(item => (item.kind === 'int' ? item.value : item.kind))
    : []
}

test('a name in parentheses is a type in one version and a number in the next', () => {
  const element = '(n) - 1'
  for (let i = 0; i < 2; i++) {
    expect(read('enum { n = 5 };', element)).toEqual([4n])
    expect(read('typedef unsigned char n;', element)).toEqual([255n])
    expect(read('', '(u64) - 1')).toEqual([0xffff_ffff_ffff_ffffn])
  }
})

test('a macro that stands for nothing, for a number, and none at all', () => {
  const element = '1 X 2'
  for (let i = 0; i < 2; i++) {
    expect(read('#define X +', element)).toEqual([3n])
    expect(read('#define X , 7 +', element)).toEqual([1n, 9n])
    expect(read('#define X', element.replace('2', '+ 2'))).toEqual([3n])
    expect(read('', element.replace('2', '+ 2'))).not.toEqual([3n])
  }
})

test('comments and conditionals between the tokens of an element', () => {
  for (let i = 0; i < 2; i++) {
    expect(read('', '1 /* 2 */ + 3')).toEqual([4n])
    expect(read('', '1 + 3')).toEqual([4n])
    expect(read('', '1\n#if 0\n* 7\n#endif\n+ 3')).toEqual([4n])
    expect(read('', '1\n#if 1\n* 7\n#endif\n+ 3')).toEqual([10n])
    expect(read('', '1 \\\n+ 3, 1\t+\n3')).toEqual([4n, 4n])
  }
})

test('a declaration of the same words with other types', () => {
  const declaration = 'struct s { n a; } x = { 3 };'
  for (let i = 0; i < 2; i++) {
    expect(read(`typedef unsigned char n;\n${declaration}`, 'sizeof(x)')).toEqual([1n])
    expect(read(`typedef unsigned short n;\n${declaration}`, 'sizeof(x)')).toEqual([2n])
  }
})
