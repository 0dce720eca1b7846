// Small programs that write inputs of a kind that stopped such tools before, at any size.

const HEAD = '#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n'

/** An inmate around the lines of its regions, or whatever stands in their place. */
export const cell = ({ regions = '', count = 1, extra = '', body = '', fields = '' } = {}) => `${HEAD}${extra}
struct {
\tstruct jailhouse_cell_desc cell;
\t__u64 cpus[1];
\tstruct jailhouse_memory mem_regions[${count}];
${fields}} __attribute__((packed)) config = {
\t.cell = {
\t\t.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
\t\t.revision = JAILHOUSE_CONFIG_REVISION,
\t\t.architecture = JAILHOUSE_ARM64,
\t\t.name = "hard",
\t\t.cpu_set_size = sizeof(config.cpus),
\t\t.num_memory_regions = ARRAY_SIZE(config.mem_regions),
\t},
\t.cpus = { 0x2 },
\t.mem_regions = {
${regions}
\t},
${body}};
`

const ARRAYS = {
  cache_regions: ['struct jailhouse_cache', 'num_cache_regions'],
  irqchips: ['struct jailhouse_irqchip', 'num_irqchips'],
  pio_regions: ['struct jailhouse_pio', 'num_pio_regions'],
  pci_devices: ['struct jailhouse_pci_device', 'num_pci_devices'],
  pci_caps: ['struct jailhouse_pci_capability', 'num_pci_caps'],
  stream_ids: ['union jailhouse_stream_id', 'num_stream_ids'],
}

/** One array of a configuration beside its regions. */
const beside = (name, elements) => {
  const [type, count] = ARRAYS[name]
  return {
    fields: `\t${type} ${name}[${elements.length}];\n`,
    counts: `\t\t\t.${count} = ${elements.length},\n`,
    body: `\t.${name} = {\n${elements.map(words => `\t\t{ ${words} },`).join('\n')}\n\t},\n`,
  }
}

/** A root around the lines of its regions, and one more array. */
export const root = ({ regions = '', count = 1, architecture = 'ARM64', platform = ARM, array } = {}) => `${HEAD}
struct {
\tstruct jailhouse_system header;
\t__u64 cpus[1];
\tstruct jailhouse_memory mem_regions[${count}];
${array?.fields ?? ''}} __attribute__((packed)) config = {
\t.header = {
\t\t.signature = JAILHOUSE_SYSTEM_SIGNATURE,
\t\t.revision = JAILHOUSE_CONFIG_REVISION,
\t\t.architecture = JAILHOUSE_${architecture},
\t\t.hypervisor_memory = { .phys_start = 0x89fa00000, .size = 0x400000 },
\t\t.platform_info = { ${platform} },
\t\t.root_cell = {
\t\t\t.name = "root",
\t\t\t.cpu_set_size = sizeof(config.cpus),
\t\t\t.num_memory_regions = ARRAY_SIZE(config.mem_regions),
${array?.counts ?? ''}\t\t},
\t},
\t.cpus = { 0x3 },
\t.mem_regions = {
${regions}
\t},
${array?.body ?? ''}};
`

const ARM = '.arm = { .gic_version = 3, .gicd_base = 0x01800000, .gicr_base = 0x01880000, .maintenance_irq = 25 }'
const SMMU = `${ARM}, .iommu_units = { { .type = JAILHOUSE_IOMMU_SMMUV3, .base = 0x36600000, .size = 0x100000 } }`
const PC = {
  architecture: 'X86',
  platform:
    '.pci_mmconfig_base = 0xb0000000, .pci_mmconfig_end_bus = 0xff, .iommu_units = { { .type = JAILHOUSE_IOMMU_INTEL, .base = 0xfed90000, .size = 0x1000 } }, .x86 = { .pm_timer_address = 0x408, .vtd_interrupt_limit = 256 }',
}

/** A root and an inmate that both have an array of so many elements. */
const both = (name, element, n, ofRoot = {}) => {
  const elements = Array.from({ length: n }, (_, i) => element(i))
  const array = beside(name, elements)
  return {
    'x.c': root({ ...ofRoot, regions: region(1), array }),
    'x-a.c': cell({ fields: array.fields, body: array.body, regions: region(0) })
      .replace('ARM64', ofRoot.architecture ?? 'ARM64')
      .replace('\t\t.num_mem', `${array.counts}\t\t.num_mem`),
  }
}

const region = (i, step = 0x1000, size = 0x1000) => {
  const at = `0x${(0x70000000 + i * step).toString(16)}`
  return `\t\t{ .phys_start = ${at}, .virt_start = ${at}, .size = 0x${size.toString(16)}, .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE },`
}

const times = (n, of) => Array.from({ length: n }, (_, i) => of(i)).join('\n')

/** By name: what it makes of a size, and the sizes that are tried. A `{ name: text }` is a folder; `x.c` is asked about. */
export const hardInputs = {
  'regions, all different': [n => cell({ count: n, regions: times(n, region) }), [1000, 10_000]],
  'regions, all alike': [n => cell({ count: n, regions: times(n, () => region(0)) }), [1000, 10_000, 100_000]],
  'regions by one range': [
    n => cell({ count: n, regions: region(0).replace('{', `[0 ... ${n - 1}] = {`) }),
    [4000, 65_536, 4_000_000],
  ],
  'regions declared, none written': [n => cell({ count: n }), [4_000_000, 400_000_000, 4_000_000_000]],
  'regions that overlap in a chain': [
    n => cell({ count: n, regions: times(n, i => region(i, 0x800)) }),
    [1000, 10_000],
  ],
  'regions that all overlap': [
    n => cell({ count: n, regions: times(n, i => region(i, 0x1000, 0x1000 * n)) }),
    [1000, 10_000],
  ],
  'regions of a root, all different': [n => root({ count: n, regions: times(n, region) }), [3000, 10_000]],
  'regions of a root, all alike': [n => root({ count: n, regions: times(n, () => region(0)) }), [3000, 10_000]],
  'regions of a root that overlap in a chain': [
    n => root({ count: n, regions: times(n, i => region(i, 0x800)) }),
    [3000, 10_000],
  ],
  'regions of a root that overlap in a chain of pages': [
    n => root({ count: n, regions: times(n, i => region(i, 0x1000, 0x2000)) }),
    [3000, 10_000],
  ],
  'regions of a root that all overlap': [
    n => root({ count: n, regions: times(n, i => region(i, 0x1000, 0x1000 * n)) }),
    [3000, 10_000],
  ],
  'regions of a root and its inmate': [
    n => ({
      'x.c': root({ count: n, regions: times(n, i => region(i, 0x1000, 0x2000)) }),
      'x-a.c': cell({ count: n, regions: times(n, i => region(i, 0x1000, 0x2000)) }),
    }),
    [3000, 10_000],
  ],
  'I/O ports of root and inmate': [
    n => both('pio_regions', i => `.base = ${(i * 8) % 0xfff8}, .length = 16`, n, PC),
    [1000, 8000],
  ],
  'alike I/O ports of root and inmate': [n => both('pio_regions', () => '.base = 8, .length = 4', n, PC), [8000]],
  'PCI devices of root and inmate': [
    n =>
      both(
        'pci_devices',
        i => `.type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = ${i}, .caps_start = 0, .num_caps = 4, .num_msi_vectors = 1`,
        n,
        PC,
      ),
    [1000, 8000],
  ],
  'alike PCI devices of root and inmate': [
    n => both('pci_devices', () => '.type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 8', n, PC),
    [8000],
  ],
  'virtual PCI devices of root and inmate': [
    n =>
      both(
        'pci_devices',
        i =>
          `.type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = ${i}, .shmem_dev_id = ${i % 2}, .shmem_peers = 2, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX`,
        n,
      ),
    [1000, 8000],
  ],
  'PCI capabilities of root and inmate': [
    n => both('pci_caps', i => `.id = 5, .start = ${(4 * i) % 256}, .len = 14, .flags = 1`, n, PC),
    [1000, 8000],
  ],
  'interrupt controllers of root and inmate': [
    n =>
      both('irqchips', i => `.address = 0x1800000, .pin_base = ${32 + 32 * (i % 30)}, .pin_bitmap = { 0xffffffff }`, n),
    [1000, 8000],
  ],
  'streams of root and inmate': [n => both('stream_ids', i => `.id = ${i}`, n, { platform: SMMU }), [1000, 8000]],
  'alike streams of root and inmate': [n => both('stream_ids', () => '.id = 5', n, { platform: SMMU }), [8000]],
  'caches of root and inmate': [
    n => both('cache_regions', i => `.start = ${i}, .size = 2, .type = JAILHOUSE_CACHE_L3`, n, PC),
    [1000, 8000],
  ],
  'regions of a root and I/O memory of its machine': [
    n => ({
      'x.c': root({ count: n, regions: times(n, i => region(i, 0x2000)) }).replace(
        '\n',
        '\n/* jailhouse-warden: platform=iomem.txt */\n',
      ),
      'iomem.txt': times(n, i => {
        const at = 0x70001000 + i * 0x2000
        return `${at.toString(16)}-${(at + 0xfff).toString(16)} : ${i % 2 ? 'System RAM' : `${at.toString(16)}.serial`}`
      }),
    }),
    [1000, 10_000],
  ],
  'cells of one system': [
    n => {
      const names = Array.from({ length: 32 }, (_, i) => `c${i}`)
      const regions = times(n, i => region(i))
      return {
        'x.c': root({ count: n, regions }),
        ...Object.fromEntries(
          names.map(name => [`${name}.c`, cell({ count: n, regions }).replace('"hard"', `"${name}"`)]),
        ),
        'jailhouse.json': JSON.stringify({ systems: [{ root: 'x.c', cells: names.map(name => `${name}.c`) }] }),
      }
    },
    [100, 1000],
  ],
  'names that nothing declares': [
    n => cell({ count: n, regions: times(n, i => `\t\t{ .phys_start = unknown_${i} },`) }),
    [1000, 50_000],
  ],
  'members that nothing declares': [
    n => cell({ count: n, regions: times(n, i => `\t\t{ .phys_stars${i} = 1 },`) }),
    [1000, 50_000],
  ],
  'constants that nothing declares': [
    n => cell({ count: n, regions: times(n, i => `\t\t{ .flags = JAILHOUSE_MEM_REED${i} },`) }),
    [1000, 20_000],
  ],
  'brackets that nest': [n => cell({ regions: '{'.repeat(n) + '}'.repeat(n) }), [100, 100_000]],
  'brackets that never close': [n => cell({ regions: '{ ('.repeat(n) }), [1000, 100_000]],
  'brackets that only close': [n => cell({ regions: '} )'.repeat(n) }), [1000, 100_000]],
  'parentheses around a value': [
    n => cell({ regions: `{ .size = ${'('.repeat(n)}1${')'.repeat(n)} },` }),
    [100, 1000, 100_000],
  ],
  'a sum of many': [n => cell({ regions: `{ .size = ${'1 + '.repeat(n)}1 },` }), [1000, 5000, 100_000]],
  'signs before a value': [n => cell({ regions: `{ .size = ${'- '.repeat(n)}1 },` }), [1000, 100_000]],
  'conditional expressions that nest': [
    n => cell({ regions: `{ .size = ${'1 ? 2 : '.repeat(n)}3 },` }),
    [1000, 100_000],
  ],
  'flags joined without end': [
    n => cell({ regions: `{ .flags = ${'JAILHOUSE_MEM_READ | '.repeat(n)}0 },` }),
    [1000, 4000, 100_000],
  ],
  'macros that double': [
    n =>
      cell({
        extra: times(n, i => `#define A${i + 1} A${i} A${i}`).concat('\n#define A0 1 +\n'),
        regions: `{ .size = A${n} 1 },`,
      }),
    [10, 40, 1000],
  ],
  'macros that name each other': [
    n => cell({ extra: times(n, i => `#define B${i} B${(i + 1) % n} B${(i + 7) % n}`), regions: '{ .size = B0 },' }),
    [10, 1000],
  ],
  'macros with arguments that double': [
    n =>
      cell({
        extra: `#define D(x) x x\n`,
        regions: `{ .size = ${'D('.repeat(n)}1 +${')'.repeat(n)} 1 },`,
      }),
    [10, 30, 1000],
  ],
  'many macros': [n => cell({ extra: times(n, i => `#define M${i} ${i}`) }), [1000, 50_000]],
  'one macro used often': [
    n =>
      cell({
        extra: '#define R(i) { .phys_start = i, .size = 0x1000 }\n',
        count: n,
        regions: times(n, i => `R(${i}),`),
      }),
    [1000, 20_000],
  ],
  'a macro of many arguments': [
    n => cell({ extra: `#define V(...) { __VA_ARGS__ }\n`, regions: `V(${'1, '.repeat(n)}1),` }),
    [1000, 100_000],
  ],
  'a file that includes itself': [() => ({ 'x.c': `#include "x.c"\n${cell()}` }), [1]],
  'headers that include each other': [
    () => ({
      'x.c': `#include "a.h"\n${cell()}`,
      'a.h': '#include "b.h"\n#include "b.h"\n',
      'b.h': '#include "a.h"\n#include "a.h"\n',
    }),
    [1],
  ],
  'headers that include the next twice': [
    n => ({
      'x.c': `#include "h0.h"\n${cell()}`,
      ...Object.fromEntries(
        Array.from({ length: n }, (_, i) => [`h${i}.h`, `#include "h${i + 1}.h"\n#include "h${i + 1}.h"\n`]),
      ),
    }),
    [10, 60],
  ],
  'headers side by side': [
    n => ({
      'x.c': times(n, i => `#include "h${i}.h"`) + cell(),
      ...Object.fromEntries(Array.from({ length: n }, (_, i) => [`h${i}.h`, `#define H${i} ${i}\n`])),
    }),
    [100, 2000],
  ],
  'includes that are not there': [n => times(n, i => `#include "none${i}.h"`) + cell(), [100, 5000]],
  'one line': [n => cell({ regions: times(n, region) }).replace(/\n(?!#|struct \{)/g, ' '), [1000, 10_000, 80_000]],
  'one long comment': [n => `/*${'x'.repeat(n)}*/\n${cell()}`, [1_000_000, 10_000_000]],
  'one long line of words': [n => `${cell()}\n${'int a; '.repeat(n)}`, [10_000, 1_000_000]],
  'comments without end': [n => cell() + '/* '.repeat(n), [1000, 100_000]],
  'many comments': [n => cell({ regions: times(n, i => `/* region ${i} */ // ${i}`) }), [1000, 50_000]],
  'comment settings': [n => times(n, i => `/* jailhouse-warden: root=none${i}.c */`) + cell(), [10, 10_000]],
  suppressions: [n => times(n, () => '// jailhouse-warden: ignore JH205 why not') + cell(), [10, 10_000]],
  'names of a suppression': [
    n => `/* jailhouse-warden: ignore ${'JH205 '.repeat(n)}-- why not */\n${cell()}`,
    [1000, 100_000],
  ],
  hashes: [n => `#include "tmpl.c"\n${'#'.repeat(n)}\nint x;\n`, [30, 100_000]],
  'conditionals that nest': [n => '#if 1\n'.repeat(n) + cell() + '#endif\n'.repeat(n), [100, 50_000]],
  'conditionals that never end': [n => cell() + '#ifdef X\n'.repeat(n), [100, 50_000]],
  'conditionals side by side': [
    n => cell({ regions: '#ifdef X\n{ 1 },\n#else\n{ 2 },\n#endif\n'.repeat(n), count: n }),
    [100, 10_000],
  ],
  'an #if of many terms': [n => `#if ${'1 + '.repeat(n)}1\n#endif\n${cell()}`, [100, 100_000]],
  'an #if of many signs': [n => `#if ${'!'.repeat(n)}1\n#endif\n${cell()}`, [100, 100_000]],
  'lines that go on': [
    n => `#define L ${'1 + \\\n'.repeat(n)}1\n${cell({ regions: '{ .size = L },' })}`,
    [100, 50_000],
  ],
  backslashes: [n => `${cell()}${'\\\n'.repeat(n)}`, [100, 100_000]],
  quotes: [n => `${cell()}${'"'.repeat(n)}\n${"'".repeat(n)}`, [101, 100_001]],
  'strings side by side': [n => cell().replace('"hard"', '"a" '.repeat(n)), [100, 50_000]],
  'a long string': [n => cell().replace('"hard"', `"${'a'.repeat(n)}"`), [100, 1_000_000]],
  'a long name': [n => `${cell()}int ${'n'.repeat(n)} = 1;`, [1000, 1_000_000]],
  'a long number': [n => cell({ regions: `{ .size = 0x${'f'.repeat(n)} },` }), [100, 1_000_000]],
  'a shift without end': [n => cell({ regions: `{ .size = 1 << ${n} },` }), [63, 1_000_000_000, 1e18]],
  'structs that nest': [n => `${'struct { int a; '.repeat(n)}${'} x; '.repeat(n)}\n${cell()}`, [100, 10_000]],
  'structs side by side': [n => times(n, i => `struct s${i} { int a; };`) + cell(), [1000, 20_000]],
  'structs in a chain': [
    n =>
      `struct s0 { int a; };\n${times(n, i => `struct s${i + 1} { struct s${i} m; };`)}\nstruct s${n} x = { 1 };\n${cell()}`,
    [100, 10_000],
  ],
  'arrays in a chain': [
    n => `typedef int t0;\n${times(n, i => `typedef t${i} t${i + 1}[1];`)}\nt${n} x = { 1 };\n${cell()}`,
    [100, 10_000],
  ],
  'structs that double': [
    n =>
      `struct s0 { int a; };\n${times(n, i => `struct s${i + 1} { struct s${i} a, b; };`)}\nstruct s${n} x = { 1 };\n${cell()}`,
    [10, 24, 60],
  ],
  'unions that double by name': [
    n =>
      `struct s0 { int a0; };\n${times(n, i => `struct s${i + 1} { struct { struct s${i} a${i}; }; struct { struct s${i} b${i}; }; };`)}\nstruct s${n} x = { 1 };\n${cell()}`,
    [10, 60],
  ],
  'typedefs in a chain': [
    n => `typedef int t0;\n${times(n, i => `typedef t${i} t${i + 1};`)}\nt${n} x = 1;\n${cell()}`,
    [100, 20_000],
  ],
  'pointers without end': [n => `int ${'*'.repeat(n)} x;\n${cell()}`, [100, 50_000]],
  'array of arrays': [n => `int x${'[2]'.repeat(n)} = { 1 };\n${cell()}`, [10, 30, 1000]],
  'ranges in ranges': [
    n => `int x[${n}][${n}] = { [0 ... ${n - 1}][0 ... ${n - 1}] = 1 };\n${cell()}`,
    [100, 2000, 100_000],
  ],
  'ranges over and over': [n => cell({ count: 10_000, regions: times(n, () => '[0 ... 9999] = { 1 },') }), [10, 1000]],
  'an array without length far out': [n => `int x[] = { [${n}] = 1 };\n${cell()}`, [1000, 1_000_000, 2_000_000_000]],
  alignment: [
    n => `int y __attribute__((aligned(${n}))) = 1;\nint z __attribute__((aligned(${n}))) = 1;\n${cell()}`,
    [4096, 1 << 28],
  ],
  attributes: [n => `int y ${'__attribute__((packed)) '.repeat(n)} = 1;\n${cell()}`, [10, 10_000]],
  enumerators: [
    n => `enum e { ${Array.from({ length: n }, (_, i) => `E${i}`).join(', ')} };\n${cell()}`,
    [1000, 50_000],
  ],
  'enumerators that name the last': [
    n => `enum e { E0, ${Array.from({ length: n }, (_, i) => `E${i + 1} = E${i} + 1`).join(', ')} };\n${cell()}`,
    [1000, 20_000],
  ],
  objects: [n => times(n, i => `int o${i} = ${i};`) + cell(), [1000, 20_000]],
  configurations: [n => HEAD + times(n, i => cell().replace(HEAD, '').replace('config =', `config${i} =`)), [10, 500]],
  'designators of the same': [
    n => cell().replace('.name = "hard"', `${'.name = "a", '.repeat(n)}.name = "b"`),
    [10, 10_000],
  ],
  'designators that go deep': [n => cell({ regions: `[0]${'.a'.repeat(n)} = 1,` }), [10, 10_000]],
  'a long CPU set': [n => cell({ regions: '' }).replace('__u64 cpus[1]', `__u64 cpus[${n}]`), [100, 1_000_000]],
  'a long CPU set, all in it': [
    n =>
      cell()
        .replace('__u64 cpus[1]', `__u64 cpus[${n}]`)
        .replace('{ 0x2 }', `{ [0 ... ${n - 1}] = 0xffffffffffffffff }`),
    [100, 10_000, 100_000],
  ],
  'interrupt controllers': [
    n =>
      cell({
        fields: `\tstruct jailhouse_irqchip irqchips[${n}];\n`,
        body: `\t.irqchips = { [0 ... ${n - 1}] = { .address = 0x1800000, .pin_base = 32, .pin_bitmap = { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff } } },\n`,
      }).replace('\t\t.num_mem', `\t\t.num_irqchips = ${n},\n\t\t.num_mem`),
    [10, 10_000],
  ],
  'PCI devices': [
    n =>
      cell({
        fields: `\tstruct jailhouse_pci_device pci_devices[${n}];\n`,
        body: `\t.pci_devices = { [0 ... ${n - 1}] = { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .shmem_regions_start = 0, .shmem_dev_id = 1, .shmem_peers = 3 } },\n`,
      }).replace('\t\t.num_mem', `\t\t.num_pci_devices = ${n},\n\t\t.num_mem`),
    [10, 10_000],
  ],
  streams: [
    n =>
      cell({
        fields: `\tunion jailhouse_stream_id stream_ids[${n}];\n`,
        body: `\t.stream_ids = { [0 ... ${n - 1}] = { .id = 5 } },\n`,
      }).replace('\t\t.num_mem', `\t\t.num_stream_ids = ${n},\n\t\t.num_mem`),
    [10, 10_000],
  ],
  controls: [n => cell() + '\0\u0001\u001b\u202e'.repeat(n), [10, 50_000]],
  'letters outside of the BMP': [n => cell() + '\u{1f600}'.repeat(n), [10, 100_000]],
  'lone surrogates': [n => `${cell()}/* ${'\ud800'.repeat(n)} */`, [10, 10_000]],
  'a project file that nests': [n => ({ 'x.c': cell(), 'jailhouse.json': '['.repeat(n) }), [10, 100_000]],
  'a project file that is none': [n => ({ 'x.c': cell(), 'jailhouse.json': '/*'.repeat(n) }), [1000, 300_000]],
  'a project file of rules that are none': [
    n => ({
      'x.c': cell(),
      'jailhouse.json': JSON.stringify({
        rules: Object.fromEntries(Array.from({ length: n }, (_, i) => [`r${i}`, 1])),
      }),
    }),
    [1000, 100_000],
  ],
  'a project file of one cell over and over': [
    n => ({
      'x.c': cell(),
      'jailhouse.json': JSON.stringify({ systems: [{ root: 'r.c', cells: Array(n).fill('x.c') }] }),
    }),
    [100, 100_000],
  ],
  'a project file of many systems': [
    n => ({
      'x.c': cell(),
      'jailhouse.json': JSON.stringify({ systems: Array.from({ length: n }, () => ({ root: 'r.c', cells: ['x.c'] })) }),
    }),
    [10, 2000, 10_000],
  ],
  'a folder of many siblings': [
    n => ({ 'x.c': cell(), ...Object.fromEntries(Array.from({ length: n }, (_, i) => [`x-${i}.c`, cell()])) }),
    [10, 500],
  ],
}
