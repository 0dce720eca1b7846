import { expect, test } from 'vitest'
import { completions } from '../../src/ide/completion/index.ts'
import { applyEdits } from '../../src/text/source-file.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'
import { fixtures } from './fixture.ts'
import { harmOf, snippetTrials, taken } from './snippet-trials.ts'

withGrammar()

/** Whatever element is taken, and wherever: no new error or warning in any file without word of it, and all still compiles. */
test.each(['k3-dma/k3-demo-linux.c', 'x86/pc.c', 'x86/pc-tiny.c', 'arm32/board32.c', 'amd/board-usb.c'])(
  'elements taken in %s do no harm',
  path => {
    const { analyze, project } = fixtures()
    const trials = [...snippetTrials(analyze(path), project, ['front', 'end'], ['J'])]
    expect(trials.filter(({ harm, warning }) => harm.length > 0 && !warning)).toEqual([])
    expect(trials.length).toBeGreaterThan(0)
  },
)

/** An array of a root or inmate with a place to type at, beside the other. */
const board = root('.num_pci_devices = 1,', '.pci_devices = {},', 'struct jailhouse_pci_device pci_devices[1];')

test('of memory whose link another cell has begun only what is missing is offered', () => {
  const linked = root(
    '.num_pci_devices = ARRAY_SIZE(config.pci_devices), .vpci_irq_base = 100,',
    `.pci_devices = { { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .bdf = 1 << 3, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX,
      .shmem_regions_start = 0, .shmem_dev_id = 0, .shmem_peers = 2, .shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH, }, },`,
    'struct jailhouse_pci_device pci_devices[1];',
  )
    .replace('mem_regions[1]', 'mem_regions[5]')
    .replace('.mem_regions = {', '.mem_regions = {\n    JAILHOUSE_SHMEM_NET_REGIONS(0x6ff00000, 0),')
  const typing = inmate('a').replace('.mem_regions = {', '.mem_regions = {\n    ^')
  const offered = (text: string) => {
    const files = desk({ 'w/board.c': linked, 'w/board-a.c': text.replace('^', '') })
    const items = completions(files.analyze('w/board-a.c'), text.indexOf('^'), files.project)
    return items.find(({ label }) => label === 'JAILHOUSE_SHMEM_NET_REGIONS')
  }
  const item = offered(typing)!
  expect(item.insert).toContain('JAILHOUSE_SHMEM_NET_REGIONS(${1:0x6ff00000}, ${2:1})')
  const once = applyEdits(item.at.file, taken(item))
  expect(offered(once.replace('    JAILHOUSE_SHMEM', '    ^\n    JAILHOUSE_SHMEM'))).toBeUndefined()
})

test('a new element counts the elements behind the cursor as well', () => {
  const behind = board.replace(
    '.pci_devices = {},',
    '.pci_devices = { ^{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0 << 3, }, },',
  )
  const files = desk({ 'w/board.c': behind.replace('^', '') })
  const items = completions(files.analyze('w/board.c'), behind.indexOf('^'), files.project)
  expect(items.find(({ label }) => label === 'PCI device')?.insert).not.toContain('.bdf = ${3:0x0}')
})

test('an element is tried where it is looked at: what it would cause is told, and what cannot be tried', () => {
  const warning = (text: string, label: string) => {
    const files = desk({ 'w/board.c': text.replace('^', '') })
    return harmOf(label, files.analyze('w/board.c'), text.indexOf('^'), files.project)
  }
  const units = (typed: string) =>
    root().replace('.root_cell = {', `.platform_info = { .iommu_units = { ${typed} } },\n  .root_cell = {`)
  expect(warning(units('^'), 'SMMUv3')).toMatch(/^With these values it would cause JH334 \(.*\)\.$/)
  expect(warning(units('^SMM'), 'SMMUv3')).toMatch(/JH334/)
  expect(warning(units('^'), 'PVU')).toBeUndefined()
  expect(warning(`${units('^')} int x = ;`, 'SMMUv3')).toBe('Not tried, because the file has a syntax error.')
  expect(warning(units('^'), 'no such element')).toBeUndefined()
})

test('what has no room or no sense in a place is not proposed there', () => {
  type Edits = Readonly<Record<string, (text: string) => string>>
  const labels = (path: string, at: string, edits: Edits = {}) => {
    const files = fixtures(edits)
    const offset = files.file(path).text.indexOf(at) + at.length
    return completions(files.analyze(path), offset, files.project).map(({ label }) => label)
  }
  const INMATE = 'k3-dma/k3-demo-linux.c'
  const ROOT = 'k3-dma/k3-demo.c'
  const replaced = (find: string | RegExp, by: string) => (text: string) => text.replace(find, by)
  const smaller = replaced('.size = 0x60000000', '.size = 0x20000000')
  const withDma = replaced(/EXECUTE \|\s+JAILHOUSE_MEM_LOADABLE/g, 'DMA | JAILHOUSE_MEM_EXECUTE')
  const toTheEnd = replaced('.size = 0x3bf00000', '.size = 0xc0000000')
  const regions = '.mem_regions = {'
  const caches = '.cache_regions = {'
  const devices = '.pci_devices = {'

  expect(labels('x86/pc-tiny.c', caches)).not.toContain('cache region')
  const empty = { 'x86/pc-tiny.c': replaced(/(cache_regions = \{)[^}]*\},/, '$1') }
  expect(labels('x86/pc-tiny.c', caches, empty)).toContain('cache region')
  expect(labels('arm32/board32.c', regions)).toContain('RAM region')
  expect(labels('arm32/board32.c', regions, { 'arm32/board32.c': toTheEnd })).not.toContain('RAM region')
  expect(labels(INMATE, regions, { [INMATE]: smaller })).toContain('RAM region')
  expect(labels(INMATE, regions, { [INMATE]: smaller, [ROOT]: withDma })).not.toContain('RAM region')
  expect(labels('x86/pc.c', devices)).toContain('PCI device')
  const uncounted = { 'x86/pc.c': replaced(/\.num_pci_devices.*\n/, '') }
  expect(labels('x86/pc.c', devices, uncounted)).not.toContain('PCI device')
})

test('in a list with branches an element raises the length for all of them, or has to find room', () => {
  const cell = inmate('a', '', '', '').replace('mem_regions[1]', 'mem_regions[2]')
  const branched = cell.replace('.mem_regions = {', '.mem_regions = {\n#ifdef MORE\n    /* more */ { 0 },\n#endif')
  const room = (text: string, behind: string) => {
    const files = desk({ 'w/a.c': text })
    const items = completions(files.analyze('w/a.c'), text.indexOf(behind) + behind.length, files.project)
    return items.find(({ label }) => label === 'RAM region')?.additionalEdits?.map(edit => edit.text)
  }
  expect(room(branched, '#endif\n')).toEqual(['3'])
  expect(room(branched, '.mem_regions = {')).toEqual(['3'])
  const full = branched.replace('#ifdef', '#ifndef')
  expect(room(full, '{ 0 },\n')).toBeUndefined()
  expect(room(full.replace('mem_regions[2]', 'mem_regions[3]'), '{ 0 },\n')).toEqual([])
})

test('a region does not decide for which architecture a file is', () => {
  const labels = (size: string, architecture: string) => {
    const text = root('', '', '')
      .replace('.size = 0x10000000', `.size = ${size}`)
      .replace(/\.architecture = .*/, architecture)
      .replace(
        '.root_cell = {',
        '.platform_info = { .arm = { .gicd_base = 0x1000000, .gic_version = 2 } },\n.root_cell = {',
      )
    const files = desk({ 'w/board.c': text }, { settings: { revision: 'v0.8' } })
    const start = text.indexOf('.mem_regions = {') + '.mem_regions = {'.length
    return completions(files.analyze('w/board.c'), start, files.project).map(({ label }) => label)
  }
  expect(labels('0x10000000', '')).toContain('RAM region')
  expect(labels('0x80000000', '')).not.toContain('RAM region')
})
