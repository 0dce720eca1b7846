import { describe, expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { newCell } from '../../src/ide/generate/cell.ts'
import type { CellKind } from '../../src/ide/generate/cell-plan.ts'
import { newRoot } from '../../src/ide/generate/root.ts'
import { type Facts, openTreeSource } from '../../src/platform/facts.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { projectOf } from './board-project.ts'
import { virtFacts } from './machines.ts'

/** Device trees that lie beside cells belong to those whose devices and interrupts they name; nobody has to say so. */

await loadGrammar()

const [first, ...rest] = await virtFacts()
const platform = readPlatform(first as Facts, ...rest)
const made = newRoot(platform, { name: 'made' })
if ('missing' in made) throw new Error(made.missing)
const ROOT = made.text

function inmate(kind: CellKind) {
  const alone = projectOf({ 'root.c': ROOT }, [])
  const { config } = analyze(alone.file('root.c'), alone.project)
  if (config?.kind !== 'system') throw new Error('no root')
  const cell = newCell(config, [], platform, { name: 'inmate', kind, devices: ['pl031@9010000'] })
  if ('missing' in cell) throw new Error(cell.missing)
  return cell
}

const LINUX = inmate('linux')
const TREE = LINUX.tree ?? ''

/** What is said of facts of a cell beside its root and files of trees, by file. */
async function said(cell: string, trees: Readonly<Record<string, string>>, name = 'root-linux.c') {
  const facts = await Promise.all(
    Object.entries(trees).map(([path, text]) => openTreeSource(`file:///made/${path}`, text)),
  )
  const { project, file } = projectOf({ 'root.c': ROOT, [name]: cell }, facts)
  const paths = Object.keys(trees).map(path => `file:///made/${path}`)
  const analysis = analyze(file(name), {
    ...project,
    settings: { ...project.settings, platform: [] },
    list: folder => [
      ...project.list(folder),
      ...paths.filter(uri => uri.slice(0, uri.lastIndexOf('/') + 1) === folder),
    ],
  })
  expect(analysis.missing.facts).toEqual([])
  return analysis.findings
    .filter(({ rule }) => rule.code.startsWith('JH9'))
    .map(({ rule, span }) => `${rule.code} ${span.file.uri.slice('file:///made/'.length)}`)
}

/** The same tree with another interrupt of a device. */
const BROKEN = TREE.replace('interrupts = <0 2 4>', 'interrupts = <0 5 4>')

describe('a tree beside a cell', () => {
  test('differs in what is broken', () => expect(BROKEN).not.toBe(TREE))

  test.each([
    ['in its folder', 'linux.dts'],
    ['in dts/ below', 'dts/any-name.dts'],
  ])('%s is the tree of that cell', async (_, path) => {
    expect(await said(LINUX.text, { [path]: BROKEN })).toEqual([`JH951 ${path}`])
    expect(await said(LINUX.text, { [path]: TREE })).toEqual([])
  })

  test.each([
    ['for a machine with another interrupt controller', BROKEN.replaceAll('8000000', '8100000')],
    ['that is no tree of a cell', BROKEN.replace('jailhouse,cell', 'x').replace('pci-host-ecam-generic', 'y')],
    ['that cannot be parsed', `${BROKEN.slice(0, 600)} = = {`],
    [
      'of devices that the cell has not',
      BROKEN.replace('@9010000', '@9040000')
        .replace('0x9010000', '0x9040000')
        .replace(/&gic 0 \d+/g, '&gic 0 1'),
    ],
  ])("%s is nobody's", async (_, tree) => {
    expect(await said(LINUX.text, { 'linux.dts': tree })).toEqual([])
  })

  test('is not that of a cell too small for Linux', async () => {
    expect(await said(inmate('bare-metal').text, { 'linux.dts': BROKEN })).toEqual([])
  })

  test('is not that of a cell of another system', async () => {
    expect(await said(LINUX.text, { 'linux.dts': BROKEN }, 'root-zephyr.c')).toEqual([])
  })

  test('of several, the one that says most of the cell is its tree', async () => {
    const other = TREE.replace(/&gic 0 (\d+)/g, (_, spi) => `&gic 0 ${Number(spi) + 40}`)
    expect(await said(LINUX.text, { 'a.dts': BROKEN, 'b.dts': TREE })).toEqual([])
    expect(await said(LINUX.text, { 'a.dts': TREE, 'b.dts': other })).toEqual([])
  })

  test('of equal ones, names decide', async () => {
    const two = { 'dts/one-board.dts': BROKEN, 'dts/two-kite.dts': BROKEN }
    expect(await said(LINUX.text, two)).toEqual([])
    expect(await said(LINUX.text, two, 'root-kite.c')).toEqual(['JH951 dts/two-kite.dts'])
  })
})
