import { expect, test } from 'vitest'
import type { DmaReach, RegionAtStage } from '../../src/machine/queries/answers.ts'
import { budget } from '../../src/machine/queries/budget.ts'
import { consoleMeanings } from '../../src/machine/queries/console-meaning.ts'
import { enoughMemory } from '../../src/machine/queries/enough-memory.ts'
import { regionStory } from '../../src/machine/queries/region-story.ts'
import { residualAccess } from '../../src/machine/queries/residual-access.ts'
import { whoCanReach } from '../../src/machine/queries/who-can-reach.ts'
import type { Machine } from '../../src/machine/stage.ts'
import { play, type SystemText } from './scenarios.ts'

/** A board whose root cell lends its last RAM region to a Linux inmate, in the right way unless `flags` differ. */
const pair = (reserved = 'rwxl', inmate = 'rwxdl'): SystemText => ({
  pvus: 2,
  memory: ['0x89fa00000', '4M'],
  root: {
    sids: [2],
    cpus: '0x3',
    regions: `
      0x80000000+2G rwxdl
      0x880000000+506M rwxdl
      0x89fe00000+2M rwxl
      0x8a0000000+1536M ${reserved}`,
  },
  cells: { linux: { sids: [3], regions: `0x8a0000000+1536M ${inmate}` } },
})

const who = (names: readonly string[]): string => [...new Set(names)].join(' ') || 'nobody'

const dmaNames = (reaches: readonly DmaReach[]): string =>
  who(reaches.flatMap(({ owners }) => owners.map(({ name }) => name)))

/** One line a stage: who maps the region. */
const storyOf = (machine: Machine, cellName: string, index: number): readonly string[] => {
  const { root, cells } = machine.scenario
  const cell = [root.root_cell, ...cells].find(({ name }) => name === cellName)
  const region = cell?.mem_regions[index]
  if (!cell || !region) return []
  const line = ({ stage, cpu, dma }: RegionAtStage): string =>
    `${stage.command.verb}: cpu ${who(cpu.map(reach => reach.cell.name))}, dma ${dmaNames(dma)}`
  return regionStory(machine, cell, region).map(line)
}

test('reserved memory without DMA: the way it should be', () => {
  expect(storyOf(play(pair()), 'root', 3)).toEqual([
    'enable: cpu root, dma nobody',
    'create: cpu linux, dma linux',
    'set_loadable: cpu root linux, dma linux',
    'start: cpu linux, dma linux',
    'shutdown: cpu root linux, dma linux',
    'destroy: cpu root, dma nobody',
    'disable: cpu nobody, dma nobody',
  ])
})

test("reserved memory with DMA: root's devices keep it for good", () => {
  expect(storyOf(play(pair('rwxdl')), 'root', 3)).toEqual([
    'enable: cpu root, dma root',
    'create: cpu linux, dma root linux',
    'set_loadable: cpu root linux, dma root linux',
    'start: cpu linux, dma root linux',
    'shutdown: cpu root linux, dma root linux',
    'destroy: cpu root, dma root',
    'disable: cpu nobody, dma nobody',
  ])
})

/** Where the story says why something is missing. */
const reasons = (machine: Machine, cellName: string, index: number): readonly (string | undefined)[] => {
  const { root, cells } = machine.scenario
  const cell = [root.root_cell, ...cells].find(({ name }) => name === cellName)
  const region = cell?.mem_regions[index]
  return cell && region
    ? regionStory(machine, cell, region).map(({ notInCpuReason: cpu, notInDmaReason: dma }) => cpu ?? dma)
    : []
}

test('what is missing is explained', () => {
  expect(reasons(play(pair(), 'enable, create linux'), 'root', 3)).toEqual([
    'the region lacks JAILHOUSE_MEM_DMA, so no IOMMU entry is made for it',
    '"linux" owns it: its region 0 was taken from the root cell',
  ])
  expect(reasons(play(pair(), 'enable, create linux, destroy linux'), 'linux', 0)).toEqual([
    '"linux" does not exist at this stage',
    undefined,
    '"linux" does not exist at this stage',
  ])
  expect(reasons(play(pair('rwxl', 'rwxl'), 'enable, create linux'), 'linux', 0)[1]).toBe(
    'the region lacks JAILHOUSE_MEM_DMA, so no IOMMU entry is made for it',
  )
})

test('leaves, entries and TLBs of a region', () => {
  const [enabled] = regionStory(play(pair()), ...rootRegion(1))
  expect(enabled?.cpu.map(({ leaves }) => leaves)).toEqual([[{ size: 0x200000n, count: 253 }]])
  expect(enabled?.dma.map(({ unit, pages, tlbs }) => ({ unit, pages, tlbs }))).toEqual(
    [0, 1].map(unit => ({
      unit,
      pages: [
        { size: 0x2000000n, count: 15 },
        { size: 0x200000n, count: 13 },
      ],
      tlbs: [2, 8, 9, 10],
    })),
  )
})

const rootRegion = (index: number) => {
  const { root_cell } = play(pair()).scenario.root
  const region = root_cell.mem_regions[index]
  if (!region) throw new Error(`no region ${index}`)
  return [root_cell, region] as const
}

/** Residual access as `stage: actor -> owner [range)`. */
const residues = (machine: Machine): readonly string[] => [
  ...new Set(
    residualAccess(machine).map(({ stage, actor, owner, phys }) => {
      const name =
        actor.kind === 'cpu' ? `cpu of ${actor.cell.name}` : `${actor.device} of ${who(actor.owners.map(o => o.name))}`
      return `${stage.command.verb}: ${name} -> ${owner.name} ${phys.start.toString(16)}..${phys.end.toString(16)}`
    }),
  ),
]

test('a correct pair leaves nothing open', () => {
  expect(residues(play(pair()))).toEqual([])
})

test('with DMA on the reserved memory every stage of the inmate stays open to root', () => {
  expect(residues(play(pair('rwxdl')))).toEqual(
    ['create', 'set_loadable', 'start', 'shutdown'].map(
      verb => `${verb}: stream 2 of root -> linux 8a0000000..900000000`,
    ),
  )
})

test('a root region with an offset leaves the CPU open', () => {
  const machine = play(
    { root: { regions: '0x80000000>0x90000000+64M rw' }, cells: { A: { regions: '0x80000000+2M rwx' } } },
    'enable, create A',
  )
  expect(residues(machine)).toEqual(['create: cpu of root -> A 80000000..80200000'])
})

test('memory that is lent to root for loading is open to another inmate all the same', () => {
  const machine = play(
    {
      root: { regions: '0x80000000+64M rwx' },
      cells: { A: { regions: '0x80000000+2M rwxl' }, B: { regions: '0x80000000+2M rwx', cpus: '0x4' } },
    },
    'enable, create A, create B, set_loadable A',
  )
  expect(residues(machine).filter(line => line.startsWith('set_loadable') && line.includes('-> A'))).toEqual([
    'set_loadable: cpu of B -> A 80000000..80200000',
  ])
})

test('two cells that are given the same memory have it open to each other', () => {
  const machine = play(
    {
      root: { regions: '0x80000000+64M rwx' },
      cells: { A: { regions: '0x80000000+2M rwx' }, B: { regions: '0x80100000+2M rwx', cpus: '0x4' } },
    },
    'enable, create A, create B',
  )
  expect(residues(machine)).toEqual([
    'create: cpu of B -> A 80100000..80200000',
    // What A took is a hole in root's tables, and unmapping B's memory ends in it.
    'create: cpu of root -> B 80200000..80300000',
    'create: cpu of A -> B 80100000..80200000',
  ])
})

test("stream 0 of a destroyed cell still reaches root's memory", () => {
  const machine = play(
    { root: { sids: [2], regions: '0x80000000+64M rwx' }, cells: { A: { sids: [0], regions: '0x80000000+2M rwxd' } } },
    'enable, create A, destroy A',
  )
  expect(residues(machine)).toEqual(['destroy: stream 0 of A -> root 80000000..80200000'])
})

test.each([
  ['rwxl', 'harmless'],
  ['rwxdl', 'serious'],
] as const)('the warning of the PVU driver with reserved memory %s is %s', (reserved, weight) => {
  const machine = play(pair(reserved))
  const warnings = machine.stages.flatMap(stage =>
    consoleMeanings(machine, stage)
      .filter(({ line }) => line.topic === 'pvu-cannot-unmap')
      .map(meaning => `${stage.command.verb} ${meaning.weight}`),
  )
  expect(warnings).toEqual([`create ${weight}`, `start ${weight}`])
})

test('one address, everyone who reaches it', () => {
  const machine = play(pair('rwxdl'), 'enable, create linux')
  const reachers = machine.stages.map(stage => {
    const { cpu, dma } = whoCanReach(machine, stage, 0x8a0000123n)
    return { cpu: cpu.map(({ cell }) => cell.name), dma: dma.map(({ streamId, unit }) => `${streamId}@${unit}`) }
  })
  expect(reachers).toEqual([
    { cpu: ['root'], dma: ['2@0', '2@1'] },
    { cpu: ['linux'], dma: ['2@0', '3@0', '2@1', '3@1'] },
  ])
})

test('without any IOMMU every device reaches everything', () => {
  const machine = play({ ...pair(), pvus: 0 }, 'enable')
  const [enabled] = machine.stages
  expect(enabled && whoCanReach(machine, enabled, 0n).dma.map(({ through }) => through)).toEqual(['unrestricted'])
})

test('the budget names the costliest regions first', () => {
  const machine = play(pair())
  const [, created] = machine.stages
  const { pvu, entries } = budget(machine, created as NonNullable<typeof created>)
  expect(pvu.map(({ chained, chainable, free_tlb_count }) => ({ chained, chainable, free_tlb_count }))).toEqual([
    { chained: 3, chainable: 56, free_tlb_count: 53 },
    { chained: 3, chainable: 56, free_tlb_count: 53 },
  ])
  expect(
    entries.map(({ cell, needed, chainPerStream, regions }) => [
      cell.name,
      needed,
      chainPerStream,
      regions.map(r => [r.region.index, r.entries]),
    ]),
  ).toEqual([
    [
      'root',
      30,
      3,
      [
        [1, 28],
        [0, 2],
      ],
    ],
    ['linux', 2, 0, [[0, 2]]],
  ])
})

test('an offset between virt_start and phys_start costs entries, and the budget says what alignment saves', () => {
  const machine = play({ root: { sids: [2], regions: '0x80000000>0x80001000+256K rwd' } }, 'enable')
  const [enabled] = machine.stages
  const [root] = enabled ? budget(machine, enabled).entries : []
  expect(root?.regions.map(r => [r.entries, r.entriesIfAligned])).toEqual([[64, 1]])
})

test('a page out of a gigabyte costs 513 tables of the root cell', () => {
  const machine = play(
    {
      memory: ['0x200000000', '6M'],
      root: { regions: '0x40000000+1G rwx' },
      cells: { A: { regions: '0x40000000+4K rwx' } },
    },
    'enable, create A',
  )
  const [, created] = machine.stages
  const { pool } = budget(machine, created as NonNullable<typeof created>)
  const [costliest] = pool.regions
  expect(costliest && { cell: costliest.cell.name, splits: costliest.splits }).toEqual({ cell: 'A', splits: 513 })
  expect(pool.used).toBe(pool.items.reduce((sum, { pages }) => sum + pages, 0))
})

test('a pool that runs out is named with the command that found it empty', () => {
  const machine = play(
    {
      memory: ['0x200000000', '1M'],
      root: { regions: '0x40000000+1G rwx' },
      cells: { A: { regions: '0x40000000+4K rwx' } },
    },
    'enable, create A',
  )
  const [, created] = machine.stages
  expect(created?.outcome).toMatchObject({ kind: 'refused', errno: 'ENOMEM', by: 'paging_destroy' })
  const { ranOut } = budget(machine, created as NonNullable<typeof created>).pool
  expect(ranOut?.refusal.cell?.name).toBe('root')
})

test.each([
  ['1M', 3n],
  ['4M', undefined],
] as const)('how large hypervisor_memory of %s would have to be', (size, mebibytes) => {
  const machine = play({
    memory: ['0x200000000', size],
    root: { regions: '0x40000000+1G rwx' },
    cells: { A: { regions: '0x40000000+4K rwx' } },
  })
  const enough = enoughMemory(machine)
  expect(enough && enough / 0x100000n).toBe(mebibytes)
})
