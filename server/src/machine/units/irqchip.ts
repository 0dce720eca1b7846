import { cpuIndices, maxCpus } from '../../config/cpus.ts'
import { gicVersion } from '../../config/gic.ts'
import type { ArmPlatform, CellConfig } from '../../config/model.ts'
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

const GICD_V3 = { size: 0x10000n, pages: 0x10000 } as const
const REDISTRIBUTOR = 0x20000n

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

/** `irqchip_cpu_init` on the first CPU maps the registers; a window that cannot be mapped stops the enabling CPU. */
function init(hv: Hypervisor): Failure | undefined {
  if (!isDescribed(hv)) return undefined
  const { gicd_base, gicc_base, gich_base, gicr_base } = platform(hv)
  const windows: readonly (readonly [bigint, number])[] = isGicV3(hv)
    ? [
        [gicd_base, GICD_V3.pages],
        [gicr_base, Number(REDISTRIBUTOR) * maxCpus(hv.scenario.root.root_cell)],
      ]
    : [
        [gicd_base, 0x1000],
        [gicc_base, 0x2000],
        [gich_base, 0x2000],
      ]
  for (const [base, size] of windows)
    if (!paging_map_device(hv, base, size))
      return refusal('irqchip_cpu_init', 'ENOMEM', 'no pages left to map the interrupt controller')
  const root = rootOf(hv)
  return root ? cell_init(hv, root) : crash('irqchip_init', 'there is no root cell')
}

function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  if (!isDescribed(hv)) return undefined
  const { gicd_base, gicr_base } = platform(hv)
  const isV3 = isGicV3(hv)
  const outside = cell.config.irqchips.find(
    chip => chip.address === gicd_base && (chip.pin_base % 32 !== 0 || 1024 < chip.pin_base + 128),
  )
  if (outside)
    return refusal('irqchip_cell_init', 'EINVAL', `pin_base ${outside.pin_base} is not a multiple of 32 below 897`, {
      cell: cell.config,
      entry: outside,
    })
  if (isV3)
    for (const cpu of rootCpus(hv))
      mmio_region_register(hv, cell, {
        start: gicr_base + BigInt(cpu) * REDISTRIBUTOR,
        size: REDISTRIBUTOR,
        handler: 'GICR',
      })
  const failure = !isV3 ? mapVirtualInterface(hv, cell) : undefined
  if (failure) return failure
  mmio_region_register(hv, cell, { start: gicd_base, size: isV3 ? GICD_V3.size : 0x1000n, handler: 'GICD' })
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
