import { MEM_EXECUTE, MEM_IO } from './constants.ts'
import { likelyCpus, maxCpus } from './cpus.ts'
import type { ArmPlatform, MemoryRegion, SystemConfig } from './model.ts'
import { has, hasAny, KiB, overlap, phys, type Range, rangeOf } from './ranges.ts'

/** Before revision 6 the hypervisor finds out by itself which GIC it is; only a GICv3 has redistributors. */
export const gicVersion = ({ gic_version, gicr_base }: ArmPlatform): number => gic_version ?? (gicr_base === 0n ? 2 : 3)

/** The version whose addresses are given, where they are not those of the stated one. */
export function otherVersion(arm: ArmPlatform): 2 | 3 | undefined {
  const isV2 = arm.gicc_base !== 0n
  const isV3 = arm.gicr_base !== 0n
  const shown = isV2 === isV3 ? undefined : isV3 ? 3 : 2
  return shown === gicVersion(arm) ? undefined : shown
}

/** Two frames of 64 KiB each for a CPU; that a GICv4 has four the hypervisor asks its registers. */
export const REDISTRIBUTOR = 128n * KiB

/** A target register of the GICv2 has a bit for each of eight CPUs. */
export const GICV2_CPUS = 8

export type GicBase = 'gicd_base' | 'gicc_base' | 'gich_base' | 'gicv_base' | 'gicr_base'

/** RAM of the root that the distributor is said to lie in, where no irqchip of the root says so too. */
export function ramAtDistributor({ platform_info: { arm }, root_cell }: SystemConfig): MemoryRegion | undefined {
  const { irqchips, mem_regions } = root_cell
  if (!arm || irqchips.length === 0 || irqchips.some(({ address }) => address === arm.gicd_base)) return undefined
  const registers = rangeOf(arm.gicd_base, 1n)
  return mem_regions.find(
    region => has(region, MEM_EXECUTE) && !hasAny(region, MEM_IO) && overlap(phys(region), registers),
  )
}

/** Registers of the interrupt controller under the field that says where they begin. */
export interface GicWindow {
  readonly field: GicBase
  readonly name: string
  readonly range: Range
}

/**
 * What each version has, in the order in which the hypervisor maps it; nothing of a version without a driver. `cpus` is
 * the number of redistributors.
 */
export function gicWindows(
  { platform_info: { arm }, root_cell }: SystemConfig,
  cpus = maxCpus(root_cell),
): readonly GicWindow[] {
  if (!arm) return []
  const window = (field: GicBase, name: string, size: bigint): GicWindow => ({
    field,
    name,
    range: rangeOf(arm[field], size),
  })
  switch (gicVersion(arm)) {
    case 2:
      return [
        window('gicd_base', 'the GIC distributor', 4n * KiB),
        window('gicc_base', 'the GIC CPU interface', 8n * KiB),
        window('gich_base', 'the GIC hypervisor interface', 8n * KiB),
        window('gicv_base', 'the GIC virtual CPU interface', 8n * KiB),
      ]
    case 3:
      return [
        window('gicd_base', 'the GIC distributor', 64n * KiB),
        window('gicr_base', 'the GIC redistributors', BigInt(cpus) * REDISTRIBUTOR),
      ]
    default:
      return []
  }
}

/** The same for the CPUs that a machine can have: a number far behind all others is no CPU, and has no redistributor. */
export const likelyGicWindows = (system: SystemConfig): readonly GicWindow[] =>
  gicWindows(system, likelyCpus(system.root_cell))
