import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CellConfig, cellOf } from '../../src/config/model.ts'
import { arrayOf } from '../../src/config/written.ts'
import { appendRegion } from '../../src/edit/append.ts'
import type { Change } from '../../src/edit/change.ts'
import { elementTexts } from '../../src/edit/element-texts.ts'
import { removeElement, removeElements, reorderElements, replaceElement } from '../../src/edit/elements.ts'
import { applyEdits } from '../../src/text/source-file.ts'
import { desk, withGrammar } from '../project.ts'

withGrammar()

interface Layout {
  readonly regions: readonly string[]
  readonly length?: string
  readonly count?: string
  readonly start?: number
  readonly prelude?: string
  readonly before?: string
}

/** A cell with a link whose four regions begin at `start`, and two capabilities. */
const cellWith = ({ regions, length, count, start = 0, prelude = '', before = '' }: Layout): string => `${prelude}
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[${length ?? regions.length}];
	struct jailhouse_pci_device pci_devices[1];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.name = "a",
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ${count ?? 'ARRAY_SIZE(config.mem_regions)'},
		.num_pci_devices = 1,
	},
	.cpus = { 1 },
	.mem_regions = {${before}
${regions.map(region => `\t\t${region}`).join('\n')}
	},
	.pci_devices = {
		{
			.type = JAILHOUSE_PCI_TYPE_IVSHMEM,
			.shmem_regions_start = ${start},
			.shmem_peers = 2,
		},
	},
};
`
const region = (address: number) =>
  `/* at ${address} */ {\n\t\t\t.phys_start = ${address * 0x10000},\n\t\t\t.size = 0x10000,\n\t\t},`
const link = (address: number) => [0, 1, 2, 3].map(i => region(address + i))

/** The cell after a change, read anew, with everything the compiler says. */
function changed(text: string, change: (cell: CellConfig) => Change | undefined) {
  const config = desk({ 'a.c': text }).analyze('a.c').config
  const made = config && change(cellOf(config))
  if (!made || !config) return undefined
  const after = applyEdits(config.file, made.edits)
  const { unit, config: read } = desk({ 'a.c': after }).analyze('a.c')
  const cell = cellOf(read!)
  const at = ({ phys_start }: { phys_start: bigint }) => Number(phys_start / 0x10000n)
  return {
    text: after,
    problems: unit.problems.map(({ message }) => message),
    regions: cell.mem_regions.map(at),
    length: arrayOf(cell, 'mem_regions')!.length,
    start: cell.pci_devices[0]!.shmem_regions_start,
    unsafe: made.unsafe ?? false,
  }
}

const regionsOf = (cell: CellConfig) => arrayOf(cell, 'mem_regions')!
const remove = (index: number) => (cell: CellConfig) => removeElement(cell, regionsOf(cell), index)
const append = (cell: CellConfig) => appendRegion(cell, { start: 0x900000n, end: 0x910000n }, ['JAILHOUSE_MEM_READ'])
const split = (index: number) => (cell: CellConfig) =>
  replaceElement(cell, regionsOf(cell), index, ['{ .phys_start = 0x700000 }', '{ .phys_start = 0x710000 }'])

describe('elements', () => {
  const layout = { regions: [region(1), ...link(2), region(9)], start: 1 }
  test('are added with length and count', () => {
    const after = changed(cellWith(layout), append)
    expect(after).toMatchObject({ problems: [], regions: [1, 2, 3, 4, 5, 9, 0x90], length: 7, start: 1, unsafe: true })
    expect(after!.text).toContain('\t\t{\n\t\t\t.phys_start = 0x900000,\n')
  })
  test('use the room that is declared already', () => {
    expect(changed(cellWith({ ...layout, length: '8', count: '6' }), append)).toMatchObject({
      problems: [],
      // The last one is declared, and not counted yet.
      regions: [1, 2, 3, 4, 5, 9, 0x90, 0],
      length: 8,
    })
  })
  test('are removed with the comment that names them, unless it may head the next as well', () => {
    const plain = (address: number) => region(address).replace(/^.*\*\/ /, '')
    for (const between of [' ', '\n\t\t']) {
      const named = (address: number, name: string) => `/* ${name} */${between}${plain(address)}`
      const regions = [...link(2), named(6, 'first'), named(7, 'second'), plain(8), named(9, 'last')]
      const second = changed(cellWith({ regions }), remove(4))
      expect(second).toMatchObject({ problems: [], regions: [2, 3, 4, 5, 7, 8, 9] })
      expect(second!.text).not.toContain('first')
      // On a line of its own it may head what follows.
      expect(changed(cellWith({ regions }), remove(5))!.text.includes('second')).toBe(between !== ' ')
      expect(changed(cellWith({ regions }), remove(7))!.text).not.toContain('last')
    }
  })
  test('that are split move the link behind them', () => {
    expect(changed(cellWith(layout), split(0))).toMatchObject({
      problems: [],
      regions: [0x70, 0x71, 2, 3, 4, 5, 9],
      length: 7,
      start: 2,
    })
  })
  test('of a link are neither split nor removed', () => {
    for (const index of [1, 2, 3, 4]) {
      expect(changed(cellWith(layout), remove(index))).toBeUndefined()
      expect(changed(cellWith(layout), split(index))).toBeUndefined()
    }
  })
  test('are removed with length, count and index', () => {
    expect(changed(cellWith({ ...layout, count: '6' }), remove(0))).toMatchObject({
      problems: [],
      regions: [2, 3, 4, 5, 9],
      length: 5,
      start: 0,
    })
    expect(changed(cellWith(layout), remove(5))).toMatchObject({ regions: [1, 2, 3, 4, 5], length: 5, start: 1 })
  })
  test('are reordered with comments and indices, macros as one', () => {
    const reversed = (cell: CellConfig) => {
      const texts = elementTexts(regionsOf(cell))!
      return reorderElements(cell, regionsOf(cell), [texts[5]!, ...texts.slice(1, 5), texts[0]!])
    }
    const after = changed(cellWith(layout), reversed)
    expect(after).toMatchObject({ problems: [], regions: [9, 2, 3, 4, 5, 1], start: 1 })
    expect(after!.text).toContain('/* at 9 */ {\n\t\t\t.phys_start = 589824')
    const torn = (cell: CellConfig) => {
      const texts = elementTexts(regionsOf(cell))!
      return reorderElements(cell, regionsOf(cell), [texts[1]!, texts[0]!, ...texts.slice(2)])
    }
    expect(changed(cellWith(layout), torn)).toBeUndefined()
    const macro = {
      ...layout,
      regions: [region(1), 'JAILHOUSE_SHMEM_NET_REGIONS(0x20000, 0),', region(9)],
      length: '6',
    }
    const first = (cell: CellConfig) => {
      const texts = elementTexts(regionsOf(cell))!
      return reorderElements(cell, regionsOf(cell), [texts[1]!, texts[0]!, texts[2]!])
    }
    expect(changed(cellWith(macro), first)).toMatchObject({ problems: [], start: 0, length: 6 })
  })
  test('are taken out together', () => {
    const without = (cell: CellConfig) => {
      const texts = elementTexts(regionsOf(cell))!
      return removeElements(cell, regionsOf(cell), [texts[0]!, texts[5]!])
    }
    expect(changed(cellWith(layout), without)).toMatchObject({
      problems: [],
      regions: [2, 3, 4, 5],
      start: 0,
      length: 4,
    })
  })
  test('of a length out of a macro change the macro in force, and say so', () => {
    const prelude = '/* #define REGIONS 1 */\n#if 0\n#define REGIONS 2\n#else\n#define REGIONS 6\n#endif\n'
    const after = changed(cellWith({ ...layout, length: 'REGIONS', prelude }), append)
    expect(after).toMatchObject({ problems: [], length: 7 })
    expect(after!.text).toContain('/* #define REGIONS 1 */\n#if 0\n#define REGIONS 2\n#else\n#define REGIONS 7\n')
  })
  test('keep line ends and one-line lists as they are', () => {
    const crlf = changed(cellWith(layout).replaceAll('\n', '\r\n'), append)
    expect(crlf).toMatchObject({ problems: [], length: 7 })
    expect(crlf!.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    const flat = cellWith({ regions: ['{ .size = 1 }'] }).replace('{\n\t\t{ .size = 1 }\n\t},', '{ { .size = 1 } },')
    expect(changed(flat, append)!.problems).toEqual([])
  })
  test('of one branch stay', () => {
    const text = cellWith({ ...layout, before: '\n#if 1' }).replace('/* at 2 */', '#endif\n\t\t/* at 2 */')
    expect(changed(text, remove(0))).toBeUndefined()
    expect(changed(text, split(0))).toBeUndefined()
  })
  describe('of all branches come and go', () => {
    /** Two regions at places 0 and 1 in one branch, and one at place 1 in the other. */
    const branched = (length = 'REGIONS') =>
      cellWith({ ...layout, start: 0, length, regions: [region(1), ...link(2), region(8), region(9)] })
        .replace('struct {', '#ifdef MORE\n#define REGIONS 7\n#else\n#define REGIONS 6\n#endif\nstruct {')
        .replace('/* at 8 */', '#ifdef MORE\n\t\t/* at 8 */')
        .replace('/* at 9 */', '#endif\n\t\t/* at 9 */')
    const read = (text: string, defines: Readonly<Record<string, string>>) => {
      const { unit, config } = desk({ 'a.c': text }, { settings: { defines } }).analyze('a.c')
      const { length, initialised } = regionsOf(cellOf(config!))
      return { problems: unit.problems.map(({ message }) => message), length, initialised }
    }
    test('with as many in each', () => {
      const text = branched('7')
      for (const [change, by] of [
        [append, 1],
        [remove(5), -1],
      ] as const) {
        const after = changed(text, change)!.text
        for (const defines of [{}, { MORE: '1' }]) {
          const [old, now] = [read(text, defines), read(after, defines)]
          expect(now).toEqual({ problems: [], length: old.length + by, initialised: old.initialised + by })
        }
      }
    })
    test('but not where each branch has a length of its own, nor where an index would have to follow', () => {
      expect(changed(branched(), append)).toBeUndefined()
      expect(changed(branched('7').replace('_start = 0', '_start = 1'), remove(0))).toBeUndefined()
    })
    test('also behind one whose fields have branches', () => {
      const last = region(9).replace('.size', '\n#ifdef MORE\n.flags = 1,\n#endif\n.size')
      const after = changed(cellWith({ ...layout, regions: [...layout.regions.slice(0, -1), last] }), append)
      expect(after).toMatchObject({ problems: [], length: 7 })
      expect(read(after!.text, { MORE: '1' })).toEqual({ problems: [], length: 7, initialised: 7 })
    })
    test('nor behind elements that only another branch has', () => {
      const text = branched('7').replace(/#endif\s+(\/\* at 9 \*\/[^}]*\},)/, '$1\n#endif')
      expect(read(text, { MORE: '1' })).toMatchObject({ problems: [], length: 7, initialised: 7 })
      expect(changed(text, append)).toBeUndefined()
    })
  })
})

test('any series of changes leaves text that compiles, with the link on its own regions', () => {
  const step = fc.oneof(fc.constant(append), fc.nat(8).map(remove), fc.nat(8).map(split))
  const layouts = fc.record({
    front: fc.nat(3),
    back: fc.nat(3),
    count: fc.constantFrom(undefined, 'literal'),
    crlf: fc.boolean(),
    tail: fc.nat(2),
  })
  fc.assert(
    fc.property(
      layouts,
      fc.array(step, { minLength: 1, maxLength: 5 }),
      ({ front, back, count, crlf, tail }, steps) => {
        const fronts = Array.from({ length: front }, (_, i) => region(0x10 + i))
        const backs = Array.from({ length: back }, (_, i) => region(0x30 + i))
        const regions = [...fronts, ...link(0x20), ...backs]
        const plain = cellWith({
          regions,
          length: String(regions.length + tail),
          ...(count && { count: String(regions.length) }),
          start: front,
        })
        let text = crlf ? plain.replaceAll('\n', '\r\n') : plain
        for (const each of steps) {
          const after = changed(text, each)
          if (!after) continue
          text = after.text
          expect(after.problems).toEqual([])
          expect(after.regions.slice(after.start, after.start! + 4)).toEqual([0x20, 0x21, 0x22, 0x23])
        }
      },
    ),
    { numRuns: 25 },
  )
})
