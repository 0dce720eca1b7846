import { describe, expect, test } from 'vitest'
import { textOf } from '../../src/text/source-file.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

const ROOT = 'w/board.c'
const CELL = 'w/board-cell.c'

/** Codes of errors and warnings in the file of a cell beside its root. */
function codes(cell: string, rootText = root(), path = CELL): readonly string[] {
  const files = desk({ [ROOT]: rootText, [CELL]: cell })
  return files
    .analyze(path)
    .findings.filter(({ severity, span }) => /error|warning/.test(severity) && span.file === files.file(path))
    .map(({ rule }) => rule.code)
}

const CELL_TEXT = inmate('a', '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG, .cpu_reset_address = 0x88000000,')

test('the cell itself is fine', () => expect(codes(CELL_TEXT)).toEqual([]))

describe('one finding for one slip', () => {
  const slip = (from: string | RegExp, to: string, expected: readonly string[]) =>
    expect(codes(CELL_TEXT.replace(from, to))).toEqual(expected)

  test('in the name of the header', () => slip('cell-config.h', 'cel-config.h', ['JH103']))
  test('in the name of the other header', () => slip('types.h', 'type.h', ['JH103']))
  test('where no header is included', () => slip(/#include.*\n/g, '', ['JH104']))
  test('in a flag', () => slip('JAILHOUSE_MEM_LOADABLE', 'JAILHOUSE_MEM_LODABLE', ['JH104']))
  test('in an address', () => slip('.phys_start = 0x88000000', '.phys_start = INMATE_BASE', ['JH104']))
  test('in a designator', () => slip('.phys_start', '.phys_strat', ['JH105']))
  test('in a count', () => slip('ARRAY_SIZE(config.mem_regions)', 'REGIONS', ['JH104']))
  test('in the signature', () => slip('JAILHOUSE_CELL_DESC_SIGNATURE', 'JAILHOUSE_CELL_SIGNATURE', ['JH104']))
  test('in the reset address', () => slip('.cpu_reset_address = 0x88000000', '.cpu_reset_address = ENTRY', ['JH104']))
})

test('a macro that the preprocessor cannot replace is told once, and stands for whole elements', () => {
  const macro =
    '#define REGION(a, s) { .phys_start = a, .virt_start = a, .size = s, .flags = JAILHOUSE_MEM_READ }\nstruct {'
  const text = CELL_TEXT.replace('struct {', macro).replace('mem_regions[1]', 'mem_regions[2]')
  const first = (use: string) => codes(text.replace('.mem_regions = {', `.mem_regions = { ${use},`))
  expect(first('REGION(0x90000000, 0x1000)')).not.toContain('JH102')
  expect(first('REGION(0x90000000)')).toEqual(['JH102'])
  expect(first('REGION(0x90000000, 0x1000, 2)')).toEqual(['JH102'])
})

test('a number with a letter in it is not a number', () => {
  const file = CELL_TEXT.replace('0x1000000', '0x100000O')
  const [finding] = desk({ [ROOT]: root(), [CELL]: file }).analyze(CELL).findings
  expect(finding).toMatchObject({ headline: '"0x100000O" is not a number', rule: { code: 'JH101' } })
})

test('only a number with an i behind it is an imaginary constant', () => {
  const said = (number: string) =>
    desk({ [ROOT]: root(), [CELL]: CELL_TEXT.replace('0x1000000', number) }).analyze(CELL).findings[0]?.headline
  expect(said('16i')).toBe('the imaginary constant 16i is not supported')
  expect(said('0x10JAILHOUSE_REGIONS')).toBe('"0x10JAILHOUSE_REGIONS" is not a number')
})

test('a second value is told with the first, also where that has no designator', () => {
  const twice = inmate('a').replace('.cpu_set_size', '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG, 7, .cpu_set_size')
  const { findings } = desk({ [ROOT]: root(), [CELL]: twice }).analyze(CELL)
  const { related } = findings.find(({ rule }) => rule.code === 'JH108') ?? {}
  expect(related?.map(({ span, text }) => [textOf(span), text])).toEqual([
    ['7', 'this value without a designator initialises it first'],
  ])
})

test('flags that commas part are charged once', () => {
  expect(codes(CELL_TEXT.replace('JAILHOUSE_MEM_READ |', 'JAILHOUSE_MEM_READ,'))).toEqual(['JH109'])
})

test('memory of the hypervisor is no gap that the root has to fill', () => {
  const inside = CELL_TEXT.replaceAll('0x88000000', '0x70000000').replace('0x1000000', '0x100000')
  expect(codes(inside)).toEqual(['JH242'])
})

test('where an include is not found, names that it may declare are not charged', () => {
  const lost = CELL_TEXT.replace('#include <jailhouse/cell-config.h>', '#include <vendor/cell-config.h>')
  expect(codes(lost.replace('.phys_start', '.vendor_start'))).toEqual(['JH103'])
})

test('several names that no member has are those of another header, told once, and no slips for what is there', () => {
  const names = CELL_TEXT.replace('.virt_start = 0x88000000', '.virt_start_a = 0x88000000, .virt_start_b = 1')
  expect(codes(names)).toEqual(['JH105'])
})

test('what is missing from a list is not said while one of its elements is unknown', () => {
  const rootText = root().replace('.phys_start = 0x80000000', '.phys_start = RAM_BASE')
  expect(codes(CELL_TEXT, rootText)).toEqual([])
  expect(codes(CELL_TEXT, rootText, ROOT)).toEqual(['JH104'])
})

test('an address of the hypervisor that is not known is not 0', () => {
  const rootText = root()
    .replace('.phys_start = 0x70000000', '.phys_start = HYP_BASE')
    .replace(/0x80000000/g, '0x0')
  expect(codes(CELL_TEXT.replace(/0x88000000/g, '0x08000000'), rootText, ROOT)).toEqual(['JH104'])
})

test('a wrong number of peers does not hide a section that parks the CPU', () => {
  const sections = (peers: string) => `
    #include <jailhouse/types.h>
    #include <jailhouse/cell-config.h>
    #define RO JAILHOUSE_MEM_READ
    struct {
      struct jailhouse_cell_desc cell;
      __u64 cpus[1];
      struct jailhouse_memory mem_regions[4];
      struct jailhouse_pci_device pci_devices[1];
    } __attribute__((packed)) config = {
      .cell = {
        .signature = JAILHOUSE_CELL_DESC_SIGNATURE, .revision = JAILHOUSE_CONFIG_REVISION,
        .architecture = JAILHOUSE_ARM64, .name = "a", .cpu_set_size = sizeof(config.cpus),
        .num_memory_regions = ARRAY_SIZE(config.mem_regions), .num_pci_devices = ARRAY_SIZE(config.pci_devices),
      },
      .cpus = { 0x8 },
      .mem_regions = {
        { .phys_start = 0x84000000, .virt_start = 0x84000000, .size = 0x1000, .flags = RO },
        { 0 },
        { .phys_start = 0x84001000, .virt_start = 0x84001000, .size = 0x1000, .flags = RO },
        { .phys_start = 0x84002000, .virt_start = 0x84002000, .size = 0x1000, .flags = RO },
      },
      .pci_devices = {
        { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX,
          .shmem_regions_start = 0, .shmem_dev_id = 1, .shmem_peers = ${peers} },
      },
    };`
  expect(codes(sections('2'))).toContain('JH523')
  expect(codes(sections('3'))).toEqual(expect.arrayContaining(['JH520', 'JH523']))
})

/** Codes about links of a root whose device begins at a region and counts peers; the sections of its link stand first. */
const ofDevice = (start: number, peers: number): readonly string[] => {
  const device = `.pci_devices = { { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .domain = 1,
    .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX, .shmem_regions_start = ${start}, .shmem_peers = ${peers} } },`
  const more = `.phys_start = 0x9000000, .virt_start = 0x9000000, .size = 0x1000, .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE`
  const text = root(
    '.num_pci_devices = 1, .vpci_irq_base = 100,',
    device,
    'struct jailhouse_pci_device pci_devices[1];',
  )
    .replace('mem_regions[1]', 'mem_regions[7]')
    .replace(
      /\.mem_regions = \{/,
      `.mem_regions = {
        { .phys_start = 0x60000000, .virt_start = 0x60000000, .size = 0x1000, .flags = JAILHOUSE_MEM_READ },
        { 0 },
        { .phys_start = 0x60001000, .virt_start = 0x60001000, .size = 0x1000, .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE },
        { .phys_start = 0x60002000, .virt_start = 0x60002000, .size = 0x1000, .flags = JAILHOUSE_MEM_READ },
        { ${more} | JAILHOUSE_MEM_IO }, { ${more.replaceAll('0x9000000', '0x9100000')} | JAILHOUSE_MEM_IO },`,
    )
  return codes(CELL_TEXT, text, ROOT).filter(code => /JH(272|5[26])/.test(code))
}

test('a device in front of too few regions, or of devices, is one fault', () => {
  expect(ofDevice(0, 2)).toEqual([])
  expect(ofDevice(3, 3)).toEqual(['JH520'])
  expect(ofDevice(4, 1)).toEqual(['JH527'])
})

test('a forgotten vpci_irq_base is one slip, not one for each interrupt that it stands for', () => {
  const linked = (base: string) =>
    codes(
      inmate(
        'a',
        `.num_pci_devices = ARRAY_SIZE(config.pci_devices), ${base}`,
        '.pci_devices = { { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX, .shmem_peers = 2 } },',
        'struct jailhouse_pci_device pci_devices[1];',
      ),
    ).filter(code => code === 'JH420' || code === 'JH421')
  expect(linked('')).toEqual(['JH421'])
  expect(linked('.vpci_irq_base = 100,')).toEqual(['JH420'])
})

test('a file that is cut is not charged with what lies behind the cut', () => {
  const regions = '{ .phys_start = 0x88000000, .virt_start = 0x88000000, .size = 0x1000 },\n'.repeat(10_000)
  expect(codes(CELL_TEXT.replace('.mem_regions = {', `.mem_regions = {\n${regions}`))).toEqual(['JH102'])
})
