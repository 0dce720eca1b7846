import { MEM_DMA } from '../../config/constants.ts'
import type { CellConfig, IommuUnit } from '../../config/model.ts'
import { hasAny } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { memoize, memoizeAll, memoizeLatest } from '../../text/memo.ts'
import { hex, hexDigits } from '../../text/words.ts'
import { copyOnWrite } from '../copy-on-write.ts'
import {
  blocked,
  type Cell,
  crash,
  type DmaContext,
  type DmaEntry,
  type Draft,
  type Failure,
  type Hypervisor,
  type IommuDriver,
  type Mapping,
  printk,
  RUNNING,
  RUNNING_LOCKED,
  refusal,
  rootOf,
  type State,
  subjectOf,
  type Translation,
  unitState,
} from '../hypervisor.ts'
import { paging_map_device } from '../memory.ts'
import { iommuUnits } from './iommu-units.ts'
import {
  asTlbEntry,
  chainOf,
  flushContext,
  initDevice,
  type PvuDevice,
  programDevice,
  registersOf,
  shutdownDevice,
  type TlbEntry,
  unpowered,
} from './pvu-device.ts'
import {
  MAX_PVU_ENTRIES,
  mayRead,
  mayWrite,
  PVU_PAGE_SIZES,
  type PvuEntry,
  pvu_entrylist_create,
  pvu_entrylist_sort,
} from './pvu-entries.ts'

/** `hypervisor/arch/arm64/ti-pvu.c`. The PVU cannot take an entry out again while its context is in use. */

export const MAX_VIRTID = 7

export interface PvuState {
  /** `pvu_count`: units that were initialised. */
  readonly count: number
  /** All PVUs in the order of `iommu_units`. */
  readonly devices: readonly PvuDevice[]
  /** `cell->arch.iommu_pvu.entries` by cell id: what waits for the next commit, not what is programmed. */
  readonly pending: ReadonlyMap<number, readonly PvuEntry[]>
}

const none: PvuState = { count: 0, devices: [], pending: new Map() }

/** What the PVU driver remembers. */
export const pvuState = (of: { readonly units: State['units'] }): PvuState => unitState(of, tiPvu, none)

/** The same while a command runs; lists that it changes are its own. */
interface Writing extends Draft<PvuState> {
  readonly pending: Map<number, PvuEntry[]>
}

const writable = (hv: Hypervisor): Writing =>
  copyOnWrite<Writing>(hv, tiPvu, (before = { ...none, pending: new Map() }) => ({
    ...before,
    pending: new Map([...before.pending].map(([id, entries]) => [id, [...entries]])),
  }))

/** Stream IDs a PVU knows; higher ones belong to other units and are skipped without a word. */
export const virtidsOf = (cell: CellConfig): readonly number[] =>
  cell.stream_ids.map(({ id }) => id).filter(id => id <= MAX_VIRTID)

const pvuUnits = (hv: Hypervisor): readonly IommuUnit[] =>
  iommuUnits(hv.scenario.root).filter(({ type }) => type === tiPvu.type)

function load(hv: Hypervisor): void {
  const before = pvuState(hv).devices
  const devices = pvuUnits(hv).map((unit, n) => ({
    ...unpowered(unit.index),
    ...(before[n] && registersOf(before[n])),
  }))
  hv.units.set(tiPvu, { count: 0, devices, pending: new Map() } satisfies PvuState)
}

function init(hv: Hypervisor): Failure | undefined {
  const units = pvuUnits(hv)
  for (const [n, unit] of units.entries()) {
    const failure = initUnit(hv, unit, n)
    if (failure) return failure
    writable(hv).count = n + 1
  }
  const root = rootOf(hv)
  return root && cell_init(hv, root)
}

function initUnit(hv: Hypervisor, unit: IommuUnit, n: number): Failure | undefined {
  if (!paging_map_device(hv, unit.base, unit.size) || !paging_map_device(hv, unit.tipvu.tlb_base, unit.tipvu.tlb_size))
    return crash('pvu_iommu_init', `unit ${unit.index} cannot be mapped, which the driver does not check`, {
      entry: unit,
    })
  const { pvu } = hv.hardware
  const hardware = pvu[n] ?? pvu.at(-1) ?? { num_tlbs: 64, num_entries: 8 }
  updateDevice(hv, n, device => initDevice(device, hardware, MAX_VIRTID))
  if (MAX_VIRTID < hardware.num_tlbs) return undefined
  const limits = `Max virtid(${MAX_VIRTID}) should be less than num_tlbs(${hardware.num_tlbs})`
  printk(hv, 'pvu-virtid', `ERROR: PVU: ${limits}`)
  return refusal(
    'pvu_init_device',
    'EINVAL',
    `a PVU with ${hardware.num_tlbs} TLBs cannot serve ${MAX_VIRTID + 1} stream IDs`,
    { entry: unit },
  )
}

const updateDevice = (hv: Hypervisor, n: number, change: (device: PvuDevice) => PvuDevice): void => {
  const state = writable(hv)
  state.devices = state.devices.map((device, other) => (other === n ? change(device) : device))
}

const updateDevices = (hv: Hypervisor, change: (device: PvuDevice) => PvuDevice): void => {
  const state = writable(hv)
  state.devices = state.devices.map((device, n) => (n < state.count ? change(device) : device))
}

const setPending = (hv: Hypervisor, cell: Cell, entries: PvuEntry[] | undefined): void => {
  const { pending } = writable(hv)
  if (entries) pending.set(cell.id, entries)
  else pending.delete(cell.id)
}

const pendingOf = (hv: Hypervisor, cell: Cell): readonly PvuEntry[] => pvuState(hv).pending.get(cell.id) ?? []

const entryList = (cell: Cell) => ({ what: 'PVU entry list', cell: cell.config })

/** Only the first unit is asked whether a stream ID is still in use. */
function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  const { count, devices } = pvuState(hv)
  if (count === 0) return undefined
  if (!hv.pool.take(1, entryList(cell)))
    return refusal('pvu_iommu_cell_init', 'ENOMEM', 'no page left for the list of PVU entries', { cell: cell.config })
  const taken = virtidsOf(cell.config).find(virtid => devices[0]?.tlbs[virtid]?.enabled)
  if (taken === undefined) {
    setPending(hv, cell, [])
    return undefined
  }
  // A unit whose cell_init fails gets no cell_exit: nobody frees the page.
  hv.pool.give(1, entryList(cell))
  hv.pool.charge(1, { what: 'leaked: PVU entry lists of refused cells' })
  return refusal('pvu_iommu_cell_init', 'EINVAL', `stream ID ${taken} is already in use`, { cell: cell.config })
}

function map_memory(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): Failure | undefined {
  const { count, devices } = pvuState(hv)
  const device = devices[0]
  if (count === 0 || !device || !hasAny(mapping, MEM_DMA)) return undefined
  const pending = pendingOf(hv, cell)
  const refuse = (errno: 'ENOMEM' | 'EINVAL', reason: string) =>
    refusal('pvu_iommu_map_memory', errno, reason, subjectOf(cell.config, mapping))
  if (pending.length === MAX_PVU_ENTRIES)
    return refuse('ENOMEM', `the list of "${cell.config.name}" is full with ${MAX_PVU_ENTRIES} entries`)
  const cut = pvu_entrylist_create(mapping, MAX_PVU_ENTRIES - pending.length)
  if (cut.kind !== 'fits') {
    printReason(hv, cell, mapping, cut)
    const tooMany = `more than the ${MAX_PVU_ENTRIES - pending.length} entries left of ${MAX_PVU_ENTRIES}`
    return refuse('EINVAL', cut.kind === 'too many' ? `it takes ${tooMany}` : 'no PVU page size fits its addresses')
  }
  const listed = pending.length + cut.entries.length
  // (0 + 0 - 1) is unsigned: a first region of no size asks for more TLBs than there are.
  const chained = device.num_entries > 0 ? Math.floor(((listed - 1) >>> 0) / device.num_entries) : 0
  if (chained > device.free_tlb_count) {
    const text = 'ERROR: PVU: Mapping this memory needs more TLBs than that are available'
    printk(hv, 'pvu-tlbs', text, subjectOf(cell.config, mapping))
    return refuse('EINVAL', `${listed} entries need more chained TLBs than the ${device.free_tlb_count} believed free`)
  }
  const list = writable(hv).pending.get(cell.id)
  if (list) list.push(...cut.entries)
  else setPending(hv, cell, [...cut.entries])
  return undefined
}

function printReason(
  hv: Hypervisor,
  cell: Cell,
  mapping: Mapping,
  cut: { readonly kind: 'too many' } | { readonly kind: 'unaligned'; readonly virt: bigint; readonly phys: bigint },
): void {
  const { virt_start, phys_start, size } = mapping
  if (cut.kind === 'unaligned') {
    const addresses = `${hexDigits(cut.virt)} ${hexDigits(cut.phys)}`
    const text = `ERROR: PVU: Addresses ${addresses}aren't aligned to any of the allowed page sizes`
    printk(hv, 'pvu-alignment', text, subjectOf(cell.config, mapping))
  } else {
    const what = `${hexDigits(virt_start)} => ${hexDigits(phys_start)} with size ${hexDigits(size)}`
    printk(hv, 'pvu-entries', `ERROR: PVU: Need more TLB entries for mapping ${what}`, subjectOf(cell.config, mapping))
  }
}

/** Nothing is unmapped. Whether the warning appears depends on the flags of the region and the cell's state alone. */
function unmap_memory(hv: Hypervisor, cell: Draft<Cell>, mapping: Mapping): undefined {
  if (pvuState(hv).count === 0 || !hasAny(mapping, MEM_DMA)) return
  if (cell.cell_state !== RUNNING && cell.cell_state !== RUNNING_LOCKED) return
  const text = `WARNING: PVU cannot unmap memory at runtime for cell ${cell.config.name}`
  printk(hv, 'pvu-cannot-unmap', text, subjectOf(cell.config, mapping))
}

/** Programs the list of `cell` for each of its stream IDs; a stream that is enabled already keeps what it has. */
function config_commit(hv: Hypervisor, cell: Draft<Cell> | undefined): Failure | undefined {
  if (pvuState(hv).count === 0 || !cell) return undefined
  const entries = pvu_entrylist_sort(pendingOf(hv, cell))
  setPending(hv, cell, [...entries])
  const registers = entries.map(asTlbEntry)
  if (entries.length > 0)
    for (const virtid of virtidsOf(cell.config)) {
      const failure = programStream(hv, cell, virtid, registers)
      if (failure) return failure
    }
  setPending(hv, cell, [])
  return undefined
}

function programStream(hv: Hypervisor, cell: Cell, virtid: number, entries: readonly TlbEntry[]): Failure | undefined {
  for (let n = 0; n < pvuState(hv).count; n++) {
    let outOfTlbs = false
    updateDevice(hv, n, device => {
      const programmed = programDevice(device, virtid, entries)
      outOfTlbs = programmed.outOfTlbs
      return programmed.device
    })
    if (outOfTlbs) return crash('pvu_tlb_alloc', outOfTlbsReason(cell.config, entries.length), { cell: cell.config })
  }
  return undefined
}

const outOfTlbsReason = (cell: CellConfig, entries: number): string =>
  `${entries} entries for each of the stream IDs ${virtidsOf(cell).join(', ')} of "${cell.name}" chain more TLBs than there are`

function cell_exit(hv: Hypervisor, cell: Draft<Cell>): void {
  if (pvuState(hv).count === 0) return
  for (const virtid of virtidsOf(cell.config)) updateDevices(hv, device => flushContext(device, virtid))
  if (pvuState(hv).pending.has(cell.id)) hv.pool.give(1, entryList(cell))
  setPending(hv, cell, undefined)
}

function shutdown(hv: Hypervisor): void {
  const root = rootOf(hv)
  if (root) cell_exit(hv, root)
  updateDevices(hv, shutdownDevice)
}

function contexts(state: State, scenario: Scenario): readonly DmaContext[] {
  const { devices, count } = pvuState(state)
  return devices.slice(0, count).flatMap(device => contextsOfDevice(device, scenario))
}

/** Streams 0 to 7 of one unit. Most commands change no TLB. */
const contextsOfDevice = memoizeAll((device: PvuDevice, scenario: Scenario): readonly DmaContext[] => {
  const owners = ownersOfVirtids(scenario)
  return translationsOf(device).map((translation, virtid) => ({
    unit: device.unit,
    driver: tiPvu.name,
    device: `stream ${virtid}`,
    streamId: virtid,
    owners: owners[virtid] ?? [],
    translation,
  }))
})

/** What the chain of TLBs of each stream translates. */
const translationsOf = memoize((device: PvuDevice): readonly Translation[] =>
  Array.from({ length: MAX_VIRTID + 1 }, (_, virtid) => {
    const tlbs = chainOf(device, virtid)
    return tlbs.length > 0 ? { kind: 'entries', entries: entriesBehind(device, tlbs), tlbs } : blocked
  }),
)

const ownersOfVirtids = memoize(({ root, cells }: Scenario): readonly (readonly CellConfig[])[] =>
  Array.from({ length: MAX_VIRTID + 1 }, (_, virtid) =>
    [root.root_cell, ...cells].filter(({ stream_ids }) => stream_ids.some(({ id }) => id === virtid)),
  ),
)

/** Units and streams of one cell hold the same entries: what is asked of one list is then asked of all. */
const entriesFrom = memoizeLatest(
  (_first: TlbEntry, list: readonly TlbEntry[]) => ({ list, entries: list.map(asDmaEntry) }),
  (known, list) => known.list.length === list.length && known.list.every((entry, i) => entry === list[i]),
)

function entriesBehind(device: PvuDevice, tlbs: readonly number[]): readonly DmaEntry[] {
  const list = tlbs.flatMap(n => device.tlbs[n]?.entries.filter(entry => entry !== undefined) ?? [])
  const [first] = list
  return first ? entriesFrom(first, list).entries : []
}

const asDmaEntry = (entry: TlbEntry): DmaEntry => ({
  virt: entry.virt,
  phys: entry.phys,
  size: PVU_PAGE_SIZES[entry.page] ?? 0n,
  read: mayRead(entry),
  write: mayWrite(entry),
  ...(entry.region && { region: entry.region }),
})

/** 64 TLBs of a page each. */
const TLB_BYTES = 0x40000

export const tiPvu: IommuDriver = {
  name: 'PVU IOMMU',
  type: 4,
  label: 'PVU',
  kind: 'pvu',
  runsOn: 'arm64',
  registerSize: 0x1000,
  needsDmaFlag: true,
  streamIds: 'virtual',
  cannotUnmap: true,
  unitFaults: ({ tipvu: { tlb_base, tlb_size } }) => {
    if (tlb_base === 0n)
      return [
        {
          field: 'tipvu.tlb_base',
          fault: 'has no tlb_base',
          consequence: 'the hypervisor writes the TLB entries to address 0',
        },
      ]
    if (TLB_BYTES <= tlb_size) return []
    const fault = `has a tlb_size below 64 TLBs (${hex(TLB_BYTES)})`
    const consequence = 'the hypervisor faults when it clears them'
    return [{ field: 'tipvu.tlb_size', fault, consequence, right: TLB_BYTES }]
  },
  windows: ({ index, tipvu }) => [
    { name: `the TLBs of IOMMU unit ${index}`, base: tipvu.tlb_base, size: tipvu.tlb_size },
  ],
  load,
  init,
  cell_init,
  map_memory,
  unmap_memory,
  config_commit,
  cell_exit,
  shutdown,
  mmio_count_regions: () => 0,
  restricts: state => pvuState(state).count > 0,
  contexts,
}
