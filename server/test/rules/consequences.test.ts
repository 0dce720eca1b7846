import { expect, test } from 'vitest'
import { analysisIn, distinct } from '../../src/repair/trial.ts'
import { desk, type Files, inmate, root, uriOf, withGrammar } from '../project.ts'

withGrammar()

/** One fault is one finding, and another fault beside it is another. */

const MEMORY = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE'

const IO = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO'

/** A root with more regions behind its RAM at 0x80000000. */
const rootWith = (...regions: readonly string[]): string =>
  root()
    .replace('mem_regions[1]', `mem_regions[${regions.length + 1}]`)
    .replace('JAILHOUSE_MEM_DMA,\n    },', `JAILHOUSE_MEM_DMA,\n    },\n    ${regions.join(',\n    ')}`)

const ram = (phys: string, virt: string, size: string): string =>
  `{ .phys_start = ${phys}, .virt_start = ${virt}, .size = ${size}, .flags = ${MEMORY} }`

const across = (files: Files, uris: readonly string[]) => {
  const { project, file } = desk(files)
  return distinct(uris.flatMap(uri => analysisIn(project, file(uri.slice(uri.lastIndexOf('/') + 1))).findings))
}

const grave = (files: Files, uris = Object.keys(files).map(uriOf)): readonly string[] =>
  across(files, uris)
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ rule, severity }) => `${rule.code} ${severity}`)
    .toSorted()

test('a fault is as grave as what follows in any file, whichever is looked at first', () => {
  const files = {
    'board.c': rootWith(ram('0xa0000000', '0xa0000000', '0')),
    'board-a.c': inmate('a'),
    'board-b.c': inmate('b').replaceAll('0x88000000', '0xa0000000'),
  }
  const [first, second] = ['board-a.c', 'board-b.c'].map(uriOf) as [string, string]
  expect(grave(files, [first, second])).toContain('JH211 error')
  expect(grave(files, [second, first])).toEqual(grave(files, [first, second]))
})

test('memory that no slip in a wrong region of the root explains is missed by itself', () => {
  const files = {
    'board.c': rootWith(ram('0xc0000000', '0x100000000', '0x10000000')),
    'board-a.c': inmate('a').replaceAll('0x88000000', '0xe0000000'),
  }
  expect(grave(files)).toEqual(expect.arrayContaining(['JH214 error', 'JH265 error']))
  const near = { ...files, 'board-a.c': files['board-a.c'].replaceAll('0xe0000000', '0xc8000000') }
  expect(grave(near)).toContain('JH214 error')
  expect(grave(near)).not.toContain('JH265 error')
})

test('registers that run over what is intercepted and over memory behind it are one fault', () => {
  const registers = (size: string) =>
    `{ .phys_start = 0x1000000, .virt_start = 0x1000000, .size = ${size}, .flags = ${IO} }`
  const behind = ram('0x2000000', '0x2000000', '0x1000000')
  expect(grave({ 'board.c': rootWith(registers('0x800000'), behind) })).toEqual([])
  expect(grave({ 'board.c': rootWith(registers('0x1400000'), behind) })).toEqual(['JH216 error'])
  const before = ram('0x1100000', '0x1100000', '0x100000')
  const both = grave({ 'board.c': rootWith(registers('0x1400000'), before, behind) })
  expect(both).toEqual(expect.arrayContaining(['JH202 warning', 'JH216 error']))
})

test('a region that lies over another one as well does not only follow from a wrong one', () => {
  const wrong = ram('0x90000000', '0x98000000', '0x2000000')
  expect(grave({ 'board.c': rootWith(wrong, ram('0x99000000', '0x99000000', '0x1000000')) })).toEqual(['JH214 error'])
  const over = ram('0x8f000000', '0x8f000000', '0xb000000')
  expect(grave({ 'board.c': rootWith(wrong, over) })).toContain('JH202 warning')
})

test('a link is compared although a flag of another region cannot be read', () => {
  const link = '.pci_devices = { { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .domain = 1, .shmem_regions_start = 1,'
  const device = (id: number) => `${link} .shmem_dev_id = ${id}, .shmem_peers = 2 } },`
  const sections = (start: string, id: number) => `JAILHOUSE_SHMEM_NET_REGIONS(${start}, ${id}),`
  const withLink = (text: string, start: string, id: number) =>
    text
      .replace('mem_regions[1]', 'mem_regions[6]')
      .replace('.cpus = {', `${device(id)}\n  .cpus = {`)
      .replace('} __attribute__', 'struct jailhouse_pci_device pci_devices[1];\n} __attribute__')
      .replace(
        /(JAILHOUSE_MEM_(DMA|LOADABLE)),\n {4}\},/,
        `$1,\n    },\n    ${sections(start, id)}\n    { .flags = UNKNOWN },`,
      )
  const counted = '.num_pci_devices = 1,'
  const files = {
    'board.c': withLink(root(counted), '0x85000000', 0),
    'board-a.c': withLink(inmate('a', counted), '0x86000000', 1),
  }
  expect(grave(files)).toContain('JH563 error')
})

test('a section of a link that reaches over those behind it is one fault, whoever else has them', () => {
  const flags = ['READ', 'READ | JAILHOUSE_MEM_WRITE', 'READ | JAILHOUSE_MEM_WRITE', 'READ']
  const sections = (state: string, shared: string) =>
    [state, '0x1000', '0x1000', '0x1000']
      .map((size, i) => {
        const start = `0xa000${i}000`
        const may = `JAILHOUSE_MEM_${flags[shared && i > 1 ? 5 - i : i]}${shared}`
        return `{ .phys_start = ${start}, .virt_start = ${start}, .size = ${size}, .flags = ${may} },`
      })
      .join('\n    ')
  const withLink = (text: string, state: string, id: number) =>
    text
      .replace('mem_regions[1]', 'mem_regions[5]')
      .replace(
        '.cpus = {',
        `.pci_devices = { { .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .domain = 1, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX, .shmem_regions_start = 1, .shmem_dev_id = ${id}, .shmem_peers = 2 } },\n  .cpus = {`,
      )
      .replace('} __attribute__', 'struct jailhouse_pci_device pci_devices[1];\n} __attribute__')
      .replace(
        /(JAILHOUSE_MEM_(DMA|LOADABLE)),\n {4}\},/,
        `$1,\n    },\n    ${sections(state, id ? ' | JAILHOUSE_MEM_ROOTSHARED' : '')}`,
      )
  const files = (state: string) => ({
    'board.c': withLink(root('.num_pci_devices = 1,'), state, 0),
    'board-a.c': withLink(inmate('a', '.num_pci_devices = 1,'), '0x1000', 1),
  })
  const before = grave(files('0x1000'))
  expect(grave(files('0x8000')).filter(each => !before.includes(each))).toEqual(['JH522 error'])
})

test('a size of a digit too many is one fault, whatever lies behind the region', () => {
  const board = (size: string) =>
    rootWith(
      ram('0xa0000000', '0xa0000000', size),
      ram('0xa1000000', '0xa1000000', '0x1000000'),
      ram('0xa2000000', '0xa2000000', '0x1000000'),
    )
  expect(grave({ 'board.c': board('0x1000000') })).toEqual([])
  expect(grave({ 'board.c': board('0x10000000') })).toEqual(['JH202 warning'])
  const atHypervisor = board('0x10000000').replaceAll('0x70000000', '0xa8000000')
  expect(grave({ 'board.c': atHypervisor })).toEqual(['JH202 error'])
})

test('registers that hold their neighbours may be meant so: what else is in them is told by itself', () => {
  const registers = (start: string, size: string) => ram(start, start, size).replace(MEMORY, IO)
  const files = {
    'board.c': rootWith(
      registers('0x1000000', '0xf000000'),
      registers('0x21c0000', '0x10000'),
      registers('0x21d0000', '0x10000'),
    ),
  }
  expect(grave(files)).toEqual(['JH202 warning', 'JH216 error'])
})

test('what a member that is not declared may have listed is not missing', () => {
  const x86 = (members: string) =>
    root()
      .replace('JAILHOUSE_ARM64', 'JAILHOUSE_X86')
      .replace(
        /\.platform_info\.arm = \{[^}]*\},/,
        `.platform_info = { .x86 = { .vtd_interrupt_limit = 256${members} } },`,
      )
  expect(grave({ 'board.c': x86('') })).toContain('JH337 error')
  const former = grave({ 'board.c': x86(', .iommu_units = { { .base = 0xfed90000, .size = 0x1000 } }') })
  expect(former).toContain('JH105 error')
  expect(former).not.toContain('JH337 error')
})

/** A root and an inmate with two links between them, each of the network. */
const linked = (rootDevices: readonly string[], ownDevices: readonly string[]): Files => {
  const withLinks = (text: string, id: number, devices: readonly string[]) =>
    text
      .replace('mem_regions[1]', 'mem_regions[9]')
      .replace('.cpus = {', `.pci_devices = { ${devices.join(', ')} },\n  .cpus = {`)
      .replace('} __attribute__', `struct jailhouse_pci_device pci_devices[${devices.length}];\n} __attribute__`)
      .replace(
        /(JAILHOUSE_MEM_(DMA|LOADABLE)),\n {4}\},/,
        `$1,\n    },\n    ${[0x85000000, 0x85100000].map(at => `JAILHOUSE_SHMEM_NET_REGIONS(${at}, ${id})`).join(', ')},`,
      )
  const counted = (count: number) => `.num_pci_devices = ${count}, .vpci_irq_base = 100,`
  return {
    'board.c': withLinks(root(counted(rootDevices.length)), 0, rootDevices),
    'board-a.c': withLinks(inmate('a', counted(ownDevices.length)), 1, ownDevices),
  }
}

const end = (slot: number, start: number, id: number, peers = 2): string =>
  `{ .type = JAILHOUSE_PCI_TYPE_IVSHMEM, .domain = 1, .bdf = ${slot} << 3, .bar_mask = JAILHOUSE_IVSHMEM_BAR_MASK_INTX,
     .shmem_regions_start = ${start}, .shmem_dev_id = ${id}, .shmem_peers = ${peers},
     .shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH }`

const isOfLinks = (code: string): boolean => /^JH5(02|[26])/.test(code)
const ROOT_ENDS = [end(0, 1, 0), end(1, 5, 0)]
const ofLinks = (...own: readonly string[]): readonly string[] =>
  grave(linked(ROOT_ENDS, own)).filter(each => isOfLinks(each))

test('two links that are right have no fault', () => expect(ofLinks(end(0, 1, 1), end(1, 5, 1))).toEqual([]))

test('a wrong number of peers is one fault, at either end', () => {
  expect(ofLinks(end(0, 1, 1, 1), end(1, 5, 1))).toEqual(['JH525 warning'])
  expect(ofLinks(end(0, 1, 1, 0), end(1, 5, 1))).toEqual(['JH520 error'])
  const files = linked([end(0, 1, 0, 1), ROOT_ENDS[1]!], [end(0, 1, 1), end(1, 5, 1)])
  expect(grave(files).filter(each => isOfLinks(each))).toEqual(['JH525 warning'])
})

test('the ID of the other end is one fault', () => expect(ofLinks(end(0, 1, 0), end(1, 5, 1))).toEqual(['JH527 error']))

test('a bdf that two devices of a cell have says nothing of the links', () =>
  expect(ofLinks(end(1, 1, 1), end(1, 5, 1))).toEqual(['JH502 error']))

test('the bdf of another link is one fault', () => expect(ofLinks(end(1, 1, 1))).toEqual(['JH563 error']))

test('another fault of the device is told beside the number of its peers', () => {
  const files = linked(ROOT_ENDS, [end(0, 1, 1, 1), end(1, 5, 1)])
  const moved = { ...files, 'board-a.c': files['board-a.c']!.replace(String(0x85000000), String(0x86000000)) }
  expect(grave(moved).filter(each => isOfLinks(each))).toEqual(['JH525 warning', 'JH563 error'])
})

test('each fault of a thousand regions in one range is found', () => {
  const region = '{ .phys_start = 0x90000010, .virt_start = 0x90000020, .size = 0x123, .flags = 0x800 }'
  const text = root()
    .replace('mem_regions[1]', 'mem_regions[1001]')
    .replace('JAILHOUSE_MEM_DMA,\n    },', `JAILHOUSE_MEM_DMA,\n    },\n    [1 ... 1000] = ${region},`)
  expect(text).toContain('[1 ... 1000]')
  const found = grave({ 'board.c': text })
  expect(new Set(found)).toContain('JH214 error')
  expect(found.filter(each => each === 'JH214 error').length).toBeGreaterThan(900)
})
