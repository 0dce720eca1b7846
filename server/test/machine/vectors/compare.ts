import { expand, type Snapshot, type SnapshotUnit, type Vector, ZERO_TLB } from './format.ts'
import { replay } from './replay.ts'

/** `pool`, `subpage` and `lines` are optional: they depend on things outside a vector. */
export type Obligation = 'must' | 'should' | 'pool' | 'subpage' | 'lines'

export interface Verdict {
  readonly name: string
  readonly kind: Vector['kind']
  /** Needs a model of the page pool for every field. */
  readonly isPool: boolean
  /** The first difference of each obligation, if any. */
  readonly differences: Readonly<Partial<Record<Obligation, string>>>
}

/** Lines that depend on PCI, MMIO slots or a panic. */
const OPTIONAL_LINES =
  /^(Initializing unit|Adding virtual PCI|Shared memory connection| "|FATAL|Stopping CPU|WARNING: Overflow during MMIO)/

const MUST_FIELDS = ['pending', 'state', 'loadable', 'maps']
const SHOULD_FIELDS = ['pt', 'leaves', 'cpus']

export function compareVector(vector: Vector): Verdict {
  const differences: Partial<Record<Obligation, string>> = {}
  const expected = expand(vector)
  const actual = replay(vector)
  for (const [index, op] of vector.ops.entries()) {
    const [want, got] = [expected[index], actual[index]]
    if (!want) break
    // After a write behind the driver's back nothing was recorded; the next operation shows its effect.
    if (op.op === 'poke') continue
    for (const { obligation, path, wanted, found } of got ? comparisons(vector, want, got) : [])
      if (wanted !== found)
        differences[obligation] ??=
          `op ${index} (${op.op}${op.cell ? ` ${op.cell}` : ''}) ${path}: expected ${wanted}, found ${found}`
    if (!got) differences.must ??= `op ${index} (${op.op}): the simulation ended before it`
  }
  return { name: vector.name, kind: vector.kind, isPool: vector.tags?.includes('pool') ?? false, differences }
}

interface Comparison {
  readonly obligation: Obligation
  readonly path: string
  readonly wanted: string
  readonly found: string
}

const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing'

function* comparisons(vector: Vector, want: Snapshot, got: Snapshot): Iterable<Comparison> {
  const compare = (obligation: Obligation, path: string, wanted: unknown, found: unknown): Comparison => ({
    obligation,
    path,
    wanted: text(wanted),
    found: text(found),
  })
  yield compare('must', 'rc', want.rc, got.rc)
  yield compare('must', 'bug', want.bug, got.bug)
  const lines = (msgs: readonly string[]) => msgs.filter(line => !OPTIONAL_LINES.test(line))
  yield compare('must', 'msgs', lines(want.msgs), lines(got.msgs))
  yield compare('lines', 'msgs', unitsSorted(want.msgs), unitsSorted(got.msgs))
  for (const u of new Set([...Object.keys(want.units), ...Object.keys(got.units)]))
    yield* compareUnit(compare, `pvu ${u}`, want.units[u], got.units[u])
  if (vector.kind === 'unit') {
    yield compare('must', 'pages', want.pages ?? 0, got.pages)
    yield compare('must', 'pvu_count', want.pvu_count ?? 0, got.pvu_count)
    for (const [key, cell] of Object.entries(got.cells)) {
      yield compare('must', `${key}.pending`, want.cells[key]?.pending ?? [], cell.pending)
      if (want.cells[key] && 'state' in want.cells[key])
        yield compare('must', `${key}.state`, want.cells[key].state, cell.state)
    }
    return
  }
  yield compare('must', 'cells', Object.keys(want.cells).sort(), Object.keys(got.cells).sort())
  for (const [key, cell] of Object.entries(want.cells)) {
    for (const field of MUST_FIELDS) yield compare('must', `${key}.${field}`, cell[field], got.cells[key]?.[field])
    for (const field of SHOULD_FIELDS) yield compare('should', `${key}.${field}`, cell[field], got.cells[key]?.[field])
    yield compare('subpage', `${key}.subpage`, cell.subpage, got.cells[key]?.subpage)
  }
  if (want.pool) yield compare('pool', 'pool', want.pool, got.pool)
}

/** The recording linked the units in another order than the kernel's build does. */
function unitsSorted(msgs: readonly string[]): readonly string[] {
  const isUnit = (line: string): boolean => line.startsWith('Initializing unit')
  return [...msgs.filter(isUnit).sort(), ...msgs.filter(line => !isUnit(line))]
}

function* compareUnit(
  compare: (obligation: Obligation, path: string, wanted: unknown, found: unknown) => Comparison,
  path: string,
  want: SnapshotUnit = { fields: {}, tlbs: {} },
  got: SnapshotUnit = { fields: {}, tlbs: {} },
): Iterable<Comparison> {
  for (const field of Object.keys({ ...want.fields, ...got.fields }))
    yield compare('must', `${path}.${field}`, want.fields[field] ?? 0, got.fields[field] ?? 0)
  for (const n of Object.keys({ ...want.tlbs, ...got.tlbs }))
    yield compare('must', `${path}.tlb ${n}`, ordered(want.tlbs[n]), ordered(got.tlbs[n]))
}

const ordered = (tlb: unknown): unknown => {
  const { en, log, chain, data, e } = { ...ZERO_TLB, ...(tlb as object) }
  return { en, log, chain, data, e }
}
