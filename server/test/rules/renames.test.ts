import { describe, expect, test } from 'vitest'
import { builtinHeaders, revisions } from '../../src/config/headers/index.ts'
import { renameOf } from '../../src/rules/file/renames.ts'
import { desk, inmate, withGrammar } from '../project.ts'

withGrammar()

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

describe('a name that a later header brought', () => {
  const notes = (revision: string, fields: string) => {
    const text = inmate('a', fields).replace(/\.architecture.*/, '')
    const { findings } = desk({ 'w/a.c': text }, { settings: { revision } }).analyze('w/a.c')
    return findings.filter(({ rule }) => rule.code === 'JH105').flatMap(finding => finding.notes ?? [])
  }
  test('is told with the release that has it and the last that lacks it', () => {
    expect(notes('10a', '.num_pio_regions = 0,')).toEqual([
      'it came in 2019-07 with revision 11 (v0.12); releases up to v0.11 lack it',
    ])
    expect(notes('13', '.architecture = 0,')).toEqual([
      'it came in 2023-01 with revision 14; releases up to v0.12 lack it',
    ])
    expect(notes('1', '.cpu_reset_address = 0,')).toEqual([
      'it came in 2017-05 with revision 5 (v0.8); releases up to v0.7 lack it',
    ])
  })
  test('is only one that the header in use has nowhere', () => {
    expect(notes('14', '.pins = 0,')).toEqual([])
    expect(notes('10a', '.num_pio_region = 0,')).toEqual([])
  })
})
