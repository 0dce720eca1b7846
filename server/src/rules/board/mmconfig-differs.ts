import { sharedMemoryDevices } from '../../config/ivshmem.ts'
import type { PlatformInfo } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { alignUp, KiB, MiB, overlap, phys, type Range, rangeOf } from '../../config/ranges.ts'
import { type EditSet, fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import type { Fact } from '../../platform/model.ts'
import { withAlias } from '../../platform/tree/gic.ts'
import { hex, interval } from '../../text/words.ts'
import type { BoardRule, BoardSubject, RawFinding } from '../rule.ts'
import { freeHole } from './free-hole.ts'
import { busyMemory } from './memory.ts'
import page from './mmconfig-differs.md'
import { basis } from './words.ts'

export const mmconfigDiffers: BoardRule = {
  kind: 'board',
  code: 'JH934',
  id: 'mmconfig-differs',
  title: 'PCI configuration space different from the machine',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const { platform_info } = subject.scenario.root
    if (platform_info.pci_mmconfig_base === 0n) return
    if (subject.scenario.root.architecture === 'x86') yield* ofPc(subject)
    else if (platform_info.pci_is_virtual) yield* virtualHost(subject)
    else yield* realHost(subject)
  },
}

const finding = (
  info: PlatformInfo,
  field: 'pci_mmconfig_base' | 'pci_mmconfig_end_bus',
  headline: string,
  fact: Fact,
  value?: string,
): RawFinding => ({
  span: at(info, field),
  headline: headline,
  notes: [basis(fact)],
  key: `${field} ${fact.source.name}`,
  ...fixes(value === undefined ? undefined : fixOf(`Set ${field} to ${value}`, setField(info, field, value), false)),
})

function* ofPc({ platform, scenario }: BoardSubject): Iterable<RawFinding> {
  const { platform_info: info } = scenario.root
  const entry = platform.mmconfig?.find(({ segment, firstBus }) => segment === 0 && firstBus === 0)
  if (!entry) return
  const base = hex(entry.base)
  if (info.pci_mmconfig_base !== entry.base)
    yield finding(
      info,
      'pci_mmconfig_base',
      `pci_mmconfig_base is ${hex(info.pci_mmconfig_base)}, but MCFG says ${base}`,
      entry,
      base,
    )
  else if (info.pci_mmconfig_end_bus !== entry.lastBus)
    yield finding(
      info,
      'pci_mmconfig_end_bus',
      `pci_mmconfig_end_bus is ${info.pci_mmconfig_end_bus}, but MCFG ends at bus ${entry.lastBus}`,
      entry,
      hex(entry.lastBus),
    )
}

function* realHost({ platform, scenario }: BoardSubject): Iterable<RawFinding> {
  const { platform_info: info } = scenario.root
  const hosts = platform.pciHosts.filter(({ enabled, ecam }) => enabled && ecam)
  const [first] = hosts
  if (!first || hosts.some(({ ecam }) => ecam?.start === info.pci_mmconfig_base)) return
  yield finding(
    info,
    'pci_mmconfig_base',
    `no PCI host of the board has its configuration space at ${hex(info.pci_mmconfig_base)}`,
    first,
  )
}

/** Bus 0 and the BARs of the devices behind it, where nothing else may be. */
function* virtualHost(subject: BoardSubject): Iterable<RawFinding> {
  const { platform, scenario } = subject
  const { platform_info: info, root_cell } = scenario.root
  const devices = BigInt(sharedMemoryDevices(root_cell).length)
  const buses = BigInt(info.pci_mmconfig_end_bus + 1)
  const window = rangeOf(info.pci_mmconfig_base, buses * MiB + devices * 8n * KiB)
  const occupied = [...occupants(subject)]
  for (const { name, range, fact } of occupied)
    if (overlap(range, window)) {
      const words = `the virtual PCI host at ${hex(window.start)} overlaps ${name} ${interval(range)}`
      yield {
        ...finding(info, 'pci_mmconfig_base', words, fact),
        ...fixes(
          moved(
            subject,
            occupied.map(each => each.range),
            window.end - window.start,
          ),
        ),
      }
      return
    }
  if (platform.board?.addressCells === 1 && 1n << 32n < window.end)
    yield finding(
      info,
      'pci_mmconfig_base',
      'the virtual PCI host lies above 4 GiB, where the tree has one address cell',
      platform.board,
    )
}

/** To where nothing is known to be, and no cell has a region. */
function moved({ platform, scenario }: BoardSubject, occupied: readonly Range[], size: bigint): EditSet | undefined {
  const { root, cells } = scenario
  const base = freeHole(
    [
      ...occupied,
      phys(root.hypervisor_memory),
      ...[root.root_cell, ...cells].flatMap(({ mem_regions }) => mem_regions.map(phys)),
      ...[...(platform.board?.memory ?? []), ...platform.reserved].map(({ range }) => range),
    ],
    alignUp(size, 2n * MiB),
  )
  return base === undefined
    ? undefined
    : fixOf(`Move virtual PCI to ${hex(base)}`, setField(root.platform_info, 'pci_mmconfig_base', hex(base)), false)
}

function* occupants({ platform, scenario }: BoardSubject): Iterable<{ name: string; range: Range; fact: Fact }> {
  const cpus = BigInt(Math.max(0, ...scenario.root.root_cell.cpus) + 1)
  for (const device of platform.devices.filter(({ enabled }) => enabled))
    for (const { range } of device.windows) {
      // A GICR window is for as many CPUs as fit; only those that exist count.
      const isGicr = platform.gic?.gicr.some(({ start }) => start === range.start)
      const used = isGicr ? rangeOf(range.start, cpus * 0x20000n) : device.kind === 'gic' ? withAlias(range) : range
      yield { name: device.name, range: used, fact: device }
    }
  for (const host of platform.pciHosts.filter(({ enabled }) => enabled))
    for (const range of [...host.windows, ...host.portWindows])
      yield { name: `a window of ${host.name}`, range, fact: host }
  for (const ram of busyMemory(platform)) yield { name: 'System RAM', range: ram.range, fact: ram }
}
