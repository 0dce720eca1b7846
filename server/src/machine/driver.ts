import { CON_ACCESS_MMIO, MEM_EXECUTE, MEM_IO, MEM_WRITE } from '../config/constants.ts'
import { maxCpus } from '../config/cpus.ts'
import { imageRegionOf } from '../config/image-region.ts'
import { type Architecture, type CellConfig, type Config, cellOf, type SystemConfig } from '../config/model.ts'
import { hasAny, phys } from '../config/ranges.ts'
import { hex } from '../text/words.ts'
import { jailhouse_system_config_size } from './config-size.ts'
import {
  type Errno,
  type Failure,
  type Hypervisor,
  parked,
  printk,
  type Refusal,
  refusal,
  rootOf,
} from './hypervisor.ts'
import { pageOf } from './memory.ts'
import { walk } from './paging/runs.ts'

/** `driver/main.c` and `driver/cell.c`: what Linux refuses before the hypervisor is asked. */

const SIGNATURE = { system: 'JAILHOUSE_SYSTEM_SIGNATURE', cell: 'JAILHOUSE_CELL_DESC_SIGNATURE' } as const

/** The signature the driver of this header asks for, where the configuration has another one. */
function missedSignature(config: Config): string | undefined {
  const expected = cellOf(config).header.text(SIGNATURE[config.kind])
  return config.signature === undefined || config.signature === expected ? undefined : expected
}

/** The revision that a driver of this header accepts, where the configuration is of another one. */
export function missedRevision(config: Config, { header } = cellOf(config)): number | undefined {
  const revision = header.constant('JAILHOUSE_CONFIG_REVISION')
  const isOpen = config.revision === undefined || revision === undefined || isUnread(config, 'revision')
  return isOpen || config.revision === Number(revision) ? undefined : Number(revision)
}

const isUnread = (config: Config, field: string): boolean =>
  cellOf(config).unread.some(({ path }) => path === `cell.${field}` || path === `header.${field}`)

/** Which machine the bytes name; undefined where a header has no such field, or a fork knows more machines. */
function writtenArchitecture(config: Config): Architecture | 'unknown' | undefined {
  const { by, foreign, stated } = config.architectureChoice
  if (!config.source?.fields.has('architecture') || foreign || isUnread(config, 'architecture')) return undefined
  if (stated) return stated
  return by === 'field' ? (config.architecture ?? 'unknown') : 'x86'
}

/** Whether the bytes name another machine than the one the root is made for. */
function hasOtherArchitecture(config: Config, root: SystemConfig): boolean {
  const written = writtenArchitecture(config)
  return written !== undefined && (written === 'unknown' || written !== (root.architecture ?? written))
}

/** `jailhouse_cmd_enable`, up to `jailhouse_cell_prepare_root`. */
export function checkSystem(hv: Hypervisor): Failure | undefined {
  const { root } = hv.scenario
  const refuse = (reason: string) => refusal('jailhouse_cmd_enable', 'EINVAL', reason, { cell: root.root_cell })
  return (
    checkHeader(root, root, 'jailhouse_cmd_enable') ??
    (hasOtherArchitecture(root, root)
      ? refuse('"Configuration architecture mismatch": .architecture is not that of the board')
      : undefined) ??
    (maxCpus(root.root_cell) === 0 ? refuse('the root cell has no CPU') : undefined) ??
    checkMemory(hv, root) ??
    checkClock(root) ??
    checkConsole(hv, root) ??
    checkRegions(root.root_cell)
  )
}

function checkHeader(config: Config, root: SystemConfig, by: string): Refusal | undefined {
  const refuse = (reason: string) => refusal(by, 'EINVAL', reason, { cell: cellOf(config) })
  const signature = missedSignature(config)
  if (signature !== undefined)
    return refuse(
      `"Not a ${config.kind} configuration": the signature is "${config.signature}" instead of "${signature}"`,
    )
  const revision = missedRevision(config, root.root_cell)
  if (revision === undefined) return undefined
  return refuse(`"Configuration revision mismatch": revision ${config.revision} instead of ${revision}`)
}

function checkMemory(hv: Hypervisor, root: SystemConfig): Failure | undefined {
  const { hypervisor_memory: memory } = root
  const refuse = (reason: string) => refusal('jailhouse_cmd_enable', 'EINVAL', reason, { region: memory })
  const needed =
    hv.hardware.coreSize[hv.arch.name] +
    maxCpus(root.root_cell) * hv.arch.percpuPages * 4096 +
    jailhouse_system_config_size(root)
  if (memory.size <= BigInt(needed))
    return refuse(`hypervisor_memory is smaller than the ${needed} bytes of image, per-CPU data and configuration`)
  if (memory.phys_start + memory.size <= 1n << 64n) return undefined
  return refuse('"request_mem_region failed": hypervisor_memory ends beyond the address space')
}

/** Linux opens the gate of the console's clock; `ioremap` maps no RAM. */
function checkClock({ debug_console, root_cell }: SystemConfig): Failure | undefined {
  const { clock_reg } = debug_console
  if (clock_reg === 0n || !isInRam(root_cell, clock_reg)) return undefined
  const reason = `"Unable to map clock register": ${hex(clock_reg)} is in RAM of the root`
  return refusal('jailhouse_cmd_enable', 'EINVAL', reason, { cell: root_cell, entry: debug_console })
}

/** Where Linux maps the console for the hypervisor, it needs something to map, other than RAM. */
function checkConsole({ arch }: Hypervisor, { debug_console, root_cell }: SystemConfig): Failure | undefined {
  const { address, flags, size } = debug_console
  if (arch.name === 'arm64' || !(flags & CON_ACCESS_MMIO)) return undefined
  const fault = size === 0 ? 'has size 0' : isInRam(root_cell, address) ? 'is in RAM of the root' : undefined
  if (!fault) return undefined
  const reason = `"Unable to map hypervisor debug console": debug_console ${fault}`
  return refusal('jailhouse_cmd_enable', 'EINVAL', reason, { cell: root_cell, entry: debug_console })
}

/** By the regions of the root, unless one of them says that there are registers. */
function isInRam({ mem_regions }: CellConfig, address: bigint): boolean {
  const holding = mem_regions.filter(region => phys(region).start <= address && address < phys(region).end)
  return holding.some(region => hasAny(region, MEM_EXECUTE)) && !holding.some(region => hasAny(region, MEM_IO))
}

/** `cell_create` of the driver copies the regions to memory of its own; of 0 bytes there is none. */
function checkRegions(cell: CellConfig): Failure | undefined {
  if (cell.counts.num_memory_regions !== 0) return undefined
  return refusal('cell_create', 'ENOMEM', 'num_memory_regions is 0, and vmalloc of 0 bytes returns NULL', { cell })
}

/** Bytes of a name before the driver cuts it. */
const passedName = ({ name }: CellConfig): string => name.slice(0, 31)

/**
 * `jailhouse_cmd_cell_create`, up to the hypercall. Another architecture is not refused: the driver logs it, answers
 * success, and there is no cell.
 */
export function checkCell(hv: Hypervisor, cell: CellConfig): Failure | 'dropped' | undefined {
  const { root } = hv.scenario
  const by = 'jailhouse_cmd_cell_create'
  const refuse = (errno: Errno, reason: string) => refusal(by, errno, reason, { cell })
  const refused = checkHeader(cell, root, by)
  if (refused) return refused
  if (hasOtherArchitecture(cell, root)) {
    printk(hv, 'driver', 'jailhouse: Configuration architecture mismatch', { cell })
    return 'dropped'
  }
  const same = hv.cells.find(({ config }) => passedName(config) === passedName(cell))
  if (same) return refuse('EEXIST', `there is a cell "${passedName(same.config)}" already`)
  const empty = checkRegions(cell)
  if (empty) return empty
  const foreign = cell.cpus.find(cpu => !rootOf(hv)?.cpus.includes(cpu))
  if (foreign !== undefined) return refuse('EBUSY', `CPU ${foreign} does not belong to the root cell now`)
  if (hv.arch.name === 'x86' && cell.cpus.includes(0)) return refuse('EINVAL', 'Linux cannot hand out CPU 0')
  return undefined
}

/**
 * Copies an image, which is taken to fit: into the region where the cell begins if images go there, else into the first
 * one they go into. Code that is not to be written, in flash above all, is started where it is.
 */
export function load_image(hv: Hypervisor, cell: CellConfig): Failure | undefined {
  const root = rootOf(hv)
  const region = imageRegionOf(cell)
  if (!root || region === 'none' || root.config.incomplete.has('mem_regions')) return undefined
  const by = 'load_image'
  if (!region) return refusal(by, 'EINVAL', 'no region of the cell is both loadable and writable', { cell })
  const page = walk(root.mm, pageOf(region.phys_start, root.mm.format))
  if (page && hasAny(page.leaf.grant, MEM_WRITE)) return undefined
  printk(hv, 'fatal', hv.arch.parkedText(region.phys_start), { cell: hv.scenario.root.root_cell })
  const reason = `the root may not write to ${hex(region.phys_start)}, where the image goes: its CPU is parked`
  return parked(by, reason, { cell, region })
}
