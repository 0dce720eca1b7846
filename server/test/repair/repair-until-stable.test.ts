import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cellOf } from '../../src/config/model.ts'
import { offersOf, withOffers } from '../../src/repair/offers.ts'
import { prove } from '../../src/repair/proof.ts'
import { type RepairChoice, repairUntilStable } from '../../src/repair/repair-until-stable.ts'
import { editsBetween } from '../../src/repair/text-edits.ts'
import { assess } from '../../src/repair/trial.ts'
import { applyEdits } from '../../src/text/source-file.ts'
import { hex } from '../../src/text/words.ts'
import { desk, inmate, root, uriOf, withGrammar } from '../project.ts'

/** Repairs are tried in the engine before they are made: nothing ends worse than it began. */

withGrammar()

const all: RepairChoice = { isChosen: () => true, unsafe: true }
const FIXTURES = join(import.meta.dirname, '../../../test-fixtures')
/** All fixtures, by their paths below the folder. */
const fixtures: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(c|h|json)$/.test(name))
    .map(name => [name, readFileSync(join(FIXTURES, name), 'utf8')]),
)
const folders = new Set(Object.keys(fixtures).flatMap(name => (name.endsWith('.c') ? dirname(name) : [])))
const configsIn = (folder: string) =>
  Object.keys(fixtures).filter(name => name.endsWith('.c') && dirname(name) === folder)
const complaints = (findings: ReturnType<typeof assess>['findings']) =>
  findings.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ rule }) => rule.code)

test('what is misspelled is repaired, round after round', () => {
  const text = root('.vpci_irq_bsae = 0,').replace('.hypervisor_memory', '.hypervisor_memroy')
  const { project } = desk({ 'board.c': text })
  const { files, made } = repairUntilStable([uriOf('board.c')], project, all)
  expect(files.map(({ after }) => after.text)).toEqual([root('.vpci_irq_base = 0,')])
  expect(made).toHaveLength(2)
})

test('a region whose size is an end address is not split around what it should never have reached', () => {
  const gic = '.platform_info = { .arm = { .gic_version = 3, .gicd_base = 0x81000000, .gicr_base = 0x82000000 } },'
  const text = root().replace('.root_cell', `${gic}\n.root_cell`)
  const planted = text.replace('.size = 0x10000000', '.size = 0x80100000')
  const { project } = desk({ 'board.c': planted })
  const codes = complaints(assess([uriOf('board.c')], project).findings)
  expect(codes).toEqual(expect.arrayContaining(['JH216', 'JH226']))
  expect(repairUntilStable([uriOf('board.c')], project, all).files).toEqual([])
  const split = repairUntilStable([uriOf('board.c')], desk({ 'board.c': text }).project, all)
  expect(split.made).toEqual([expect.stringContaining('Split region 0')])
})

/** A root of the oldest format for a PC with two IOAPICs, under which its window of devices reaches. */
const OLD_PC = `
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
struct {
  struct jailhouse_system header;
  __u64 cpus[1];
  struct jailhouse_memory mem_regions[2];
  struct jailhouse_irqchip irqchips[2];
} __attribute__((packed)) config = {
  .header = {
    .signature = JAILHOUSE_SYSTEM_SIGNATURE,
    .hypervisor_memory = { .phys_start = 0x3b000000, .size = 0x4000000 },
    .platform_info = {
      .pci_mmconfig_base = 0xe0000000,
      .pci_mmconfig_end_bus = 0xff,
      .x86 = { .pm_timer_address = 0x808, .vtd_interrupt_limit = 256 },
    },
    .root_cell = {
      .name = "pc",
      .cpu_set_size = sizeof(config.cpus),
      .num_memory_regions = ARRAY_SIZE(config.mem_regions),
      .num_irqchips = ARRAY_SIZE(config.irqchips),
    },
  },
  .cpus = { 0xf },
  .mem_regions = {
    /* RAM */ {
      .phys_start = 0x0,
      .virt_start = 0x0,
      .size = 0x3b000000,
      .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA,
    },
    /* devices */ {
      .phys_start = 0xfeb00000,
      .virt_start = 0xfeb00000,
      .size = 0x200000,
      .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE,
    },
  },
  .irqchips = {
    { .address = 0xfec00000, .id = 0xff00, .pin_bitmap = 0xffffff },
    { .address = 0xfec01000, .id = 0xff08, .pin_bitmap = 0xffffffff },
  },
};
`

/** Before the IOMMU of the board, around it, and behind it. */
const AMD_REGION = `/* devices */ {
			.phys_start = 0xfe000000,
			.virt_start = 0xfe000000,
			.size = 0xc00000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE,
		},
		`

describe('registers are cut out of a region', () => {
  /** The regions of the repaired root, and what is left to say of JH216. */
  function repaired(text: string, settings: { readonly revision?: string }) {
    const { project } = desk({ 'board.c': text }, { settings })
    const before = complaints(assess([uriOf('board.c')], project).findings)
    expect(before).toContain('JH216')
    const { files, made } = repairUntilStable([uriOf('board.c')], project, {
      ...all,
      isChosen: ({ rule }) => rule.code === 'JH216',
    })
    const after = desk({ 'board.c': files[0]?.after.text ?? '' }, { settings })
    const { config } = after.analyze('board.c')
    const { findings, compiled } = assess([uriOf('board.c')], after.project)
    expect(complaints(findings)).toEqual(before.filter(code => code !== 'JH216'))
    expect(compiled.size).toBe(1)
    expect(made).toHaveLength(1)
    return cellOf(config!).mem_regions.map(({ phys_start, size }) => `${hex(phys_start)} ${hex(size)}`)
  }

  test('of the oldest format, under the names it has', () =>
    expect(repaired(OLD_PC, { revision: 'none' })).toEqual([
      '0x0 0x3b000000',
      '0xfeb00000 0x100000',
      '0xfec02000 0xfe000',
    ]))

  test('of an AMD board, whose IOMMU has half a mebibyte', () => {
    const board = fixtures['amd/board.c'] ?? ''
    const text = board
      .replace('mem_regions[5]', 'mem_regions[6]')
      .replace('/* RAM up to the hypervisor */', `${AMD_REGION}/* RAM up to the hypervisor */`)
    expect(repaired(text, {}).slice(0, 2)).toEqual(['0xfe000000 0xb80000', '0x0 0x3b000000'])
  })
})

test('a repair that moves the fault elsewhere is refused and says why', () => {
  const { project, file } = desk({ 'board.c': root('.vpci_irq_bsae = 0,') })
  const board = file('board.c')
  const [finding] = assess([board.uri], project).findings
  const start = board.text.indexOf('vpci_irq_bsae')
  const span = { file: board, start, end: start + 'vpci_irq_bsae'.length }
  expect(prove([finding!], [{ span, text: 'vpci_irq_base' }], project)).toEqual({ kind: 'proven' })
  const proof = prove([finding!], [{ span, text: 'cpu_set_size' }], project)
  expect(proof).toMatchObject({ kind: 'refuted' })
  expect(prove([finding!], [{ span, text: 'vpci_irq_bse' }], project)).toMatchObject({ kind: 'partial' })
})

test('a fix is offered as preferred only when proven, and not at all when it does harm', () => {
  const { project, file } = desk({ 'board.c': root('.vpci_irq_bsae = 0,') })
  const board = file('board.c')
  const [finding] = assess([board.uri], project).findings
  const start = board.text.indexOf('vpci_irq_bsae')
  const fix = (text: string) => ({
    title: text,
    preferred: true,
    edits: [{ span: { file: board, start, end: start + 'vpci_irq_bsae'.length }, text }],
  })
  const fixes = [fix('cpu_set_size'), fix('vpci_irq_base'), fix('vpci_irq_bse')]
  expect(withOffers({ ...finding!, fixes }, project).fixes).toEqual([fixes[1], { ...fixes[2], preferred: false }])
  expect(withOffers({ ...finding!, fixes: fixes.slice(0, 1) }, project)).not.toHaveProperty('fixes')
})

describe('where trying all repairs would take long', () => {
  const misspelt = (text: string) => {
    const { project } = desk({ 'board.c': text })
    const [finding] = assess([uriOf('board.c')], project).findings.filter(({ fixes }) => fixes)
    return { project, finding: finding! }
  }
  const short = () => misspelt(root('.vpci_irq_bsae = 0,'))
  const long = () => misspelt(`/*${'x'.repeat(2 ** 16)}*/${root('.vpci_irq_bsae = 0,')}`)

  test('those of usual files are tried all the same, up to a bound', () => {
    const { project, finding } = short()
    const copies = (count: number) => Array.from({ length: count }, () => ({ ...finding }))
    const twenty = offersOf(copies(20), project, () => true)
    expect(twenty.untried.size).toBe(0)
    expect(twenty.findings.every(({ fixes }) => fixes)).toBe(true)
    const many = offersOf(copies(400), project, () => true)
    expect(many.untried.size).toBeGreaterThan(0)
    expect(many.findings.filter(({ fixes }) => !fixes)).toHaveLength(many.untried.size)
  })

  test('those of huge files are tried while there is time, and not offered after', () => {
    const { project, finding } = long()
    expect(offersOf([finding], project, () => false)).toMatchObject({ untried: new Set(), findings: [{ fixes: [{}] }] })
    const { findings, untried } = offersOf([finding], project, () => true)
    expect(untried.size).toBe(1)
    expect(findings[0]).not.toHaveProperty('fixes')
    expect(findings[0]?.headline).toBe(finding.headline)
  })

  test('fix-all says that it ended early', () => {
    const { project } = short()
    expect(repairUntilStable([uriOf('board.c')], project, { ...all, isOver: () => true })).toMatchObject({
      files: [],
      isCut: true,
    })
    expect(repairUntilStable([uriOf('board.c')], project, all)).toMatchObject({ isCut: false })
  })
})

test('a stray bracket is not chased through the file', () => {
  const text = root().replace('.hypervisor_memory', '{.hypervisor_memory').replace('.cpus = {', '.cpus = ({')
  const { project } = desk({ 'board.c': text })
  const { files } = repairUntilStable([uriOf('board.c')], project, all)
  for (const { after } of files)
    expect(
      assess([after.uri], desk({ 'board.c': after.text }).project).findings.map(({ rule }) => rule.id),
    ).not.toContain('syntax')
})

test('what is said of a text that does not parse is not repaired before it parses', () => {
  const spare = root().replace('mem_regions[1]', 'mem_regions[2]')
  for (const [text, kind] of [
    [spare, 'proven'],
    [`${spare} int x = ;`, 'partial'],
  ] as const) {
    const { project } = desk({ 'board.c': text })
    const found = assess([uriOf('board.c')], project).findings.find(({ rule }) => rule.code === 'JH120')!
    expect(prove([found], found.fixes![0]!.edits, project).kind).toBe(kind)
  }
})

test('a second run finds nothing more to repair', () => {
  for (const [find, replace] of PLANTED) {
    const texts = { 'board.c': root('.vpci_irq_bsae = 0,').replace(find, replace) }
    const [first] = repairUntilStable([uriOf('board.c')], desk(texts).project, all).files
    const once = { 'board.c': first?.after.text ?? texts['board.c'] }
    expect(repairUntilStable([uriOf('board.c')], desk(once).project, all).files).toEqual([])
  }
})

test('an edit of a text that has changed meanwhile is refused', () => {
  const { project, file } = desk({ 'board.c': root('.vpci_irq_bsae = 0,') })
  const [finding] = assess([uriOf('board.c')], project).findings
  const old = { ...file('board.c') }
  expect(prove([finding!], [{ span: { file: old, start: 0, end: 0 }, text: '' }], project)).toMatchObject({
    kind: 'refuted',
    reason: 'its text has changed since',
  })
})

/** Faults planted into a working pair, each by one replacement. */
const PLANTED: readonly (readonly [string, string])[] = [
  ['JAILHOUSE_MEM_DMA', '0'],
  ['.size = 0x', '.size = 0x1'],
  ['.phys_start = 0x8', '.phys_start = 0x9'],
  ['JAILHOUSE_MEM_WRITE', 'JAILHOUSE_MEM_IO'],
  ['_regions = ARRAY_SIZE(config.mem_regions)', '_regions = 1'],
  ['shmem_regions_start = ', 'shmem_regions_start = 1 + '],
  ['.num_', '.nmu_'],
  ['0x1000,', '0x1001,'],
]

for (const folder of folders)
  test(`of the configurations in ${folder}, faults planted or not, none ends worse than it began`, () => {
    for (const [find, replace] of [['', ''] as const, ...PLANTED]) {
      const planted = { ...fixtures }
      for (const name of configsIn(folder)) planted[name] = fixtures[name]!.replace(find, replace)
      const { project } = desk(planted)
      const uris = configsIn(folder).map(uriOf)
      const before = assess(uris, project)
      for (const { after } of repairUntilStable(uris, project, all).files)
        planted[after.uri.replace('file:///', '')] = after.text
      const now = assess(uris, desk(planted).project)
      expect(complaints(now.findings).length).toBeLessThanOrEqual(complaints(before.findings).length)
      expect([...now.compiled]).toEqual(expect.arrayContaining([...before.compiled]))
    }
  })

test('only the files that were named are written', () => {
  const broken = inmate('x', '.vpci_irq_bsae = 0,')
  const { project } = desk({ 'board.c': root('.vpci_irq_bsae = 0,'), 'board-x.c': broken })
  const { files } = repairUntilStable([uriOf('board-x.c')], project, all)
  expect(files.map(({ before }) => before.uri)).toEqual([uriOf('board-x.c')])
})

test('edits between two texts make one into the other and leave equal lines alone', () => {
  const before = { uri: 'file:///a.c', text: 'a\nb\nc\nd\n' }
  for (const after of ['', 'a\nb\nc\nd\n', 'a\nB\nc\nd\n', 'x\na\nb\nd', 'b\nc\nd\ne\n', 'a\nb\nc\nd\ne']) {
    const edits = editsBetween(before, after)
    expect(applyEdits(before, edits)).toBe(after)
    for (const { span } of edits) expect(span.end).toBeLessThanOrEqual(before.text.length)
  }
  expect(editsBetween(before, 'a\nB\nc\nd\n').map(({ span }) => [span.start, span.end])).toEqual([[2, 4]])
})
