import { IOMMU_AMD, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, IommuUnit, PciDevice } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'
import { memoizeAll } from '../../text/memo.ts'
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
import { paging_map_device } from '../memory.ts'
import { pagesFor } from '../page-pool.ts'
import type { PageTables } from '../paging/page-tables.ts'
import { iommuUnits } from './iommu-units.ts'
import { pciContexts } from './pci-contexts.ts'

/**
 * `hypervisor/arch/x86/amd_iommu.c`. Devices walk the CPU tables of their cell; the DMA flag of a region is a pair of
 * bits in its leaves. What devices have cached is forgotten when a cell comes or goes, not at load and start.
 */

interface AmdState {
  isOn: boolean
  /** `iommu_units_count` */
  count: number
  /** Segments of device tables that exist, as `unit/segment`. */
  readonly segments: Set<string>
  /** Device table entries that translate, as `unit/bdf`. */
  readonly entries: Map<string, CellConfig>
  /** Tables by cell id when the units were last made to forget them. */
  readonly flushed: Map<number, PageTables>
}

const DEVICE_TABLE_BYTES = 2 ** 21
const MAX_UNITS = 8

const copyOf = (before: Readonly<AmdState> | undefined): AmdState => ({
  isOn: before?.isOn ?? false,
  count: before?.count ?? 0,
  segments: new Set(before?.segments),
  entries: new Map(before?.entries),
  flushed: new Map(before?.flushed),
})

const stateOf = (of: { readonly units: State['units'] }): Readonly<AmdState> =>
  unitState<AmdState | undefined>(of, amdIommu, undefined) ?? copyOf(undefined)

const writableState = (hv: Hypervisor): AmdState => copyOnWrite(hv, amdIommu, copyOf)

function init(hv: Hypervisor): Failure | undefined {
  for (const unit of iommuUnits(hv.scenario.root)) {
    const failure = initUnit(hv, unit)
    if (failure) return failure
    const own = writableState(hv)
    own.isOn = true
    own.count++
  }
  const root = rootOf(hv)
  return root && cell_init(hv, root)
}

const isPowerOfTwo = (size: number): boolean => Number.isInteger(Math.log2(size))

function initUnit(hv: Hypervisor, unit: IommuUnit): Failure | undefined {
  if (unit.type !== IOMMU_AMD)
    return refusal('amd_iommu_init', 'EINVAL', `unit ${unit.index} is not an AMD IOMMU`, { entry: unit })
  printk(hv, 'progress', `AMD IOMMU @${hex(unit.base)}/${hex(unit.size)}`)
  if (unit.size !== 0 && !isPowerOfTwo(unit.size))
    return refusal('amd_iommu_init_pci', 'EINVAL', `the size of unit ${unit.index} is not a power of two`, {
      entry: unit,
    })
  if (!paging_map_device(hv, unit.base, unit.size))
    return refusal('amd_iommu_init_pci', 'ENOMEM', `unit ${unit.index} cannot be mapped`, { entry: unit })
  for (const what of ['AMD IOMMU command buffers', 'AMD IOMMU event logs'])
    if (!hv.pool.take(1, { what })) return refusal('amd_iommu_init_buffers', 'ENOMEM', 'no pages left for the buffers')
  return undefined
}

function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  if (stateOf(hv).count === 0 || cell.id <= 0xffff) return undefined
  return refusal('amd_iommu_cell_init', 'ERANGE', `id ${cell.id} does not fit a domain id`, { cell: cell.config })
}

/** Asked for every region, with DMA or without, and even where there is no unit. */
function map_memory(_hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  if (BigInt.asUintN(64, mapping.virt_start) >> 48n === 0n) return undefined
  const reason = `virt_start ${hex(mapping.virt_start)} does not fit the 48 bits of the tables`
  return refusal('iommu_map_memory_region', 'E2BIG', reason, subjectOf(cell.config, mapping))
}

const entryOf = ({ iommu, bdf }: PciDevice): string => `${iommu}/${bdf}`

/** `get_dev_table_entry`: a segment is made for the largest device number it may have to hold. */
function get_dev_table_entry(hv: Hypervisor, { iommu, bdf }: PciDevice): boolean {
  const { amdSegmentBits = 0 } = hv.hardware.x86
  const segment = `${iommu}/${bdf >> (16 - amdSegmentBits)}`
  const { segments } = writableState(hv)
  if (segments.has(segment)) return true
  if (!hv.pool.take(pagesFor(DEVICE_TABLE_BYTES / 2 ** amdSegmentBits), { what: 'AMD IOMMU device tables' }))
    return false
  segments.add(segment)
  return true
}

function add_pci_device(hv: Hypervisor, cell: Draft<Cell>, device: PciDevice): Failure | undefined {
  const { count, entries } = writableState(hv)
  const by = 'iommu_add_pci_device'
  const { config } = cell
  if (count === 0 || device.type === PCI_TYPE_IVSHMEM) return undefined
  if (MAX_UNITS <= device.iommu)
    return refusal(by, 'ERANGE', `iommu ${device.iommu} of ${bdf(device.bdf)} is above 7`, {
      cell: config,
      entry: device,
    })
  if (count <= device.iommu)
    return crash(by, `${bdf(device.bdf)} names unit ${device.iommu}, whose registers are not mapped`, {
      cell: config,
      entry: device,
    })
  if (!get_dev_table_entry(hv, device))
    return refusal(by, 'ENOMEM', 'no pages left for a device table', { cell: config, entry: device })
  entries.set(entryOf(device), config)
  return undefined
}

function remove_pci_device(hv: Hypervisor, device: PciDevice): void {
  writableState(hv).entries.delete(entryOf(device))
}

function config_commit(hv: Hypervisor, cell: Draft<Cell> | undefined): undefined {
  const root = rootOf(hv)
  if (!cell || !root || stateOf(hv).count === 0) return
  writableState(hv).flushed.set(cell.id, cell.mm).set(root.id, root.mm)
}

function translationOf(device: PciDevice, state: State): Translation {
  const { entries, flushed } = stateOf(state)
  const owner = entries.get(entryOf(device))
  const cell = state.cells.find(({ config }) => config === owner)
  return cell ? tablesOf(cell, flushed.get(cell.id) ?? cell.mm) : blocked
}

/** The same for all devices of a cell. */
const tablesOf = memoizeAll(
  ({ mm, config }: Cell, cached: PageTables): Translation => ({
    kind: 'tables',
    tables: mm,
    of: config,
    shared: true,
    needsDmaFlag: true,
    ...(cached !== mm && { stale: cached }),
  }),
)

function contexts(state: State, scenario: Scenario): readonly DmaContext[] {
  const { count, isOn } = stateOf(state)
  return count > 0 ? pciContexts(amdIommu.name, scenario, isOn, device => translationOf(device, state)) : []
}

export const amdIommu: IommuDriver = {
  name: 'AMD IOMMU',
  type: IOMMU_AMD,
  label: 'AMD',
  kind: 'amd',
  runsOn: 'amd',
  registerSize: 1,
  needsDmaFlag: true,
  unitFaults: ({ size, amd }) => [
    ...(size & (size - 1)
      ? [
          {
            field: 'size' as const,
            fault: `has size ${hex(size)}, not a power of two`,
            consequence: '"jailhouse enable" fails with -EINVAL',
          },
        ]
      : []),
    ...(amd.bdf === 0 || amd.base_cap === 0
      ? [
          {
            field: 'amd' as const,
            fault: `has no amd.${amd.bdf === 0 ? 'bdf' : 'base_cap'}`,
            consequence: '"jailhouse enable" fails with -EIO: the PCI function of the IOMMU is not found',
          },
        ]
      : []),
  ],
  load: hv => {
    hv.units.set(amdIommu, copyOf(undefined))
  },
  init,
  cell_init,
  cell_exit: () => {},
  map_memory,
  unmap_memory: () => undefined,
  config_commit,
  add_pci_device,
  remove_pci_device,
  shutdown: hv => {
    writableState(hv).isOn = false
  },
  mmio_count_regions: () => 0,
  restricts: state => stateOf(state).isOn,
  contexts,
}
