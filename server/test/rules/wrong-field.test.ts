import { describe, expect, test } from 'vitest'
import { foldAlike } from '../../src/rules/fold.ts'
import { helpOf } from '../../src/rules/rule.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

/** What people see of a root and its inmate, hints aside: code, headline and help. */
function shownFor(rootText: string, cellText: string): readonly string[] {
  const { findings } = desk({ 'board.c': rootText, 'board-cell.c': cellText }).analyze('board-cell.c')
  return foldAlike(findings)
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(finding => `${finding.rule.code} ${finding.headline}: ${helpOf(finding) ?? ''}`)
}

/** A configuration with other regions, as many as the text lists. */
const withRegions = (text: string, regions: readonly string[]): string => {
  const list = text.indexOf('.mem_regions = {')
  return `${text.slice(0, list)}.mem_regions = { ${regions.map(region => `{ ${region} },`).join('\n')} },\n${text.slice(
    text.indexOf('\n  },\n', list) + 6,
  )}`.replace('mem_regions[1]', `mem_regions[${regions.length}]`)
}

const region = (phys: number, virt: number, size: number, ...flags: string[]): string =>
  `.phys_start = ${phys}, .virt_start = ${virt}, .size = ${size}, .flags = ${flags.map(flag => `JAILHOUSE_MEM_${flag}`).join(' | ')}`

const RAM = ['READ', 'WRITE', 'EXECUTE', 'LOADABLE']
const COMM = ['READ', 'WRITE', 'COMM_REGION']
const PASSIVE = '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG,'

describe('a communication region that lies in memory of its cell', () => {
  const cell = (virt: number) =>
    withRegions(inmate('cell', PASSIVE), [
      region(0x88000000, 0, 0x100000, ...RAM),
      `.virt_start = ${virt}, .size = 0x1000, .flags = ${COMM.map(flag => `JAILHOUSE_MEM_${flag}`).join(' | ')}`,
    ])
  const codes = (virt: number) => shownFor(root(), cell(virt))
  test('is at a wrong address, where nothing is at the right one', () => {
    expect(codes(0x80000000)).toEqual([])
    for (const virt of [0, 0x10000, 0x80000])
      expect(codes(virt)).toEqual(['JH202 region 1 overlaps region 0: set virt_start to 0x80000000'])
  })
})
