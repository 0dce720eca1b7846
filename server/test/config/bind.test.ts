import { expect, test } from 'vitest'
import { type CellConfig, cellOf } from '../../src/config/model.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

const bound = (text: string, path = 'w/a.c') => desk({ [path]: text }).analyze(path).config!
const cell = (text: string): CellConfig => cellOf(bound(text))

test('a system and its root cell', () => {
  const config = bound(root())
  expect(config).toMatchObject({ kind: 'system', architecture: 'arm64', revision: 14, signature: 'JHSYS' })
  expect(cellOf(config)).toMatchObject({ name: 'root', isRoot: true, cpus: [0, 1, 2, 3], unread: [] })
  expect(cellOf(config).mem_regions).toMatchObject([{ phys_start: 0x80000000n, size: 0x10000000n, flags: 0xfn }])
})

test('stream ids of an MMU-500 carry their mask in the high half', () => {
  const streams = '.stream_ids = { { 0x3 }, { .mmu500 = { .id = 0x10, .mask_out = 0x7c00 } } },'
  const config = cell(inmate('a', '.num_stream_ids = 2,', streams, 'union jailhouse_stream_id stream_ids[2];'))
  expect(config.stream_ids.map(({ id }) => id)).toEqual([0x3, 0x7c000010])
})

test('stream ids of older revisions are plain words', () => {
  const config = cell(inmate('a', '.num_stream_ids = 2,', '.stream_ids = { 0x3, 0x5 },', '__u32 stream_ids[2];'))
  expect(config.stream_ids.map(({ id }) => id)).toEqual([3, 5])
})

test('an element that cannot be read is left out and named', () => {
  const broken = inmate('a').replace('.size = 0x1000000', '.size = NOWHERE')
  const config = cell(broken)
  expect(config.mem_regions).toEqual([])
  expect(config.unread.map(({ path }) => path)).toEqual(['mem_regions[0].size'])
})

test('an old PIO bitmap opens the ports of its 0 bits', () => {
  const old = `
    #include <linux/types.h>
    #include <jailhouse/cell-config.h>
    struct { struct jailhouse_cell_desc cell; __u64 cpus[1]; __u8 pio_bitmap[0x2000]; } __attribute__((packed)) config = {
      .cell = { .signature = JAILHOUSE_CELL_DESC_SIGNATURE, .name = "old", .pio_bitmap_size = 0x2000 },
      .cpus = { 1 },
      .pio_bitmap = { [0 ... 0x3f7/8] = -1, [0x3f8/8] = 0, [0x400/8 ... 0x1fff] = 0xff },
    };`
  expect(cell(old).pio_regions).toEqual([{ index: 0, base: 0x3f8, length: 8 }])
})

test('arrays know how far they are initialised and what counts them', () => {
  const config = cell(root().replace('mem_regions[1]', 'mem_regions[3]'))
  expect(config.arrays.find(({ name }) => name === 'mem_regions')).toMatchObject({
    length: 3,
    initialised: 1,
    counted: 3,
    elementSize: 32,
  })
})

test('a C file that is no configuration binds to nothing', () => {
  expect(desk({ 'a.c': 'int main(void) { return 0; }' }).analyze('a.c').config).toBeUndefined()
})

test('an array longer than any machine needs is read in part, and that is told', () => {
  const long = inmate('a').replace('mem_regions[1]', 'mem_regions[40000]')
  const { findings, config } = desk({ 'w/a.c': long }).analyze('w/a.c')
  expect(cellOf(config!).mem_regions).toHaveLength(1 << 15)
  expect(findings.map(({ headline }) => headline)).toContain('mem_regions[32768] and what follows it is not simulated')
})

test.each([
  ['cache_regions', 'struct jailhouse_cache', 'num_cache_regions', 8192],
  ['irqchips', 'struct jailhouse_irqchip', 'num_irqchips', 4096],
  ['pci_devices', 'struct jailhouse_pci_device', 'num_pci_devices', 2048],
  ['pci_caps', 'struct jailhouse_pci_capability', 'num_pci_caps', 8192],
  ['stream_ids', 'union jailhouse_stream_id', 'num_stream_ids', 16_384],
] as const)('of %s, which rules compare with each other, fewer are read', (name, type, count, limit) => {
  const read = (length: number) => {
    const text = inmate('a', `.${count} = ${length},`, '', `${type} ${name}[${length}];`)
    const { findings, config } = desk({ 'w/a.c': text }).analyze('w/a.c')
    const words = findings.filter(({ rule }) => rule.id === 'not-simulated').map(({ headline }) => headline)
    return { words, length: cellOf(config!)[name].length }
  }
  expect(read(limit)).toEqual({ words: [], length: limit })
  expect(read(limit + 1)).toEqual({ words: [`${name}[${limit}] and what follows it is not simulated`], length: limit })
})
