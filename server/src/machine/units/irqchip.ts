import { cpuIndices } from '../../config/cpus.ts'
import { GICV2_CPUS, gicVersion, gicWindows, otherVersion, REDISTRIBUTOR, ramAtDistributor } from '../../config/gic.ts'
import type { ArmPlatform, CellConfig } from '../../config/model.ts'
import { irqBits, pinsPerChip } from '../../config/pins.ts'
import { KiB, overlap } from '../../config/ranges.ts'
import {
  type Cell,
  crash,
  type Draft,
  type Failure,
  type Hypervisor,
  refusal,
  rootOf,
  type Unit,
} from '../hypervisor.ts'
import { createMapping, destroyMapping, paging_map_device } from '../memory.ts'
import { mmio_region_register } from '../mmio.ts'

/** The GIC as far as it takes memory, traps accesses and refuses: `arch/arm-common/irqchip.c`, `gic-v2.c`, `gic-v3.c`. */

/** Never asked: what a GIC that nobody describes maps is not known. */
const NO_GIC: ArmPlatform = {
  maintenance_irq: 0,
  gic_version: 2,
  gicd_base: 0n,
  gicc_base: 0n,
  gich_base: 0n,
  gicv_base: 0n,
  gicr_base: 0n,
}

const platform = (hv: Hypervisor): ArmPlatform => hv.scenario.root.platform_info.arm ?? NO_GIC

/** The first headers do not describe the GIC, which is part of the hypervisor's build then. */
const isDescribed = (hv: Hypervisor): boolean => hv.scenario.root.platform_info.arm !== undefined

const isGicV3 = (hv: Hypervisor): boolean => 3 <= gicVersion(platform(hv))

const rootCpus = (hv: Hypervisor): readonly number[] => cpuIndices(hv.scenario.root.root_cell)

/** `irqchip_cpu_init` on the first CPU: chooses the driver and maps its registers. */
export function irqchip_cpu_init(hv: Hypervisor): Failure | undefined {
  if (!isDescribed(hv)) return undefined
  const windows = gicWindows(hv.scenario.root)
  const subject = { entry: platform(hv) }
  if (windows.length === 0)
    return crash(
      'irqchip_cpu_init',
      `GIC version ${gicVersion(platform(hv))} has no driver, and irqchip_cpu_shutdown calls one`,
      subject,
    )
  for (const { field, range } of windows.filter(({ field }) => field !== 'gicv_base'))
    if (!paging_map_device(hv, range.start, Number(range.end - range.start)))
      return refusal('irqchip_cpu_init', 'ENOMEM', `no pages left to map the registers at ${field}`, subject)
  return isGicV3(hv) ? gicv3_cpu_init(hv) : gicv2_cpu_init(hv)
}

/** What the description betrays of the search for each CPU's redistributor; the rest only the GIC knows. */
function gicv3_cpu_init(hv: Hypervisor): Failure | undefined {
  const entry = platform(hv)
  const [distributor, redistributors] = gicWindows(hv.scenario.root)
  if (entry.gicd_base === 0n)
    return refusal('gicv3_init', 'ENODEV', 'gicd_base is 0, where there is no distributor', { entry })
  if (ramAtDistributor(hv.scenario.root))
    return refusal('gicv3_init', 'ENODEV', 'gicd_base lies in RAM of the root, where there is no distributor', {
      entry,
    })
  if (otherVersion(entry))
    return crash('gicv3_init', 'the distributor of a GICv2 has no registers where a GICv3 has its version', { entry })
  if (entry.gicr_base === 0n)
    return refusal('gicv3_cpu_init', 'ENODEV', 'gicr_base is 0, where there is no redistributor', { entry })
  if (distributor && redistributors && overlap(distributor.range, redistributors.range))
    return crash('gicv3_cpu_init', 'the search for redistributors runs into the distributor at gicd_base', { entry })
  return undefined
}

function gicv2_cpu_init(hv: Hypervisor): Failure | undefined {
  const entry = platform(hv)
  const cpu = rootCpus(hv).find(cpu => GICV2_CPUS <= cpu)
  if (entry.gicd_base === 0n)
    return refusal('gicv2_init', 'ENODEV', 'gicd_base is 0, where there is no distributor', { entry })
  if (ramAtDistributor(hv.scenario.root))
    return refusal('gicv2_init', 'ENODEV', 'gicd_base lies in RAM of the root, where there is no distributor', {
      entry,
    })
  if (otherVersion(entry))
    return refusal('gicv2_init', 'ENODEV', 'gicd_base is the address of a GICv3, which has a gicr_base', { entry })
  if (cpu === undefined) return undefined
  return refusal('gicv2_cpu_init', 'EINVAL', `a GICv2 has no target for CPU ${cpu}`, {
    cell: hv.scenario.root.root_cell,
  })
}

function init(hv: Hypervisor): Failure | undefined {
  const root = rootOf(hv)
  return root ? cell_init(hv, root) : crash('irqchip_init', 'there is no root cell')
}

function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  if (!isDescribed(hv)) return undefined
  const { gicd_base, gicr_base } = platform(hv)
  const isV3 = isGicV3(hv)
  const last = irqBits(hv.scenario.root.root_cell)
  const outside = cell.config.irqchips.find(
    chip => chip.address === gicd_base && (chip.pin_base % 32 !== 0 || last < chip.pin_base + pinsPerChip(chip)),
  )
  if (outside)
    return refusal(
      'irqchip_cell_init',
      'EINVAL',
      `pin_base ${outside.pin_base} is not a multiple of 32 up to ${last - pinsPerChip(outside)}`,
      {
        cell: cell.config,
        entry: outside,
      },
    )
  if (isV3)
    for (const cpu of rootCpus(hv))
      mmio_region_register(hv, cell, {
        start: gicr_base + BigInt(cpu) * REDISTRIBUTOR,
        size: REDISTRIBUTOR,
        handler: 'GICR',
      })
  const failure = !isV3 ? mapVirtualInterface(hv, cell) : undefined
  if (failure) return failure
  mmio_region_register(hv, cell, { start: gicd_base, size: isV3 ? 64n * KiB : 4n * KiB, handler: 'GICD' })
  return undefined
}

/** `gicv2_cell_init`: the cell sees the virtual CPU interface (GICV) where it expects the physical one (GICC). */
function mapVirtualInterface(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  const { gicc_base, gicv_base } = platform(hv)
  const mapping = { phys_start: gicv_base, virt_start: gicc_base, size: 0x2000n, flags: 0x13n }
  return createMapping(hv, cell, mapping, { kind: 'device', flags: mapping.flags })
}

function cell_exit(hv: Hypervisor, cell: Draft<Cell>): void {
  const { gicc_base } = platform(hv)
  if (isDescribed(hv) && !isGicV3(hv))
    destroyMapping(hv, cell, { phys_start: gicc_base, virt_start: gicc_base, size: 0x2000n, flags: 0n })
}

export const irqchip: Unit = {
  name: 'irqchip',
  init,
  cell_init,
  cell_exit,
  shutdown: () => {},
  mmio_count_regions: (hv: Hypervisor, _config: CellConfig) => 1 + (isGicV3(hv) ? rootCpus(hv).length : 0),
}
