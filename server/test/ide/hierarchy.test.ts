import { expect, test } from 'vitest'
import { partsOf, resourceAt, usesOf } from '../../src/ide/navigation/hierarchy.ts'
import { desk, inmate, withGrammar } from '../project.ts'
import { fixtures, offsetOf } from './fixture.ts'

withGrammar()

const ROOT = 'k3-dma/k3-demo.c'
const LINUX = 'k3-dma/k3-demo-linux.c'

/** The resource at `|`, who uses it and what it is made of, by their names. */
function at(path: string, words: string) {
  const files = fixtures()
  const analysis = files.analyze(path)
  const { id, name } = resourceAt(analysis, offsetOf(files.file(path).text, words))!
  const uses = usesOf(analysis, id).map(({ from, spans: places }) => `${from.name} ${places.length}`)
  return { name, uses, parts: partsOf(analysis, id).map(part => part.name) }
}

test('memory is used by the cells that list it', () => {
  const { name, uses, parts } = at(LINUX, '.phys_start = 0x8|a0000000')
  expect(name).toMatch(/^\[9\] RAM: 0x8a0000000 1\.5 GiB/)
  expect(uses).toEqual(['k3-demo-linux 1', 'k3-demo 1'])
  expect(parts).toEqual([])
})

test('shared memory also by the device that counts it', () => {
  expect(at(LINUX, 'NET_REGIONS(0x7|0000000').uses.at(-1)).toMatch(/00:00\.0 ivshmem 1$/)
})

test('a link has its other end, and sections', () => {
  const { uses, parts } = at(LINUX, '.shmem_dev_id = |1')
  expect(uses[0]).toBe('k3-demo-linux 1')
  expect(uses[1]).toMatch(/00:00\.0 ivshmem 1$/)
  expect(parts).toHaveLength(4)
})

test('a cell is made of its regions and devices', () => {
  const { name, uses, parts } = at(ROOT, '.na|me')
  expect(name).toBe('k3-demo')
  expect(uses).toEqual([])
  expect(parts).toHaveLength(19)
})

test('a cell without a name goes by that of its file', () => {
  const { analyze, file } = desk({ 'w/a.c': inmate('') })
  expect(resourceAt(analyze('w/a.c'), file('w/a.c').text.indexOf('.name') + 1)?.name).toBe('a.c')
})

test('the name of a half-typed cell is within its range, as editors demand', () => {
  const text = `int x[2][2][2][2][2][2][2][2][2][2] = { 1 };
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[1];
} __attribute__((packed)) config = = {
		K3_CELL,
		.name = "k3-demo-linux",
		COUNTS,
		.console = {
			.address = 0x02810000,
			.divider = 0x1b,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDI{
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.name = "hard",
		.cpu_set_size = sizeof(config.),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
	},
	.cpus = #include "x.c"
#include "x.c"
{ 0x2 },
	.mem_regions = {

	},
};
`
  const { analyze } = desk({ 'w/x.c': text })
  const analysis = analyze('w/x.c')
  const found = Array.from(text, (_, offset) => resourceAt(analysis, offset)).filter(each => each !== undefined)
  expect(found.length).toBeGreaterThan(0)
  for (const { range, selection } of found) {
    expect(selection.start).toBeGreaterThanOrEqual(range.start)
    expect(selection.end).toBeLessThanOrEqual(range.end)
  }
})
