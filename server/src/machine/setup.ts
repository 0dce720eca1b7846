import { CON_ACCESS_MMIO } from '../config/constants.ts'
import { maxCpus } from '../config/cpus.ts'
import { cell_init, newCell } from './cell.ts'
import { jailhouse_system_config_size } from './config-size.ts'
import { type Cell, type Draft, type Failure, type Hypervisor, printk, refusal } from './hypervisor.ts'
import { asMapping, changeHvTables, hvContent, mapEmptyPages, mapRegion, pageOf, pagesIn } from './memory.ts'
import { type PoolItem, pagesFor } from './page-pool.ts'
import { emptyTables } from './paging/page-tables.ts'
import { paging_create } from './paging/paging.ts'

/** Enabling the hypervisor: `hypervisor/setup.c` and `paging_init`. */

/** `entry` on the first CPU, then on all of them. Answers what `init_early`, `cpu_init` or `init_late` failed with. */
export function enable(hv: Hypervisor): Failure | undefined {
  const root = newCell(hv, hv.scenario.root.root_cell, 0, 0)
  hv.cells.push(root)
  const failure = init_early(hv, root) ?? cpu_init(hv)
  return hv.arch.frozenAtEntry?.(hv, failure) ?? failure ?? init_late(hv, root)
}

function init_early(hv: Hypervisor, root: Draft<Cell>): Failure | undefined {
  return (
    paging_init(hv) ??
    cell_init(hv, root) ??
    hv.arch.init_early(hv, root) ??
    mapEmptyPages(hv, root, asMapping({ ...hv.scenario.root.hypervisor_memory, flags: 1n }))
  )
}

const noMemory = (by: string, reason: string): Failure => refusal(by, 'ENOMEM', reason)

/** `paging_init`: the pool, the hypervisor's own mapping and its console. */
function paging_init(hv: Hypervisor): Failure | undefined {
  const { pool, arch, hardware, scenario } = hv
  const { hypervisor_memory: memory } = scenario.root
  const percpu = maxCpus(hv.scenario.root.root_cell) * arch.percpuPages
  const config = pagesFor(jailhouse_system_config_size(scenario.root))
  const wordPages = arch.name === 'arm' ? 32 : 64
  pool.pages = Math.floor((Number(memory.size) - hardware.coreSize[arch.name]) / 4096)
  pool.usable = Math.floor(pool.pages / wordPages) * wordPages
  const bitmap = Math.ceil(pool.pages / 32768)
  if (pool.pages <= percpu + config + bitmap)
    return noMemory('paging_init', 'hypervisor_memory has no page left behind the per-CPU data')
  pool.charge(percpu, { what: 'per-CPU data' })
  pool.charge(config, { what: 'system configuration' })
  pool.charge(bitmap, { what: 'bitmap of the page pool' })
  pool.take(4, { what: 'bitmap of the remapping pool' })
  if (!pool.take(arch.tableFormat(hardware).rootPages, { what: 'page tables of parked CPUs' }))
    return noMemory('paging_init', 'no pages left for the tables of parked CPUs')
  return mapHypervisor(hv) ? undefined : noMemory('paging_init', 'no pages left to map the hypervisor')
}

function mapHypervisor(hv: Hypervisor): boolean {
  const { arch, hardware, scenario } = hv
  const { hypervisor_memory: memory, debug_console } = scenario.root
  const format = arch.hvTableFormat
  hv.hvTables = emptyTables(format)
  const virt = pageOf(arch.jailhouseBase, format)
  const phys = pageOf(memory.phys_start, format)
  const core = Math.ceil(hardware.coreSize[arch.name] / 4096)
  const map = (index: number, to: number, pages: number): boolean =>
    changeHvTables(hv, writer => paging_create(writer, index, to, pages, hvContent(true)))
  if (!map(virt, phys, pagesIn(memory.size, format))) return false
  // The private part of each struct per_cpu gets leaves of its own, so that access can be revoked later.
  for (let cpu = 0; cpu < maxCpus(hv.scenario.root.root_cell); cpu++) {
    const offset = core + cpu * arch.percpuPages
    if (!map(virt + offset, phys + offset, arch.percpuPages - 2)) return false
  }
  if ((debug_console.flags & CON_ACCESS_MMIO) === 0) return true
  const size = pagesIn(BigInt(debug_console.size), format)
  return map(virt - 512, pageOf(debug_console.address, format), size)
}

export const PRIVATE_MAPPINGS: Omit<PoolItem, 'pages'> = { what: 'private mappings of the CPUs' }

/** The first CPU also sets up what all of them share. */
function cpu_init(hv: Hypervisor): Failure | undefined {
  const others = hv.scenario.root.root_cell.cpus.length - 1
  if (others < 0) return refusal('init_late', 'EINVAL', 'the root cell has no CPU to run the hypervisor')
  return mapPrivately(hv, 1) ?? hv.arch.first_cpu_init?.(hv) ?? mapPrivately(hv, others)
}

function mapPrivately(hv: Hypervisor, cpus: number): Failure | undefined {
  if (cpus === 0 || hv.pool.take(cpus * hv.arch.pagesPerOnlineCpu, PRIVATE_MAPPINGS)) return undefined
  return noMemory('cpu_init', 'no pages left for the private mappings of the CPUs')
}

function init_late(hv: Hypervisor, root: Draft<Cell>): Failure | undefined {
  for (const unit of hv.units.keys()) {
    printk(hv, 'progress', `Initializing unit: ${unit.name}`)
    const failure = unit.init(hv)
    if (failure) return failure
  }
  for (const region of root.config.mem_regions) {
    const failure = mapRegion(hv, root, asMapping(region))
    if (failure) return failure
  }
  const failure = hv.arch.config_commit(hv, root)
  if (!failure) printk(hv, 'progress', 'Activating hypervisor')
  return failure
}

/** `shutdown` of `control.c`: all units in reverse. */
export function shutdown(hv: Hypervisor): void {
  for (const unit of [...hv.units.keys()].reverse()) unit.shutdown(hv)
}
