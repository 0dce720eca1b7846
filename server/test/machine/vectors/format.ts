/** A recorded run, format `jh-pvu-oracle/1`. Hex strings hold everything of 64 bits. */
export interface Vector {
  readonly name: string
  readonly kind: 'unit' | 'lifecycle'
  readonly tags?: readonly string[]
  readonly system: {
    readonly pvu_hw: { readonly num_tlbs: number; readonly num_entries: number } | readonly VectorPvu[]
    readonly iommu_units: readonly VectorUnit[]
    readonly cpu_parange?: number
    readonly hypervisor_memory?: readonly [string, string]
    readonly config_scratch?: string
    readonly root: VectorCell
  }
  readonly cells: Readonly<Record<string, VectorCell>>
  readonly ops: readonly VectorOp[]
  readonly expect: readonly VectorDelta[]
}

export interface VectorPvu {
  readonly num_tlbs: number
  readonly num_entries: number
}

export interface VectorUnit {
  readonly type: string
  readonly base: string
  readonly size: string
  readonly tlb_base?: string
  readonly tlb_size?: string
}

export interface VectorCell {
  readonly name: string
  readonly stream_ids: readonly number[]
  /** `[phys_start, virt_start, size, flags]` */
  readonly regions: readonly (readonly [string, string, string, string])[]
  readonly cpus?: string
  readonly flags?: string
  readonly id?: number
}

export interface VectorOp {
  readonly op: string
  readonly cell?: string | null
  readonly region?: number
  readonly value?: number | string
  readonly addr?: string
}

interface Listed {
  readonly count: number
  readonly from?: number
  readonly add?: readonly unknown[]
}

export interface VectorDelta {
  readonly rc?: number
  readonly bug?: true
  readonly msgs?: readonly string[]
  readonly pvu?: readonly Readonly<Record<string, unknown>>[]
  readonly cells?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly gone?: readonly string[]
  readonly pages?: number
  readonly pvu_count?: number
  readonly pool?: readonly number[]
}

/** How things stand after one operation, in the format's own shapes. */
export interface Snapshot {
  readonly rc?: number | undefined
  readonly bug: boolean
  readonly msgs: readonly string[]
  readonly units: Readonly<Record<string, SnapshotUnit>>
  readonly cells: Readonly<Record<string, SnapshotCell>>
  readonly pages?: number | undefined
  readonly pvu_count?: number | undefined
  readonly pool?: readonly number[] | undefined
}

export interface SnapshotUnit {
  readonly fields: Readonly<Record<string, unknown>>
  readonly tlbs: Readonly<Record<string, unknown>>
}

export type SnapshotCell = Readonly<Record<string, unknown>>

/** Turns the deltas of a vector into one snapshot for each operation. */
export function expand(vector: Vector): readonly Snapshot[] {
  let units: Record<string, SnapshotUnit> = {}
  let cells: Record<string, SnapshotCell> = {}
  let lasting: { pages?: number | undefined; pvu_count?: number | undefined; pool?: readonly number[] | undefined } = {}
  return vector.expect.map((delta, index) => {
    units = { ...units }
    for (const change of delta.pvu ?? []) for (const u of change.u as number[]) units[u] = changedUnit(units[u], change)
    cells = Object.fromEntries(Object.entries(cells).filter(([key]) => !delta.gone?.includes(key)))
    for (const [key, change] of Object.entries(delta.cells ?? {})) cells[key] = changedCell(cells[key], change)
    const written = stateWritten(vector.ops[index])
    if (written && cells[written.cell]) cells[written.cell] = { ...cells[written.cell], state: written.state }
    const { pages, pvu_count, pool } = { ...lasting, ...delta }
    lasting = { pages, pvu_count, pool }
    return { rc: delta.rc, bug: delta.bug === true, msgs: delta.msgs ?? [], units, cells, ...lasting }
  })
}

/** What an inmate writes into its own `cell_state` is not repeated as a delta. */
const stateWritten = (op: VectorOp | undefined): { cell: string; state: number } | undefined =>
  op?.op === 'state' && typeof op.cell === 'string' ? { cell: op.cell, state: Number(op.value) } : undefined

export const ZERO_TLB = { en: 0, log: 0, chain: 0, data: '0x0', e: [] }

function changedUnit(before: SnapshotUnit | undefined, change: Readonly<Record<string, unknown>>): SnapshotUnit {
  const { u: _, tlbs: listed, ...fields } = change
  const tlbs = { ...before?.tlbs }
  for (const { n, ...rest } of (listed ?? []) as { n: number | [number, number] }[]) {
    const [first, last] = typeof n === 'number' ? [n, n] : n
    for (let index = first; index <= last; index++) tlbs[index] = { ...ZERO_TLB, ...rest }
  }
  return { fields: { ...before?.fields, ...fields }, tlbs }
}

function changedCell(before: SnapshotCell = {}, change: SnapshotCell): SnapshotCell {
  const { pending, maps_del, maps_add, ...plain } = change
  const after: Record<string, unknown> = { pending: [], maps: [], subpage: [], ...before, ...plain }
  if (pending) {
    const { count, from, add } = pending as Listed
    after.pending = count ? [...(after.pending as unknown[]).slice(0, from), ...(add ?? [])] : []
  }
  const gone = new Set((maps_del ?? []) as string[])
  const kept = (after.maps as [string][]).filter(([ipa]) => !gone.has(ipa))
  after.maps = [...kept, ...((maps_add ?? []) as [string][])].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1))
  return after
}
