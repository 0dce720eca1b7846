import { expect, test } from 'vitest'
import type { CellConfig, IommuUnit, MemoryRegion } from '../../src/config/model.ts'
import { boot } from '../../src/machine/boot.ts'
import { budget } from '../../src/machine/queries/budget.ts'
import { consoleMeanings } from '../../src/machine/queries/console-meaning.ts'
import { diffStages } from '../../src/machine/queries/diff-stages.ts'
import { regionStory } from '../../src/machine/queries/region-story.ts'
import { residualAccess } from '../../src/machine/queries/residual-access.ts'
import { stageText } from '../../src/machine/queries/stage-text.ts'
import { whoCanReach } from '../../src/machine/queries/who-can-reach.ts'
import type { Machine } from '../../src/machine/stage.ts'
import { numbers } from './numbers.ts'
import { play, system } from './scenarios.ts'

/** Asks everything there is to ask; answers how much text came back. */
function askEverything(machine: Machine): number {
  const { stages, scenario } = machine
  for (const stage of stages) {
    budget(machine, stage)
    consoleMeanings(machine, stage)
    diffStages(machine, stages[0] ?? stage, stage)
    for (const address of [0n, 0x80000000n, 2n ** 48n - 1n, 2n ** 64n - 1n]) whoCanReach(machine, stage, address)
  }
  for (const cell of [scenario.root.root_cell, ...scenario.cells])
    for (const region of cell.mem_regions.slice(0, 4)) regionStory(machine, cell, region)
  return residualAccess(machine).length + stageText(machine).length
}

const ADDRESSES = [
  0n,
  1n,
  0xfffn,
  0x1000n,
  0x80000000n,
  2n ** 32n - 1n,
  2n ** 39n,
  2n ** 47n,
  2n ** 48n,
  2n ** 63n,
  2n ** 64n - 0x1000n,
  2n ** 64n - 1n,
]
const SIZES = [
  0n,
  1n,
  0x1000n,
  0x200000n,
  0x40000000n,
  2n ** 32n,
  2n ** 48n,
  2n ** 63n,
  2n ** 64n - 0x1000n,
  2n ** 64n - 1n,
]

/** A system of values nobody would write on purpose. */
function absurd(seed: number): Machine {
  const next = numbers(seed)
  const pick = <T>(of: readonly T[]): T => of[next(of.length)] as T
  const region = (_: unknown, index: number): MemoryRegion => ({
    index,
    phys_start: (pick(ADDRESSES) + (next(2) ? 0x200000n : 0n)) & (2n ** 64n - 1n),
    virt_start: pick(ADDRESSES),
    size: pick(SIZES),
    flags: BigInt(next(0x200)),
  })
  const change = (cell: CellConfig): CellConfig => ({
    ...cell,
    cpus: next(3) ? cell.cpus : [],
    flags: next(2),
    mem_regions: Array.from({ length: next(6) }, region),
    stream_ids: Array.from({ length: next(4) }, (_, index) => ({ index, id: pick([0, 1, 7, 8, 0xffff, 0xffffffff]) })),
  })
  const { scenario } = system({
    root: { regions: '0+4K r' },
    cells: { A: { regions: '0+4K r' }, B: { regions: '0+4K r', cpus: '0x4' } },
  })
  const unit = (_: unknown, index: number): IommuUnit => ({
    index,
    type: next(8),
    base: pick([0n, 0x1000n, 2n ** 64n - 1n]),
    size: pick([0, 0x1000, 0xffffffff]),
    amd: { bdf: 0xffff, base_cap: 255, msi_cap: 255, features: 0 },
    tipvu: { tlb_base: pick(ADDRESSES), tlb_size: pick([0, 0x40000, 0xffffffff]) },
  })
  const { root } = scenario
  const changed = {
    root: {
      ...root,
      architecture: pick(['arm64', 'arm64', 'arm', 'x86', undefined] as const),
      hypervisor_memory: {
        ...root.hypervisor_memory,
        phys_start: pick(ADDRESSES),
        size: pick([...SIZES, 0x400000n, 0x400000n]),
      },
      platform_info: { ...root.platform_info, iommu_units: Array.from({ length: 8 }, unit) },
      root_cell: change(root.root_cell),
    },
    cells: scenario.cells.map(change),
    together: true,
  }
  return boot(changed)
}

test('whatever stands in a configuration, the machine answers', () => {
  for (let seed = 0; seed < 300; seed++) expect(askEverything(absurd(seed)), `seed ${seed}`).toBeGreaterThan(0)
})

test('thousands of regions over each other end in an answer', () => {
  const many = Array.from({ length: 2000 }, (_, n) => `0x${(0x80000000 + (n % 50) * 0x1000).toString(16)}+1M rwx`).join(
    '\n',
  )
  const machine = play({ root: { regions: many }, cells: { A: { regions: many } } })
  expect(machine.stages.map(({ outcome }) => outcome.kind)).toContain('crashed')
  expect(machine.stages.at(-1)?.outcome).toMatchObject({ isGivenUp: true, by: 'remap_to_root_cell' })
})

test('sizes beyond all memory run out of pages and say so', () => {
  const [enabled] = play({ root: { regions: '0+0xfffffffffffff000 rwn' } }, 'enable').stages
  expect(enabled?.outcome).toMatchObject({ kind: 'refused', errno: 'ENOMEM', by: 'paging_create' })
})

test('units of unknown type restrict nothing', () => {
  const { scenario, hardware } = system({ root: { regions: '0x80000000+2M rwd' } })
  const { root } = scenario
  const iommu_units = root.platform_info.iommu_units.map(unit => ({ ...unit, type: 99, base: 0x1000n }))
  const machine = boot(
    { ...scenario, root: { ...root, platform_info: { ...root.platform_info, iommu_units } } },
    { hardware },
  )
  const [enabled] = machine.stages
  expect(enabled && whoCanReach(machine, enabled, 0x1234n).dma.map(({ through, device }) => [through, device])).toEqual(
    [['unrestricted', 'every device']],
  )
})

test('a root cell without CPUs is refused', () => {
  const [enabled] = play({ root: { regions: '0x80000000+2M rw', cpus: '0x0' } }, 'enable').stages
  expect(enabled?.outcome).toMatchObject({ kind: 'refused', errno: 'EINVAL' })
})
