import { MEM_DMA } from '../../config/constants.ts'
import { hasAny, rangeOf } from '../../config/ranges.ts'
import { coalesce } from '../../text/range-set.ts'
import type { DmaContext } from '../hypervisor.ts'
import type { AddressRun, PageTables } from '../paging/page-tables.ts'
import { runsOf } from '../paging/runs.ts'
import type { Machine, Stage } from '../stage.ts'
import type { CpuChange, DmaChange, StageDiff } from './answers.ts'
import { contextsOf } from './reach.ts'

/** What changed from stage `a` to stage `b`. */
export function diffStages({ scenario }: Machine, a: Stage, b: Stage): StageDiff {
  return {
    cpu: cpuChanges(a, b),
    dma: dmaChanges(contextsOf(a.state, scenario), contextsOf(b.state, scenario)),
    poolPages: b.state.pool.used - a.state.pool.used,
  }
}

/** A part of an address space that shows one part of memory under one grant. */
type Shown = Pick<AddressRun, 'virt' | 'phys' | 'size'> & {
  readonly flags: bigint
  readonly region: object | undefined
}

function cpuChanges(a: Stage, b: Stage): readonly CpuChange[] {
  const configs = new Set([...a.state.cells, ...b.state.cells].map(({ config }) => config))
  return [...configs].flatMap(cell => {
    const [before, after] = [a, b].map(({ state }) => shownBy(state.cells.find(({ config }) => config === cell)?.mm))
    const change = (kind: CpuChange['kind'], run: Shown): CpuChange => ({
      kind,
      cell,
      phys: rangeOf(run.phys, run.size),
      virt: run.virt,
      ...(run.region !== undefined && { grantedBy: run.region as NonNullable<CpuChange['grantedBy']> }),
    })
    return [
      ...minus(before ?? [], after ?? []).map(run => change('lost', run)),
      ...minus(after ?? [], before ?? []).map(run => change('gained', run)),
    ]
  })
}

const shownBy = (tables: PageTables | undefined): readonly Shown[] =>
  tables
    ? runsOf(tables)
        .filter(({ grant }) => grant.kind === 'region' || grant.kind === 'device')
        .map(({ virt, phys, size, grant }) => ({ virt, phys, size, flags: grant.flags, region: grant.region }))
    : []

/** Parts of `runs` that `others` do not show in the same way. Both are ascending and disjoint in `virt`. */
function minus(runs: readonly Shown[], others: readonly Shown[]): readonly Shown[] {
  const left: Shown[] = []
  let next = 0
  for (const run of runs) {
    const end = run.virt + run.size
    let from = run.virt
    while (next < others.length && endOf(others[next]) <= from) next++
    for (let index = next; index < others.length && (others[index] as Shown).virt < end; index++) {
      const other = others[index] as Shown
      if (!showsSame(run, other)) continue
      if (from < other.virt) left.push(part(run, from, other.virt))
      if (from < endOf(other)) from = endOf(other)
    }
    if (from < end) left.push(part(run, from, end))
  }
  return coalesce(
    left,
    (last, run) => endOf(last) === run.virt && showsSame(last, run) && last.region === run.region,
    (last, run) => ({ ...last, size: last.size + run.size }),
  )
}

const endOf = (run: Shown | undefined): bigint => (run ? run.virt + run.size : 0n)

const showsSame = (a: Shown, b: Shown): boolean => a.phys - a.virt === b.phys - b.virt && a.flags === b.flags

const part = (run: Shown, from: bigint, to: bigint): Shown => ({
  ...run,
  virt: from,
  phys: run.phys + (from - run.virt),
  size: to - from,
})

/** Contexts are compared stream by stream; page tables shared with a CPU show among the CPU's changes already. */
function dmaChanges(before: readonly DmaContext[], after: readonly DmaContext[]): readonly DmaChange[] {
  const keyOf = ({ unit, device }: DmaContext): string => `${unit} ${device}`
  const [was, is] = [before, after].map(contexts => new Map(contexts.map(context => [keyOf(context), context])))
  return [...new Set([...before, ...after].map(keyOf))].flatMap(key => {
    const [old, now] = [was?.get(key), is?.get(key)]
    const who = now ?? old
    if (!who || isSame(old, now)) return []
    const change = (kind: DmaChange['kind'], run: Shown): DmaChange => ({
      kind,
      unit: who.unit,
      device: who.device,
      owners: who.owners,
      phys: rangeOf(run.phys, run.size),
      virt: run.virt,
      ...(who.streamId !== undefined && { streamId: who.streamId }),
      ...(run.region !== undefined && { grantedBy: run.region as NonNullable<DmaChange['grantedBy']> }),
    })
    return [
      ...minus(translated(old), translated(now)).map(run => change('lost', run)),
      ...minus(translated(now), translated(old)).map(run => change('gained', run)),
    ]
  })
}

/** What no command touched is the same object. */
function isSame(old: DmaContext | undefined, now: DmaContext | undefined): boolean {
  const [a, b] = [old?.translation, now?.translation]
  if (a?.kind === 'tables' && b?.kind === 'tables') return a.tables === b.tables && a.needsDmaFlag === b.needsDmaFlag
  if (a?.kind === 'entries' && b?.kind === 'entries') return a.entries === b.entries
  return a !== undefined && a.kind === b?.kind
}

const EVERYTHING: Shown = { virt: 0n, phys: 0n, size: 1n << 48n, flags: 3n, region: undefined }

function translated(context: DmaContext | undefined): readonly Shown[] {
  switch (context?.translation.kind) {
    case 'bypass':
      return [EVERYTHING]
    case 'tables': {
      const { tables, needsDmaFlag } = context.translation
      return shownBy(tables).filter(run => !needsDmaFlag || hasAny(run, MEM_DMA))
    }
    case 'entries':
      return context.translation.entries
        .map(({ virt, phys, size, read, write, region }) => {
          const flags = (read ? 1n : 0n) | (write ? 2n : 0n)
          return { virt, phys, size, flags, region }
        })
        .sort((a, b) => (a.virt < b.virt ? -1 : 1))
    default:
      return []
  }
}
