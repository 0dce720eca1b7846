import type { Simulation } from '../../analyze.ts'
import {
  MEM_COMM_REGION,
  MEM_EXECUTE,
  MEM_IO,
  MEM_IO_8,
  MEM_IO_16,
  MEM_IO_32,
  MEM_IO_64,
  MEM_LOADABLE,
  MEM_READ,
  MEM_ROOTSHARED,
  MEM_WRITE,
} from '../../config/constants.ts'
import { regionAt, regionSeenAt } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion, PlatformInfo } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { hasAny, isSubPage, MiB, phys, type Range, rangeOf, virt } from '../../config/ranges.ts'
import { RUNNING } from '../../machine/hypervisor.ts'
import { type MmioAccess, mmio_handle_subpage } from '../../machine/mmio.ts'
import { playAccess } from '../../machine/queries/access.ts'
import { whoCanReach } from '../../machine/queries/who-can-reach.ts'
import type { Stage } from '../../machine/stage.ts'
import { bdf, hex } from '../../text/words.ts'
import { blamed, type Clue, cleared, noted } from './clue.ts'
import type { Decoded } from './known-line.ts'
import { nearMisses } from './near-miss.ts'

interface Use {
  readonly address: bigint
  readonly write: boolean
  readonly bytes?: number
}

const holds = (range: Range, address: bigint): boolean => range.start <= address && address < range.end

/** Why a CPU may not use an address, in a case: the cell is the one the log names, or each of them. */
export function accessClues(simulation: Simulation, decoded: Decoded): readonly Clue[] {
  const { address } = decoded
  if (address === undefined) return []
  const { root, cells } = simulation.scenario
  const all = [root.root_cell, ...cells]
  const named = all.filter(({ name }) => name === decoded.cell)
  if (decoded.cell !== undefined && named.length === 0) {
    const emulated = emulatedAt(root.platform_info, address)
    return [noted(`no cell of these files is called "${decoded.cell}"`), ...(emulated ? [noted(emulated)] : [])]
  }
  const cluesOfCell = (cell: CellConfig) =>
    cluesOf(simulation, cell, { ...decoded, address }).map(clue => ({
      ...clue,
      of: cell.isRoot ? ('root' as const) : ('inmate' as const),
    }))
  if (named.length > 0) return named.flatMap(cluesOfCell)
  return all.flatMap(cell =>
    cluesOfCell(cell).map(clue => ({ ...clue, message: `if it was a CPU of "${cell.name}": ${clue.message}` })),
  )
}

function cluesOf(simulation: Simulation, cell: CellConfig, use: Use): readonly Clue[] {
  const emulated = emulatedAt(simulation.scenario.root.platform_info, use.address)
  if (emulated) return [noted(emulated)]
  // A later region replaces what an earlier one mapped.
  const holder = cell.mem_regions.findLast(region => holds(virt(region), use.address))
  if (!holder) return unmappedClues(simulation, cell, use)
  const verdict =
    denied(holder, use) ??
    taken(simulation, cell, holder, use) ??
    parked(simulation, cell, holder, use) ??
    allowed(holder, use)
  return [{ ...verdict, isHeld: true }]
}

/** What the hypervisor intercepts there, whatever the regions say. */
function emulatedAt({ pci_mmconfig_base, pci_mmconfig_end_bus, arm }: PlatformInfo, address: bigint) {
  const buses = BigInt(pci_mmconfig_end_bus + 1)
  const bus = (address - pci_mmconfig_base) / MiB
  if (pci_mmconfig_base !== 0n && holds(rangeOf(pci_mmconfig_base, (buses + 1n) * MiB), address) && 0n < bus)
    return `${hex(address)} is bus ${bus} of the PCI host at pci_mmconfig_base ${hex(pci_mmconfig_base)}: software probed for devices beyond the buses that have any`
  if (pci_mmconfig_base !== 0n && holds(rangeOf(pci_mmconfig_base, buses * MiB), address)) {
    const offset = Number(address - pci_mmconfig_base)
    return `${hex(address)} is register ${hex(offset & 0xfff)} of ${bdf(offset >> 12)} in the PCI configuration space, which the hypervisor emulates: it could not carry out this access`
  }
  if (arm && arm.gicd_base !== 0n && holds(rangeOf(arm.gicd_base, 0x1000n), address))
    return `${hex(address)} is the distributor of the GIC, which the hypervisor emulates: the register is not supported`
  return undefined
}

function unmappedClues({ scenario }: Simulation, cell: CellConfig, { address }: Use): readonly Clue[] {
  const unit = scenario.root.platform_info.iommu_units.find(each =>
    holds(rangeOf(each.base, BigInt(each.size)), address),
  )
  if (unit)
    return [
      noted(`${hex(address)} is a register of IOMMU unit ${unit.index}: Linux must not drive the IOMMU`, at(unit)),
    ]
  const root = scenario.root.root_cell
  const sorted = cell.mem_regions.toSorted((a, b) => (a.virt_start < b.virt_start ? -1 : 1))
  const before = sorted.findLast(region => virt(region).end <= address)
  const behind = sorted.find(region => address < region.virt_start)
  const slips = nearMisses(
    cell,
    address,
    [root, ...scenario.cells].filter(other => other !== cell),
  )
  const neighbours = [
    before && `region ${before.index} ends at ${hex(virt(before).end)}`,
    behind && `region ${behind.index} begins at ${hex(behind.virt_start)}`,
  ]
  const between = neighbours.filter(Boolean).join(', ') || 'the cell has no regions'
  const owner = cell.isRoot ? undefined : root.mem_regions.find(region => holds(phys(region), address))
  const nothing = { words: between, at: at(before ?? behind ?? cell) }
  return [
    ...(slips.length > 0 ? slips : [nothing]).map(({ words, at }) =>
      blamed(`no region of "${cell.name}" contains ${hex(address)}: ${words}`, at),
    ),
    ...(owner ? [noted(`the root cell has the address in ${regionAt(owner)}`, at(owner))] : []),
  ]
}

interface Width {
  readonly size: MmioAccess['size']
  readonly flag: bigint
  readonly name: string
}

const WIDTHS: ReadonlyMap<number, Width> = new Map([
  [1, { size: 1, flag: MEM_IO_8, name: 'JAILHOUSE_MEM_IO_8' }],
  [2, { size: 2, flag: MEM_IO_16, name: 'JAILHOUSE_MEM_IO_16' }],
  [4, { size: 4, flag: MEM_IO_32, name: 'JAILHOUSE_MEM_IO_32' }],
  [8, { size: 8, flag: MEM_IO_64, name: 'JAILHOUSE_MEM_IO_64' }],
])

/** Flags of the region that forbid the access. */
function denied(region: MemoryRegion, { address, write, bytes = 0 }: Use): Clue | undefined {
  const place = at(region, 'flags')
  if (!hasAny(region, write ? MEM_WRITE : MEM_READ))
    return blamed(`${regionSeenAt(region)} lacks ${write ? 'JAILHOUSE_MEM_WRITE' : 'JAILHOUSE_MEM_READ'}`, place)
  const width = WIDTHS.get(bytes)
  if (!isSubPage(region) || !width) return undefined
  const result = mmio_handle_subpage(region, { address: virtAt(region, address), size: width.size, isWrite: write })
  if ('phys' in result) return undefined
  const lacking = hasAny(region, width.flag) ? 'JAILHOUSE_MEM_IO_UNALIGNED for this address' : width.name
  return blamed(`${regionSeenAt(region)} is a sub-page region and lacks ${lacking}`, place)
}

/** Logs of sub-page accesses name the address of the machine, all others that of the cell. */
const virtAt = (region: MemoryRegion, address: bigint): bigint =>
  holds(phys(region), address) ? region.virt_start + (address - region.phys_start) : address

/** The access as the machine plays it while the cell runs: not all that a region says comes to pass. */
function parked({ machine }: Simulation, config: CellConfig, region: MemoryRegion, use: Use): Clue | undefined {
  const size = WIDTHS.get(use.bytes ?? 0)?.size
  const running = machine.stages
    .flatMap(({ state }) => state.cells)
    .findLast(cell => cell.config === config && cell.cell_state === RUNNING)
  if (!running || !size) return undefined
  if (playAccess(running, { address: use.address, size, isWrite: use.write }).kind !== 'parked') return undefined
  return blamed(`${regionSeenAt(region)} contains the address, but the simulated access parks the CPU`, at(region))
}

/** The command after which CPUs of the cell no longer reach what the region held, as the machine plays it. */
function taken({ scenario, machine }: Simulation, cell: CellConfig, region: MemoryRegion, use: Use): Clue | undefined {
  const where = region.phys_start + (use.address - region.virt_start)
  const reaches = (stage: Stage) => whoCanReach(machine, stage, where).cpu.some(reach => reach.cell === cell)
  const first = machine.stages.findIndex(reaches)
  const lost = first < 0 ? undefined : machine.stages.slice(first).find(stage => !reaches(stage))
  if (lost?.command.verb !== 'create') return undefined
  const taker = scenario.cells
    .flatMap(({ name, mem_regions }) => mem_regions.map(other => ({ name, other })))
    .find(({ other }) => holds(phys(other), where) && !hasAny(other, MEM_ROOTSHARED | MEM_COMM_REGION))
  const by = taker ? ` assigns it to ${regionAt(taker.other)} of "${taker.name}"` : ''
  const remedy =
    taker && isRam(taker.other)
      ? 'it is the memory of that cell: Linux has to reserve it'
      : 'JAILHOUSE_MEM_ROOTSHARED there keeps it mapped in the root cell'
  return blamed(
    `${regionAt(region)} contains the address, but "create ${lost.command.cell.name}"${by || ' unmaps it'}; ${remedy}`,
    taker ? at(taker.other, 'flags') : at(region),
  )
}

/** What a cell runs in is not to be shared with the root. */
const isRam = (region: MemoryRegion): boolean => hasAny(region, MEM_LOADABLE | MEM_EXECUTE) && !hasAny(region, MEM_IO)

const allowed = (region: MemoryRegion, { write }: Use): Clue =>
  cleared(`${regionSeenAt(region)} contains the address and is ${write ? 'writable' : 'readable'}`, at(region))

/** Regions that hold an address of the machine: sub-page regions above all, whose accesses are emulated. */
export function machineClues({ scenario }: Simulation, { address, write, bytes, cell }: Decoded): readonly Clue[] {
  if (address === undefined) return []
  const all = [scenario.root.root_cell, ...scenario.cells].filter(({ name }) => cell === undefined || name === cell)
  const holders = all.flatMap(({ name, mem_regions }) =>
    mem_regions.filter(region => holds(phys(region), address)).map(region => ({ name, region })),
  )
  if (holders.length === 0) return [blamed(`no region of these files contains ${hex(address)}`)]
  return holders.map(({ name, region }) => {
    const fault = denied(region, { address, write, ...(bytes !== undefined && { bytes }) })
    return fault
      ? { ...fault, message: `in "${name}" ${fault.message}` }
      : noted(`in "${name}" ${regionAt(region)} contains the address`, at(region))
  })
}
