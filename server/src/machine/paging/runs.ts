import { perVersion } from '../../text/per-version.ts'
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

/** The address space as runs, ascending. Runs that continue each other may still differ in grant or leaf size. */
export const runsOf: (tables: PageTables) => readonly AddressRun[] = perVersion(tables => {
  const runs: AddressRun[] = []
  collect(tables.format, tables.root, 0, runs)
  return runs
})

function collect(format: TableFormat, table: Table, base: number, runs: AddressRun[]): void {
  const { span } = levelOf(format, table.level)
  for (const segment of table.segments) {
    const virt = base + segment.from * span
    if (isChild(segment)) collect(format, segment.child, virt, runs)
    else
      runs.push({
        virt: BigInt(virt) * PAGE,
        phys: BigInt(segment.phys % format.physPages) * PAGE,
        size: BigInt((segment.to - segment.from) * span) * PAGE,
        isConstant: segment.isConstant,
        grant: segment.grant,
        leafSize: BigInt(levelOf(format, segment.leafLevel).span) * PAGE,
      })
  }
}

/** The leaf over one page of the address space, and the page it maps. */
export function walk({ format, root }: PageTables, page: number): { phys: number; leaf: Filled } | undefined {
  let table = root
  let at = page
  for (;;) {
    const { span } = levelOf(format, table.level)
    const index = Math.floor(at / span)
    const segment = table.segments[positionOf(table.segments, index)]
    if (!segment || index < segment.from) return undefined
    if (!isChild(segment)) {
      const phys = physAt(segment, index, span) + (segment.isConstant ? 0 : at - index * span)
      return { phys, leaf: segment }
    }
    table = segment.child
    at -= index * span
  }
}
