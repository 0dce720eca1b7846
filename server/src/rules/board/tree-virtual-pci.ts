import { MEM_COMM_REGION } from '../../config/constants.ts'
import { sharedMemoryDevices } from '../../config/ivshmem.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { FIRST_SPI, intxDevices, intxPin, lacksInterruptBase, owns } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { KiB, MiB, overlap, phys, rangeOf, virt } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import type { Board, PciHost } from '../../platform/model.ts'
import { gicLineOf, mapEntries } from '../../platform/tree/interrupts.ts'
import { hex, interval } from '../../text/words.ts'
import { hitBy, windowsOf } from '../memory/windows.ts'
import type { BoardRule, BoardSubject, RawFinding } from '../rule.ts'
import page from './tree-virtual-pci.md'
import { atFact, treesOf } from './trees.ts'
import { atArray, basis } from './words.ts'

const WINDOW_PER_DEVICE = 8n * KiB

export const treeVirtualPci: BoardRule = {
  kind: 'board',
  code: 'JH952',
  id: 'tree-virtual-pci',
  title: "Virtual PCI host of a cell's tree differs from the cell",
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    for (const { cell, tree } of treesOf(subject)) {
      const devices = sharedMemoryDevices(cell)
      const host = tree.pciHosts.find(({ enabled }) => enabled)
      if (host) yield* hostFindings(host, cell, tree, subject)
      else if (devices.length > 0)
        yield {
          span: atArray(cell, 'pci_devices'),
          headline: `"${cell.name}" has virtual PCI devices, but its device tree no PCI host`,
          notes: ['Linux of the cell does not find them', basis(tree)],
          key: `${cell.name} host`,
        }
    }
  },
}

function* hostFindings(host: PciHost, cell: CellConfig, tree: Board, { scenario }: BoardSubject): Iterable<RawFinding> {
  const { pci_mmconfig_base: base, pci_mmconfig_end_bus: last } = scenario.root.platform_info
  const devices = sharedMemoryDevices(cell)
  const finding = (property: string, headline: string, note: string): RawFinding => ({
    span: tree.nodes.byPath.get(host.path)?.properties.get(property)?.span ?? atFact(host, cell, 'pci_devices'),
    headline: headline,
    notes: [note, basis(host)],
    key: `${cell.name} ${property}`,
  })
  if (host.ecam && base && host.ecam.start !== base) {
    const [headline, note] = [
      `${host.name} is at ${hex(host.ecam.start)}, pci_mmconfig_base is ${hex(base)}`,
      'the cell finds no configuration space there',
    ]
    if (isTaken(scenario, cell)) yield baseFault(scenario.root, host, headline, note)
    else yield finding('reg', headline, note)
  } else if (host.ecam && BigInt(last + 1) * MiB < host.ecam.end - host.ecam.start)
    yield finding(
      'reg',
      `${host.name} is longer than the ${last + 1} MiB of its buses`,
      `reg ends at ${hex(host.ecam.end)}`,
    )
  if (devices.length === 0 && !arrayOf(cell, 'pci_devices')?.initialised)
    yield finding(
      'compatible',
      `${host.name} is enabled, but "${cell.name}" has no PCI devices`,
      'the host stays empty',
    )
  yield* lines(host, cell, tree, finding)
  const room = host.windows.reduce((sum, { start, end }) => sum + (end - start), 0n)
  const needed = BigInt(devices.length) * WINDOW_PER_DEVICE
  if (room < needed)
    yield finding(
      'ranges',
      `${host.name} offers ${room / KiB} KiB, its ${devices.length} devices need ${needed / KiB}`,
      'Linux assigns no BAR to the rest',
    )
  for (const window of host.windows)
    for (const region of cell.mem_regions) {
      const isComm = (region.flags & MEM_COMM_REGION) !== 0n
      const shared = overlap(isComm ? rangeOf(region.virt_start, region.size) : virt(region), window)
      if (!shared) continue
      const what = isComm ? 'the communication region' : `region ${region.index} at ${interval(phys(region))}`
      yield finding(
        'ranges',
        `the window ${interval(window)} lies over ${what}`,
        `Linux places BARs at ${hex(shared.start)}: they hide it, or are never reached`,
      )
      return
    }
}

/** Whether a region of the root or the cell lies where the configuration space is said to be: the tree is right. */
const isTaken = ({ root }: Scenario, { mem_regions }: CellConfig): boolean => {
  const spaces = windowsOf(root).filter(({ field }) => field?.path === 'pci_mmconfig_base')
  return [...root.root_cell.mem_regions, ...mem_regions].some(region => hitBy(region, spaces).length > 0)
}

const baseFault = ({ platform_info }: SystemConfig, host: PciHost, headline: string, note: string): RawFinding => ({
  span: at(platform_info, 'pci_mmconfig_base'),
  headline,
  notes: [note, 'regions lie over it there, and what they map is not intercepted', basis(host)],
  charges: 'pci_mmconfig_base',
  key: 'pci_mmconfig_base',
  ...(host.ecam &&
    fixes(
      fixOf(
        `Set pci_mmconfig_base to ${hex(host.ecam.start)}`,
        setField(platform_info, 'pci_mmconfig_base', hex(host.ecam.start)),
        false,
      ),
    )),
})

/** Of the slots that the cell uses. */
function* lines(
  host: PciHost,
  cell: CellConfig,
  { nodes }: Board,
  finding: (property: string, headline: string, note: string) => RawFinding,
): Iterable<RawFinding> {
  const node = nodes.byPath.get(host.path)
  if (!node) return
  const entries = mapEntries(node, nodes)
  const devices = intxDevices(cell)
  const [first] = devices
  if (first && !node.properties.has('interrupt-map'))
    yield finding(
      'compatible',
      `${host.name} has no interrupt-map, the cell raises SPI ${intxPin(cell, first) - FIRST_SPI}`,
      'Linux finds no interrupt for the virtual devices',
    )
  if (entries.length === 0 || lacksInterruptBase(cell)) return
  for (const device of devices) {
    const pin = ((device.bdf >> 3) & 3) + 1
    const entry = entries.find(({ interrupt }) => interrupt[0] === pin)
    const line = entry && gicLineOf(entry, nodes)
    const expected = intxPin(cell, device)
    // What the cell is not granted itself is charged there.
    if (line === expected || !owns(cell, expected)) continue
    yield finding(
      'interrupt-map',
      line === undefined
        ? `slot ${pin - 1} has no line in interrupt-map, the cell raises SPI ${expected - FIRST_SPI}`
        : `slot ${pin - 1} is SPI ${line - FIRST_SPI} in the tree, SPI ${expected - FIRST_SPI} in "${cell.name}"`,
      `vpci_irq_base ${cell.vpci_irq_base} + slot ${pin - 1}; Linux waits for the other one`,
    )
  }
}
