import { describe, expect, test } from 'vitest'
import { nameOf } from '../../src/text/uri.ts'
import { desk, type Files, inmate, root, withGrammar } from '../project.ts'

withGrammar()

/** Which root `cell` gets, and by which rule: `board.c by prefix`, or `none`. */
function rootOf(cell: string, files: Files, pins: Record<string, string> = {}): string {
  const { root: choice } = desk(files, { pins }).analyze(cell)
  return choice ? `${nameOf(choice.uri)} by ${choice.by}` : 'none'
}

const board = { 'w/board.c': root(), 'w/board-demo.c': inmate('demo'), 'w/other.c': inmate('other') }

describe('a cell finds its root', () => {
  test('by the longest name that begins its own', () => {
    expect(rootOf('w/board-demo.c', board)).toBe('board.c by prefix')
    const longer = { ...board, 'w/board-x.c': root(), 'w/board-x-demo.c': inmate('demo') }
    expect(rootOf('w/board-x-demo.c', longer)).toBe('board-x.c by prefix')
  })
  test('never by guessing', () => {
    expect(rootOf('w/other.c', board)).toBe('none')
    expect(rootOf('w/board-demo.c', { ...board, 'w/board.c': inmate('no root') })).toBe('none')
    expect(rootOf('v/board-demo.c', { ...board, 'v/board-demo.c': inmate('demo') })).toBe('none')
  })
  test('by a pin before the prefix', () => {
    const two = { ...board, 'w/second.c': root() }
    expect(rootOf('w/board-demo.c', two, { 'w/board-demo.c': 'w/second.c' })).toBe('second.c by pin')
  })
  test('by a system of jailhouse.json before a pin', () => {
    const system = { systems: [{ name: 'lab', root: 'w/second.c', cells: ['w/board-demo.c'] }] }
    const files = { ...board, 'w/second.c': root(), 'jailhouse.json': JSON.stringify(system) }
    expect(rootOf('w/board-demo.c', files, { 'w/board-demo.c': 'w/board.c' })).toBe('second.c by system')
  })
  test('by a comment before everything', () => {
    const files = { ...board, 'w/other.c': `/* jailhouse-warden: root=../w/board.c */\n${inmate('other')}` }
    expect(rootOf('w/other.c', files, { 'w/other.c': 'w/board-demo.c' })).toBe('board.c by comment')
    const system = { systems: [{ name: 'lab', root: 'w/second.c', cells: ['w/other.c'] }] }
    const listed = { ...files, 'w/second.c': root(), 'jailhouse.json': JSON.stringify(system) }
    expect(rootOf('w/other.c', listed)).toBe('board.c by comment')
    expect(rootOf('w/other.c', { ...listed, 'w/other.c': inmate('other') })).toBe('second.c by system')
  })
})

describe('the protocol of a link', () => {
  const link = (protocol: string) => `/* the link's */ __u16 protocol = JAILHOUSE_SHMEM_PROTO_${protocol};\n`
  const files = {
    'w/board.c': root() + link('UNDEFINED'),
    'w/board-veth.c': root() + link('VETH'),
    'w/board-net-demo.c': inmate('net') + link('VETH'),
    'w/board-shm-demo.c': inmate('shm') + link('UNDEFINED'),
    'w/board-demo.c': inmate('demo'),
  }
  test('takes the variant of the board that has it', () => {
    expect(rootOf('w/board-net-demo.c', files)).toBe('board-veth.c by prefix')
    expect(rootOf('w/board-shm-demo.c', files)).toBe('board.c by prefix')
    expect(rootOf('w/board-demo.c', files)).toBe('board.c by prefix')
  })
  test('is the root of these cells from either side', () => {
    const cellsOf = (of: string) =>
      desk(files)
        .analyze(of)
        .simulations.flatMap(({ scenario }) => scenario.cells.map(({ name }) => name))
    expect(cellsOf('w/board-veth.c')).toEqual(['net'])
    expect(cellsOf('w/board.c').toSorted()).toEqual(['demo', 'shm'])
  })
  test('says nothing in a comment, nor where no root or two roots have it', () => {
    expect(rootOf('w/board-net-demo.c', { ...files, 'w/board-veth.c': `${root()}// ${link('VETH')}` })).toBe(
      'board.c by prefix',
    )
    const { 'w/board-veth.c': _, ...plain } = files
    expect(rootOf('w/board-net-demo.c', plain)).toBe('board.c by prefix')
    expect(rootOf('w/board-net-demo.c', { ...files, 'w/board-eth.c': files['w/board-veth.c'] })).toBe('none')
  })
})

describe('a variant of a board', () => {
  const files = {
    'w/board.c': root(),
    'w/board-root-lk.c': root(),
    'w/board-rootcol.c': root(),
    'w/board-lk.c': inmate('lk'),
    'w/board-demo.c': inmate('demo'),
    'w/board-demo-col.c': inmate('coloured'),
    'w/board-col-lk.c': inmate('both'),
  }
  test('has the cells whose names say so', () => {
    expect(rootOf('w/board-lk.c', files)).toBe('board-root-lk.c by prefix')
    expect(rootOf('w/board-demo-col.c', files)).toBe('board-rootcol.c by prefix')
    expect(rootOf('w/board-demo.c', files)).toBe('board.c by prefix')
  })
  test('has no cell that another variant claims as well', () => expect(rootOf('w/board-col-lk.c', files)).toBe('none'))
  test('keeps its cells from the plain root, also where not all of its words fit', () => {
    const { 'w/board-rootcol.c': coloured, ...others } = files
    const split = { ...others, 'w/board-rootcol-fast.c': coloured }
    expect(rootOf('w/board-demo-col.c', split)).toBe('none')
    expect(rootOf('w/board-demo.c', split)).toBe('board.c by prefix')
  })
  test('stands for the board where there is no other root', () => {
    const only = { 'w/board-root.c': root(), 'w/board-demo.c': inmate('demo'), 'w/boards-demo.c': inmate('other') }
    expect(rootOf('w/board-demo.c', only)).toBe('board-root.c by prefix')
    expect(rootOf('w/boards-demo.c', only)).toBe('none')
  })
  test('is the root that the other side finds', () => {
    expect(casesOf('w/board-root-lk.c', files)).toEqual(['lk'])
    expect(casesOf('w/board-rootcol.c', files)).toEqual(['coloured'])
    expect(casesOf('w/board.c', files)).toEqual(['demo'])
  })
})

/** The cells of each scenario an analysis plays. */
const casesOf = (path: string, files: Files): string[] =>
  desk(files)
    .analyze(path)
    .simulations.map(
      ({ scenario }) => `${scenario.cells.map(cell => cell.name).join('+')}${scenario.together ? ' together' : ''}`,
    )

describe('scenarios', () => {
  const files = { ...board, 'w/board-linux.c': inmate('linux') }
  test('a root plays each of its cells in turn', () => {
    expect(casesOf('w/board.c', files)).toEqual(['demo', 'linux'])
  })
  test('a root without cells stands alone', () => {
    expect(casesOf('w/board.c', { 'w/board.c': root() })).toEqual([''])
  })
  test('cells of one system run together', () => {
    const system = { systems: [{ root: 'board.c', cells: ['board-demo.c', 'other.c'] }] }
    const together = { ...files, 'w/jailhouse.json': JSON.stringify(system) }
    expect(casesOf('w/board-demo.c', together)).toEqual(['demo+other together'])
    expect(casesOf('w/board.c', together)).toEqual(['demo+other together', 'linux'])
  })
  test('a cell without a root plays none', () => {
    expect(casesOf('w/other.c', files)).toEqual([])
  })
})

test('a broken jailhouse.json is read as far as it goes', () => {
  expect(rootOf('w/board-demo.c', { ...board, 'jailhouse.json': '{ "systems": [' })).toBe('board.c by prefix')
  expect(rootOf('w/board-demo.c', { ...board, 'jailhouse.json': '{ "systems": [{}, 3], "rules": 1 }' })).toBe(
    'board.c by prefix',
  )
})
