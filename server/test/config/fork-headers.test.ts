import { describe, expect, test } from 'vitest'
import { builtinHeaders, revisions } from '../../src/config/headers/index.ts'
import { cellOf } from '../../src/config/model.ts'
import { type Desk, desk, inmate, root, withGrammar } from '../project.ts'
import { type ForkArray, forkHeader, UPSTREAM } from './fork.ts'

withGrammar()

const HEADER = 'tree/include/jailhouse/cell-config.h'
const ROOT = 'tree/configs/arm64/board.c'
const CELL = 'tree/configs/arm64/board-cell.c'

const tree = (header: string, cell: string, rootText = root()): Desk =>
  desk({ [HEADER]: header, [ROOT]: rootText, [CELL]: cell })

const cellIn = (files: Desk) => cellOf(files.analyze(CELL).config!)

/** Codes of what is found in the cell's file, from information up. */
const codes = (files: Desk): readonly string[] =>
  files
    .analyze(CELL)
    .findings.filter(({ severity, span }) => severity !== 'hint' && span.file === files.file(CELL))
    .map(({ rule }) => rule.code)

const inserted = (at: number, ...arrays: readonly ForkArray[]) => UPSTREAM.toSpliced(at, 0, ...arrays)

const PINS: ForkArray = { name: 'pins', count: 'num_pins', type: 'struct jailhouse_pin' }
const PIN = 'struct jailhouse_pin { __u32 first, count; } __attribute__((packed));'
const ENTRY = '.cpu_reset_address = 0x88000000,'
const PASSIVE = `.flags = JAILHOUSE_CELL_PASSIVE_COMMREG, ${ENTRY}`

describe('an array that a fork added', () => {
  const header = forkHeader(inserted(8, PINS), PIN)
  const pins = (count: string) =>
    inmate('a', `${PASSIVE} ${count}`, '.pins = { { .first = 38, .count = 2 } },', 'struct jailhouse_pin pins[1];')

  test('stands where the accessors of the header look for it', () =>
    expect(codes(tree(header, pins('.num_pins = 1,')))).toEqual(['JH134']))

  test('is read by the count that the header has for it', () => {
    expect(codes(tree(header, pins('.num_pins = 2,')))).toContain('JH121')
    expect(cellIn(tree(header, pins('.num_pins = 1,'))).arrays.map(({ member, counted }) => [member, counted])).toEqual(
      [
        ['cpus', 8],
        ['mem_regions', 1],
        ['pins', 1],
      ],
    )
  })

  test('is out of order where the header has it elsewhere', () =>
    expect(codes(tree(forkHeader(inserted(1, PINS), PIN), pins('.num_pins = 1,')))).toContain('JH122'))

  test('is none of the arrays without the header of the fork', () =>
    expect(codes(tree(forkHeader(UPSTREAM, PIN), pins('')))).toContain('JH122'))
})

describe('processors that a fork counts apart', () => {
  const header = forkHeader(
    inserted(1, { name: 'rcpu_set', count: 'rcpu_set_size', type: 'unsigned long', isBytes: true }),
  )
  const remote = inmate('remote', `${PASSIVE} .rcpu_set_size = sizeof(config.rcpus),`, '.rcpus = { 0x1 },', '')
    .replace('__u64 cpus[1];', '__u64 cpus[1]; __u64 rcpus[1];')
    .replace('.cpus = { 0x8 }', '.cpus = { 0 }')
    .replace(' | JAILHOUSE_MEM_LOADABLE', '')

  test('may be all that a cell has', () => expect(codes(tree(header, remote))).toEqual(['JH134']))
  test('are no CPUs', () => expect(cellIn(tree(header, remote)).cpus).toEqual([]))
})

describe('a header that lists CPUs by their physical ids', () => {
  const listed = UPSTREAM.with(0, { name: 'cpus', count: 'num_cpus', type: 'struct jailhouse_cpu' })
  const header = forkHeader(listed, 'struct jailhouse_cpu { __u64 phys_id; __u8 padding[8]; } __attribute__((packed));')
  const withCpus = (text: string, ids: readonly string[]) =>
    text
      .replace('__u64 cpus[1];', `struct jailhouse_cpu cpus[${ids.length}];`)
      .replace('.cpu_set_size = sizeof(config.cpus)', '.num_cpus = ARRAY_SIZE(config.cpus)')
      .replace(/\.cpus = \{ 0x\w+ \}/, `.cpus = { ${ids.map(id => `{ .phys_id = ${id} }`).join(', ')} }`)
  const board = withCpus(root(), ['0x0', '0x1', '0x100', '0x101'])

  test('has CPUs, and each inmate those of its root', () => {
    const files = tree(header, withCpus(inmate('a', PASSIVE), ['0x101']), board)
    expect(cellIn(files).cpus).toEqual([0x101])
    expect(codes(files)).toEqual([])
    const [simulation] = files.analyze(CELL).simulations
    expect(simulation?.machine.stages.map(({ outcome }) => outcome.kind)).toEqual(Array(7).fill('done'))
  })

  test('says which CPU the root does not have', () =>
    expect(codes(tree(header, withCpus(inmate('a', PASSIVE), ['0x102']), board))).toContain('JH660'))
})

describe('a flag that the header defines', () => {
  const header = forkHeader(UPSTREAM, '#define JAILHOUSE_MEM_COLORED (1 << 9)\n#define JAILHOUSE_CELL_BALLOON 0x100')
  const colored = inmate('a', PASSIVE).replace('JAILHOUSE_MEM_LOADABLE', 'JAILHOUSE_MEM_COLORED')

  test('is no unknown flag, and its region takes part in nothing else', () => {
    expect(codes(tree(header, colored))).toEqual(['JH134'])
    expect(cellIn(tree(header, colored)).mem_regions).toEqual([])
  })

  test('of a cell neither', () =>
    expect(codes(tree(header, inmate('a', `.flags = JAILHOUSE_CELL_PASSIVE_COMMREG | 0x100, ${ENTRY}`)))).toEqual([
      'JH134',
    ]))

  test('of a system neither, whatever it is called', () => {
    const named = forkHeader(UPSTREAM, '#define JAILHOUSE_CONSOLE_ACTIVE 0x80000000')
    const flagged = (flag: string) => {
      const files = tree(named, inmate('a', PASSIVE), root().replace('.hypervisor_memory', `.flags = ${flag}, $&`))
      return files.analyze(ROOT).findings.filter(({ rule }) => rule.code === 'JH130').length
    }
    expect(flagged('JAILHOUSE_CONSOLE_ACTIVE')).toBe(0)
    expect(flagged('0x80000000')).toBe(1)
  })

  test('another bit is', () =>
    expect(codes(tree(header, inmate('a', `.flags = JAILHOUSE_CELL_PASSIVE_COMMREG | 0x200, ${ENTRY}`)))).toEqual([
      'JH130',
    ]))
})

test('a flag that moved means what its name meant in its revision', () => {
  const old = desk(
    { 'w/a.c': inmate('a', PASSIVE).replace('JAILHOUSE_MEM_LOADABLE', 'JAILHOUSE_MEM_IO_UNALIGNED') },
    { settings: { revision: '12c' } },
  )
  expect(cellOf(old.analyze('w/a.c').config!).mem_regions[0]?.flags).toBe(0x8007n)
})

describe('a struct behind the arrays', () => {
  const maps = (member: string) =>
    inmate('a', PASSIVE, '', `struct { __u8 pads[87]; } __attribute__((packed)) ${member};`)
  const accessor = `static inline const __u8 *jailhouse_cell_access_maps(const struct jailhouse_cell_desc *cell)
{
  return (const __u8 *)((void *)jailhouse_cell_stream_ids(cell) + cell->num_stream_ids * sizeof(union jailhouse_stream_id));
}
#endif
`
  const header = forkHeader(UPSTREAM).replace(/#endif\s*$/, accessor)
  test('belongs there if the header has an accessor for its bytes', () =>
    expect(codes(tree(header, maps('access_maps')))).not.toContain('JH122'))
  test('is a stranger otherwise', () => {
    expect(codes(tree(header, maps('other_maps')))).toContain('JH122')
    expect(codes(tree(forkHeader(UPSTREAM), maps('access_maps')))).toContain('JH122')
  })
})

describe('a machine that only the platform of a header knows', () => {
  const system = builtinHeaders(revisions[0]!).get('jailhouse/parts/system-14.h')!
  const header = forkHeader(UPSTREAM).replace(
    '#include <jailhouse/parts/system-14.h>',
    system.replace('arm;', 'arm; struct { __u64 plic_base; } __attribute__((packed)) riscv;'),
  )
  const plain = (text: string) => text.replace(/\.architecture.*/, '')
  const console = '.console = { .type = JAILHOUSE_CON_TYPE_PL011, .address = 0x9000000, .size = 0x1000 },'
  const cell = plain(inmate('a', `${PASSIVE} ${console}`))
  const board = plain(root()).replace(
    /\.platform_info\.arm = .*/,
    '.platform_info.riscv = { .plic_base = 0xf8000000 },',
  )
  const found = (files: Desk, path: string) =>
    files.analyze(path).findings.flatMap(({ rule, severity }) => (severity === 'hint' ? [] : [rule.code]))

  test('is neither x86 nor ARM, and not simulated', () => {
    const files = tree(header, cell, board)
    expect(files.analyze(ROOT).config?.architectureChoice.foreign).toBe('riscv')
    expect(found(files, ROOT)).toEqual(['JH134'])
    expect(files.analyze(CELL).config?.architectureChoice.foreign).toBe('riscv')
    expect(found(files, CELL)).toEqual(['JH134'])
  })
  test('is known by the folder too', () => {
    const file = 'tree/configs/riscv/alone.c'
    expect(desk({ [HEADER]: header, [file]: cell }).analyze(file).config?.architectureChoice.foreign).toBe('riscv')
    const upstream = desk({ [HEADER]: forkHeader(UPSTREAM), [file]: cell }).analyze(file).config
    expect(upstream?.architectureChoice.foreign).toBe(undefined)
  })
})

test('what a header has no field for is not missing from an IOMMU unit of AMD', () => {
  const header = (members: string) =>
    forkHeader(UPSTREAM).replace(
      '#include <jailhouse/parts/iommu-12c.h>',
      `struct jailhouse_iommu { __u32 type; __u64 base; __u32 size; ${members} } __attribute__((packed));`,
    )
  const unit = (fields: string) =>
    root()
      .replace('JAILHOUSE_ARM64', 'JAILHOUSE_X86')
      .replace(/\.platform_info\.arm = .*/, `.platform_info.iommu_units = { { ${fields} } },`)
  const faults = (members: string, fields: string) =>
    tree(
      header(members),
      inmate('a'),
      unit(`.type = JAILHOUSE_IOMMU_AMD, .base = 0xfeb80000, .size = 0x80000, ${fields}`),
    )
      .analyze(ROOT)
      .findings.filter(({ rule }) => rule.code === 'JH331')
      .map(({ headline }) => headline)
  expect(faults('__u8 amd_base_cap, amd_msi_cap; __u32 amd_features;', '.amd_base_cap = 0x40')).toEqual([])
  const whole = '__u16 amd_bdf; __u8 amd_base_cap, amd_msi_cap; __u32 amd_features;'
  expect(faults(whole, '.amd_bdf = 2, .amd_base_cap = 0x40')).toEqual([])
  expect(faults(whole, '.amd_base_cap = 0x40')).toEqual(['IOMMU unit 0 has no amd.bdf'])
})
