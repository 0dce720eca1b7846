import { expect, test } from 'vitest'
import { type Analysis, sectionAt, simulationsOf } from '../src/analyze.ts'
import { plainText } from '../src/ide/blocks.ts'
import { hover } from '../src/ide/hover/index.ts'
import { HINT_KINDS, inlayHints } from '../src/ide/inlay-hints.ts'
import { LENS_KINDS, lenses } from '../src/ide/lenses.ts'
import { partsOf, resourceAt } from '../src/ide/navigation/hierarchy.ts'
import { symbols } from '../src/ide/navigation/symbols.ts'
import { systemMapAnswer } from '../src/ide/views/answer.ts'
import { plainPlace } from '../src/ide/views/place.ts'
import { systemTree } from '../src/ide/views/system-tree.ts'
import { english } from '../src/text/message.ts'
import { folderWith, jailhouseWarden } from './cli/command-line.ts'
import { inEnglish } from './english.ts'
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

const [ONE, TWO] = [cell('one', '0x88000000'), cell('two', '0x8a000000')]
const BOARD = HEADERS + ONE + inSection(root(), 'board') + TWO

const board = (text = BOARD) => desk({ 'board.c': text })

/** Which cells run in the simulations of an analysis. */
const cellsIn = ({ simulations }: Pick<Analysis, 'simulations'>): readonly string[] =>
  simulations.map(({ scenario }) => scenario.cells.map(({ name }) => name).join('+'))

test('a root is simulated with each inmate of its own file, which says that its root stands there', () => {
  const whole = board().analyze('board.c')
  expect(cellsIn(whole)).toEqual(['one', 'two'])
  expect(whole.others.map(cellsIn)).toEqual([['one'], ['two']])
  expect(whole.others.map(({ root }) => english(root!.reason))).toEqual(Array(2).fill('it stands in the same file'))
  expect(simulationsOf(whole)).toEqual(whole.simulations)
})

test('the inmates of a file without a root stand with the root of another, and that with all of them', () => {
  const files = desk({ 'board.c': root(), 'board-cells.c': HEADERS + ONE + TWO })
  expect(cellsIn({ simulations: simulationsOf(files.analyze('board-cells.c')) })).toEqual(['one', 'two'])
  expect(cellsIn(files.analyze('board.c'))).toEqual(['one', 'two'])
})

test('a system of jailhouse.json that names one file for root and cells has them run together', () => {
  const systems = '{ "systems": [{ "name": "all", "root": "board.c", "cells": ["board.c"] }] }'
  const whole = desk({ 'board.c': BOARD, 'jailhouse.json': systems }).analyze('board.c')
  expect(cellsIn(whole)).toEqual(['one+two'])
  expect(whole.others.map(cellsIn)).toEqual([['one+two'], ['one+two']])
})

test.each([
  ['one', ONE],
  ['two', TWO],
])('what is shown at a place in %s is said of that cell', (name, text) => {
  const whole = board().analyze('board.c')
  const start = BOARD.indexOf(text)
  const flags = BOARD.indexOf('JAILHOUSE_MEM_EXECUTE', start)
  const section = sectionAt(whole, flags)
  expect(cellsIn(section)).toEqual([name])
  expect(resourceAt(section, flags)!.detail).toBe(name)
  const words = plainText(hover(section, flags)!.blocks)
  expect(words).toContain(name)
  expect(words).not.toContain(name === 'one' ? 'two' : 'one')
})

test('lenses, hints, outline and call hierarchy are those of all configurations', () => {
  const whole = board().analyze('board.c')
  const lensWords = lenses(whole, new Set(LENS_KINDS)).map(({ title }) => english(title))
  expect(lensWords.filter(words => words.startsWith('root'))).toEqual([
    'root of one, two',
    'root: board.c',
    'root: board.c',
  ])
  const span = { file: whole.unit.main, start: 0, end: BOARD.length }
  expect(inlayHints(whole, new Set(HINT_KINDS), span).filter(({ kind }) => kind === 'regions')).toHaveLength(3)
  expect(symbols(whole).map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
    'one: cell',
    'root: root cell',
    'two: cell',
  ])
  const second = BOARD.indexOf('.cell = {', BOARD.indexOf(TWO))
  const { id } = resourceAt(sectionAt(whole, second), second)!
  expect(partsOf(whole, id).map(({ detail }) => detail)).toEqual(['two'])
})

test('findings are counted and fingerprinted by the cell they stand in', () => {
  const whole = board(BOARD.replace('0x8a000000', '0xe0000000')).analyze('board.c')
  expect(whole.findings.find(({ rule }) => rule.code === 'JH265')!.fingerprint).toMatch(/^JH265:two:/)
  const counts = lenses(whole, new Set(['cell'])).filter(({ command }) => command.name === 'showFindings')
  const [, one, two] = counts.map(({ title }) => english(title))
  expect(one).not.toBe(two)
})

test('map and tree name each cell of the file', () => {
  const files = board()
  const analysis = files.analyze('board.c')
  const map = systemMapAnswer({ analysis, findings: analysis.findings }, {}, plainPlace)
  expect(map.alternatives.map(english)).toEqual(['root with one', 'root with two'])
  const [node, ...others] = inEnglish(systemTree([files.file('board.c')], files.project, plainPlace).nodes)
  expect(others).toEqual([])
  const inmates = node!.children.filter(({ kind }) => kind === 'inmate')
  expect(inmates.map(({ label }) => label)).toEqual(['one', 'two'])
  expect(new Set(inmates.map(({ id }) => id)).size).toBe(2)
})

test.each<[readonly string[], RegExp]>([
  [[], /^root with one\n[\s\S]*^root with two\n/m],
  [['--section', 'two'], /^root with two\n/],
  [['--section', '.cell.one', '--section', 'two'], /^root with one and two\n/],
])('simulate plays each section, or those it is given: %j', async (options, words) => {
  const folder = folderWith({ 'board.c': BOARD })
  const { out } = await jailhouseWarden(folder, 'simulate', ...options, 'board.c')
  expect(out).toMatch(words)
  expect(out.match(/^root with/gm)).toHaveLength(options.length === 0 ? 2 : 1)
})

test('a section that is not there is refused with those that are', async () => {
  const folder = folderWith({ 'board.c': BOARD })
  const { status, err } = await jailhouseWarden(folder, 'map', '--section', 'three', 'board.c')
  expect(status).toBe(2)
  expect(err).toContain('--section three: expected one of board, one, two')
})

test('check --together takes the cells of one file for one system', async () => {
  const folder = folderWith({ 'board.c': BOARD })
  const apart = await jailhouseWarden(folder, 'check', 'board.c')
  const together = await jailhouseWarden(folder, 'check', '--together', 'board.c')
  expect(apart.out).not.toContain('JH662')
  expect(together.out).toContain('JH662')
})
