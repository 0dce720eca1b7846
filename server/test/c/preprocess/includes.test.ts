import { expect, test } from 'vitest'
import { textOf } from '../../../src/text/source-file.ts'
import { expanded, folder, problemsOf, run } from './source.ts'

const includeDirs = [`${folder}one`, `${folder}two/`]

test('a quoted header is looked for beside the includer first, a bracketed one in the folders', () => {
  const files = { 'a.h': 'beside', 'one/a.h': 'one', 'two/a.h': 'two', 'two/b.h': 'only two' }
  expect(expanded('#include "a.h"\n#include <a.h>\n#include "b.h"\n#include <./b.h>', { files, includeDirs })).toBe(
    'beside one only two only two',
  )
})

test('beside means beside the including header', () => {
  const files = { 'one/x/a.h': '#include "b.h"\n#include "../c.h"', 'one/x/b.h': 'b', 'one/c.h': 'c', 'b.h': 'no' }
  expect(expanded('#include <x/a.h>', { files, includeDirs })).toBe('b c')
})

test('a macro may name the header', () => {
  const files = { 'a.h': 'a', 'one/x/b.h': 'b' }
  const text = '#define A "a.h"\n#define DIR x\n#define B(n) <DIR/n.h>\n#include A\n#include B(b)\n'
  const { includes } = run(text, { files, includeDirs })
  expect(expanded(text, { files, includeDirs })).toBe('a b')
  expect(includes.map(({ name, span: at, file }) => [name, textOf(at), file?.uri])).toEqual([
    ['a.h', 'A', `${folder}a.h`],
    ['x/b.h', 'B(b)', `${folder}one/x/b.h`],
  ])
})

test('include_next goes on behind the folder it was found in', () => {
  const files = { 'one/a.h': 'one\n#include_next <a.h>', 'two/a.h': 'two' }
  expect(expanded('#include <a.h>', { files, includeDirs })).toBe('one two')
})

test('guards, pragma once and import keep a header from being read twice', () => {
  const files = {
    'guarded.h': '#ifndef G\n#define G\nguarded\n#include "guarded.h"\n#endif',
    'once.h': '#pragma once\nonce',
    'import.h': 'import',
    'free.h': 'free',
  }
  const twice = (line: string): string => expanded(`${line}\n${line}`, { files })
  expect(twice('#include "guarded.h"')).toBe('guarded')
  expect(twice('#include "once.h"')).toBe('once')
  expect(twice('#import "import.h"')).toBe('import')
  expect(twice('#include "free.h"')).toBe('free free')
  expect(run('#include "guarded.h"', { files }).problems).toEqual([])
})

test('a header may include itself with other macros each time', () => {
  const files = { 'x.h': '#if N == 1\n#undef N\n#define N 2\na\n#include "x.h"\n#elif N == 2\nb\n#endif' }
  const result = run('#define N 1\n#include "x.h"', { files })
  expect(result.problems).toEqual([])
  expect(result.tokens.map(token => token.text)).toEqual(['a', 'b'])
})

test('an include without end is told once, and the rest is read', () => {
  const files = { 'a.h': 'a\n#include "b.h"\n', 'b.h': '#define B 1\nb\n#include "a.h"\n' }
  const result = run('#include "a.h"\n#include "a.h"\nend', { files })
  expect(problemsOf(result)).toEqual([
    'error include-cycle: a.h includes itself endlessly; this include is ignored @ "a.h"',
  ])
  expect(result.tokens.at(-1)?.text).toBe('end')
})

test('an include without end is told even when macros change all the time', () => {
  const files = { 'a.h': '#undef N\n#define N\na\n#include "a.h"\n#include "a.h"\n' }
  const result = run('#include "a.h"\nend', { files })
  expect(result.problems.map(({ kind }) => kind)).toEqual(['include-cycle'])
  expect(result.tokens.at(-1)?.text).toBe('end')
})

test('includes that multiply are cut', () => {
  const twice = (name: string): string => `#include "${name}"\n`.repeat(40)
  const files = {
    'a.h': twice('b.h'),
    'b.h': twice('c.h'),
    'c.h': twice('d.h'),
    'd.h': twice('e.h'),
    'e.h': 'x '.repeat(99),
  }
  const result = run(`${twice('a.h')}end`, { files })
  expect(result.problems.map(({ kind }) => kind)).toContain('expansion-limit')
  expect(result.tokens.at(-1)?.text).toBe('end')
})

test('a header that is nowhere is told, with the places that were looked at', () => {
  const result = run('#include <a.h>\n#include "a.h"\nx', { includeDirs })
  expect(problemsOf(result)).toEqual([
    'error include-not-found: a.h: no such file or directory @ <a.h>',
    'error include-not-found: a.h: no such file or directory @ "a.h"',
  ])
  expect(result.absent).toEqual(['one/a.h', 'two/a.h', 'a.h'].map(path => folder + path))
  expect(result.tokens.map(token => token.text)).toEqual(['x'])
})

test('a header nobody has looked for is wanted, and no problem yet', () => {
  const result = run('#include "a.h"', { includeDirs, pending: ['one/a.h', 'two/a.h'] })
  expect(result.problems).toEqual([])
  expect(result.missing).toEqual(['one/a.h', 'two/a.h'].map(path => folder + path))
  expect(result.absent).toEqual([`${folder}a.h`])
})

test('files are told in the order of first inclusion', () => {
  const files = { 'a.h': '#include "b.h"', 'b.h': '', 'c.h': '' }
  const result = run('#include "c.h"\n#include "a.h"\n#include "b.h"', { files })
  expect(result.files.map(({ uri }) => uri.replace(folder, ''))).toEqual(['main.c', 'c.h', 'a.h', 'b.h'])
})

test('files of the command line are read before the main file, in their order', () => {
  const files = { 'a.h': '#define A 1\na', 'b.h': 'b A' }
  const forceIncludes = [`${folder}a.h`, `${folder}b.h`]
  expect(expanded('main A', { files, forceIncludes })).toBe('a b 1 main 1')
  expect(problemsOf(run('', { forceIncludes }))).toHaveLength(2)
})

test('__has_include answers by the same search', () => {
  const next = '#if __has_include_next(<a.h>)\nmore\n#include_next <a.h>\n#else\nlast\n#endif'
  const files = { 'one/a.h': next, 'two/a.h': next }
  const text = `#ifdef __has_include
#if __has_include(<a.h>) && !__has_include("no.h")
#define N <a.h>
#if __has_include(N)
yes
#endif
#endif
#endif
#include <a.h>`
  expect(expanded(text, { files, includeDirs })).toBe('yes more last')
})

test('names are escaped as URIs are', () => {
  const files = { 'a%20b%23.h': 'found', 'one/%C3%A4.h': 'umlaut' }
  expect(expanded('#include "a b#.h"\n#include <ä.h>', { files, includeDirs })).toBe('found umlaut')
  expect(problemsOf(run('#include "\ud800.h"'))).toHaveLength(1)
})

test('absolute names leave the folders', () => {
  expect(expanded('#include "/board/x/a.h"', { files: { 'x/a.h': 'a' } })).toBe('a')
})

test('includes nobody can read', () => {
  expect(
    problemsOf(run('#include\n#include foo\n#include "a\n#include <>\n#include "a.h" x', { files: { 'a.h': '' } })),
  ).toEqual([
    'error directive: #include expects "FILENAME" or <FILENAME> @ #include',
    'error directive: #include expects "FILENAME" or <FILENAME> @ #include foo',
    'error directive: #include expects "FILENAME" or <FILENAME> @ #include "a',
    'error directive: #include expects "FILENAME" or <FILENAME> @ #include <>',
    'warning directive: extra tokens at end of #include directive @ x',
  ])
})

test('a macro use ends with its file, as for gcc', () => {
  const files = { 'open.h': '#define f(x) [x]\nf(1', 'name.h': '#define g(x) <x>\ng' }
  const open = run('#include "open.h"\n) end', { files })
  expect(problemsOf(open)).toEqual(['error macro: unterminated argument list invoking macro "f" @ f'])
  expect(open.tokens.map(token => token.text).join(' ')).toBe('f ( 1 ) end')
  expect(expanded('#include "name.h"\n(1)', { files })).toBe('g (1)')
})
