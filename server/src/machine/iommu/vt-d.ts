import { IOMMU_INTEL, MEM_DMA, MEM_NO_HUGEPAGES, MEM_READ } from '../../config/constants.ts'
import type { CellConfig, IommuUnit, Irqchip, PciDevice } from '../../config/model.ts'
import { hasAny } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { bdf, hex } from '../../text/words.ts'
import { copyOnWrite } from '../copy-on-write.ts'
import {
  blocked,
  type Cell,
  crash,
  type DmaContext,
  type Draft,
  type Failure,
  type Hypervisor,
  type IommuDriver,
  type Mapping,
  printk,
  refusal,
  rootOf,
  type State,
  subjectOf,
  type Translation,
  unitState,
} from '../hypervisor.ts'
import { changeTables, pageOf, pagesIn, paging_map_device } from '../memory.ts'
import { mmio_region_register } from '../mmio.ts'
import { pagesFor } from '../page-pool.ts'
import { emptyTables, type Grant, type PageTables } from '../paging/page-tables.ts'
import { paging_create, paging_destroy } from '../paging/paging.ts'
import type { TableWriter } from '../paging/table-writer.ts'
import { vtdFormat } from '../paging/x86-format.ts'
import { ioapic_get_or_add_phys } from '../units/ioapic.ts'
import { iommuUnits } from './iommu-units.ts'
import {
  indexOf,
  type Reservations,
  vtd_free_int_remap_region,
  vtd_reserve_int_remap_region,
} from './irte-reservations.ts'
import { pciContexts } from './pci-contexts.ts'

/**
 * `hypervisor/arch/x86/vtd.c`. Devices have tables of their own for each cell, made of the regions with the DMA flag. A
 * region without it takes nothing away either, so what root maps for DMA stays if the inmate's region lacks the flag.
 */

interface VtdState {
  /** Translation is on: from the root's commit until the hypervisor is shut down. */
  isOn: boolean
  reservations: Reservations
  /** `cell->arch.vtd.pg_structs` by cell id. */
  readonly tables: Map<number, PageTables>
  /** Context entries that are present: the cell whose tables the device walks, by bdf. */
  readonly owners: Map<number, { readonly id: number; readonly config: CellConfig }>
  /** Present entries of each bus with a context table. */
  readonly buses: Map<number, number>
}

const WINDOW_PAGES = 4
const IRTE_BYTES = 16
const DEFAULT_DOMAINS = 2 ** 16
const DEFAULT_PINS = 24

const copyOf = (before: Readonly<VtdState> | undefined): VtdState => ({
  isOn: before?.isOn ?? false,
  reservations: before?.reservations ?? [],
  tables: new Map(before?.tables),
  owners: new Map(before?.owners),
  buses: new Map(before?.buses),
})

const stateOf = (of: { readonly units: State['units'] }): Readonly<VtdState> =>
  unitState<VtdState | undefined>(of, vtD, undefined) ?? copyOf(undefined)

const writableState = (hv: Hypervisor): VtdState => copyOnWrite(hv, vtD, copyOf)

/** Without a field for it the table has one page. */
const USUAL_LIMIT = 256

const limitOf = (hv: Hypervisor): number => hv.scenario.root.platform_info.x86.vtd_interrupt_limit ?? USUAL_LIMIT

const noMemory = (what: string): Failure => refusal('vtd_init', 'ENOMEM', `no pages left for ${what}`)

function init(hv: Hypervisor): Failure | undefined {
  const { root } = hv.scenario
  const limit = limitOf(hv)
  const bits = limit <= 1 ? 0 : Math.ceil(Math.log2(limit))
  if (16 <= bits) return refusal('vtd_init', 'EINVAL', `vtd_interrupt_limit ${limit} is above 32768`)
  if (!hv.pool.take(pagesFor(IRTE_BYTES * 2 ** bits), { what: 'VT-d interrupt remapping table' }))
    return noMemory('the interrupt remapping table')
  const units = iommuUnits(root)
  if (units.length === 0) return refusal('vtd_init', 'EINVAL', 'there is not a VT-d unit')
  if (!hv.pool.take(units.length, { what: 'VT-d invalidation queues' })) return noMemory('the invalidation queues')
  for (const unit of units) {
    const failure = initUnit(hv, unit)
    if (failure) return failure
  }
  const cell = rootOf(hv)
  return cell && cell_init(hv, cell)
}

function initUnit(hv: Hypervisor, unit: IommuUnit): Failure | undefined {
  if (unit.type !== IOMMU_INTEL)
    return refusal('vtd_init', 'EINVAL', `unit ${unit.index} is not a VT-d unit`, { entry: unit })
  if (unit.size === 0)
    return crash('vtd_init', `unit ${unit.index} has no size and is read all the same`, { entry: unit })
  const before = hv.pool.remapUsed
  if (!paging_map_device(hv, unit.base, unit.size)) return noMemory('the registers of a unit')
  hv.pool.remapUsed = before + WINDOW_PAGES
  printk(hv, 'progress', `DMAR unit @${hex(unit.base)}/${hex(unit.size)}`)
  return emulateRemapping(hv, unit)
}

/** `vtd_init_ir_emulation`: where Linux remaps interrupts already, its own table is watched. */
function emulateRemapping(hv: Hypervisor, { base }: IommuUnit): Failure | undefined {
  const { linuxIrEntries = 0 } = hv.hardware.x86
  const root = rootOf(hv)
  if (linuxIrEntries === 0 || !root) return undefined
  mmio_region_register(hv, root, { start: base, size: 0x1000n, handler: 'VT-d unit' })
  const pages = pagesFor(linuxIrEntries * 4)
  return hv.pool.take(pages, { what: "copy of Linux's interrupt remapping" })
    ? undefined
    : noMemory('interrupt remapping')
}

const rootTable = (cell: Cell) => ({ what: 'root of the VT-d page tables', cell: cell.config })

function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  const { vtdDomains = DEFAULT_DOMAINS } = hv.hardware.x86
  if (vtdDomains <= cell.id)
    return refusal('vtd_cell_init', 'ERANGE', `id ${cell.id} is beyond the ${vtdDomains} domains of the units`, {
      cell: cell.config,
    })
  if (!hv.pool.take(1, rootTable(cell)))
    return refusal('vtd_cell_init', 'ENOMEM', 'no page left for the VT-d root table', { cell: cell.config })
  writableState(hv).tables.set(cell.id, emptyTables(vtdFormat(hv.hardware)))
  for (const chip of cell.config.irqchips) {
    const failure = ioapic_get_or_add_phys(hv, chip) ?? reserveForIoapic(hv, cell, chip)
    if (!failure) continue
    cell_exit(hv, cell)
    return failure
  }
  return undefined
}

/** Never freed: other cells may use pins of the same I/O APIC. */
const reserveForIoapic = (hv: Hypervisor, cell: Cell, { id }: Irqchip): Failure | undefined =>
  reserveInterrupts(hv, cell, id & 0xffff, hv.hardware.x86.ioapicPins ?? DEFAULT_PINS)

function reserveInterrupts(hv: Hypervisor, cell: Cell, device: number, length: number): Failure | undefined {
  const { reservations } = stateOf(hv)
  if (length === 0 || indexOf(reservations, device) !== undefined) return undefined
  const reserved = vtd_reserve_int_remap_region(reservations, limitOf(hv), device, length)
  if (!reserved)
    return refusal(
      'vtd_reserve_int_remap_region',
      'E2BIG',
      `no ${length} entries in a row are left of the vtd_interrupt_limit ${limitOf(hv)} for ${bdf(device)}`,
      { cell: cell.config },
    )
  writableState(hv).reservations = reserved
  const text = `Reserving ${length} interrupt(s) for device ${bdf(device)} at index ${indexOf(reserved, device)}`
  printk(hv, 'progress', text, { cell: cell.config })
  return undefined
}

/** Only the root table is given back; the unmapping of regions freed what lay below. */
function cell_exit(hv: Hypervisor, cell: Draft<Cell>): void {
  const { tables } = writableState(hv)
  const left = tables.get(cell.id)?.tables ?? 0
  hv.pool.give(1, rootTable(cell))
  hv.pool.charge(-left, pageTables(cell))
  hv.pool.charge(left, { what: `leaked: VT-d page tables of "${cell.config.name}"` })
  tables.delete(cell.id)
}

const pageTables = (cell: Cell) => ({ what: 'VT-d page tables', cell: cell.config })

/** Changes the tables devices of the cell walk: pages of the mapping, and the pages they show. */
function change(
  hv: Hypervisor,
  cell: Cell,
  mapping: Mapping,
  make: (writer: TableWriter, virt: number, pages: number) => boolean,
): Failure | undefined {
  const before = stateOf(hv).tables.get(cell.id)
  if (!before) return undefined
  const virt = pageOf(mapping.virt_start, before.format)
  const pages = pagesIn(mapping.size, before.format)
  const { tables, done } = changeTables(hv, before, pageTables(cell), writer => make(writer, virt, pages))
  writableState(hv).tables.set(cell.id, tables)
  if (done) return undefined
  const reason = `the page pool ran out in the VT-d tables of "${cell.config.name}"`
  return refusal('iommu_map_memory_region', 'ENOMEM', reason, subjectOf(cell.config, mapping))
}

const grantOf = (mapping: Mapping): Grant => ({
  kind: 'region',
  flags: mapping.flags,
  ...(mapping.region && { region: mapping.region }),
  ...(!hasAny(mapping, MEM_READ) && { absent: true }),
})

/** COMM regions are no exception: their `phys_start` is what devices see. Only the start is compared with the width. */
function map_memory(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  if (!hasAny(mapping, MEM_DMA)) return undefined
  const format = vtdFormat(hv.hardware)
  const bits = 12n + 9n * BigInt(format.levels.length)
  if (BigInt.asUintN(64, mapping.virt_start) >> bits !== 0n) {
    const reason = `virt_start ${hex(mapping.virt_start)} does not fit the ${bits} bits of the VT-d units`
    return refusal('iommu_map_memory_region', 'E2BIG', reason, subjectOf(cell.config, mapping))
  }
  const phys = pageOf(mapping.phys_start, format)
  const content = { grant: grantOf(mapping), isConstant: false, huge: !hasAny(mapping, MEM_NO_HUGEPAGES) }
  return change(hv, cell, mapping, (writer, virt, pages) => paging_create(writer, virt, phys, pages, content))
}

const unmap_memory = (hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined =>
  hasAny(mapping, MEM_DMA) ? change(hv, cell, mapping, paging_destroy) : undefined

const vectorsOf = ({ num_msi_vectors, num_msix_vectors }: PciDevice): number =>
  Math.max(num_msi_vectors, num_msix_vectors)

const contextTables = { what: 'VT-d context tables' } as const

function add_pci_device(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  const { bdf } = device
  const failure = reserveInterrupts(hv, cell, bdf, vectorsOf(device))
  if (failure) return failure
  const { owners, buses } = writableState(hv)
  const present = buses.get(bdf >> 8) ?? 0
  if (present === 0 && !hv.pool.take(1, contextTables)) {
    freeInterrupts(hv, device)
    return refusal('iommu_add_pci_device', 'ENOMEM', 'no page left for the context table of a bus', {
      cell: cell.config,
      entry: device,
    })
  }
  if (!owners.has(bdf)) buses.set(bdf >> 8, present + 1)
  owners.set(bdf, { id: cell.id, config: cell.config })
  return undefined
}

function freeInterrupts(hv: Hypervisor, device: PciDevice): void {
  const { reservations } = stateOf(hv)
  const index = indexOf(reservations, device.bdf)
  if (index === undefined) return
  const length = vectorsOf(device)
  printk(hv, 'progress', `Freeing ${length} interrupt(s) for device ${bdf(device.bdf)} at index ${index}`)
  writableState(hv).reservations = vtd_free_int_remap_region(reservations, device.bdf, length)
}

function remove_pci_device(hv: Hypervisor, device: PciDevice): void {
  freeInterrupts(hv, device)
  const { owners, buses } = writableState(hv)
  const bus = device.bdf >> 8
  if (!owners.delete(device.bdf)) return
  const present = (buses.get(bus) ?? 0) - 1
  buses.set(bus, present)
  if (present === 0) hv.pool.give(1, contextTables)
}

function translationOf({ owners, tables }: VtdState, bdf: number): Translation {
  const owner = owners.get(bdf)
  const own = owner && tables.get(owner.id)
  return own ? { kind: 'tables', tables: own, of: owner.config, shared: false } : blocked
}

function contexts(state: State, scenario: Scenario): readonly DmaContext[] {
  const own = stateOf(state)
  return pciContexts(vtD.name, scenario, own.isOn, ({ bdf }) => translationOf(own, bdf))
}

/** What lies between two units in the hypervisor's own map. */
const DMAR_MMIO_SIZE = 0x4000

export const vtD: IommuDriver = {
  name: 'VT-d',
  type: IOMMU_INTEL,
  label: 'Intel',
  kind: 'intel',
  runsOn: 'intel',
  registerSize: 1,
  needsDmaFlag: true,
  remapsInterrupts: true,
  unitFaults: ({ size }) =>
    size <= DMAR_MMIO_SIZE
      ? []
      : [
          {
            field: 'size',
            fault: `is larger than the ${hex(DMAR_MMIO_SIZE)} between two units`,
            consequence: 'in the hypervisor it overlaps the next unit; 0x1000 is sufficient',
          },
        ],
  load: hv => {
    hv.units.set(vtD, copyOf(undefined))
  },
  init,
  cell_init,
  cell_exit,
  map_memory,
  unmap_memory,
  config_commit: (hv, cell) => {
    if (cell?.config.isRoot) writableState(hv).isOn = true
    return undefined
  },
  add_pci_device,
  remove_pci_device,
  shutdown: hv => {
    writableState(hv).isOn = false
  },
  mmio_count_regions: (hv, { isRoot }) => (isRoot ? iommuUnits(hv.scenario.root).length : 0),
  restricts: state => stateOf(state).isOn,
  contexts,
}
