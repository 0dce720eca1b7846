import { CELL_PASSIVE_COMMREG } from '../config/constants.ts'
import type { CellConfig } from '../config/model.ts'
import { cell_exit, cell_init, newCell } from './cell.ts'
import { jailhouse_cell_config_size } from './config-size.ts'
import {
  type Cell,
  type Draft,
  type Errno,
  FAILED,
  FAILED_COMM_REV,
  type Failure,
  type Hypervisor,
  hang,
  isFatal,
  printk,
  RUNNING,
  RUNNING_LOCKED,
  refusal,
  rootOf,
  SHUT_DOWN,
  type Unit,
} from './hypervisor.ts'
import {
  asMapping,
  isLoadable,
  isSubpage,
  mapRegion,
  pageOf,
  remap_to_root_cell,
  staysWithRoot,
  unmap_from_root_cell,
} from './memory.ts'
import { pagesFor } from './page-pool.ts'
import { walk } from './paging/runs.ts'
import { shutdown } from './setup.ts'

/** `hypervisor/control.c`: the hypercalls, with the same verbs in the same order. */

const unitsOf = (hv: Hypervisor): readonly Unit[] => [...hv.units.keys()]

const structCell = (cell: Cell) => ({ what: 'cell structure and configuration', cell: cell.config })

/** `cell_reconfig_ok`: a cell that locked itself forbids that others come or go. */
const lockedCell = (hv: Hypervisor, except?: Cell): Cell | undefined =>
  hv.cells.slice(1).find(cell => cell !== except && cell.cell_state === RUNNING_LOCKED)

const locked = (by: string, cell: Cell): Failure =>
  refusal(by, 'EPERM', `"${cell.config.name}" is running and has locked its configuration`, { cell: cell.config })

const CONFIG_PAGES = 16

export function cell_create(hv: Hypervisor, config: CellConfig, id: number): Failure | undefined {
  const root = rootOf(hv)
  const refuse = (errno: Errno, reason: string) => refusal('cell_create', errno, reason, { cell: config })
  const lock = lockedCell(hv)
  if (lock) return locked('cell_create', lock)
  if (!root || !isConfigReadable(hv, root)) return refuse('ENOMEM', 'the root cell does not map its configuration')
  const same = hv.cells.find(cell => cell.config.name === config.name || cell.id === id)
  if (same) return refuse('EEXIST', `"${same.config.name}" has this name or id ${id}`)
  const size = jailhouse_cell_config_size(config)
  if (CONFIG_PAGES < pagesFor(size)) return refuse('E2BIG', `its configuration of ${size} bytes exceeds 16 pages`)
  const cell = newCell(hv, config, id, pagesFor(hv.arch.cellPages * 4096 + size))
  if (!hv.pool.take(cell.data_pages, structCell(cell))) return refuse('ENOMEM', 'no pages left for the cell')
  const failure = build(hv, root, cell)
  if (isFatal(failure)) return failure
  if (failure) {
    hv.pool.give(cell.data_pages, structCell(cell))
    return failure
  }
  cell.cell_state = SHUT_DOWN
  hv.cells.push(cell)
  const frozen = cell_reconfig_completed(hv)
  if (frozen) return frozen
  printk(hv, 'progress', `Created cell "${config.name}"`, { cell: config })
  return undefined
}

/** `paging_get_guest_pages` walks the root cell's tables to the configuration. */
function isConfigReadable(hv: Hypervisor, root: Cell): boolean {
  const { configAddress } = hv.hardware
  return configAddress === undefined || walk(root.mm, pageOf(configAddress, root.mm.format)) !== undefined
}

/** From `cell_init` to `config_commit`; each step undoes what the C code undoes. */
function build(hv: Hypervisor, root: Draft<Cell>, cell: Draft<Cell>): Failure | undefined {
  const failure = cell_init(hv, cell)
  if (failure) return failure
  const early = checkCpus(hv, root, cell) ?? hv.arch.cell_create(hv, cell)
  if (early) {
    cell_exit(hv, cell)
    return early
  }
  const refused = initUnits(hv, cell)
  if (refused) {
    hv.arch.cell_destroy(hv, cell)
    cell_exit(hv, cell)
    return refused
  }
  root.cpus = root.cpus.filter(cpu => !cell.cpus.includes(cpu))
  const unmapped = moveRegions(hv, root, cell)
  if (unmapped?.kind === 'refused') return cell_destroy_internal(hv, root, cell) ?? unmapped
  return unmapped ?? hv.arch.config_commit(hv, cell)
}

/** The driver takes the cell's CPUs offline first, so another one asks; there must be one. */
function checkCpus(hv: Hypervisor, root: Cell, cell: Cell): Failure | undefined {
  const { cpus, config } = cell
  const caller = hv.isBareHypercall ? root.cpus[0] : root.cpus.find(cpu => !cpus.includes(cpu))
  const refuse = (reason: string) => refusal('cell_create', 'EBUSY', reason, { cell: config })
  if (caller === undefined || cpus.includes(caller))
    return refuse('it takes the CPU of the root cell that issues the command')
  const foreign = cpus.find(cpu => !root.cpus.includes(cpu))
  return foreign === undefined ? undefined : refuse(`CPU ${foreign} does not belong to the root cell now`)
}

function initUnits(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  const done: Unit[] = []
  for (const unit of unitsOf(hv)) {
    const failure = unit.cell_init(hv, cell)
    if (failure) {
      for (const before of done.reverse()) before.cell_exit(hv, cell)
      return failure
    }
    done.push(unit)
  }
  return undefined
}

/** Region by region: out of the root cell, unless shared or the communication page, and into the new one. */
function moveRegions(hv: Hypervisor, root: Draft<Cell>, cell: Draft<Cell>): Failure | undefined {
  for (const region of cell.config.mem_regions) {
    const mapping = asMapping(region)
    const failure =
      (staysWithRoot(mapping) ? undefined : unmap_from_root_cell(hv, root, mapping)) ?? mapRegion(hv, cell, mapping)
    if (failure) return failure
  }
  return undefined
}

/** Gives everything back to the root cell; regions that fail only show on the console. */
function cell_destroy_internal(hv: Hypervisor, root: Draft<Cell>, cell: Draft<Cell>): Failure | undefined {
  cell.cell_state = SHUT_DOWN
  root.cpus = [...new Set([...root.cpus, ...cell.cpus])].sort((a, b) => a - b)
  for (const region of cell.config.mem_regions) {
    const mapping = asMapping(region)
    const stopped = isSubpage(mapping) ? undefined : hv.arch.unmap_memory_region(hv, cell, mapping)
    if (isFatal(stopped)) return stopped
    const failure = staysWithRoot(mapping) ? undefined : remap_to_root_cell(hv, root, mapping, 'warn')
    if (isFatal(failure)) return failure
  }
  for (const unit of [...unitsOf(hv)].reverse()) unit.cell_exit(hv, cell)
  hv.arch.cell_destroy(hv, cell)
  const failure = hv.arch.config_commit(hv, cell)
  cell_exit(hv, cell)
  return isFatal(failure) ? failure : undefined
}

/** `cell_exchange_message`: cells with an active communication region are asked. */
const isAsked = ({ config, cell_state }: Cell): boolean =>
  (config.flags & CELL_PASSIVE_COMMREG) === 0 && cell_state !== SHUT_DOWN && cell_state !== FAILED

/**
 * This simulation lets cells answer. One without a place to answer in never does, nor one that found a communication
 * region of another version and gave up: the hypervisor waits, with or without end.
 */
function cell_exchange_message(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  const isMute = cell.cell_state === FAILED_COMM_REV || !hasCommRegion(cell)
  if (!isAsked(cell) || !isMute) return undefined
  const why = hasCommRegion(cell) ? 'has given up (FAILED_COMM_REV)' : 'has no communication region'
  if (!cell.config.msg_reply_timeout)
    return hang('cell_exchange_message', `the root cell waits indefinitely for a reply: "${cell.config.name}" ${why}`, {
      cell: cell.config,
    })
  printk(hv, 'message-timeout', 'Timeout expired while waiting for reply from target cell', { cell: cell.config })
  cell.cell_state = FAILED
  return undefined
}

const hasCommRegion = ({ config }: Cell): boolean => config.mem_regions.some(({ flags }) => (flags & 0x20n) !== 0n)

function cell_reconfig_completed(hv: Hypervisor): Failure | undefined {
  for (const cell of hv.cells.slice(1)) {
    const frozen = cell_exchange_message(hv, cell)
    if (frozen) return frozen
  }
  return undefined
}

type Task = 'cell_start' | 'cell_set_loadable' | 'cell_destroy'

/** `cell_management_prologue`: finds the cell and asks it to shut down. */
function cell_management_prologue(
  hv: Hypervisor,
  task: Task,
  config: CellConfig,
  id: number | undefined,
): Draft<Cell> | Failure {
  const by = 'cell_management_prologue'
  const cell = hv.cells.find(known => known.id === id)
  if (!cell) return refusal(by, 'ENOENT', `there is no cell "${config.name}"`, { cell: config })
  if (cell === rootOf(hv)) return refusal(by, 'EINVAL', 'the root cell cannot be managed', { cell: config })
  const lock = task === 'cell_destroy' ? lockedCell(hv, cell) : undefined
  if (lock) return locked(by, lock)
  return cell_exchange_message(hv, cell) ?? cell
}

const isFailure = (value: Draft<Cell> | Failure): value is Failure => 'kind' in value

export function cell_start(hv: Hypervisor, config: CellConfig, id: number | undefined): Failure | undefined {
  const cell = cell_management_prologue(hv, 'cell_start', config, id)
  const root = rootOf(hv)
  if (isFailure(cell) || !root) return isFailure(cell) ? cell : undefined
  if (cell.loadable) {
    for (const region of cell.config.mem_regions.map(asMapping).filter(isLoadable)) {
      const failure = unmap_from_root_cell(hv, root, region)
      if (failure) return failure
    }
    const failure = hv.arch.config_commit(hv, undefined)
    if (failure) return failure
    cell.loadable = false
  }
  cell.cell_state = RUNNING
  for (const unit of unitsOf(hv)) unit.cell_reset?.(hv, cell)
  printk(hv, 'progress', `Started cell "${cell.config.name}"`, { cell: cell.config })
  if (!hv.isBareHypercall) hv.arch.reset_cpu?.(hv, cell)
  return undefined
}

/** The flag is set before anything is mapped: a second try after an error answers success and maps nothing. */
export function cell_set_loadable(hv: Hypervisor, config: CellConfig, id: number | undefined): Failure | undefined {
  const cell = cell_management_prologue(hv, 'cell_set_loadable', config, id)
  const root = rootOf(hv)
  if (isFailure(cell) || !root) return isFailure(cell) ? cell : undefined
  if (cell.loadable) return undefined
  cell.cell_state = SHUT_DOWN
  cell.loadable = true
  for (const region of cell.config.mem_regions.map(asMapping).filter(isLoadable)) {
    const failure = remap_to_root_cell(hv, root, region, 'abort')
    if (failure) return failure
  }
  const failure = hv.arch.config_commit(hv, undefined)
  if (failure) return failure
  printk(hv, 'progress', `Cell "${cell.config.name}" can be loaded`, { cell: cell.config })
  return undefined
}

export function cell_destroy(hv: Hypervisor, config: CellConfig, id: number | undefined): Failure | undefined {
  const cell = cell_management_prologue(hv, 'cell_destroy', config, id)
  const root = rootOf(hv)
  if (isFailure(cell) || !root) return isFailure(cell) ? cell : undefined
  printk(hv, 'progress', `Closing cell "${cell.config.name}"`, { cell: cell.config })
  const failure = cell_destroy_internal(hv, root, cell)
  if (failure) return failure
  hv.cells.splice(hv.cells.indexOf(cell), 1)
  hv.pool.give(cell.data_pages, structCell(cell))
  return cell_reconfig_completed(hv)
}

/** `hypervisor_disable`, made by every CPU of the root cell. */
export function hypervisor_disable(hv: Hypervisor): Failure | undefined {
  const [, other] = hv.cells
  if (other)
    return refusal('hypervisor_disable', 'EBUSY', `"${other.config.name}" still exists`, { cell: other.config })
  printk(hv, 'progress', 'Shutting down hypervisor')
  shutdown(hv)
  return undefined
}
