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

function news(name: keyof typeof SYSTEMS, from: string | RegExp, to: string): readonly string[] {
  const files = SYSTEMS[name]
  const [main = ''] = Object.keys(files)
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
