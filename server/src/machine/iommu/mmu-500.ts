import type { CellConfig, IommuUnit, StreamId } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'
import { hex } from '../../text/words.ts'
import {
  blocked,
  bypass,
  type Cell,
  type DmaContext,
  type Draft,
  type Failure,
  type Hypervisor,
  type IommuDriver,
  printk,
  refusal,
  rootOf,
  type State,
  type Translation,
  unitState,
} from '../hypervisor.ts'
import { paging_map_device } from '../memory.ts'
import { pagesFor } from '../page-pool.ts'
import type { PageTables } from '../paging/page-tables.ts'
import { iommuUnits } from './iommu-units.ts'
import { ownersBy } from './owners.ts'

/**
 * `hypervisor/arch/arm64/smmu.c`. Streams are matched by id and mask, and walk the CPU tables of the cell in the context
 * bank that has the cell's id. Flags of regions play no part.
 */

/** Streams that agree with `id` in all bits outside of `mask`. */
export interface StreamMatch {
  readonly id: number
  readonly mask: number
}

/** A context bank: while it is off, streams that point to it pass untranslated. */
interface Bank {
  readonly isOn: boolean
  readonly cell: CellConfig
  /** As they were when the bank was set up, should the cell not exist any more. */
  readonly tables: PageTables
}

/** `struct arm_smmu_device` and its registers. */
export interface Mmu500 {
  readonly unit: number
  /** Stream match registers that are valid. */
  readonly smrs: readonly (StreamMatch | undefined)[]
  /** Bank that each of them points to; otherwise the access faults. */
  readonly s2crs: readonly (number | undefined)[]
  readonly banks: ReadonlyMap<number, Bank>
}

interface Mmu500State {
  readonly devices: readonly Mmu500[]
  /** CLIENTPD is clear: streams are looked at at all. */
  readonly isOn: boolean
}

const none = { devices: [], isOn: false } as const satisfies Mmu500State
const SMR_BYTES = 6
const ID_MASK = 0x7fff

const stateOf = (of: { readonly units: State['units'] }): Mmu500State => unitState(of, mmu500, none)

const update = (hv: Hypervisor, change: Partial<Mmu500State>): void => {
  hv.units.set(mmu500, { ...stateOf(hv), ...change } satisfies Mmu500State)
}

/** `SMR_GET_ID`, `SMR_GET_MASK` */
const matchOf = ({ id }: Pick<StreamId, 'id'>): StreamMatch => ({ id: id & ID_MASK, mask: (id >>> 16) & ID_MASK })

function init(hv: Hypervisor): Failure | undefined {
  const units = iommuUnits(hv.scenario.root).filter(({ type }) => type === mmu500.type)
  for (const unit of units) {
    const failure = initUnit(hv, unit)
    if (failure) return failure
  }
  const root = rootOf(hv)
  return root && units.length > 0 ? cell_init(hv, root) : undefined
}

function initUnit(hv: Hypervisor, unit: IommuUnit): Failure | undefined {
  if (!paging_map_device(hv, unit.base, unit.size))
    return refusal('arm_smmu_init', 'ENOMEM', `unit ${unit.index} cannot be mapped`, { entry: unit })
  printk(hv, 'progress', `ARM MMU500 at ${hex(unit.base)} with:`)
  const { streamMatchGroups: groups } = hv.hardware.mmu500
  if (groups === 0) return refusal('arm_smmu_device_cfg_probe', 'ENODEV', 'the unit has no stream match registers')
  if (!hv.pool.take(pagesFor(groups * SMR_BYTES), { what: 'MMU-500 stream match registers' }))
    return refusal('arm_smmu_device_cfg_probe', 'ENOMEM', 'no pages left for the stream match registers')
  printk(hv, 'progress', ` stream matching with ${groups} SMR groups`)
  const smrs = Array.from({ length: groups }, () => undefined)
  update(hv, { devices: [...stateOf(hv).devices, { unit: unit.index, smrs, s2crs: smrs, banks: new Map() }] })
  return undefined
}

const covers = (outer: StreamMatch, inner: StreamMatch): boolean =>
  (inner.mask & outer.mask) === inner.mask && ((inner.id ^ outer.id) & ~outer.mask) === 0

const meets = (a: StreamMatch, b: StreamMatch): boolean => ((a.id ^ b.id) & ~(a.mask | b.mask)) === 0

/**
 * `arm_smmu_find_sme`: an entry that covers the stream, else the first free one. An entry that only overlaps it, before
 * one that covers it is found, is an error, and so is a table without a free entry.
 */
function arm_smmu_find_sme(smrs: Mmu500['smrs'], stream: StreamMatch): number | undefined {
  for (const [index, smr] of smrs.entries()) {
    if (smr && covers(smr, stream)) return index
    if (smr && meets(smr, stream)) return undefined
  }
  const free = smrs.indexOf(undefined)
  return free < 0 ? undefined : free
}

/** A device while its registers are written. */
interface WritableMmu500 {
  readonly unit: number
  readonly smrs: (StreamMatch | undefined)[]
  readonly s2crs: (number | undefined)[]
  readonly banks: Map<number, Bank>
}

const writable = ({ unit, smrs, s2crs, banks }: Mmu500): WritableMmu500 => ({
  unit,
  smrs: [...smrs],
  s2crs: [...s2crs],
  banks: new Map(banks),
})

/** What a refusal leaves behind stays: entries written so far point to the bank of the refused cell. */
function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  if (cell.config.stream_ids.length === 0) return undefined
  const devices = stateOf(hv).devices.map(writable)
  update(hv, { devices })
  for (const device of devices) {
    // Nothing compares the id with the number of banks; streams of a bank that is not there reach nothing.
    if (cell.id < hv.hardware.mmu500.contextBanks)
      device.banks.set(cell.id, { isOn: true, cell: cell.config, tables: cell.mm })
    for (const stream of cell.config.stream_ids.map(matchOf)) {
      const index = arm_smmu_find_sme(device.smrs, stream)
      if (index === undefined) return noEntry(cell, device, stream)
      const { id, mask } = stream
      const text = `Assigning SID ${hex(id)}, Mask ${hex(mask)} to cell "${cell.config.name}"`
      printk(hv, 'stream-assigned', text, { cell: cell.config })
      device.s2crs[index] = cell.id
      device.smrs[index] = stream
    }
  }
  return undefined
}

function noEntry({ config }: Cell, { smrs }: Mmu500, stream: StreamMatch): Failure {
  const text = streamText(stream)
  const rival = smrs.find(smr => smr && meets(smr, stream))
  const reason = rival
    ? `${text} overlaps ${streamText(rival)}, which is in use, without being part of it`
    : `all ${smrs.length} stream match registers are in use`
  return refusal('arm_smmu_find_sme', 'EINVAL', reason, { cell: config })
}

/** Streams that the root cell lists in the same words return to it; the others fault. */
function cell_exit(hv: Hypervisor, cell: Draft<Cell>): void {
  const { config, id } = cell
  if (config.stream_ids.length === 0) return
  const devices = stateOf(hv).devices.map(writable)
  for (const device of devices) {
    for (const stream of config.stream_ids) release(hv, device, stream)
    const bank = device.banks.get(id)
    if (bank) device.banks.set(id, { ...bank, isOn: false })
  }
  update(hv, { devices })
}

function release(hv: Hypervisor, device: WritableMmu500, stream: StreamId): void {
  const index = arm_smmu_find_sme(device.smrs, matchOf(stream))
  if (index === undefined) return
  const root = hv.scenario.root.root_cell
  if (root.stream_ids.some(({ id }) => id === stream.id)) {
    const { id, mask } = matchOf(stream)
    const text = `Assigning SID ${hex(id)} Mask: ${hex(mask)} to cell "${root.name}"`
    printk(hv, 'stream-assigned', text, { cell: root })
    device.s2crs[index] = rootOf(hv)?.id
    return
  }
  device.smrs[index] = undefined
  device.s2crs[index] = undefined
}

function config_commit(hv: Hypervisor, cell: Draft<Cell> | undefined): undefined {
  if (cell?.config.isRoot && stateOf(hv).devices.length > 0) update(hv, { isOn: true })
}

const streamText = ({ id, mask }: StreamMatch): string =>
  mask === 0 ? `stream ${hex(id)}` : `streams ${hex(id)} with mask ${hex(mask)}`

/** Every valid entry, then listed streams that no entry covers, and all the rest, which fault. */
function contexts(state: State, scenario: Scenario): readonly DmaContext[] {
  const { devices, isOn } = stateOf(state)
  if (devices.length === 0) return []
  const owners = ownersBy(scenario, ({ stream_ids }) => stream_ids.map(({ id }) => id))
  const listed = [...owners].map(([id, cells]) => ({ stream: matchOf({ id }), cells }))
  return devices.flatMap(device => {
    const context = (text: string, cells: readonly CellConfig[], translation: Translation): DmaContext => ({
      unit: device.unit,
      driver: mmu500.name,
      device: text,
      owners: cells,
      translation: isOn ? translation : bypass,
    })
    const entries = device.smrs.flatMap((smr, index) => {
      if (!smr) return []
      const cells = listed.filter(({ stream }) => meets(stream, smr)).flatMap(one => one.cells)
      const translation = translationOf(device, device.s2crs[index], state)
      return [{ ...context(streamText(smr), [...new Set(cells)], translation), streamId: smr.id }]
    })
    const unmatched = listed
      .filter(({ stream }) => !device.smrs.some(smr => smr && covers(smr, stream)))
      .map(({ stream, cells }) => ({ ...context(streamText(stream), cells, blocked), streamId: stream.id }))
    return [...entries, ...unmatched, context('all other streams', [], blocked)]
  })
}

function translationOf({ banks }: Mmu500, index: number | undefined, { cells }: State): Translation {
  const bank = index === undefined ? undefined : banks.get(index)
  if (!bank) return blocked
  if (!bank.isOn) return bypass
  const cell = cells.find(({ config }) => config === bank.cell)
  if (cell) return { kind: 'tables', tables: cell.mm, of: cell.config, shared: true }
  return { kind: 'tables', tables: bank.tables, of: bank.cell, shared: true, isAbandoned: true }
}

export const mmu500: IommuDriver = {
  name: 'ARM SMMU',
  type: 5,
  label: 'MMU-500',
  kind: 'smmu-v2',
  runsOn: 'arm64',
  registerSize: 1,
  needsDmaFlag: false,
  streamIds: 'masked',
  load: hv => {
    hv.units.set(mmu500, none)
  },
  init,
  cell_init,
  cell_exit,
  map_memory: () => undefined,
  unmap_memory: () => undefined,
  config_commit,
  shutdown: hv => update(hv, { isOn: false }),
  mmio_count_regions: () => 0,
  restricts: state => stateOf(state).isOn,
  contexts,
}
