import { expect, test } from 'vitest'
import { desk, inmate, root, withGrammar } from './project.ts'

withGrammar()

/** Configurations of one file, each in a section of its own, are checked each, inmates with the root of the file. */

const inSection = (text: string, name: string): string =>
  text
    .replace(/#include.*\n/g, '')
    .replace('struct {', 'static const struct {')
    .replace('config = {', `${name} __attribute__((used, section(".cell.${name}"))) = {`)
    .replaceAll('config.', `${name}.`)

const HEADERS = '#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n'

const cell = (name: string, memory: string): string => inSection(inmate(name).replaceAll('0x88000000', memory), name)

const found = (texts: readonly string[]): readonly string[] =>
  desk({ 'board.c': HEADERS + texts.join('') })
    .analyze('board.c')
    .findings.map(({ rule, span }) => `${rule.code} ${span.file.text.slice(span.start, span.end)}`)

test.each([
  ['behind the root', [inSection(root(), 'board'), cell('one', '0x88000000'), cell('two', '0xe0000000')]],
  ['in front of it', [cell('one', '0x88000000'), cell('two', '0xe0000000'), inSection(root(), 'board')]],
])('memory of the second inmate that the root does not have, %s', (_place, texts) => {
  expect(found(texts)).toContain('JH265 0xe0000000')
  expect(found(texts).filter(each => /^JH(124|141|265)/.test(each))).toEqual(['JH265 0xe0000000'])
})

test('a fault of an inmate by itself, with no root in sight', () => {
  const faults = found([cell('one', '0x88000000'), cell('two', '0x88000800')]).filter(each => each.includes('800'))
  expect(faults).not.toEqual([])
})

test('what another object in its section holds is no configuration, and a suppression in the second one counts', () => {
  const silent = cell('two', '0xe0000000').replace(
    '.phys_start',
    '// jailhouse-warden: ignore JH265 -- a test\n.phys_start',
  )
  const table = 'static __u32 table[1] __attribute__((section(".table"))) = { 1 };\n'
  const codes = found([inSection(root(), 'board'), cell('one', '0x88000000'), silent, table]).map(each =>
    each.slice(0, 5),
  )
  expect(codes).toContain('JH141')
  expect(codes).not.toContain('JH265')
  expect(codes).not.toContain('JH191')
})
