import type { Simulation } from '../../analyze.ts'
import { MEM_DMA, PCICAPS_WRITE } from '../../config/constants.ts'
import { regionAt } from '../../config/element-name.ts'
import type { CellConfig, PciCapability, PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { hasAny, phys } from '../../config/ranges.ts'
import { bdf, count, hex, humanSize } from '../../text/words.ts'
import { blamed, type Clue, cleared, noted } from './clue.ts'
import { isInterruptFault } from './decode.ts'
import type { Decoded } from './known-line.ts'

const cellsOf = ({ scenario }: Simulation): readonly CellConfig[] => [scenario.root.root_cell, ...scenario.cells]

const cellsNamed = (simulation: Simulation, name: string | undefined): readonly CellConfig[] =>
  cellsOf(simulation).filter(cell => name === undefined || cell.name === name)

/** Which cells have an I/O port. The root loses what an inmate is given. */
export function portClues(simulation: Simulation, { port, cell }: Decoded): readonly Clue[] {
  if (port === undefined) return []
  const listing = (config: CellConfig) =>
    config.pio_regions.find(({ base, length }) => base <= port && port < base + length)
  return cellsNamed(simulation, cell).map(config => {
    const own = listing(config)
    if (!own) return blamed(`no pio_regions entry of "${config.name}" contains port ${hex(port)}`, at(config))
    const taker = config.isRoot ? simulation.scenario.cells.find(listing) : undefined
    if (!taker) return cleared(`pio_regions[${own.index}] of "${config.name}" contains port ${hex(port)}`, at(own))
    const theirs = listing(taker)
    return blamed(
      `"create ${taker.name}" removes port ${hex(port)} from "${config.name}": pio_regions[${theirs?.index}] lists it`,
      theirs && at(theirs),
    )
  })
}

/** What a cell says about a PCI device and its registers. */
export function pciClues(simulation: Simulation, { device, register, write, cell }: Decoded): readonly Clue[] {
  if (device === undefined) return []
  const owners = cellsNamed(simulation, cell).flatMap(config =>
    config.pci_devices.filter(({ bdf }) => bdf === device).map(found => ({ config, found })),
  )
  if (owners.length === 0) return [blamed(`no cell of these files lists the device ${bdf(device)}`)]
  return owners.map(({ config, found }) =>
    register === undefined || !write
      ? noted(`pci_devices[${found.index}] of "${config.name}" is the device`, at(found))
      : registerClue(config, found, register),
  )
}

function registerClue(config: CellConfig, device: PciDevice, register: number): Clue {
  const where = `register ${hex(register)} of ${bdf(device.bdf)}`
  const caps = config.pci_caps.slice(device.caps_start, device.caps_start + device.num_caps)
  const cap = caps.find(({ start, len }) => start <= register && register < start + len)
  if (register < 0x40)
    return noted(
      `${where} is in the header, in which a cell can write only command, cache line, latency and ROM`,
      at(device),
    )
  if (!cap) {
    const before = capabilityBefore(caps, register)
    return blamed(
      `no capability of ${bdf(device.bdf)} in "${config.name}" contains ${where}${before ? `: ${endOf(before)}` : ''}`,
      at(before ?? device),
    )
  }
  const offset = `${where} is capability ${hex(cap.id & 0x7fff)} + ${hex(register - cap.start)}, pci_caps[${cap.index}]`
  return (cap.flags & PCICAPS_WRITE) === 0
    ? blamed(`${offset}, which lacks JAILHOUSE_PCICAPS_WRITE`, at(cap))
    : cleared(`${offset}, which is writable`, at(cap))
}

/** Whose register it is likely to be: capabilities follow each other, and a configuration may list one too short. */
const capabilityBefore = (caps: readonly PciCapability[], register: number): PciCapability | undefined =>
  caps
    .filter(({ start }) => start < register && start < 0x100 === register < 0x100)
    .toSorted((a, b) => a.start - b.start)
    .at(-1)

const endOf = ({ id, index, start, len, flags }: PciCapability): string =>
  `the one before it, capability ${hex(id & 0x7fff)} (pci_caps[${index}]), ends at ${hex(start + len)}${
    (flags & PCICAPS_WRITE) !== 0 ? '' : ' and lacks JAILHOUSE_PCICAPS_WRITE as well'
  }`

/** The unit of a device that was stopped, or the region it wanted. */
export function dmaClues(simulation: Simulation, { device, unit, reason, info }: Decoded): readonly Clue[] {
  const owners = cellsOf(simulation).flatMap(config =>
    config.pci_devices.filter(({ bdf }) => bdf === device).map(found => ({ config, found })),
  )
  if (device !== undefined && owners.length === 0)
    return [blamed(`no cell of these files lists the device ${bdf(device)}`, at(simulation.scenario.root.root_cell))]
  if (reason !== undefined && isInterruptFault(reason))
    return owners.flatMap(owner => unitClue(simulation, owner, unit))
  if (reason !== 5 && reason !== 6) return []
  return owners.map(({ config }) => pageClue(config, (info ?? 0n) << 12n))
}

function unitClue(
  simulation: Simulation,
  { config, found }: { config: CellConfig; found: PciDevice },
  unit: number | undefined,
) {
  if (unit === undefined) return []
  const others = cellsOf(simulation).flatMap(cell => cell.pci_devices.filter(({ iommu }) => iommu === unit)).length
  const name = `${bdf(found.bdf)} of "${config.name}"`
  if (found.iommu === unit) return [cleared(`${name} is configured for unit ${unit}`, at(found, 'iommu'))]
  return [
    blamed(
      `.iommu of ${name} is ${found.iommu}, but unit ${unit} got its interrupt (${count(others, 'other device')} there)`,
      at(found, 'iommu'),
    ),
  ]
}

function pageClue(config: CellConfig, page: bigint): Clue {
  const region = config.mem_regions.findLast(each => each.virt_start <= page && page < each.virt_start + each.size)
  if (!region) return blamed(`no region of "${config.name}" contains ${hex(page)}`, at(config))
  if (!hasAny(region, MEM_DMA))
    return blamed(`${regionAt(region)} of "${config.name}" lacks JAILHOUSE_MEM_DMA`, at(region, 'flags'))
  return cleared(`${regionAt(region)} of "${config.name}" has JAILHOUSE_MEM_DMA`, at(region))
}

/** Where the hypervisor itself lies, and how far its pages go. */
export function memoryClues({ scenario, machine }: Simulation): readonly Clue[] {
  const { hypervisor_memory } = scenario.root
  const { start, end } = phys(hypervisor_memory)
  const how =
    machine.arch.name === 'x86'
      ? `for example with memmap=${hex(end - start)}$${hex(start)} on its command line`
      : 'as a reserved-memory node of the device tree, or with mem= on its command line'
  return [
    noted(
      `hypervisor_memory is [${hex(start)}, ${hex(end)}): Linux must not use it; reserve it, ${how}`,
      at(hypervisor_memory, 'phys_start'),
    ),
  ]
}

/** What the hypervisor's pages come out of, and how many the simulation takes of them. */
export function poolClues({ scenario, machine }: Simulation): readonly Clue[] {
  const { hypervisor_memory } = scenario.root
  const pool = machine.stages.at(-1)?.state.pool
  const played = pool ? `; in the simulation of these files ${pool.used} of ${count(pool.pages, 'page')} are used` : ''
  return [noted(`hypervisor_memory has ${humanSize(hypervisor_memory.size)}${played}`, at(hypervisor_memory, 'size'))]
}
