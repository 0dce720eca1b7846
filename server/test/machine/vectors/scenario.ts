import { noHeader } from '../../../src/config/header.ts'
import type { CellConfig, IommuUnit, MemoryRegion, SystemConfig } from '../../../src/config/model.ts'
import type { Scenario } from '../../../src/config/scenario.ts'
import { defaultHardware, type Hardware } from '../../../src/machine/hardware.ts'
import { mmu500 } from '../../../src/machine/iommu/mmu-500.ts'
import { smmuV3 } from '../../../src/machine/iommu/smmu-v3.ts'
import { tiPvu } from '../../../src/machine/iommu/ti-pvu.ts'
import type { Vector, VectorCell, VectorUnit } from './format.ts'

/** The scenario and the machine a vector was recorded on. */
export interface Recorded {
  readonly scenario: Scenario
  readonly hardware: Hardware
  /** Root and cells by the vector's keys; keys it only mentions are cells nobody created. */
  readonly cells: ReadonlyMap<string, CellConfig>
  readonly ids: ReadonlyMap<CellConfig, number>
}

const noConsole = { address: 0n, size: 0, type: 0, flags: 0, divider: 0, gate_nr: 0, clock_reg: 0n }

const regionOf = (region: readonly [string, string, string, string], index: number): MemoryRegion => {
  const [phys_start, virt_start, size, flags] = region.map(BigInt) as [bigint, bigint, bigint, bigint]
  return { index, phys_start, virt_start, size, flags }
}

const bitsOf = (mask: bigint): readonly number[] =>
  Array.from({ length: 64 }, (_, bit) => bit).filter(bit => (mask >> BigInt(bit)) & 1n)

export function cellOf(cell: VectorCell, isRoot: boolean): CellConfig {
  const mem_regions = cell.regions.map(regionOf)
  return {
    kind: 'cell',
    file: { uri: `vector:${cell.name}`, text: '' },
    isRoot,
    architecture: 'arm64',
    architectureChoice: { architecture: 'arm64', by: 'field', candidates: [] },
    revision: 14,
    signature: isRoot ? '' : 'JHCLL',
    name: cell.name,
    id: 0,
    flags: Number(cell.flags ?? '0x1'),
    counts: {
      cpu_set_size: 8,
      num_memory_regions: mem_regions.length,
      num_cache_regions: 0,
      num_irqchips: 0,
      num_pio_regions: 0,
      num_pci_devices: 0,
      num_pci_caps: 0,
      num_stream_ids: cell.stream_ids.length,
    },
    vpci_irq_base: 0,
    cpu_reset_address: 0n,
    msg_reply_timeout: 0n,
    console: noConsole,
    cpus: bitsOf(BigInt(cell.cpus ?? '0x0')),
    mem_regions,
    cache_regions: [],
    irqchips: [],
    pio_regions: [],
    pci_devices: [],
    pci_caps: [],
    stream_ids: cell.stream_ids.map((id, index) => ({ index, id })),
    arrays: [],
    unread: [],
    notSimulated: [],
    incomplete: new Set(),
    header: noHeader,
  }
}

const TYPES: Readonly<Record<string, number>> = { pvu: tiPvu.type, smmuv3: smmuV3.type, mmu500: mmu500.type }

function unitOf(unit: VectorUnit | undefined, index: number): IommuUnit {
  return {
    index,
    type: TYPES[unit?.type ?? ''] ?? 0,
    base: BigInt(unit?.base ?? 0),
    size: Number(unit?.size ?? 0),
    amd: { bdf: 0, base_cap: 0, msi_cap: 0, features: 0 },
    tipvu: { tlb_base: BigInt(unit?.tlb_base ?? 0), tlb_size: Number(unit?.tlb_size ?? 0) },
  }
}

/** GIC registers of the recording's board: any place no region covers would do. */
const GICD = 0x1800000n
const GICR = 0x1880000n

function systemOf({ system }: Vector, root_cell: CellConfig): SystemConfig {
  const [phys, size] = system.hypervisor_memory ?? ['0x0', '0x0']
  return {
    kind: 'system',
    file: root_cell.file,
    architecture: 'arm64',
    architectureChoice: { architecture: 'arm64', by: 'field', candidates: [] },
    revision: 14,
    signature: 'JHSYS',
    flags: 0,
    hypervisor_memory: regionOf([phys, phys, size, '0x0'], 0),
    debug_console: noConsole,
    platform_info: {
      isIncomplete: false,
      pci_mmconfig_base: 0n,
      pci_mmconfig_end_bus: 0,
      pci_is_virtual: 1,
      pci_domain: 0,
      iommu_units: Array.from({ length: 8 }, (_, index) => unitOf(system.iommu_units[index], index)),
      x86: { pm_timer_address: 0, apic_mode: 0, vtd_interrupt_limit: 0, tsc_khz: 0, apic_khz: 0 },
      arm: {
        maintenance_irq: 25,
        gic_version: 3,
        gicd_base: GICD,
        gicc_base: 0n,
        gich_base: 0n,
        gicv_base: 0n,
        gicr_base: GICR,
      },
    },
    root_cell,
  }
}

/** The core image of the recording. */
const CORE_SIZE = 0x1e000

export function recorded(vector: Vector): Recorded {
  const { system } = vector
  const root = cellOf(system.root, true)
  const mentioned = vector.ops.map(({ cell }) => cell ?? 'root').filter(key => key !== 'root' && !(key in vector.cells))
  const cells = new Map<string, CellConfig>([['root', root]])
  const ids = new Map<CellConfig, number>([[root, 0]])
  const keys = Object.keys(vector.cells).sort()
  for (const [n, key] of keys.entries()) {
    const cell = vector.cells[key] as VectorCell
    const config = cellOf(cell, false)
    cells.set(key, config)
    ids.set(config, cell.id ?? n + 1)
  }
  for (const key of mentioned) cells.set(key, cellOf({ name: key, stream_ids: [], regions: [] }, false))
  const hardware: Hardware = {
    ...defaultHardware,
    cpuParange: system.cpu_parange ?? 44,
    pvu: Array.isArray(system.pvu_hw) ? system.pvu_hw : [system.pvu_hw as { num_tlbs: number; num_entries: number }],
    coreSize: { ...defaultHardware.coreSize, arm64: CORE_SIZE },
    ...(system.config_scratch !== undefined && { configAddress: BigInt(system.config_scratch) }),
  }
  const configs = [...cells.values()].filter(config => !config.isRoot)
  return { scenario: { root: systemOf(vector, root), cells: configs, together: true }, hardware, cells, ids }
}
