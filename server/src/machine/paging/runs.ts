import { memoize } from '../../text/memo.ts'
import {
  type AddressRun,
  type Filled,
  isChild,
  levelOf,
  type PageTables,
  type Table,
  type TableFormat,
} from './page-tables.ts'
import { physAt, positionOf } from './segments.ts'

const PAGE = 4096n

/** Pages `[virt, virt + pages)` of an address space, as one run of leaves of `leafPages` each shows them. */
export interface PageRun {
  readonly virt: number
  readonly phys: number
  readonly pages: number
  readonly leafPages: number
  readonly filled: Filled
}

/** The address space as runs, ascending. Runs that continue each other may still differ in grant or leaf size. */
export const pageRunsOf: (tables: PageTables) => readonly PageRun[] = memoize(tables => {
  const runs: PageRun[] = []
  collect(tables.format, tables.root, 0, runs)
  return runs
})

function collect(format: TableFormat, table: Table, base: number, runs: PageRun[]): void {
  const { span } = levelOf(format, table.level)
  for (const segment of table.segments) {
    const virt = base + segment.from * span
    if (isChild(segment)) collect(format, segment.child, virt, runs)
    else
      runs.push({
        virt,
        phys: segment.phys % format.physPages,
        pages: (segment.to - segment.from) * span,
        leafPages: levelOf(format, segment.leafLevel).span,
        filled: segment,
      })
  }
}

/** The same in addresses. */
export const runsOf: (tables: PageTables) => readonly AddressRun[] = memoize(tables =>
  pageRunsOf(tables).map(asAddressRun),
)

export const asAddressRun = ({ virt, phys, pages, leafPages, filled }: PageRun): AddressRun => ({
  virt: BigInt(virt) * PAGE,
  phys: BigInt(phys) * PAGE,
  size: BigInt(pages) * PAGE,
  isConstant: filled.isConstant,
  grant: filled.grant,
  leafSize: BigInt(leafPages) * PAGE,
})

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
