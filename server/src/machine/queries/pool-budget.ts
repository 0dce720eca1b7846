import { MEM_NO_HUGEPAGES } from '../../config/constants.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { hasAny, isSubPage } from '../../config/ranges.ts'
import { memoizeAll } from '../../text/memo.ts'
import type { Cell } from '../hypervisor.ts'
import { asMapping, grantOf, pageOf, pagesIn, staysWithRoot } from '../memory.ts'
import { emptyTables, type PageTables, type TableFormat } from '../paging/page-tables.ts'
import { paging_create, paging_destroy } from '../paging/paging.ts'
import { openWriter, type TableWriter } from '../paging/table-writer.ts'
import type { Machine, Stage } from '../stage.ts'
import type { PoolBudget, RegionCost } from './answers.ts'
import { foundPoolEmpty } from './enough-memory.ts'

const MAX_LISTED = 16

/** The hypervisor's memory after a stage: where it went, and which regions cost most of it. */
export function poolBudget(machine: Machine, stage: Stage): PoolBudget {
  const { pages, usable, used, items } = stage.state.pool
  const costs = stage.state.cells.flatMap(cell => costsOf(machine, cell))
  const byCost = costs
    .filter(({ tables, splits }) => tables + splits > 0)
    .sort((a, b) => b.tables + b.splits - a.tables - a.splits)
  const ranOut = ranOutAt(machine, stage)
  return {
    pages,
    usable,
    used,
    left: Math.max(0, usable - used),
    items: [...items].sort((a, b) => b.pages - a.pages),
    regions: byCost.slice(0, MAX_LISTED),
    ...(ranOut && { ranOut }),
  }
}

/** The first command up to this stage that found the pool empty. */
function ranOutAt(machine: Machine, until: Stage): PoolBudget['ranOut'] {
  for (const stage of machine.stages.slice(0, until.index + 1)) {
    const { outcome } = stage
    if (foundPoolEmpty(stage) && outcome.kind === 'refused') return { stage, refusal: outcome }
  }
  return undefined
}

function costsOf(machine: Machine, { config, mm: { format } }: Cell): readonly RegionCost[] {
  const tables = ownCosts(config.mem_regions, format)
  const creation = machine.stages.find(
    ({ command, outcome }) => command.verb === 'create' && command.cell === config && outcome.kind === 'done',
  )
  const root = creation && machine.stages[creation.index - 1]?.state.cells[0]
  const splits = root ? splitCosts(root.mm, config.mem_regions) : []
  return config.mem_regions.map((region, index) => ({
    cell: config,
    region,
    tables: tables[index]?.tables ?? 0,
    tablesIfAligned: tables[index]?.ifAligned ?? 0,
    splits: splits[index] ?? 0,
  }))
}

const token = Object.freeze({})
const unlimited = Number.MAX_SAFE_INTEGER

function map(tables: PageTables, region: MemoryRegion, huge: boolean): PageTables {
  const { format } = tables
  const writer = openWriter(tables, token, unlimited)
  const content = { grant: grantOf(asMapping(region)), isConstant: false, huge }
  const [virt, phys] = [pageOf(region.virt_start, format), pageOf(region.phys_start, format)]
  paging_create(writer, virt, phys, pagesIn(region.size, format), content)
  return writer
}

/** What each region adds when the regions are mapped one after the other. */
const ownCosts = memoizeAll(
  (regions: readonly MemoryRegion[], format: TableFormat): readonly { tables: number; ifAligned: number }[] => {
    let tables = emptyTables(format)
    return regions.map(region => {
      if (isSubPage(region)) return { tables: 0, ifAligned: 0 }
      const before = tables.tables
      const huge = !hasAny(region, MEM_NO_HUGEPAGES)
      tables = map(tables, region, huge)
      const added = Math.max(0, tables.tables - before)
      const alone = map(emptyTables(format), region, huge).tables
      const aligned = map(emptyTables(format), { ...region, phys_start: region.virt_start }, true).tables
      return { tables: added, ifAligned: Math.max(0, added - Math.max(0, alone - aligned)) }
    })
  },
)

/** Tables of the root cell that came about as each region was taken out of it. */
function splitCosts(root: PageTables, regions: readonly MemoryRegion[]): readonly number[] {
  const writer: TableWriter = openWriter(root, {}, unlimited)
  return regions.map(region => {
    const mapping = { ...asMapping(region), virt_start: region.phys_start }
    if (staysWithRoot(region) || isSubPage({ ...region, virt_start: region.phys_start })) return 0
    const before = writer.tables
    paging_destroy(writer, pageOf(mapping.virt_start, root.format), pagesIn(mapping.size, root.format))
    return Math.max(0, writer.tables - before)
  })
}
