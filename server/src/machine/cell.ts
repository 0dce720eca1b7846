import type { CellConfig } from '../config/model.ts'
import { type Cell, crash, type Draft, type Failure, type Hypervisor, refusal } from './hypervisor.ts'
import { asMapping, isSubpage } from './memory.ts'
import { pagesFor } from './page-pool.ts'
import { emptyTables } from './paging/page-tables.ts'

/** Making and unmaking `struct cell`: `cell_init` and `cell_exit` of `control.c`. */

export const newCell = (hv: Hypervisor, config: CellConfig, id: number, data_pages: number): Draft<Cell> => ({
  config,
  id,
  cell_state: 0,
  loadable: false,
  cpus: config.cpus,
  mm: emptyTables(hv.arch.tableFormat(hv.hardware)),
  mmio: { generation: hv.generation, regions: [] },
  max_mmio_regions: 0,
  data_pages,
})

const cpuSet = (cell: Cell) => ({ what: 'CPU set', cell: cell.config })
const mmioTable = (cell: Cell) => ({ what: 'table of trapped regions', cell: cell.config })

const needsCpuSetPage = (hv: Hypervisor, cell: Cell): boolean => hv.arch.smallCpuSet < cpuSetSize(cell.config)

/** Bytes; a header that lists CPUs one by one keeps the set in `struct cell`. */
const cpuSetSize = ({ counts }: CellConfig): number => counts.cpu_set_size ?? 0

const mmioPages = (hv: Hypervisor, cell: Cell): number => pagesFor(cell.max_mmio_regions * hv.arch.mmioEntrySize)

export function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  const { config } = cell
  const about = { cell: config }
  if (config.behindEnd)
    return {
      ...crash(
        'cell_init',
        `${config.behindEnd} lies behind the end of the configuration, where bytes are not known`,
        about,
      ),
      isGivenUp: true,
    }
  if (4096 < cpuSetSize(config))
    return refusal('cell_init', 'EINVAL', `a CPU set of ${cpuSetSize(config)} bytes is larger than a page`, about)
  if (needsCpuSetPage(hv, cell) && !hv.pool.take(1, cpuSet(cell)))
    return refusal('cell_init', 'ENOMEM', 'no page left for the CPU set', about)
  cell.max_mmio_regions =
    [...hv.units.keys()].reduce((sum, unit) => sum + unit.mmio_count_regions(hv, config), 0) +
    config.mem_regions.filter(region => isSubpage(asMapping(region))).length
  if (hv.pool.take(mmioPages(hv, cell), mmioTable(cell))) return undefined
  if (needsCpuSetPage(hv, cell)) hv.pool.give(1, cpuSet(cell))
  const reason = cell.max_mmio_regions === 0 ? 'a table of no trapped regions cannot be allocated' : 'no pages left'
  return refusal('mmio_cell_init', 'ENOMEM', reason, about)
}

export function cell_exit(hv: Hypervisor, cell: Draft<Cell>): void {
  hv.pool.give(mmioPages(hv, cell), mmioTable(cell))
  if (needsCpuSetPage(hv, cell)) hv.pool.give(1, cpuSet(cell))
}
