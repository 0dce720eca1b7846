import { memoize, memoizeLatest } from '../../text/memo.ts'
import {
  type AddressRun,
  capacityOf,
  type Filled,
  isChild,
  levelOf,
  type PageTables,
  type Table,
  type TableFormat,
} from './page-tables.ts'
import { physAt, positionOf } from './segments.ts'

const PAGE = 4096n

/** Pages `[start, end)` of the machine, as one run of leaves of `leafPages` each shows them from page `virt` on. */
export interface PageRun {
  readonly virt: number
  readonly start: number
  readonly end: number
  readonly leafPages: number
  readonly filled: Filled
}

/** The address space as runs, ascending. Runs that continue each other may still differ in grant or leaf size. */
export const pageRunsOf = ({ root, format }: PageTables): readonly PageRun[] => runsBelow(root, format, 0).runs

/** Stages share the tables that no command between them has changed, each in its place. */
const runsBelow: (table: Table, format: TableFormat, base: number) => RunsBelow = memoizeLatest(
  (table: Table, format: TableFormat, base: number) => ({ base, runs: collected(table, format, base) }),
  (known, _, base) => known.base === base,
)

interface RunsBelow {
  readonly base: number
  readonly runs: readonly PageRun[]
}

function collected(table: Table, format: TableFormat, base: number): readonly PageRun[] {
  const runs: PageRun[] = []
  const { span } = levelOf(format, table.level)
  for (const segment of table.segments) {
    const virt = base + segment.from * span
    if (isChild(segment)) for (const run of runsBelow(segment.child, format, virt).runs) runs.push(run)
    else runs.push(runOf(segment, format, virt, (segment.to - segment.from) * span))
  }
  return runs
}

function runOf(filled: Filled, format: TableFormat, virt: number, pages: number): PageRun {
  const start = filled.phys % format.physPages
  return { virt, start, end: start + pages, leafPages: levelOf(format, filled.leafLevel).span, filled }
}

/** The same in addresses. */
export const runsOf: (tables: PageTables) => readonly AddressRun[] = memoize(tables =>
  pageRunsOf(tables).map(asAddressRun),
)

export const asAddressRun = ({ virt, start, end, leafPages, filled }: PageRun): AddressRun => ({
  virt: BigInt(virt) * PAGE,
  phys: BigInt(start) * PAGE,
  size: BigInt(end - start) * PAGE,
  isConstant: filled.isConstant,
  grant: filled.grant,
  leafSize: BigInt(leafPages) * PAGE,
})

/** Whether anything is mapped in pages from `virt` on, which the tables see cut to what they hold. */
export function isMappedIn(tables: PageTables, virt: number, pages: number): boolean {
  const start = virt % capacityOf(tables.format)
  return pageRunsOf(tables).some(run => run.virt < start + pages && start < run.virt + run.end - run.start)
}

/** The leaf over one page of the address space, and the page it maps. */
export function walk({ format, root }: PageTables, page: number): { phys: number; leaf: Filled } | undefined {
  let table = root
  let position = page
  for (;;) {
    const { span } = levelOf(format, table.level)
    const index = Math.floor(position / span)
    const segment = table.segments[positionOf(table.segments, index)]
    if (!segment || index < segment.from) return undefined
    if (!isChild(segment)) {
      const phys = physAt(segment, index, span) + (segment.isConstant ? 0 : position - index * span)
      return { phys, leaf: segment }
    }
    table = segment.child
    position -= index * span
  }
}
