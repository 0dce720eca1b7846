import { XAPIC_BASE } from '../../config/architecture.ts'
import { MEM_EXECUTE, MEM_IO, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { unitSizeIsEnd } from '../../config/end-for-size.ts'
import { likelyGicWindows } from '../../config/gic.ts'
import { hypervisorRange } from '../../config/hypervisor-memory.ts'
import type { CellConfig, Located, MemoryRegion, SystemConfig } from '../../config/model.ts'
import {
  alignDown,
  alignUp,
  has,
  isAligned,
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
import { isOneDigitOff } from '../../text/digits.ts'
import { memoize } from '../../text/memo.ts'
import { subtract } from '../../text/range-set.ts'

/** Registers that every cell reaches through the hypervisor only, and what a cell that has them mapped can do. */
export interface Window {
  readonly name: string
  readonly range: Range
  /** Whether the window is an address of the machine; otherwise it is where a cell would see it. */
  readonly isPhysical: boolean
  readonly harm: string
  /** The field that says where it is; absent where all machines have it at one address. */
  readonly field?: Field
}

export interface Field {
  readonly of: Located
  readonly path: string
}

const GIC = 'can program interrupts of other cells'
const IOMMU = 'can reprogram the IOMMU'

/** What a system's hypervisor must intercept, as far as its addresses are sound. */
export const windowsOf: (system: SystemConfig) => readonly Window[] = memoize(system =>
  [...gic(system), ...iommus(system), ...pci(system), ...apic(system)].filter(({ range }) => range.start < range.end),
)

/** `gicv2_cell_init`, `gicv3_cell_init`: all redistributors up to the one of the highest CPU. */
function gic(system: SystemConfig): readonly Window[] {
  const { arm } = system.platform_info
  if (system.architecture === 'x86' || !arm) return []
  const isContradicted = otherDistributor(system) !== undefined
  return likelyGicWindows(system)
    .filter(({ field, range }) => isMappable(range) && !(isContradicted && field === 'gicd_base'))
    .map(({ name, range, field: path }) => ({
      name,
      range,
      isPhysical: false,
      harm: GIC,
      field: { of: arm, path },
    }))
}

/** Whether the registers can be there at all. */
const isMappable = ({ start }: Range): boolean => start !== 0n && isAligned(start)

/**
 * Where the irqchips of the root say the distributor is, if all say so and `gicd_base` does not. One irqchip is believed
 * where regions of the root leave room for its registers, and not for those at `gicd_base`.
 */
export const otherDistributor: (system: SystemConfig) => bigint | undefined = memoize(system => {
  const { arm } = system.platform_info
  const { irqchips } = system.root_cell
  const [address, ...others] = [...new Set(irqchips.flatMap(chip => chip.address || []))]
  if (!arm || address === undefined || others.length > 0 || address === arm.gicd_base) return undefined
  const [distributor] = likelyGicWindows(system)
  const size = distributor ? distributor.range.end - distributor.range.start : PAGE_SIZE
  const isFree = (start: bigint) =>
    !system.root_cell.mem_regions.some(region => !isSubPage(region) && overlap(virt(region), rangeOf(start, size)))
  return 1 < irqchips.length || (isFree(address) && !isFree(arm.gicd_base)) ? address : undefined
})

/** The units up to the first empty one; `iommu_count_units` stops there. A size that no unit has is charged itself. */
function iommus({ platform_info }: SystemConfig): readonly Window[] {
  return platform_info.iommu_units
    .filter(unit => unit.base !== 0n && !unitSizeIsEnd(unit))
    .flatMap(unit => [
      {
        name: `IOMMU unit ${unit.index}`,
        base: unit.base,
        size: unit.size,
        path: 'base',
        unit,
      },
      ...(driverOf(unit)?.windows?.(unit) ?? [])
        .filter(({ base }) => base !== 0n)
        .map(window => ({ ...window, path: window.base === unit.tipvu.tlb_base ? 'tipvu.tlb_base' : 'base', unit })),
    ])
    .map(({ name, base, size, path, unit }) => ({
      name,
      range: rangeOf(base, BigInt(size)),
      isPhysical: true,
      harm: IOMMU,
      field: { of: unit, path },
    }))
}

/** The configuration space, and behind it the BARs that the overlay of a virtual host bridge hands out. */
function pci({ platform_info, root_cell }: SystemConfig): readonly Window[] {
  const { pci_mmconfig_base: base, pci_mmconfig_end_bus, pci_is_virtual } = platform_info
  if (!base) return []
  const shared = root_cell.pci_devices.filter(({ type }) => type === PCI_TYPE_IVSHMEM).length
  // A virtual host has one bus, whatever the field says.
  const space = rangeOf(base, pci_is_virtual ? MiB : BigInt(pci_mmconfig_end_bus + 1) * MiB)
  const bars = rangeOf(base + MiB, BigInt(shared) * 2n * PAGE_SIZE)
  const field = { of: platform_info, path: 'pci_mmconfig_base' }
  const window = (name: string, range: Range, harm: string): Window => ({ name, range, isPhysical: false, harm, field })
  return [
    window('the PCI configuration space', space, 'reaches the PCI registers unchecked'),
    ...(pci_is_virtual
      ? [window('the BARs of the virtual PCI devices', bars, 'does not reach the virtual devices')]
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
    page('the local APIC', XAPIC_BASE),
    ...root_cell.irqchips.filter(({ address }) => address).map(chip => page(`IOAPIC ${chip.index}`, chip.address)),
  ]
}

/** The windows a mapped region lies over. Where a region is emulated, nothing is mapped. */
export const hitBy = (region: MemoryRegion, windows: readonly Window[]): readonly Window[] =>
  windows.filter(window => isOver(region, window))

function isOver(region: MemoryRegion, { range, isPhysical }: Window): boolean {
  if (isSubPage(region)) return false
  const start = isPhysical ? region.phys_start : region.virt_start
  return 0n < region.size && start < range.end && range.start < start + region.size
}

/** Windows of one field, and the regions of the root they lie over. */
export interface Misplaced {
  readonly field: Field
  readonly windows: readonly Window[]
  readonly regions: readonly MemoryRegion[]
}

/** Windows over the borders of several regions, or in RAM: where they begin, or how large they are, is wrong, and no region is. */
export const misrightWindows: (system: SystemConfig) => readonly Misplaced[] = memoize(system => {
  return groupedByField(windowsOf(system)).flatMap(windows => {
    const regions = system.root_cell.mem_regions.filter(region => windows.some(window => isOver(region, window)))
    const isOverBorder = windows.some(({ range }) => 1 < regions.filter(region => overlap(virt(region), range)).length)
    const isWrong = isOverBorder || liesInRam(system, windows, regions)
    const field = windows[0]?.field
    return field && isWrong ? [{ field, windows, regions }] : []
  })
})

/**
 * Whether registers are said to be amid RAM that has nothing else to do with them: RAM that is too large, or at a wrong
 * place, lies over more than that, or ends with them.
 */
function liesInRam(
  system: SystemConfig,
  windows: readonly Window[],
  [region, ...more]: readonly MemoryRegion[],
): boolean {
  if (!region || more.length > 0 || !has(region, MEM_EXECUTE) || has(region, MEM_IO)) return false
  const { start, end } = virt(region)
  const isAmid = windows.every(({ range, isPhysical }) => !isPhysical && start < range.start && range.end < end)
  const hypervisor = hypervisorRange(system)
  return (
    isAmid &&
    hitBy(region, windowsOf(system)).length === windows.length &&
    !(hypervisor && overlap(phys(region), hypervisor)) &&
    !system.root_cell.mem_regions.some(other => other !== region && overlap(virt(other), virt(region))) &&
    shorterSize(system, region, windows) === undefined
  )
}

/** The size with one digit changed at which a region would end where what it must not map begins, or a region before that. */
export function shorterSize(
  { root_cell }: SystemConfig,
  region: MemoryRegion,
  windows: readonly Window[],
): bigint | undefined {
  const offset = region.virt_start - region.phys_start
  const starts = windows.map(({ range, isPhysical }) => (isPhysical ? range.start + offset : range.start))
  const first = starts.reduce((a, b) => (a < b ? a : b))
  const bounds = [first, ...root_cell.mem_regions.map(({ virt_start }) => virt_start).filter(start => start < first)]
  const sizes = bounds.map(bound => bound - region.virt_start).filter(size => size > 0n && size < region.size)
  return sizes.find(size => isOneDigitOff(size, region.size))
}

function groupedByField(windows: readonly Window[]): readonly (readonly Window[])[] {
  const groups: Window[][] = []
  for (const window of windows) {
    const { field } = window
    const group = groups.find(([first]) => field && first?.field?.of === field.of && first.field.path === field.path)
    if (group) group.push(window)
    else if (field) groups.push([window])
  }
  return groups
}

/** The windows that are at their place. */
export function rightWindows(system: SystemConfig): readonly Window[] {
  const misplaced = new Set(misrightWindows(system).flatMap(({ windows }) => windows))
  return windowsOf(system).filter(window => !misplaced.has(window))
}

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
