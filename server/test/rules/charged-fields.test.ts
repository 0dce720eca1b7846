import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { desk, root, withGrammar } from '../project.ts'

withGrammar()

/** A field of a root that contradicts everything else is charged itself, and nothing is charged for it. */

const FIXTURES = join(import.meta.dirname, '../../../test-fixtures')

function system(folder: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map(name => [`w/${name}`, readFileSync(join(FIXTURES, folder, name), 'utf8')]))
}

const SYSTEMS = {
  mpsoc: system('smmu-v2', ['mpsoc.c', 'mpsoc-linux.c', 'mpsoc-linux-aarch32.c']),
  pc: system('x86', ['pc.c', 'pc-tiny.c']),
} as const

/** Errors and warnings of a root with its inmates, each with its place. */
function found(files: Readonly<Record<string, string>>, main: string): readonly string[] {
  const { findings } = desk(files).analyze(main)
  return findings
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ rule, span }) => `${rule.code} at ${span.file.text.slice(span.start, span.end).split('\n')[0]}`)
}

function news(name: keyof typeof SYSTEMS, from: string | RegExp, to: string, index = 0): readonly string[] {
  const files: Readonly<Record<string, string>> = SYSTEMS[name]
  const main = Object.keys(files)[index] ?? ''
  const text = files[main] ?? ''
  const changed = text.replace(from, to)
  expect(changed).not.toBe(text)
  const before = new Map<string, number>()
  for (const each of found(files, main)) before.set(each, (before.get(each) ?? 0) + 1)
  return found({ ...files, [main]: changed }, main).filter(each => {
    const left = before.get(each) ?? 0
    before.set(each, left - 1)
    return left <= 0
  })
}

test.each<[name: keyof typeof SYSTEMS, from: string, to: string, news: readonly string[]]>([
  ['mpsoc', 'JAILHOUSE_ARM64', 'JAILHOUSE_X86', ['JH127 at JAILHOUSE_X86']],
  ['mpsoc', 'JAILHOUSE_ARM64', 'JAILHOUSE_ARM', ['JH127 at JAILHOUSE_ARM']],
  ['pc', 'JAILHOUSE_X86', 'JAILHOUSE_ARM64', ['JH127 at JAILHOUSE_ARM64']],
  ['mpsoc', 'JAILHOUSE_CONFIG_REVISION', '13', ['JH126 at 13']],
  // Over the memory of the link, which root and inmates share, and what lies behind it.
  ['mpsoc', '.size = 0x400000', '.size = 0x4000000', ['JH241 at 0x4000000']],
  // The end for the size, and a size that has no room whatever lies there.
  ['mpsoc', '.size = 0x400000', '.size = 0x800400000', ['JH240 at 0x800400000']],
  ['pc', '.size = MiB(6)', '.size = MiB(934)', ['JH240 at MiB(934)']],
  ['mpsoc', '.pci_mmconfig_end_bus = 0,', '.pci_mmconfig_end_bus = 255,', ['JH503 at 255']],
  ['mpsoc', '.gic_version = 2', '.gic_version = 3', ['JH410 at 3']],
  ['mpsoc', '.base = 0xfd800000,', '.base = 0,', ['JH330 at 0']],
  ['mpsoc', '.size = 0x20000,', '.size = 0xfd820000,', ['JH331 at 0xfd820000']],
  ['mpsoc', 'CON_TYPE_XUARTPS', 'IOMMU_INTEL', ['JH137 at JAILHOUSE_IOMMU_INTEL']],
  ['pc', 'JAILHOUSE_CON_TYPE_8250', 'JAILHOUSE_CON_TYPE_PL011', ['JH701 at JAILHOUSE_CON_TYPE_PL011']],
])('%s: %s becomes %s', (name, from, to, expected) => expect(news(name, from, to)).toEqual(expected))

/** Of the root (0) or the first inmate (1) of the system with an SMMU. */
test.each<[index: number, from: string | RegExp, to: string, news: readonly string[]]>([
  [0, '.phys_start = 0x800600000', '.phys_start = 0x800600800', ['JH204 at 0x800600800']],
  [0, '.virt_start = 0x800600000', '.virt_start = 0x800600800', ['JH206 at 0x800600800']],
  [0, '.size = 0x7fa00000', '.size = 0x7fa00800', ['JH206 at 0x7fa00800']],
  [0, '.size = 0x7fa00000', '.size = 0', ['JH211 at 0']],
  [0, '.size = 0x7fa00000', '.size = 0x800600000 + 0x7fa00000', ['JH226 at 0x800600000 + 0x7fa00000']],
  [0, '.phys_start = 0x800600000', '.phys_start = 0x840600000', ['JH214 at 0x800600000']],
  [0, /WRITE \| JAILHOUSE_MEM_EXECUTE \|\s/, 'WRITE || JAILHOUSE_MEM_EXECUTE |', ['JH136 at ||']],
  [1, '.phys_start = 0x87fef0000', '.phys_start = 0x87fef0800', ['JH204 at 0x87fef0800']],
  [1, '.virt_start = 0x0', '.virt_start = 0x800', ['JH206 at 0x800']],
  [1, '.size = 0x10000', '.size = 0xf800', ['JH206 at 0xf800']],
  [1, '.size = 0x10000', '.size = 0', ['JH211 at 0']],
  [1, '.size = 0x3fef0000', '.size = 0', ['JH211 at 0']],
  [1, '.virt_start = 0xff010000', '.virt_start = 0xff010800', ['JH206 at 0xff010800']],
  [1, 'JAILHOUSE_ARM64', 'JAILHOUSE_ARM46', ['JH104 at JAILHOUSE_ARM46']],
  [
    1,
    'JAILHOUSE_SHMEM_NET_REGIONS',
    'JAILHOUSE_SHMEM_NET_REGION',
    ['JH104 at JAILHOUSE_SHMEM_NET_REGION(0x800400000, 1)'],
  ],
  [1, 'struct jailhouse_memory ', 'struct jailhouse_memori ', ['JH101 at jailhouse_memori']],
  [1, 'struct jailhouse_irqchip ', 'struct some_chip ', ['JH101 at irqchips']],
  [1, 'struct jailhouse_irqchip ', 'struct jailhouse_memory ', ['JH101 at jailhouse_memory']],
  [1, 'struct jailhouse_memory ', 'struct jailhouse_cache ', ['JH101 at jailhouse_cache']],
  [1, 'struct jailhouse_cell_desc ', 'struct jailhouse_system ', ['JH101 at jailhouse_system']],
  [0, 'struct jailhouse_system ', 'struct jailhouse_cell_desc ', ['JH101 at jailhouse_cell_desc']],
  [1, '.cell = {', '.header = {', ['JH105 at .header']],
  [0, '.header = {', '.cell = {', ['JH105 at .cell']],
])('of %i %s becomes %s', (index, from, to, expected) => expect(news('mpsoc', from, to, index)).toEqual(expected))

const INMATE = 'w/mpsoc-linux.c'
const MPSOC: Readonly<Record<string, string>> = SYSTEMS.mpsoc
const withoutLoader = (MPSOC[INMATE] ?? '').replace('.size = 0x10000', '.size = 0')

test('what follows from a fault makes it as grave and is one of its notes', () => {
  const { findings, consequences } = desk({ ...MPSOC, [INMATE]: withoutLoader }).analyze(INMATE)
  expect(findings.filter(({ rule }) => rule.code === 'JH211')).toMatchObject([
    {
      severity: 'error',
      notes: ['nothing is mapped at 0x87fef0000', 'so reset address 0x0 is not mapped in the cell'],
    },
  ])
  expect(consequences.map(({ rule }) => rule.code)).toContain('JH231')
})

test('nothing follows from a finding that a comment silences', () => {
  const files = { ...MPSOC, [INMATE]: `// jailhouse-warden: ignore-file JH211 -- a placeholder\n${withoutLoader}` }
  expect(found(files, INMATE).join()).toMatch(/^JH231 at/)
})

test('what all irqchips of a root agree on is believed before gicd_base', () => {
  const chips = `.irqchips = {
    { .address = 0x1800000, .pin_base = 32, .pin_bitmap = { 1 } },
    { .address = 0x1800000, .pin_base = 160, .pin_bitmap = { 1 } },
  },`
  const text = root('.num_irqchips = 2,', chips, 'struct jailhouse_irqchip irqchips[2];')
  expect(found({ 'w/a.c': text }, 'w/a.c')).toEqual([])
  expect(found({ 'w/a.c': text.replace('.gicd_base = 0x1800000', '.gicd_base = 0x2800000') }, 'w/a.c')).toEqual([
    'JH404 at 0x2800000',
  ])
  expect(found({ 'w/a.c': text.replace('{ .address = 0x1800000', '{ .address = 0x2800000') }, 'w/a.c')).toEqual([
    'JH404 at 0x2800000',
  ])
})
