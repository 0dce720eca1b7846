import type { Simulation } from '../../analyze.ts'
import type { CellConfig, Located } from '../../config/model.ts'
import { isOfCell as isWrittenIn } from '../../config/places.ts'
import { phys, virt } from '../../config/ranges.ts'
import { type Finding, fullText } from '../../rules/rule.ts'
import { primarySpan } from '../../text/origin.ts'
import { bdf } from '../../text/words.ts'
import type { Decoded } from './known-line.ts'

/** Whether a finding is about what a line names: its cell, its address, its device. What the line leaves open fits all. */
export const isAbout = (finding: Finding, decoded: Decoded, simulations: readonly Simulation[]): boolean =>
  simulations.some(
    simulation =>
      isOfCell(finding, decoded, simulation) &&
      isOfLists(finding, decoded) &&
      isAtAddress(finding, decoded, simulation) &&
      isAtPort(finding, decoded, simulation) &&
      isOfDevice(finding, decoded, simulation),
  )

const cellsOf = ({ scenario }: Simulation): readonly CellConfig[] => [scenario.root.root_cell, ...scenario.cells]

/** What a cell runs into is spelled in its own file or in the root's; the root loses what any inmate takes. */
function isOfCell({ span }: Finding, { cell }: Decoded, simulation: Simulation): boolean {
  const named = cellsOf(simulation).find(({ name }) => name === cell)
  if (!named || named.isRoot) return true
  return [named, simulation.scenario.root.root_cell].some(each => isWrittenIn(span, each))
}

/** What is wrong with an array explains lines about its elements; their order is wrong for all of them. */
function isOfLists(finding: Finding, { port, device }: Decoded): boolean {
  if (!ABOUT_ARRAYS.includes(finding.rule.id)) return true
  if (port !== undefined) return /\bpio_|jailhouse_pio|num_pio/.test(fullText(finding))
  return device === undefined || /\bpci_|jailhouse_pci|num_pci/.test(fullText(finding))
}

const ABOUT_ARRAYS: readonly string[] = ['excess-elements', 'count-mismatch']

/** The finding stands at a region that holds the address, or its words name the page; or regions are missing. */
function isAtAddress(finding: Finding, decoded: Decoded, simulation: Simulation): boolean {
  const { address } = decoded
  if (address === undefined) return true
  // What is read elsewhere may take what the cell holds; what it holds is read rightly, but for regions out of order.
  if (finding.rule.id === 'array-order' && !isOfList(finding)) return isInRegion(address, decoded, simulation)
  if (isOfList(finding)) return !isInRegion(address, decoded, simulation)
  const regions = cellsOf(simulation).flatMap(({ mem_regions }) => mem_regions)
  const around = regions.filter(region => isAt(finding, region))
  const holds = ({ start, end }: { start: bigint; end: bigint }) => start <= address && address < end
  if (around.some(region => holds(phys(region)) || holds(virt(region)))) return true
  return around.length === 0 && namesPage(finding, address)
}

/** The finding is about the list of regions, parts of which Jailhouse does not see. */
const isOfList = ({ headline }: Finding): boolean =>
  /\b(?:jailhouse_memory|mem_regions|memory_regions)\b/.test(headline)

/** Whether the cell of the line, or any where it names none, has the address in a region that Jailhouse sees. */
const isInRegion = (address: bigint, { cell }: Decoded, simulation: Simulation): boolean =>
  cellsOf(simulation)
    .filter(({ name }) => cell === undefined || name === cell)
    .flatMap(({ mem_regions }) => mem_regions)
    .map(virt)
    .some(({ start, end }) => start <= address && address < end)

/** The finding stands at ports that hold the one of the line, and names no other; or its words name it. */
function isAtPort(finding: Finding, { port }: Decoded, simulation: Simulation): boolean {
  if (port === undefined) return true
  const words = fullText(finding)
  const named = [...words.matchAll(/\bports? (0x[\da-f]+)/g)].map(([, number]) => Number(number))
  const intervals = [...words.matchAll(/\[(0x[\da-f]+), (0x[\da-f]+)\)/g)]
  if (named.includes(port)) return true
  // Of ports that include others, the finding is about the latter.
  if (intervals.length > 0 && intervals.every(([, from, to]) => Number(from) <= port && port < Number(to))) return true
  if (named.length + intervals.length > 0) return false
  const around = cellsOf(simulation)
    .flatMap(({ pio_regions }) => pio_regions)
    .filter(region => isAt(finding, region))
  return around.length === 0 || around.some(({ base, length }) => base <= port && port < base + length)
}

/** `[0x1000, 0x3000)` holds 0x2000, and 0x2810000 names the page of 0x2810014. */
function namesPage(finding: Finding, address: bigint): boolean {
  const words = fullText(finding)
  const intervals = [...words.matchAll(/\[0x([\da-f]+), 0x([\da-f]+)\)/g)]
  if (intervals.some(([, from, to]) => BigInt(`0x${from}`) <= address && address < BigInt(`0x${to}`))) return true
  return [...words.matchAll(/\b0x([\da-f]{3,16})\b/g)].some(([number]) => BigInt(number) >> 12n === address >> 12n)
}

function isOfDevice(finding: Finding, { device }: Decoded, simulation: Simulation): boolean {
  if (device === undefined) return true
  const devices = cellsOf(simulation).flatMap(({ pci_devices }) => pci_devices)
  const around = devices.filter(each => isAt(finding, each))
  if (around.length > 0) return around.some(each => each.bdf === device)
  return !/\b[\da-f]{2}:[\da-f]{2}\.[0-7]\b/.test(fullText(finding)) || fullText(finding).includes(bdf(device))
}

function isAt({ span }: Finding, { source }: Located): boolean {
  const place = source?.origin && primarySpan(source.origin)
  return place !== undefined && place.file === span.file && place.start <= span.start && span.end <= place.end
}
