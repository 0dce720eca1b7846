import { expect, test } from 'vitest'
import { fixtures } from '../ide/fixture.ts'
import { examine } from './examine.ts'
import { examplesOf } from './page.ts'

/** Values on either side of where a rule begins to speak, as fences of a page would have them. */
function headlinesOf(id: string, words: string, body: string): readonly string[] {
  const [example] = examplesOf(`# x\n\`\`\`c good ${words}\n${body}\n\`\`\`\n`)
  return examine(example!.files)
    .findings.filter(({ rule }) => rule.id === id)
    .map(({ severity, headline }) => `${severity}: ${headline}`)
}

const window = (base: string, bus: number) =>
  headlinesOf(
    'virtual-host',
    'root x86',
    `.platform_info = { .pci_mmconfig_base = ${base}, .pci_mmconfig_end_bus = ${bus} },`,
  )

test('a PCI configuration space may end with the last address, and not behind it', () => {
  const beyond = ['error: the PCI configuration space extends beyond the last address']
  expect(window('0xffffffffffe00000', 1)).toEqual([])
  expect(window('0xfffffffffff00000', 1)).toEqual(beyond)
  expect(window('0xffffffffffe01000', 1)).toEqual(beyond)
})

const table = (limit: number) =>
  headlinesOf(
    'interrupt-limit',
    'root x86',
    `.platform_info = {
  .pci_mmconfig_base = 0xb0000000,
  .iommu_units = { { .type = JAILHOUSE_IOMMU_INTEL, .base = 0xfed90000, .size = 0x1000 } },
  .x86 = { .vtd_interrupt_limit = ${limit} },
},
.irqchips = {
  { .address = 0xfec00000, .pin_bitmap = { 0xff } },
},`,
  )

test('an interrupt remapping table holds what is remapped, at least 2 and at most 32768', () => {
  expect(table(1)).toEqual(['error: vtd_interrupt_limit is 1'])
  expect(table(2)).toEqual([expect.stringContaining('vtd_interrupt_limit 2 is too small: 24 interrupts are remapped')])
  expect(table(23)).toHaveLength(1)
  expect(table(24)).toEqual([])
  expect(table(32768)).toEqual([])
  expect(table(32769)).toEqual(['error: vtd_interrupt_limit 32769 exceeds the maximum of 32768'])
})

test('a field that is initialised twice is an error where configurations are built with -Werror', () => {
  const again = (text: string) => text.replace('.cpus = { ', '.cpus = { [0] = 0x1, [0] = ')
  const path = 'old-revision/board.c'
  const found = fixtures({ [path]: again })
    .analyze(path)
    .findings.filter(({ rule }) => rule.id === 'duplicate-designator')
    .map(({ severity, headline }) => `${severity}: ${headline}`)
  expect(found).toEqual(['warning: cpus[0] is initialised twice; the last value counts'])
  expect(headlinesOf('duplicate-designator', '', '.cpus = { [0] = 0x1, [0] = 0x4 },')).toEqual([
    'error: cpus[0] is initialised twice; the last value counts',
  ])
})

test('an id of 0 is right in a root, and has no effect in an inmate', () => {
  expect(headlinesOf('cell-id', 'root', '.id = 0,')).toEqual([])
  expect(headlinesOf('cell-id', 'root', '.id = 1,')).toEqual(['error: id of the root cell is 1; it must be 0'])
  expect(headlinesOf('cell-id', '', '.id = 0,')).toEqual(['hint: id has no effect'])
})

test('regions that are not counted are a warning, none counted is refused, too many are an error', () => {
  const regions = `.mem_regions = {
  { .phys_start = 0x60000000, .size = 0x10000, .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_LOADABLE },
  { .phys_start = 0x70000000, .size = 0x10000, .flags = JAILHOUSE_MEM_READ },
},`
  const counted = (count: number) => headlinesOf('count-mismatch', '', `.num_memory_regions = ${count},\n${regions}`)
  expect(counted(1)).toEqual([expect.stringMatching(/^warning: /)])
  expect(counted(0)).toEqual([expect.stringMatching(/^error: /)])
  expect(counted(2)).toEqual([])
  expect(counted(3)).toEqual([expect.stringMatching(/^error: /)])
})

test('a hidden region is to be removed only where the page gives as much', () => {
  const helpFor = (own: string, page: string) => {
    const [example] = examplesOf(`# x\n\`\`\`c good root
.mem_regions = {
  { .phys_start = 0xfe200000, .virt_start = 0xfe200000, .size = 0x10000, .flags = ${page} },
  { .phys_start = 0xfe201000, .virt_start = 0xfe201000, .size = 0x100, .flags = ${own} | JAILHOUSE_MEM_IO_32 },
},
\`\`\`\n`)
    const { findings } = examine(example!.files)
    return findings.find(({ rule }) => rule.code === 'JH207')?.help
  }
  const both = 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE'
  expect(helpFor(both, `${both} | JAILHOUSE_MEM_IO`)).toMatch(/^remove region 1, or exclude/)
  expect(helpFor(both, 'JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO')).toMatch(/^exclude the page from region 0$/)
})

test('an array is moved by one finding, whichever of them is out of order', () => {
  const found = (...members: readonly string[]) =>
    fixtures({
      'x86/pc-tiny.c': text => {
        const lines = text.split('\n').filter(line => /^\tstruct jailhouse_\w+ \w+\[/.test(line))
        const rest = text.split('\n').filter(line => !lines.includes(line))
        const at = rest.findIndex(line => /^\t__u64 cpus/.test(line)) + 1
        const ordered = members.map(name => lines.find(line => line.includes(` ${name}[`))!)
        return [...rest.slice(0, at), ...ordered, ...rest.slice(at)].join('\n')
      },
    })
      .analyze('x86/pc-tiny.c')
      .findings.filter(({ rule }) => rule.code === 'JH122')
      .map(({ headline }) => headline)
  const [memory, cache, ports, devices] = ['mem_regions', 'cache_regions', 'pio_regions', 'pci_devices'] as const
  expect(found(memory, cache, ports, devices)).toEqual([])
  expect(found(memory, ports, devices, cache)).toEqual(['cache_regions is declared after pio_regions'])
  expect(found(devices, memory, cache, ports)).toEqual(['pci_devices is declared before pio_regions'])
  expect(found(memory, cache, devices, ports)).toEqual(['pio_regions is declared after pci_devices'])
})
