import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { likelyGicWindows } from '../../config/gic.ts'
import type { CellConfig, MemoryRegion, SystemConfig } from '../../config/model.ts'
import {
  alignDown,
  alignUp,
  isSubPage,
  MiB,
  overlap,
  PAGE_SIZE,
  phys,
  type Range,
  rangeOf,
  virt,
} from '../../config/ranges.ts'
import type { Change } from '../../edit/change.ts'
import { splitRegion } from '../../edit/split.ts'
import { driverOf } from '../../machine/iommu/drivers.ts'
import { memoize } from '../../text/memo.ts'
import { subtract } from '../../text/range-set.ts'

/** Registers that every cell reaches through the hypervisor only, and what a cell that has them mapped can do. */
export interface Window {
  readonly name: string
  readonly range: Range
  /** Whether the window is an address of the machine; otherwise it is where a cell would see it. */
  readonly isPhysical: boolean
  readonly harm: string
}

const GIC = 'program interrupts of other cells'
const IOMMU = 'reprogram the IOMMU'

/** What a system's hypervisor must intercept. */
export const windowsOf: (system: SystemConfig) => readonly Window[] = memoize(system =>
  [...gic(system), ...iommus(system), ...pci(system), ...apic(system)].filter(({ range }) => range.start < range.end),
)

/** `gicv2_cell_init`, `gicv3_cell_init`: all redistributors up to the one of the highest CPU. */
const gic = (system: SystemConfig): readonly Window[] =>
  system.architecture === 'x86'
    ? []
    : likelyGicWindows(system)
        .filter(({ range }) => range.start !== 0n)
        .map(({ name, range }) => ({ name, range, isPhysical: false, harm: GIC }))

/** The units up to the first empty one; `iommu_count_units` stops there. */
function iommus({ platform_info }: SystemConfig): readonly Window[] {
  return platform_info.iommu_units
    .filter(({ base }) => base !== 0n)
    .flatMap(unit => [
      { name: `IOMMU unit ${unit.index}`, base: unit.base, size: unit.size },
      ...(driverOf(unit)?.windows?.(unit) ?? []),
    ])
    .map(({ name, base, size }) => ({ name, range: rangeOf(base, BigInt(size)), isPhysical: true, harm: IOMMU }))
}

/** The configuration space, and behind it the BARs that the overlay of a virtual host bridge hands out. */
function pci({ platform_info, root_cell }: SystemConfig): readonly Window[] {
  const { pci_mmconfig_base: base, pci_mmconfig_end_bus, pci_is_virtual } = platform_info
  if (!base) return []
  const shared = root_cell.pci_devices.filter(({ type }) => type === PCI_TYPE_IVSHMEM).length
  const space = { start: base, end: base + BigInt(pci_mmconfig_end_bus + 1) * MiB }
  const bars = rangeOf(base + MiB, BigInt(shared) * 2n * PAGE_SIZE)
  return [
    { name: 'the PCI configuration space', range: space, isPhysical: false, harm: 'bypass the checks of PCI accesses' },
    ...(pci_is_virtual
      ? [{ name: 'the BARs of the virtual PCI devices', range: bars, isPhysical: false, harm: 'not reach the devices' }]
      : []),
  ]
}

function apic({ architecture, root_cell }: SystemConfig): readonly Window[] {
  if (architecture !== 'x86') return []
  const page = (name: string, base: bigint): Window => ({
    name,
    range: rangeOf(base, PAGE_SIZE),
    isPhysical: false,
    harm: GIC,
  })
  return [
    page('the local APIC', 0xfee00000n),
    ...root_cell.irqchips.filter(({ address }) => address).map(chip => page(`IOAPIC ${chip.index}`, chip.address)),
  ]
}

/** The windows a mapped region lies over. Where a region is emulated, nothing is mapped. */
export const hitBy = (region: MemoryRegion, windows: readonly Window[]): readonly Window[] =>
  isSubPage(region) || region.size === 0n
    ? []
    : windows.filter(({ range, isPhysical }) => overlap(range, isPhysical ? phys(region) : virt(region)))

/** The region without the pages of some windows, as several regions. */
export function splitAround(cell: CellConfig, region: MemoryRegion, windows: readonly Window[]): Change | undefined {
  const offset = region.virt_start - region.phys_start
  const holes = windows.map(({ range, isPhysical }) => ({
    start: alignDown(isPhysical ? range.start : range.start - offset),
    end: alignUp(isPhysical ? range.end : range.end - offset),
  }))
  const rest = subtract([phys(region)], holes)
  return rest.length
    ? splitRegion(
        cell,
        region,
        rest.map(range => ({ range })),
      )
    : undefined
}
