import { MEM_COMM_REGION, MEM_DMA, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { has, hasAny, isSubPage, overlap, phys, type Range, rangeOf, sizeOfRange } from '../../config/ranges.ts'
import { covers } from '../../text/range-set.ts'
import type { Cell, State, WalkedTables } from '../hypervisor.ts'
import { driversOf } from '../iommu/drivers.ts'
import { tiPvu, virtidsOf } from '../iommu/ti-pvu.ts'
import { staysWithRoot } from '../memory.ts'
import { runsOf } from '../paging/runs.ts'
import type { Machine, Stage } from '../stage.ts'
import type { CpuReach, DmaReach, RegionAtStage } from './answers.ts'
import { accessOf, contextsOf, cpuReach, dmaReach } from './reach.ts'

/** Who maps a region of `cell` after each stage, how, and if its own cell does not, why not. */
export function regionStory(machine: Machine, cell: CellConfig, region: MemoryRegion): readonly RegionAtStage[] {
  return machine.stages.map(stage => regionAt(machine, stage, cell, region))
}

function regionAt(machine: Machine, stage: Stage, config: CellConfig, region: MemoryRegion): RegionAtStage {
  const { state } = stage
  const range = phys(region)
  const owner = state.cells.find(cell => cell.config === config)
  const cpu = has(region, MEM_COMM_REGION) ? commReach(owner, region) : cpuReach(state, range)
  const dma = dmaReach(state, machine.scenario, range)
  const ownCpu = cpu.filter(reach => reach.cell === config)
  const ownDma = dma.filter(reach => reach.owners.includes(config) && (owner || reach.through === 'unrestricted'))
  const reached = has(region, MEM_COMM_REGION) ? ownCpu.length > 0 : covers(ownCpu.map(physOf), range)
  const absent = absence(state, owner, config)
  const notInCpu = reached ? undefined : (absent ?? whyNotInCpu(machine, stage, config, region))
  const notInDma = covers(ownDma.map(physOf), range)
    ? undefined
    : (absent ?? whyNotInDma(machine, stage, config, region))
  return {
    stage,
    cpu,
    dma,
    ...(notInCpu !== undefined && { notInCpuReason: notInCpu }),
    ...(notInDma !== undefined && { notInDmaReason: notInDma }),
  }
}

const physOf = ({ phys }: CpuReach | DmaReach): Range => phys

/** The communication region shows a page of the hypervisor, whatever its `phys_start`. */
function commReach(owner: Cell | undefined, region: MemoryRegion): readonly CpuReach[] {
  const run = owner && runsOf(owner.mm).find(({ grant }) => grant.region === region)
  if (!owner || !run) return []
  const leaves = [{ size: run.leafSize, count: Number(run.size / run.leafSize) }]
  const seen = { phys: rangeOf(run.phys, run.size), virt: run.virt, access: accessOf(region.flags) }
  return [{ cell: owner.config, ...seen, grantedBy: region, leaves }]
}

function absence(state: State, owner: Cell | undefined, config: CellConfig): string | undefined {
  if (!state.enabled) return 'the hypervisor is not running: nothing restricts CPUs or devices'
  if (!owner) return `"${config.name}" does not exist at this stage`
  return undefined
}

function whyNotInCpu(machine: Machine, stage: Stage, config: CellConfig, region: MemoryRegion): string {
  const taker = config.isRoot ? takerOf(stage.state, phys(region)) : undefined
  if (taker) return `"${taker.cell.name}" owns it: its region ${taker.region.index} was taken from the root cell`
  const failed = failureBefore(machine, stage)
  if (failed) return `${failed} left it unmapped`
  if (region.size !== sizeOfRange(phys(region))) return 'its end lies beyond 2^64'
  return 'a later region of the cell is mapped over it'
}

/** A live inmate whose region takes memory away from the root cell. */
function takerOf(state: State, range: Range): { cell: CellConfig; region: MemoryRegion } | undefined {
  for (const { config } of state.cells.slice(1))
    for (const region of config.mem_regions)
      if (!staysWithRoot(region) && overlap(phys(region), range)) return { cell: config, region }
  return undefined
}

function failureBefore(machine: Machine, stage: Stage): string | undefined {
  const failed = machine.stages.slice(0, stage.index + 1).findLast(({ outcome }) => outcome.kind !== 'done')
  if (!failed || failed.outcome.kind === 'done') return undefined
  const { outcome, command } = failed
  return `${outcome.kind === 'refused' ? `the error ${outcome.errno}` : outcome.kind === 'parked' ? 'the parked CPU' : 'the crash'} in ${outcome.by} at "${command.verb}"`
}

/** SMMUs walk CPU tables and ask for no flag; all others make entries of regions that have it. */
function whyNotInDma(machine: Machine, stage: Stage, config: CellConfig, region: MemoryRegion): string {
  const drivers = driversOf(machine.scenario.root)
  const asksForFlag = drivers.some(({ needsDmaFlag }) => needsDmaFlag)
  const hasPvu = drivers.includes(tiPvu)
  if (asksForFlag && !hasAny(region, MEM_DMA))
    return 'the region lacks JAILHOUSE_MEM_DMA, so no IOMMU entry is made for it'
  if (isSubPage(region)) return 'sub-page region: accesses are emulated, devices have no access'
  if (config.stream_ids.length === 0 && config.pci_devices.every(({ type }) => type === PCI_TYPE_IVSHMEM))
    return `"${config.name}" lists no stream ID and no physical PCI device`
  const tables = hasPvu ? undefined : tablesWalked(machine, stage, config)
  if (tables) return `its streams walk the page tables of "${tables.of.name}", which do not map it`
  if (!asksForFlag && !tables) return `no stream ID of "${config.name}" is known to an IOMMU`
  if (hasPvu && virtidsOf(config).length === 0)
    return `no stream ID of "${config.name}" belongs to a PVU, which supports 0-7`
  const failed = failureBefore(machine, stage)
  if (failed) return `${failed} kept the entries from being programmed`
  if (config.isRoot) return "the root cell's entries are programmed once, when Jailhouse is enabled"
  return 'its entries are not programmed at this stage'
}

/** The tables a stream or device of a cell walks. */
const tablesWalked = ({ scenario }: Machine, { state }: Stage, config: CellConfig): WalkedTables | undefined =>
  contextsOf(state, scenario)
    .filter(({ owners }) => owners.includes(config))
    .map(({ translation }) => translation)
    .find(translation => translation.kind === 'tables')
