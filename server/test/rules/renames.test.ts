import { expect, test } from 'vitest'
import { builtinHeaders, revisions } from '../../src/config/headers/index.ts'
import { renameOf } from '../../src/rules/file/renames.ts'

/** The words of a revision's header and of all it includes, comments aside. */
function wordsOf(revision: (typeof revisions)[number]): ReadonlySet<string> {
  const headers = builtinHeaders(revision)
  const read = (name: string): string =>
    (headers.get(name) ?? '').replace(/^#include <(.*)>$/gm, (_, inner: string) => read(inner))
  const code = read('jailhouse/cell-config.h').replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"]*"/g, ' ')
  return new Set(code.match(/\b[A-Za-z_]\w+/g))
}

test('each name that the newest header has no more says what became of it', () => {
  const [newest, ...older] = revisions.map(wordsOf)
  const gone = new Set(older.flatMap(words => [...words].filter(word => !newest?.has(word))))
  expect([...gone].filter(word => !renameOf(word))).toEqual([])
  expect(gone.size).toBeGreaterThan(30)
})

test('what a name became is a name of the newest header', () => {
  const [newest] = revisions.map(wordsOf)
  const names = ['amd_bdf', 'JAILHOUSE_CON_FLAG_PIO', 'JAILHOUSE_CELL_DEBUG_CONSOLE', 'jailhouse_debug_console']
  const replacements = names.flatMap(name => renameOf(name)?.replacement?.split('.') ?? [])
  expect(replacements.filter(word => !newest?.has(word))).toEqual([])
  expect(replacements.length).toBeGreaterThan(names.length)
})
