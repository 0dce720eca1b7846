import { XAPIC_BASE } from '../../config/architecture.ts'
import { MEM_EXECUTE, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { entryOf } from '../../config/cpus.ts'
import { has, hasAny } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { intersect, merge, subtract } from '../../text/range-set.ts'
import { hex } from '../../text/words.ts'
import type { Hardware } from '../hardware.ts'
import {
  type Arch,
  type Cell,
  type Crash,
  type Draft,
  type Failure,
  type Hypervisor,
  hang,
  isRoot,
  type Mapping,
  refusal,
  rootOf,
  type Unit,
} from '../hypervisor.ts'
import { driverOf, driversOn } from '../iommu/drivers.ts'
import { iommuUnits } from '../iommu/iommu-units.ts'
import {
  createMapping,
  destroyMapping,
  grantOf,
  iommu_config_commit,
  iommu_map_memory_region,
  iommu_unmap_memory_region,
  pageOf,
  paging_map_device,
} from '../memory.ts'
import { emptyTables, type TableFormat } from '../paging/page-tables.ts'
import { walk } from '../paging/runs.ts'
import { allSizes, eptFormat } from '../paging/x86-format.ts'
import { panic_park } from '../panic-park.ts'
import { cat } from '../units/cat.ts'
import { ioapic } from '../units/ioapic.ts'
import { pci } from '../units/pci.ts'
import { initialPorts, portsOf } from './ports.ts'

/** `hypervisor/arch/x86`, with `vmx.c` or `svm.c`. */

type Vendor = Hardware['x86']['vendor']

/** What the two vendors do differently. */
interface VendorTraits {
  readonly units: readonly Unit[]
  readonly tableFormat: (hardware: Hardware) => TableFormat
  readonly ioBitmapPages: number
  /** `vcpu_vendor_cell_init`: what cells see where the local APIC is. */
  readonly apicPage: (hv: Hypervisor, cell: Draft<Cell>) => Failure | undefined
}

const APIC_MODE_X2APIC = 2
const apicAt = (phys_start: bigint, flags: bigint): Mapping => ({
  phys_start,
  virt_start: XAPIC_BASE,
  size: 0x1000n,
  flags,
})

/** Intel: a page of the hypervisor, whose accesses the CPU hands to the APIC's emulation. */
function apicAccessPage(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  const flags = MEM_READ | MEM_WRITE
  return createMapping(hv, cell, apicAt(hv.scenario.root.hypervisor_memory.phys_start, flags), { kind: 'apic', flags })
}

/** AMD without AVIC: the APIC itself, for reading; writes trap. */
const readOnlyApic = (hv: Hypervisor, cell: Draft<Cell>): Failure | undefined =>
  createMapping(hv, cell, apicAt(XAPIC_BASE, MEM_READ), { kind: 'device', flags: MEM_READ })

const traits: Readonly<Record<Vendor, VendorTraits>> = {
  intel: {
    units: [...driversOn('intel'), ioapic, cat, pci],
    tableFormat: eptFormat,
    ioBitmapPages: 2,
    apicPage: apicAccessPage,
  },
  amd: {
    units: [...driversOn('amd'), ioapic, pci],
    tableFormat: () => allSizes,
    ioBitmapPages: 3,
    apicPage: readOnlyApic,
  },
}

/** `arch_map_memory_region`: the CPU table first, then the IOMMU. */
function map_memory_region(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  const grant = hasAny(mapping, MEM_READ) ? grantOf(mapping) : { ...grantOf(mapping), absent: true as const }
  const noRoom = createMapping(hv, cell, mapping, grant)
  if (noRoom) return noRoom
  const failure = iommu_map_memory_region(hv, cell, mapping)
  if (failure) destroyMapping(hv, cell, mapping)
  return failure
}

/** `arch_unmap_memory_region` */
const unmap_memory_region = (hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined =>
  iommu_unmap_memory_region(hv, cell, mapping) ?? destroyMapping(hv, cell, mapping)

const ioBitmap = (cell: Cell) => ({ what: 'I/O bitmap', cell: cell.config })

/** `vcpu_cell_init`. The root table is part of `struct cell`. Root loses the ports the new cell lists. */
function cell_create(
  { ioBitmapPages, apicPage }: VendorTraits,
  hv: Hypervisor,
  cell: Draft<Cell>,
): Failure | undefined {
  if (!hv.pool.take(ioBitmapPages, ioBitmap(cell)))
    return refusal('vcpu_cell_init', 'ENOMEM', 'no pages left for the I/O bitmap', { cell: cell.config })
  cell.mm = emptyTables(hv.arch.tableFormat(hv.hardware))
  const failure = apicPage(hv, cell)
  if (failure) {
    hv.pool.give(ioBitmapPages, ioBitmap(cell))
    return failure
  }
  const { pio_regions } = cell.config
  const root = rootOf(hv)
  cell.ports = initialPorts(pio_regions, hv.scenario.root.platform_info.x86.pm_timer_address)
  if (root && !isRoot(cell)) root.ports = subtract(root.ports ?? [], portsOf(pio_regions))
  return undefined
}

/** `vcpu_cell_exit`: root gets back the ports that both list. */
function cell_destroy({ ioBitmapPages }: VendorTraits, hv: Hypervisor, cell: Draft<Cell>): void {
  const root = rootOf(hv)
  const returned = intersect(portsOf(root?.config.pio_regions ?? []), portsOf(cell.config.pio_regions))
  if (root) root.ports = merge([...(root.ports ?? []), ...returned])
  hv.pool.give(ioBitmapPages, ioBitmap(cell))
  destroyMapping(hv, cell, apicAt(XAPIC_BASE, 0n))
  hv.pool.charge(-cell.mm.tables, { what: 'second-stage page tables', cell: cell.config })
  hv.pool.charge(cell.mm.tables, { what: `leaked: page tables of "${cell.config.name}"` })
}

/** `arch_init_early`: the APIC, the root cell, then the tables parked CPUs run on. */
function init_early(own: VendorTraits, hv: Hypervisor, root: Draft<Cell>): Failure | undefined {
  const isX2apic = hv.scenario.root.platform_info.x86.apic_mode === APIC_MODE_X2APIC
  const noMemory = (by: string): Failure =>
    refusal(by, 'ENOMEM', 'the page pool is used up before any region is mapped')
  if (!isX2apic && !paging_map_device(hv, XAPIC_BASE, 4096)) return noMemory('apic_init')
  const failure = cell_create(own, hv, root)
  if (failure) return failure
  return hv.pool.take(3, { what: 'page tables of parked CPUs' }) ? undefined : noMemory('vcpu_early_init')
}

/** Each CPU is parked at the first instruction it fetches; of a root without regions nothing is known. */
function frozenAtReturn({ scenario }: Hypervisor): Crash | undefined {
  const { mem_regions } = scenario.root.root_cell
  if (mem_regions.length === 0 || mem_regions.some(region => has(region, MEM_EXECUTE))) return undefined
  return hang('vcpu_handle_mmio_access', 'no region of the root has JAILHOUSE_MEM_EXECUTE: its CPUs are parked')
}

/** Before `cpu_reset_address`: where a PC begins. */
const BIOS_ENTRY = 0xffff0n

/** `vcpu_reset` of the first CPU: it fetches its first instruction where the cell begins, from memory that is executable. */
function reset_cpu(hv: Hypervisor, cell: Draft<Cell>): void {
  const entry = entryOf(cell.config) ?? BIOS_ENTRY
  const found = walk(cell.mm, pageOf(entry, cell.mm.format))
  if (found && hasAny(found.leaf.grant, MEM_EXECUTE)) return
  panic_park(hv, cell, [
    ...(found ? [] : ['FATAL: unable to get MMIO instruction']),
    `FATAL: Invalid MMIO/RAM read, addr: 0x${entry.toString(16).padStart(16, '0')} size: 0`,
  ])
}

const archOfVendor = (own: VendorTraits): Arch => ({
  name: 'x86',
  units: () => own.units,
  tableFormat: own.tableFormat,
  hvTableFormat: allSizes,
  jailhouseBase: 0xfffffffff0000000n,
  remapBase: 0xffffff8000000000n,
  cellPages: 4,
  percpuPages: 6,
  mmioEntrySize: 32,
  smallCpuSet: 8,
  faultText: 'FATAL: Jailhouse triggered exception #14',
  parkedText: address => `FATAL: Invalid MMIO/RAM write, addr: ${hex(address)}`,
  pagesPerOnlineCpu: 3,
  init_early: (hv, root) => init_early(own, hv, root),
  frozenAtReturn,
  reset_cpu,
  cell_create: (hv, cell) => cell_create(own, hv, cell),
  cell_destroy: (hv, cell) => cell_destroy(own, hv, cell),
  map_memory_region,
  unmap_memory_region,
  config_commit: iommu_config_commit,
})

const arches: Readonly<Record<Vendor, Arch>> = { intel: archOfVendor(traits.intel), amd: archOfVendor(traits.amd) }

/** The vendor is recognised by the first IOMMU unit, without any by the hardware. */
export function x86({ root }: Scenario, { x86: { vendor } }: Hardware): Arch {
  const [unit] = iommuUnits(root)
  if (!unit) return arches[vendor]
  return arches[driverOf(unit)?.runsOn === 'amd' ? 'amd' : 'intel']
}
