import { describe, expect, test } from 'vitest'
import { cellOf } from '../../src/config/model.ts'
import { completions, withoutTabStops } from '../../src/ide/completion/index.ts'
import { applyEdits } from '../../src/text/source-file.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'
import { fixtures } from './fixture.ts'

withGrammar()

/** Proposals at the `^` of a text. */
function proposed(marked: string, others: Record<string, string> = {}) {
  const offset = marked.indexOf('^')
  const files = desk({ 'w/board-a.c': marked.replace('^', ''), ...others })
  return completions(files.analyze('w/board-a.c'), offset, files.project)
}
const labels = (marked: string, others: Record<string, string> = {}) => proposed(marked, others).map(item => item.label)

/** An inmate with a second, half-typed element. */
const typing = (words: string) =>
  inmate('a')
    .replace('mem_regions[1]', 'mem_regions[2]')
    .replace('.mem_regions = {', `.mem_regions = {\n    ${words}\n`)

describe('members', () => {
  test('of an element, in the order of the struct', () => {
    expect(labels(typing('{ .^ },'))).toEqual(['phys_start', 'virt_start', 'size', 'flags'])
  })
  test('none that is written, in front or behind', () => {
    expect(labels(typing('{ .phys_start = 1, .size = 2, .^ },'))).toEqual(['virt_start', 'flags'])
    expect(labels(typing('{ .^\n.phys_start = 1, .size = 2 },'))).toEqual(['virt_start', 'flags'])
    expect(labels(typing('{ ^\n.phys_start = 1, .size = 2 },'))).toEqual(['.virt_start', '.flags'])
  })
  test('a struct that is written may be named again, and comes last', () => {
    const platform = root('').replace(
      '.root_cell = {',
      '.platform_info = { .arm.gic_version = 2, .^ },\n.root_cell = {',
    )
    expect(labels(platform)).toContain('arm')
  })
  test('of the architecture of the file', () => {
    const within = (architecture: string) =>
      labels(
        root()
          .replace('JAILHOUSE_ARM64', architecture)
          .replace('.root_cell = {', '.platform_info = { .^ },\n.root_cell = {'),
      )
    expect(within('JAILHOUSE_ARM64')).toContain('arm')
    expect(within('JAILHOUSE_ARM64')).not.toContain('x86')
    expect(within('JAILHOUSE_X86')).toContain('x86')
    expect(within('JAILHOUSE_X86')).not.toContain('arm')
  })
  test('while the rest of the file is missing', () => {
    const text = inmate('a')
    const cut = `${text.slice(0, text.indexOf('.phys_start'))}.^`
    expect(labels(cut)).toContain('virt_start')
  })
  test('where a comma or a brace was forgotten', () => {
    expect(labels(typing('{ .phys_start = 1\n.^ },'))).toContain('virt_start')
    expect(labels(typing('{ .phys_start = 1 }\n{ .^ },'))).toContain('virt_start')
    expect(labels(typing('{ .phys_start = 1,\n{ .^ },'))).toContain('virt_start')
    const open = inmate('a').replace('.mem_regions = {', '.mem_regions = {\n{ .size = 1,\n.cell = { .^')
    expect(labels(open)).toContain('cpu_set_size')
  })
  test('of structs in structs, by braces and by dots', () => {
    const within = (words: string) => labels(root(words).replace('.root_cell = {', '.^'))
    expect(within('')).toContain('platform_info')
    const platform = root().replace('.root_cell = {', '.platform_info = { .arm = { .^ } },\n.root_cell = {')
    expect(labels(platform)).toEqual([
      'maintenance_irq',
      'gic_version',
      'gicd_base',
      'gicc_base',
      'gich_base',
      'gicv_base',
      'gicr_base',
    ])
    const dotted = root().replace('.root_cell = {', '.platform_info.arm.^\n.root_cell = {')
    expect(labels(dotted)).toContain('gicd_base')
  })
  test('without a dot they bring their own', () => {
    expect(labels(typing('{ ^ },'))).toContain('.phys_start')
  })
  test('in front of a value only the name is written', () => {
    const [item] = proposed(typing('{ .ph^ = 3 },'))
    expect(item).toMatchObject({ insert: 'phys_start', isSnippet: false })
  })
  test('the word under the cursor is replaced, not doubled', () => {
    const text = typing('{ .ph^ys = 3 },')
    const item = proposed(text)[0]!
    expect(applyEdits(item.at.file, [{ span: item.at, text: item.insert }])).toContain('{ .phys_start = 3 },')
  })
})

describe('values', () => {
  test('flags that are not in the list yet', () => {
    const found = labels(typing('{ .flags = JAILHOUSE_MEM_READ | J^ },'))
    expect(found).toContain('JAILHOUSE_MEM_DMA')
    expect(found).not.toContain('JAILHOUSE_MEM_READ')
  })
  test('constants by what the field means', () => {
    const flags = labels(typing('{ .flags = J^ },'))
    expect(flags).toContain('JAILHOUSE_MEM_DMA')
    expect(flags).not.toContain('JAILHOUSE_PCI_TYPE_IVSHMEM')
    expect(labels(inmate('a').replace('JAILHOUSE_ARM64', '^'))).toEqual(
      expect.arrayContaining(['JAILHOUSE_ARM64', 'JAILHOUSE_X86']),
    )
  })
  test('macros of the file itself', () => {
    expect(labels(`#define RAM_BASE 0x1000\n${typing('{ .phys_start = ^ },')}`)).toContain('RAM_BASE')
  })
  test('memory of the root that is free, beside what the cell has', () => {
    const found = proposed(typing('{ .phys_start = ^ },'), { 'w/board.c': root() })
    expect(found[0]).toMatchObject({ label: '0x80000000', detail: expect.stringContaining('128 MiB') })
  })
  test('CPUs of the root that are free', () => {
    const text = inmate('a').replace('.cpus = { 0x8 }', '.cpus = { ^ }')
    expect(labels(text, { 'w/board.c': root() })).toEqual(['0x8', '0x4', '0x2', '0x1'])
    expect(labels(text.replace('^', '0x4 | ^'), { 'w/board.c': root() })).toEqual(['0x8', '0x2', '0x1'])
    expect(labels(text.replace('^', '1 << ^'), { 'w/board.c': root() })).toEqual([])
  })
})

describe('what is free in this system', () => {
  const LINUX = 'k3-dma/k3-demo-linux.c'
  /** Values proposed behind `words` of the inmate, whose rest of the line is not written yet. */
  const free = (words: string, rest: RegExp, edit: (text: string) => string = text => text) => {
    const files = fixtures({ [LINUX]: text => edit(text).replace(words, `${words}\u00a7`).replace(rest, '') })
    const { text } = files.file(LINUX)
    const offset = text.indexOf('\u00a7')
    const typed = fixtures({ [LINUX]: () => text.replace('\u00a7', '') })
    const items = completions(typed.analyze(LINUX), offset, typed.project).filter(({ kind }) => kind === 'value')
    return items.map(({ label, detail }) => `${label}: ${detail}`)
  }
  test('the domain of the virtual PCI host', () => {
    expect(free('.domain = ', /(?<=\u00a7)4(?=,)/)).toEqual(['4: domain of the virtual PCI host'])
  })
  test('the device of the root that waits for its peer', () => {
    expect(
      free('.bdf = ', /(?<=\u00a7)0 << 3/, text =>
        text.replace('num_pci_devices = ARRAY_SIZE(config.pci_devices)', 'num_pci_devices = 0'),
      )[0],
    ).toBe('0 << 3: 00:00.0: shared memory with k3-demo')
  })
  test('ids on the link', () => {
    expect(free('.shmem_dev_id = ', /(?<=\u00a7)1/)[0]).toBe('1: free on the link at 00:00.0')
  })
  test('interrupts of the word, those of virtual devices first', () => {
    const spis = free('.pin_bitmap = { 0, ', /(?<=\u00a7)0xf << \(163 - 160\)/, text =>
      text.replace('{ 0, 0, 0, 1', '{ 0,0, 0, 1'),
    )
    expect(spis[0]).toBe('1 << (163 - 160): SPI 163: raised by a shared-memory device')
    expect(spis[1]).toMatch(/^1 << \(160 - 160\): SPI 160: the root's/)
  })
  test('interrupts for virtual devices that nobody has', () => {
    const spis = free('.vpci_irq_base = ', /(?<=\u00a7)195 - 32/)
    expect(spis[0]).toBe('163: SPI 163 to 166: in pin_bitmap of this cell')
    expect(spis).toContain('512: SPI 512 to 515: no cell has them')
  })
  test('memory in the window that is kept for inmates comes first', () => {
    const starts = free('/* RAM */ {\n\t\t\t.phys_start = ', /(?<=\u00a7)0x8a0000000/)
    expect(starts[0]).toBe(
      "0x8a0000000: free, out of reach of the root's devices: [0x8a0000000, 0x900000000) 1.5 GiB of the root",
    )
  })
  test('virt_start as phys_start, and a size that is free there', () => {
    const text = typing('{ .phys_start = 0x81000000, .virt_start = ^ },')
    expect(proposed(text, { 'w/board.c': root() })[0]).toMatchObject({ label: '0x81000000' })
    const size = typing('{ .phys_start = 0x81000000, .size = ^ },')
    expect(proposed(size, { 'w/board.c': root() })[0]).toMatchObject({
      label: '0x7000000',
      detail: '112 MiB, all that is free there',
    })
  })
  test('of the element at hand, also behind a macro that makes several', () => {
    expect(
      free('/* UART 1 */ {\n\t\t\t.phys_start = 0x02810000,\n\t\t\t.virt_start = ', /(?<=\u00a7)0x02810000/),
    ).toEqual(['0x02810000: the same as phys_start'])
  })
  test('a number that is half typed is replaced', () => {
    const text = inmate('a').replace(/(?<=phys_start = )\w+/, '0x8^')
    const item = proposed(text, { 'w/board.c': root() })[0]!
    expect(applyEdits(item.at.file, [{ span: item.at, text: item.insert }])).toMatch(/\.phys_start = 0x\w{8},/)
  })
  test('ends of links and where their sections may lie', () => {
    expect(free('.shmem_regions_start = ', /(?<=\u00a7)0/)[0]).toMatch(/^0: region 0: \[0x70000000, /)
    expect(free('.shmem_peers = ', /(?<=\u00a7)2/)).toEqual(['2: as the other ends of the link say'])
  })
  test('the interrupt controller, and bases that no entry covers', () => {
    expect(free('.address = ', /(?<=\u00a7)0x01800000/)).toEqual([])
    expect(free('bit */ {\n\t\t\t.address = ', /(?<=\u00a7)0x01800000/)).toEqual(['0x1800000: gicd_base of the root'])
    const bases = free('.pin_base = ', /(?<=\u00a7)32/)
    expect(bases[0]).toBe('32: SPI 0 to 127')
    expect(bases[1]).toBe('288: SPI 256 to 383')
  })
  test('streams, also where a union is written by its value alone', () => {
    const found = free('SMMU */\n\t\t{ ', /(?<=\u00a7)0x0003/)
    expect(found[0]).toBe('0x1: virtid 1 of the PVU, which no cell lists')
  })
  test('the length of the array a field counts', () => {
    expect(free('.num_memory_regions = ', /(?<=\u00a7)ARRAY_SIZE\(config.mem_regions\)/)).toEqual([
      'ARRAY_SIZE(config.mem_regions): 11 elements',
    ])
    expect(free('.cpu_set_size = ', /(?<=\u00a7)sizeof\(config.cpus\)/)).toEqual(['sizeof(config.cpus): 1 element'])
  })
})

test('members of the object in an expression', () => {
  const found = labels(inmate('a').replace('ARRAY_SIZE(config.mem_regions)', 'ARRAY_SIZE(config.^)'))
  expect(found.slice(0, 3)).toEqual(['cell', 'cpus', 'mem_regions'])
  expect(labels(inmate('a').replace('ARRAY_SIZE(config.mem_regions)', 'sizeof(config.cell.con^)'))).toContain('console')
})

test('of the macros of the file those that stand for a value, for a list, or for elements', () => {
  const macros = `#define ONE 0x1000
#define SUM (ONE + ONE)
#define OF(n) ((n) << 12)
#define REGION { .size = ONE }
#define MEMBER .size = ONE
#define PAIR ONE, ONE
#define PINS { 1, 2 }
#define NAME "a"
#define AT(n) { .phys_start = n, .size = ONE }
#define BOTH(n) AT(n), AT(n + ONE)
`
  const own = (text: string) =>
    labels(macros + text).filter(label => /^(ONE|SUM|OF|REGION|MEMBER|PAIR|PINS|NAME|AT|BOTH)$/.test(label))
  expect(own(inmate('a').replace('.size = 0x1000000', '.size = ^'))).toEqual(['ONE', 'SUM'])
  const chips = '.irqchips = { { .pin_bitmap = ^ } },'
  expect(own(inmate('a', '', chips, 'struct jailhouse_irqchip irqchips[1];'))).toEqual(['PINS', 'NAME'])
  expect(own(inmate('a').replace('.mem_regions = {', '.mem_regions = { ^'))).toEqual(['REGION', 'PINS', 'AT', 'BOTH'])
})

test('constants of text and of masks that a macro stands for', () => {
  expect(labels(inmate('a').replace('JAILHOUSE_CELL_DESC_SIGNATURE', '^'))).toContain('JAILHOUSE_CELL_DESC_SIGNATURE')
  const device = inmate('a')
    .replace('.mem_regions = {', '.pci_devices = { { .bar_mask = ^ } },\n.mem_regions = {')
    .replace('struct jailhouse_memory', 'struct jailhouse_pci_device pci_devices[1];\n  struct jailhouse_memory')
  expect(labels(device)).toContain('JAILHOUSE_IVSHMEM_BAR_MASK_MSIX')
})

describe('what is inserted', () => {
  test('has the indentation of the file', () => {
    const insert = (text: string) => proposed(text).find(({ label }) => label === 'RAM region')!.insert
    expect(insert(typing('^'))).toContain('\n  .phys_start')
    expect(insert(typing('^').replaceAll('  ', '\t'))).toContain('\n\t.phys_start')
  })
  test('has no second comma', () => {
    expect(proposed(typing('{ .^ },'))[0]!.insert).toBe('phys_start = $1,$0')
    expect(proposed(typing('{ .^, .size = 1 },'))[0]!.insert).toBe('phys_start = $1$0')
  })
})

test('whole elements between elements', () => {
  const items = proposed(typing('^'))
  expect(items.map(({ label }) => label)).toContain('RAM region')
  expect(items.every(({ isSnippet }) => isSnippet)).toBe(true)
})

test('a new element begins with what is free', () => {
  const found = (label: string, marked: string) =>
    proposed(marked, { 'w/board.c': root() }).find(item => item.label === label)?.insert
  expect(found('RAM region', typing('^'))).toContain('.phys_start = ${1:0x80000000}')
  expect(found('communication region', typing('^'))).toContain('0x80000000')
  const own = `#define UART(n) { .phys_start = n }\n${typing('^')}`
  expect(found('UART', own)).toBe('UART(${1:n})$0,'.replace('$0,', ',$0'))
})

test('a member is written with its value where the next line names another', () => {
  expect(proposed(typing('{ .^\n.size = 1 },'))[0]).toMatchObject({ insert: 'phys_start = $1,$0' })
})

test('nothing in comments, strings, directives and outside of initializers', () => {
  expect(labels(typing('/* .^ */'))).toEqual([])
  expect(labels(typing('// .^'))).toEqual([])
  expect(labels(inmate('a.^'))).toEqual([])
  expect(labels(`#define X .^\n${inmate('a')}`)).toEqual([])
  expect(labels(`${inmate('a')}\nint f(void) { x.^ }`)).toEqual([])
})

test('the original member is among the proposals at every dot of the fixtures', () => {
  const files = fixtures()
  const missing: string[] = []
  for (const path of ['k3-dma/k3-demo.c', 'x86/pc.c', 'smmu-v2/mpsoc.c', 'old-revision/board.c']) {
    const analysis = files.analyze(path)
    for (const dot of files.file(path).text.matchAll(/(?<=[\s{])\.(\w+)(?=\s*[=.[])/g)) {
      const found = completions(analysis, dot.index + 1, files.project).some(({ label }) => label === dot[1])
      if (!found) missing.push(`${path}:${dot.index} ${dot[1]}`)
    }
  }
  expect(missing).toEqual([])
})

describe('what else changes with an element', () => {
  /** The file after a proposal is taken, tab stops left out. */
  const taken = (label: string, marked: string, others: Record<string, string> = {}) => {
    const item = proposed(marked, others).find(each => each.label === label)
    if (!item) return undefined
    const edits = [{ span: item.at, text: withoutTabStops(item.insert) }, ...(item.additionalEdits ?? [])]
    const text = applyEdits(item.at.file, edits)
    const { unit, config } = desk({ 'w/board-a.c': text, ...others }).analyze('w/board-a.c')
    return { text, problems: unit.problems.map(({ message }) => message), cell: cellOf(config!) }
  }
  const full = (words: string) => inmate('a').replace('.mem_regions = {', `.mem_regions = {\n    ${words}\n`)
  test('the length of the array, at once', () => {
    const after = taken('RAM region', full('^'))!
    expect(after.problems).toEqual([])
    expect(after.cell.mem_regions).toHaveLength(2)
    expect(after.text).toContain('mem_regions[2]')
    expect(taken('RAM region', full('RAM^'))!.cell.mem_regions).toHaveLength(2)
    const linked = taken('JAILHOUSE_SHMEM_NET_REGIONS', root().replace('.mem_regions = {', '.mem_regions = {\n    ^'))!
    expect(linked.cell.mem_regions).toHaveLength(5)
  })
  test('not where there is room', () => {
    expect(taken('RAM region', typing('^'))!.text).toContain('mem_regions[2]')
  })
  test('indices of links behind it', () => {
    const linked = full('^\n    JAILHOUSE_SHMEM_NET_REGIONS(0x70000000, 0),')
      .replace('mem_regions[1]', 'mem_regions[5]')
      .replace('struct jailhouse_memory', 'struct jailhouse_pci_device pci_devices[1];\n  struct jailhouse_memory')
      .replace(
        '.mem_regions = {',
        '.pci_devices = { { .type = 3, .shmem_regions_start = 0, .shmem_peers = 2 } },\n.mem_regions = {',
      )
      .replace('.num_memory_regions', '.num_pci_devices = 1,\n    .num_memory_regions')
    const after = taken('RAM region', linked)!
    expect(after.cell.pci_devices[0]!.shmem_regions_start).toBe(1)
    expect(after.problems).toEqual([])
  })
  test('nothing is offered that does not belong there', () => {
    const inRoot = root().replace('.mem_regions = {', '.mem_regions = {\n    ^')
    expect(labels(inRoot)).not.toContain('communication region')
    expect(labels(inRoot)).toContain('RAM region')
    const comm = full('{ .virt_start = 0x80000000, .size = 0x1000, .flags = JAILHOUSE_MEM_COMM_REGION },\n^')
    expect(labels(comm)).not.toContain('communication region')
    const units = (architecture: string, rest = '') =>
      labels(
        root()
          .replace('JAILHOUSE_ARM64', architecture)
          .replace('.root_cell = {', `.platform_info = { .iommu_units = { ^ }, ${rest} },\n.root_cell = {`),
      )
    expect(units('JAILHOUSE_X86', '.x86.vtd_interrupt_limit = 256')).toEqual(['VT-d'])
    expect(units('JAILHOUSE_ARM64')).toEqual(['SMMUv3', 'PVU'])
    const host = (isVirtual: number) =>
      labels(
        root(
          `.num_pci_devices = 0, .vpci_irq_base = 1,`,
          '.pci_devices = { ^ },',
          'struct jailhouse_pci_device pci_devices[1];',
        ).replace(
          '.root_cell = {',
          `.platform_info = { .pci_mmconfig_base = 0x1000000, .pci_is_virtual = ${isVirtual} },\n.root_cell = {`,
        ),
      )
    expect(host(0)).toContain('PCI device')
    expect(host(1)).not.toContain('PCI device')
  })
  test('a communication region lies where the cell sees nothing else', () => {
    const text = full('^').replaceAll('0x88000000', '0x80000000')
    expect(proposed(text).find(({ label }) => label === 'communication region')!.insert).toContain('0x81000000')
  })
})

describe('addresses', () => {
  const board = root()
    .replace('mem_regions[1]', 'mem_regions[2]')
    .replace(
      '.mem_regions = {',
      '.mem_regions = {\n    /* UART */ { .phys_start = 0x2800000, .virt_start = 0x2800000, .size = 0x2000,\n      .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO },',
    )
  test('of registers are those of the root, of RAM its memory', () => {
    const starts = (flags: string) =>
      proposed(typing(`{ .flags = ${flags}, .phys_start = ^ },`), { 'w/board.c': board }).map(({ label }) => label)
    expect(starts('JAILHOUSE_MEM_IO')).toEqual(['0x2800000'])
    expect(starts('JAILHOUSE_MEM_EXECUTE')).toEqual(['0x80000000', '0x89000000'])
    const mmio = proposed(typing('^'), { 'w/board.c': board }).find(({ label }) => label === 'MMIO region')!
    expect(mmio.insert).toContain('.phys_start = ${1:0x2800000}')
    expect(mmio.insert).toContain('.size = ${2:0x2000}')
  })
  test('are offered in the arguments of a macro that writes them', () => {
    const macro = '#define RAM(at, flag) { .phys_start = (at), .virt_start = at, .flags = flag | 1 }\n'
    const found = (words: string) => labels(macro + typing(words), { 'w/board.c': board })
    expect(found('RAM(^, 0),')[0]).toBe('0x80000000')
    expect(found('RAM(1, J^),')).toContain('JAILHOUSE_MEM_DMA')
    expect(labels(typing('JAILHOUSE_SHMEM_NET_REGIONS(^, 0),'), { 'w/board.c': board })[0]).toBe('0x80000000')
    expect(found('NO_MACRO(^),')).toEqual([])
  })
})

test('a header without ivshmem of today has no template for it', () => {
  const text = inmate('a')
    .replace('.mem_regions = {', '.pci_devices = { ^ },\n.mem_regions = {')
    .replace('struct jailhouse_memory', 'struct jailhouse_pci_device pci_devices[1];\n  struct jailhouse_memory')
  const old = text.replace('.architecture = JAILHOUSE_ARM64,', '')
  const offset = old.indexOf('^')
  const files = desk({ 'w/a.c': old.replace('^', '') }, { settings: { revision: 'v0.11' } })
  const found = completions(files.analyze('w/a.c'), offset, files.project).map(({ label }) => label)
  expect(found).toContain('PCI device')
  expect(found).not.toContain('ivshmem device')
})
