import { expect, test } from 'vitest'
import type { Architecture } from '../../src/config/model.ts'
import { contextsOf, dmaReach } from '../../src/machine/queries/reach.ts'
import { type BoardCell, type BoardText, type DeviceText, playBoard } from './boards.ts'
import { numbers } from './numbers.ts'

/** Devices, streams, ports and units that nobody would write on purpose. */

function absurd(seed: number): BoardText {
  const next = numbers(seed)
  const pick = <T>(of: readonly T[]): T => of[next(of.length)] as T
  const some = <T>(most: number, make: () => T): readonly T[] => Array.from({ length: next(most + 1) }, make)
  const device = (): DeviceText => ({
    bdf: pick([0, 8, 8, 0xff, 0x100, 0xffff]),
    iommu: pick([0, 0, 0, 1, 7, 8, 255]),
    msi: pick([0, 1, 32, 255]),
    msix: pick([0, 5, 17, 0xffff]),
    ...(next(3) === 0 && { msixAt: pick([0x1000n, 2n ** 64n - 1n, 0x80000000n]) }),
    ...(next(4) === 0 && { shmem: [next(3), pick([0, 1, 12, 255]), next(3)] as const }),
  })
  const cell = (cpus: string): BoardCell => ({
    cpus,
    id: pick([1, 2, 16, 300, 70000]),
    regions: [
      pick(['0x80000000+64M rwxd', '0x80000000+64M rwx', '0+0x0']),
      ...some(2, () => pick(['0xfee00000+4K rw', '0x8000000000+1G rwd', '0x84000000>0+2M wd', '0x1000000000000+4K r'])),
    ].join('\n'),
    sids: some(4, () => pick([0, 1, 0x7fff, 0x3f0200, 0x202, 0xffff, 0xffffffff])),
    devices: some(4, device),
    ports: some(3, () => [next(0x10000), next(0x10000)] as const),
    irqchips: some(
      3,
      () => [pick([0xfec00000n, 0xfec10000n, 2n ** 64n - 1n]), next(0x20000), pick([0, 0, 0, 32])] as const,
    ),
  })
  const unit = () => ({ type: pick([1, 1, 2, 2, 3, 5, 9]), size: pick([0, 0x1000, 0x1000, 0x3000, 0xffffffff]) })
  return {
    arch: pick<Architecture>(['x86', 'x86', 'arm64', 'arm']),
    revision: pick([9, 14]),
    memory: ['0x8c000000', pick(['4M', '6M', '32M'])],
    iommus: some(3, unit),
    platform: { pci_mmconfig_base: pick([0n, 0xe0000000n]), pci_mmconfig_end_bus: pick([0, 255]) },
    x86: { vtd_interrupt_limit: pick([0, 1, 256, 65536]), pm_timer_address: pick([0, 0x608, 0xffff]) },
    root: { ...cell('0xf'), id: 0 },
    cells: { a: cell('0x2'), b: cell(pick(['0x4', '0x2', '0x1', '0x0'])) },
  }
}

test('whatever devices a configuration lists, every page taken is accounted for', () => {
  const ends = new Set<string>()
  for (let seed = 0; seed < 150; seed++) {
    const { stages, scenario } = playBoard(absurd(seed))
    for (const { state, outcome } of stages) {
      const { used, items, remapUsed } = state.pool
      expect(
        items.reduce((sum, { pages }) => sum + pages, 0),
        `seed ${seed}`,
      ).toBe(used)
      expect(Math.min(0, used, remapUsed, ...items.map(({ pages }) => pages)), `seed ${seed}`).toBe(0)
      const contexts = contextsOf(state, scenario)
      expect(dmaReach(state, scenario, { start: 0n, end: 2n ** 64n }).length).toBeGreaterThanOrEqual(
        contexts.filter(({ translation }) => translation.kind === 'bypass').length,
      )
      if (outcome.kind !== 'done') ends.add(`${outcome.by} ${outcome.kind === 'refused' ? outcome.errno : 'crash'}`)
    }
  }
  expect(ends.size).toBeGreaterThan(15)
})
