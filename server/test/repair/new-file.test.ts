import { expect, test } from 'vitest'
import { newCell } from '../../src/ide/generate/cell.ts'
import { rootSkeleton } from '../../src/ide/generate/skeleton.ts'
import { openTreeSource } from '../../src/platform/facts.ts'
import { proveNewFile } from '../../src/repair/new-file.ts'
import { type Desk, desk, inmate, root, uriOf, withGrammar } from '../project.ts'

withGrammar()

/** A new file is analysed where it will stand before anybody gets it. */

/** Memory that the root keeps for cells, by its comment. */
const withCells = (text: string) =>
  text.replace('mem_regions[1]', 'mem_regions[2]').replace(
    '.mem_regions = {',
    `.mem_regions = {
    /* RAM of cells */ {
      .phys_start = 0x60000000, .virt_start = 0x60000000, .size = 0x8000000,
      .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE,
    },`,
  )

const board = withCells(root())
const newFile = (text: string) => ({ uri: uriOf('w/board-new.c'), text })

const proof = (text: string, files: Desk = desk({ 'w/board.c': board })) =>
  proveNewFile({ file: newFile(text), root: files.file('w/board.c') }, files.project)

test('a cell that does no harm is proven', () => {
  const cell = inmate('new', '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG, .cpu_reset_address = 0x88000000,')
  expect(proof(cell)).toMatchObject({ warnings: [] })
  expect(proof(cell)).not.toHaveProperty('refusal')
})

test('one that does not compile, or that Jailhouse refuses beside its root, is refused with the reason', () => {
  expect(proof(inmate('new').replace('.phys_start', '.phys_strat')).refusal).toMatch(/^it would have an error: .*JH105/)
  const over = inmate('new').replaceAll('0x88000000', '0x70000000')
  expect(proof(over).refusal).toMatch(/JH\d+/)
  expect(proof('int x = ;').refusal).toMatch(/JH\d+/)
})

test('what was wrong with the root before is not held against a new cell', () => {
  const broken = desk({ 'w/board.c': board.replace('.revision', '.revisoin') })
  const cell = inmate('new', '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG, .cpu_reset_address = 0x88000000,')
  expect(proof(cell, broken)).not.toHaveProperty('refusal')
})

test.each(['14', '13', '12b', '11', '10', '8', '5'])('an inmate made for a root of revision %s compiles', revision => {
  const text = Number.parseInt(revision, 10) < 14 ? board.replace('.architecture = JAILHOUSE_ARM64,', '') : board
  const files = desk({ 'w/board.c': text }, { settings: { revision } })
  const { config } = files.analyze('w/board.c')
  if (config?.kind !== 'system') throw new Error('no root')
  for (const kind of ['bare-metal', 'linux', 'zephyr'] as const) {
    const made = newCell(config, [], undefined, { name: 'new', kind, devices: [] })
    if ('missing' in made) expect(made.missing).toMatch(/cpu_reset_address/)
    else expect(proof(made.text, files).refusal).toBeUndefined()
  }
})

test('the device tree of a cell is checked with it', async () => {
  const gic = '.platform_info = { .arm = { .gic_version = 2, .gicd_base = 0x8000000, .gicc_base = 0x8010000 } },'
  const files = desk({ 'w/board.c': board.replace('.root_cell', `${gic}\n    .root_cell`) })
  const { config } = files.analyze('w/board.c')
  if (config?.kind !== 'system') throw new Error('no root')
  const made = newCell(config, [], undefined, { name: 'new', kind: 'linux', devices: [] })
  if (!('tree' in made) || !made.tree) throw new Error('no tree')
  const prove = async (tree: string) =>
    proveNewFile(
      {
        file: newFile(made.text),
        root: files.file('w/board.c'),
        tree: await openTreeSource(uriOf('w/board-new.dts'), tree),
      },
      files.project,
    )
  expect((await prove(made.tree)).warnings).toEqual([])
  const uart = '\tserial@9000000 {\n\t\tcompatible = "arm,pl011";\n\t\treg = <0x0 0x9000000 0x0 0x1000>;\n\t};\n\n'
  const { warnings } = await prove(made.tree.replace('\tpsci {', `${uart}\tpsci {`))
  expect(warnings).toEqual([expect.stringContaining('tree-device-not-granted')])
})

test('the skeleton of a root has no error', () => {
  const { project } = desk({})
  expect(proveNewFile({ file: newFile(rootSkeleton('board')) }, project)).not.toHaveProperty('refusal')
})
