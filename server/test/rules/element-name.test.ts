import { describe, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import { bindConfig } from '../../src/config/bind.ts'
import { regionName } from '../../src/config/element-name.ts'
import { compileOptions, withBuiltins } from '../../src/config/includes.ts'
import { cellOf } from '../../src/config/model.ts'
import { defaultSettings, type Project } from '../../src/config/project.ts'

await loadGrammar()

const project: Project = {
  lookup: () => 'absent',
  list: () => [],
  settings: defaultSettings,
  pins: new Map(),
  known: [],
}

function cellWith(regions: string, prelude = '') {
  const text = `#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
${prelude}
struct {
	struct jailhouse_cell_desc cell;
	struct jailhouse_memory mem_regions[4];
} __attribute__((packed)) config = {
	.cell = { .name = "inmate", .num_memory_regions = 4 },
	.mem_regions = {${regions}},
};
`
  const file = { uri: 'file:///inmate.c', text }
  const options = compileOptions(file, project, undefined, { files: new Set(), folders: new Set() })
  const config = bindConfig(readUnit(file, options, withBuiltins(project.lookup)))
  if (!config) throw new Error('no configuration')
  return cellOf(config)
}

const nameOfFirst = (regions: string, prelude?: string): string | undefined => {
  const [region] = cellWith(regions, prelude).mem_regions
  return region && regionName(region)
}

describe('a region is called', () => {
  test.each([
    ['by the comment before it', '\n/* RAM - reserved for inmate */ {\n.size = 1 },', '"RAM - reserved for inmate"'],
    ['by a block of lines', '\n/*\n * RAM of\n * the cell\n */\n{ .size = 1 },', '"RAM of the cell"'],
    ['without the full stop of a sentence', '\n/* RAM of the cell. */\n{ .size = 1 },', '"RAM of the cell"'],
    ['by a line comment', '\n// UART\n{ .size = 1 },', '"UART"'],
    ['by the comment before its designator', '\n/* UART */ [0] = { .size = 1 },', '"UART"'],
    ['by its number in a range', '\n/* UARTs */ [0 ... 3] = { .size = 1 },', 'region 0'],
    ['by its number without one', '\n{ .size = 1 },', 'region 0'],
    ['not by code in a comment', '\n/* { .size = 2 }, */\n{ .size = 1 },', 'region 0'],
    ['not by a comment for this tool', '\n/* jailhouse-warden: ignore JH201 -- x */\n{ .size = 1 },', 'region 0'],
    ['not by an empty comment', '\n/* */ { .size = 1 },', 'region 0'],
    [
      'without the address "jailhouse config create" writes',
      '\n/* MemRegion: 00000000-0009e7ff : System RAM */\n{ .size = 1 },',
      '"System RAM"',
    ],
    [
      'without a long remark in parentheses',
      '\n/* IVSHMEM shared memory region (of the networking demo) */ { .size = 1 },',
      '"IVSHMEM shared memory region"',
    ],
    [
      'by as many words as a headline has room for',
      '\n/* RAM: starts at the bottom of inmate memory, as always */ { .size = 1 },',
      '"RAM: starts at the bottom of inmate…"',
    ],
  ])('%s', (_, regions, name) => expect(nameOfFirst(regions)).toBe(name))

  test('not by the comment behind its predecessor', () => {
    const [, second] = cellWith('\n{ .size = 1 }, /* the first */\n{ .size = 1 },').mem_regions
    expect(second && regionName(second)).toBe('region 1')
  })

  test('with its number where one macro makes several', () => {
    const prelude = '#define TWO(x) { .phys_start = x, .size = 1 }, { .phys_start = x + 0x1000, .size = 1 }'
    const names = cellWith('\n/* Shared */\nTWO(0x1000),', prelude).mem_regions.map(region => regionName(region))
    expect(names.slice(0, 2)).toEqual(['"Shared" (region 0)', '"Shared" (region 1)'])
  })

  test('with its cell where that is another', () => {
    const cell = cellWith('\n/* RAM */ { .size = 1 },')
    expect(cell.mem_regions.map(region => regionName(region, cell))[0]).toBe('"RAM" of "inmate"')
  })
})
