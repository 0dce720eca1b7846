import type { CellConfig, IommuUnit } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'
import { memoize, memoizeLatest } from '../../text/memo.ts'
import { hexDigits } from '../../text/words.ts'
import { copyOnWrite } from '../copy-on-write.ts'
import {
  blocked,
  bypass,
  type Cell,
  crash,
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
  type WalkedTables,
} from '../hypervisor.ts'
import { paging_map_device } from '../memory.ts'
import { pagesFor } from '../page-pool.ts'
import type { PageTables } from '../paging/page-tables.ts'
import { iommuUnits } from './iommu-units.ts'
import { ownersBy } from './owners.ts'

/**
 * `hypervisor/arch/arm64/smmu-v3.c`. A listed stream always walks the root cell's CPU tables: the driver takes those of
 * the cell that runs it, and that is the root. Flags of regions play no part.
 */

/** `struct arm_smmu_device`: its stream table. */
export interface StreamTable {
  /** Position in `iommu_units`. */
  readonly unit: number
  readonly sidBits: number
  /** Entries of the first level; undefined for a linear table, in which every stream has an entry. */
  readonly l1Entries?: number
  /** `active_stes` of the blocks of 256 streams that exist; the others abort. */
  readonly blocks: ReadonlyMap<number, number>
  /** Streams whose entry translates, with the cell whose id is their VMID; the rest of a block bypasses. */
  readonly translated: ReadonlyMap<number, CellConfig>
}

export interface SmmuV3State {
  readonly devices: readonly StreamTable[]
}

const none: SmmuV3State = { devices: [] }
const STREAMS_PER_BLOCK = 256
const BLOCK_PAGES = 4
const MAX_2LVL_BITS = 25

export const smmuV3State = (of: { readonly units: State['units'] }): SmmuV3State => unitState(of, smmuV3, none)

function init(hv: Hypervisor): Failure | undefined {
  for (const unit of iommuUnits(hv.scenario.root).filter(({ type }) => type === smmuV3.type)) {
    const failure = initUnit(hv, unit)
    if (failure) return failure
  }
  const root = rootOf(hv)
  return root && cell_init(hv, root)
}

const noMemory = (by: string, what: string): Failure => refusal(by, 'ENOMEM', `no pages left for ${what}`)

function initUnit(hv: Hypervisor, unit: IommuUnit): Failure | undefined {
  if (!paging_map_device(hv, unit.base, unit.size))
    return crash('arm_smmuv3_init', `unit ${unit.index} cannot be mapped, which the driver does not check`, {
      entry: unit,
    })
  for (const queue of ['command', 'event'])
    if (!hv.pool.take(1, { what: 'SMMUv3 queues' })) return noMemory('arm_smmu_init_one_queue', `the ${queue} queue`)
  const device = emptyStreamTable(hv, unit.index)
  const entries = device.l1Entries
  const pages = pagesFor(entries === undefined ? 2 ** device.sidBits * 64 : entries * 8)
  const hasTable = hv.pool.take(pages, { what: 'SMMUv3 stream tables' })
  const hasDescriptors =
    entries === undefined || hv.pool.take(pagesFor(entries * 32), { what: 'SMMUv3 first-level descriptors' })
  if (!hasTable || !hasDescriptors) return noMemory('arm_smmu_init_strtab', 'the stream table')
  writable(hv).push(device)
  return undefined
}

function emptyStreamTable(hv: Hypervisor, unit: number): Writing {
  const { twoLevel, sidBits } = hv.hardware.smmuV3
  const fresh = { unit, blocks: new Map<number, number>(), translated: new Map<number, CellConfig>() }
  if (!twoLevel || sidBits <= 8) return { ...fresh, sidBits }
  const covered = Math.min(MAX_2LVL_BITS, sidBits)
  if (covered < sidBits)
    printk(hv, 'progress', `WARN: SMMU 2-level strtab only covers ${covered}/${sidBits} bits of SID`)
  return { ...fresh, sidBits: covered, l1Entries: 2 ** (covered - 8) }
}

const blockOf = (stream: number): number => Math.floor(stream / STREAMS_PER_BLOCK)

/** The driver compares no stream with the size of the table. What it overwrites behind the table is not known here. */
const isInTable = ({ sidBits }: StreamTable, stream: number): boolean => stream < 2 ** sidBits

const streamsOf = (config: CellConfig): readonly number[] => config.stream_ids.map(({ id }) => id >>> 0)

/** A stream table while it is written. */
interface Writing extends StreamTable {
  readonly blocks: Map<number, number>
  readonly translated: Map<number, CellConfig>
}

/** The stream tables as something this command may write; what it leaves half done stays. */
const writable = (hv: Hypervisor): Writing[] =>
  copyOnWrite<{ devices: Writing[] }>(hv, smmuV3, before => ({
    devices: (before?.devices ?? []).map(device => ({
      ...device,
      blocks: new Map(device.blocks),
      translated: new Map(device.translated),
    })),
  })).devices

function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  for (const device of writable(hv))
    for (const stream of streamsOf(cell.config)) {
      const failure = arm_smmu_init_ste(hv, cell, device, stream)
      if (failure) return failure
    }
  return undefined
}

function arm_smmu_init_ste(hv: Hypervisor, cell: Cell, device: Writing, stream: number): Failure | undefined {
  if (!isInTable(device, stream)) return undefined
  const block = blockOf(stream)
  const isNew = device.l1Entries !== undefined && !device.blocks.has(block)
  if (isNew && !hv.pool.take(BLOCK_PAGES, { what: 'SMMUv3 blocks of 256 streams' }))
    return refusal(
      'arm_smmu_init_l2_strtab',
      'ENOMEM',
      `no pages left for the block of stream 0x${hexDigits(stream)}`,
      {
        cell: cell.config,
      },
    )
  device.blocks.set(block, (device.blocks.get(block) ?? 0) + 1)
  device.translated.set(stream, cell.config)
  return undefined
}

/** Streams of the cell bypass from now on; a block without users is taken out of the table, its pages are lost. */
function cell_exit(hv: Hypervisor, cell: Draft<Cell>): void {
  for (const device of writable(hv))
    for (const stream of streamsOf(cell.config)) arm_smmu_uninit_ste(hv, device, stream)
}

function arm_smmu_uninit_ste(hv: Hypervisor, device: Writing, stream: number): void {
  if (!isInTable(device, stream)) return
  device.translated.delete(stream)
  const block = blockOf(stream)
  const users = (device.blocks.get(block) ?? 0) - 1
  if (users > 0) device.blocks.set(block, users)
  else loseBlock(hv, device, block)
}

/** The pointer to the block is cleared before it is given to `page_free`. */
function loseBlock(hv: Hypervisor, device: Writing, block: number): void {
  device.blocks.delete(block)
  if (device.l1Entries === undefined) return
  for (const other of device.translated.keys()) if (blockOf(other) === block) device.translated.delete(other)
  hv.pool.give(BLOCK_PAGES, { what: 'SMMUv3 blocks of 256 streams' })
  hv.pool.charge(BLOCK_PAGES, { what: 'leaked: SMMUv3 blocks without users' })
}

/** Listed streams, ascending. */
const listedIn = memoize((scenario: Scenario) =>
  [...ownersBy(scenario, streamsOf)]
    .sort(([a], [b]) => a - b)
    .map(([stream, owners]) => ({ stream, owners, name: `stream 0x${hexDigits(stream)}` })),
)

/** Most commands leave the tables of the root cell as they are. */
const walkedBy = memoizeLatest(
  (tables: PageTables, of: CellConfig): WalkedTables => ({ kind: 'tables', tables, of, shared: true }),
  (known, of) => known.of === of,
)

/** What becomes of a stream: the root cell's tables, everything, or nothing. */
function translationOf(device: StreamTable, root: Cell, stream: number): Translation {
  if (!isInTable(device, stream)) return blocked
  if (device.translated.has(stream)) return walkedBy(root.mm, root.config)
  return device.l1Entries === undefined || device.blocks.has(blockOf(stream)) ? bypass : blocked
}

function contexts(state: State, scenario: Scenario): readonly DmaContext[] {
  const root = state.cells[0]
  if (!root) return []
  return smmuV3State(state).devices.flatMap(device => contextsOfDevice(device, scenario, root).contexts)
}

/** Every listed stream of a unit, then those that nobody lists but the table lets through. Most commands change neither. */
const contextsOfDevice = memoizeLatest(
  (device: StreamTable, scenario: Scenario, root: Cell) => {
    const listed = listedIn(scenario).map(
      ({ stream, owners, name }): DmaContext => ({
        unit: device.unit,
        driver: smmuV3.name,
        device: name,
        streamId: stream,
        owners,
        translation: translationOf(device, root, stream),
      }),
    )
    return { scenario, tables: root.mm, contexts: [...listed, ...unlisted(device)] }
  },
  (known, scenario, root) => known.scenario === scenario && known.tables === root.mm,
)

const unlisted = memoize(({ unit, l1Entries, blocks }: StreamTable): readonly DmaContext[] => {
  const others = (device: string, translation: Translation): DmaContext => ({
    unit,
    driver: smmuV3.name,
    device,
    owners: [],
    translation,
  })
  if (l1Entries === undefined) return [others('streams that no cell lists', bypass)]
  const inBlock = (block: number): string => {
    const first = block * STREAMS_PER_BLOCK
    return `streams 0x${hexDigits(first)} to 0x${hexDigits(first + STREAMS_PER_BLOCK - 1)} that no cell lists`
  }
  const sorted = [...blocks.keys()].sort((a, b) => a - b)
  return [...sorted.map(block => others(inBlock(block), bypass)), others('all other streams', blocked)]
})

export const smmuV3: IommuDriver = {
  name: 'ARM SMMU v3',
  type: 3,
  label: 'SMMUv3',
  kind: 'smmu-v3',
  runsOn: 'arm64',
  registerSize: 0x20000,
  needsDmaFlag: false,
  streamIds: 'number',
  load: hv => {
    hv.units.set(smmuV3, none)
  },
  init,
  cell_init,
  cell_exit,
  map_memory: () => undefined,
  unmap_memory: () => undefined,
  config_commit: () => undefined,
  // The driver has no shutdown: the unit stays on and walks memory that is handed back.
  shutdown: () => {},
  mmio_count_regions: () => 0,
  restricts: state => smmuV3State(state).devices.length > 0,
  contexts,
}
