import type { Analysis } from '../../analyze.ts'
import { isArm } from '../../config/architecture.ts'
import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { isSectioned, regionsField, regionsStart, sharesRegion } from '../../config/ivshmem.ts'
import { type CellConfig, cellOf, type MemoryRegion, type PciDevice } from '../../config/model.ts'
import { FIRST_SPI, intxDevices, intxPin, owns } from '../../config/pins.ts'
import { phys } from '../../config/ranges.ts'
import { shortNames } from '../../config/short-names.ts'
import { arrayOf } from '../../config/written.ts'
import { runs } from '../../text/number-list.ts'
import { bdf, count, describeRange, hex, humanSize } from '../../text/words.ts'
import { type Block, lines, MAX_TITLE, table, title, withRest } from '../blocks.ts'
import { elementSummary } from '../element-summary.ts'
import { flagWords } from '../flags.ts'
import { peersOf, sectionRole } from '../link-peers.ts'
import type { NodePath } from '../node-path.ts'
import { barWords } from './number.ts'

/** What a field of a PCI device leads to: the other side of a link, its regions, the capabilities. */
export function deviceFieldHover(analysis: Analysis, { steps }: NodePath): readonly Block[] {
  if (!analysis.config) return []
  const cell = cellOf(analysis.config)
  const device = cell.pci_devices.find(({ source }) => source && steps.some(({ value }) => value === source))
  const field = steps.findLast(step => step.field)?.field?.name
  if (!device || !field) return []
  if (field === 'caps_start' || field === 'num_caps') return capabilities(cell, device)
  if (field === 'bar_mask') return steps.at(-1)?.field ? bars(device) : []
  if (device.type !== PCI_TYPE_IVSHMEM) return []
  if (field === regionsField(device)) return sections(cell, device)
  return /^(bdf|shmem_dev_id|shmem_peers)$/.test(field) ? linkBlocks(analysis, cell, device) : []
}

/** All there is to know of a device. */
export const deviceHover = (analysis: Analysis, cell: CellConfig, device: PciDevice): readonly Block[] =>
  device.type === PCI_TYPE_IVSHMEM
    ? [...linkBlocks(analysis, cell, device), ...sections(cell, device)]
    : capabilities(cell, device)

/** Peers below the verdict, where a table may follow. */
const MAX_PEER_LINES = 2

function linkBlocks(analysis: Analysis, cell: CellConfig, device: PciDevice): readonly Block[] {
  const peers = analysis.simulations.flatMap(simulation => {
    const short = shortNames(simulation.scenario)
    return peersOf([simulation], cell, device).map(
      peer => `${short(peer.cell)}${isSectioned(peer.device) ? ` (endpoint ${peer.device.shmem_dev_id})` : ''}`,
    )
  })
  const names = [...new Set(peers)]
  const own = isSectioned(device)
    ? `endpoint ${device.shmem_dev_id} of ${device.shmem_peers}`
    : 'one of two endpoints; the cell created first is endpoint 0'
  const interrupts = interruptWords(cell, device)
  if (analysis.simulations.length === 0)
    return [title('Not simulated: no root cell is known'), lines(own, ...interrupts)]
  if (names.length === 0)
    return [title('⚠ no other cell has a device on this link'), lines(`This is ${own}`, ...interrupts)]
  const all = `Link to ${names.join(', ')}`
  if (all.length <= MAX_TITLE) return [title(all), lines(`This is ${own}`, ...interrupts)]
  return [
    title(`Link to ${count(names.length, 'other cell')}`),
    lines(`This is ${own}`, ...withRest(names, MAX_PEER_LINES), ...interrupts),
  ]
}

/** Of devices with MSI-X vectors nothing is raised on a line. */
function interruptWords(cell: CellConfig, device: PciDevice): readonly string[] {
  if (!isArm(cell) || !intxDevices(cell).includes(device)) return []
  const pin = intxPin(cell, device)
  const words = `${bdf(device.bdf)} raises SPI ${pin - FIRST_SPI}`
  return [owns(cell, pin) ? words : `⚠ ${words}, which is in no pin_bitmap of the cell`]
}

/** For each device without MSI-X vectors. */
export const interruptsOf = (cell: CellConfig): readonly string[] =>
  cell.pci_devices.flatMap(device => interruptWords(cell, device))

/** The regions a shared-memory device counts as its own, each by its role (`hypervisor/ivshmem.c:ivshmem_init`). */
function sections(cell: CellConfig, device: PciDevice): readonly Block[] {
  const own = cell.mem_regions.filter(({ index }) => sharesRegion(device, index))
  if (own.length === 0) return [title('⚠ no region of the cell has these indices')]
  const [others, alone] = foldable(device, own)
  return [
    table(
      ['region', 'section', 'memory'],
      [...alone.map(region => sectionRow(device, region)), ...(others.length > 0 ? [othersRow(device, others)] : [])],
    ),
  ]
}

/** Output sections of other peers that differ in nothing but their places, and the sections that get rows of their own. */
function foldable(device: PciDevice, own: readonly MemoryRegion[]): readonly [MemoryRegion[], readonly MemoryRegion[]] {
  const isOther = ({ index }: MemoryRegion) => {
    const offset = offsetOf(device, index)
    return 2 <= offset && offset - 2 !== device.shmem_dev_id
  }
  const others = own.filter(isOther)
  const [first] = others
  const areAlike = others.every(({ size, flags }) => 0n < size && size === first?.size && flags === first.flags)
  const folds = 1 < others.length && areAlike && blocksOf(others).length <= 2
  return folds ? [others, own.filter(region => !isOther(region))] : [[], own]
}

const offsetOf = (device: PciDevice, index: number): number => index - (regionsStart(device) ?? index)

/** Where sections that lie one behind the other begin: one place, or two with the section of this cell between. */
const blocksOf = (others: readonly MemoryRegion[]): readonly MemoryRegion[] =>
  others.filter((region, i) => others[i - 1] === undefined || phys(others[i - 1]!).end !== region.phys_start)

function othersRow(device: PciDevice, others: readonly MemoryRegion[]): readonly string[] {
  const indices = others.map(({ index }) => index)
  const peers = indices.map(index => offsetOf(device, index) - 2)
  const starts = blocksOf(others).map(region => hex(region.phys_start))
  const [{ size, flags }] = others as [MemoryRegion]
  return [
    `[${runs(indices, '–', '], [')}]`,
    `output sections ${runs(peers, '–', ', ')}`,
    `${humanSize(size)} each from ${starts.join(', ')} ${flagWords(flags)}`,
  ]
}

function sectionRow(device: PciDevice, region: MemoryRegion): readonly string[] {
  const memory = region.size === 0n ? 'none' : `${describeRange(phys(region))} ${flagWords(region.flags)}`
  return [`[${region.index}]`, sectionRole(device, region.index), memory]
}

/** `BAR 0: 4 KiB`; the mask of a BAR is the complement of its size less 1, one of all bits the upper half of another. */
function bars({ bar_mask }: PciDevice): readonly Block[] {
  const words = bar_mask.flatMap((mask, i) =>
    mask === 0 || mask >>> 0 === 0xffffffff ? [] : [`BAR ${i}: ${barWords(BigInt(mask >>> 0)).replace(/^\w+: /, '')}`],
  )
  return [title(words.join('; ') || 'No BARs')]
}

function capabilities(cell: CellConfig, { caps_start, num_caps }: PciDevice): readonly Block[] {
  const items = arrayOf(cell, 'pci_caps')?.value.items.slice(caps_start, caps_start + num_caps) ?? []
  if (num_caps === 0) return [title('No capabilities')]
  return [
    table(
      ['capability', 'what it is'],
      items.map((value, i) => [`[${caps_start + i}]`, elementSummary(value)]),
    ),
  ]
}
