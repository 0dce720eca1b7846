import { PCI_CAP_ID_MSI, PCI_CAP_ID_MSIX, PCI_EXT_CAP, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { shortElementName } from '../../config/element-name.ts'
import { type CellConfig, cellOf, type PciCapability, type PciDevice, type SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { arrayOf, isWritten } from '../../config/written.ts'
import { driverOf } from '../../machine/iommu/drivers.ts'
import { bdf, count } from '../../text/words.ts'
import type { ConfigRule, RawFinding } from '../rule.ts'
import page from './capabilities.md'
import { isExtended, unmarked } from './extended-capability.ts'
import { insertedCapability } from './shifted-capabilities.ts'

/** The capabilities of a device as far as they exist. */
const capsOf = (cell: CellConfig, { caps_start, num_caps }: PciDevice): readonly PciCapability[] =>
  cell.pci_caps.filter(({ index }) => caps_start <= index && index < caps_start + num_caps)

export const capabilities: ConfigRule = {
  kind: 'config',
  code: 'JH510',
  id: 'capabilities',
  title: 'Inconsistent PCI capabilities',
  severity: 'error',
  constraints: ['pci-caps-range', 'pci-caps-msi-without-vectors', 'pci-msi-vectors-pow2', 'pci-msi-cap-len'],
  complete: ['pci_caps'],
  page,
  *check(config) {
    const cell = cellOf(config)
    const inserted = insertedCapability(cell)
    if (inserted) {
      yield shifting(cell, inserted)
      return
    }
    const remaps = config.kind === 'system' && remapsInterrupts(config)
    yield* ofNobody(cell)
    for (const device of cell.pci_devices.filter(({ type }) => type !== PCI_TYPE_IVSHMEM)) {
      yield* outOfRange(cell, device)
      yield* reachOver(cell, device)
      if (isUncounted(cell, device)) yield uncounted(device)
      for (const cap of capsOf(cell, device)) {
        yield* unmarked(device, cap)
        yield* checkVectors(device, cap, remaps)
      }
      const { num_msi_vectors } = device
      if (num_msi_vectors > 32 || num_msi_vectors & (num_msi_vectors - 1))
        yield {
          span: at(device, 'num_msi_vectors'),
          severity: 'warning',
          headline: `num_msi_vectors ${num_msi_vectors} of ${bdf(device.bdf)} is not 1, 2, 4, 8, 16 or 32`,
          notes: ['enabling the next power of two fails: there are too few vectors'],
          key: bdf(device.bdf),
        }
    }
  },
}

function* outOfRange(cell: CellConfig, device: PciDevice): Iterable<RawFinding> {
  const { caps_start, num_caps } = device
  // A count that is short of them is charged itself.
  const available = Math.max(cell.counts.num_pci_caps, arrayOf(cell, 'pci_caps')?.length ?? 0)
  if (num_caps > 0 && caps_start + num_caps > available)
    yield {
      span: at(device, caps_start < available ? 'num_caps' : 'caps_start'),
      headline: `pci_caps [${caps_start}, ${caps_start + num_caps}) of ${bdf(device.bdf)} are out of range`,
      notes: [`the cell has ${available}; the rest is read from the bytes behind them`],
      key: bdf(device.bdf),
    }
}

/** `jailhouse config create` writes both fields of every device. */
const isUncounted = (cell: CellConfig, device: PciDevice): boolean =>
  isWritten(device, 'caps_start') && !isWritten(device, 'num_caps') && cell.pci_caps.length > 0

const uncounted = (device: PciDevice): RawFinding => ({
  span: at(device, 'caps_start'),
  severity: 'warning',
  headline: `${bdf(device.bdf)} has caps_start ${device.caps_start}, but no num_caps`,
  notes: ['without capabilities the cell can neither use MSI nor change the power state of the device'],
  help: 'set .num_caps',
  key: `${bdf(device.bdf)} uncounted`,
})

const shifting = (cell: CellConfig, cap: PciCapability): RawFinding => ({
  span: at(cap),
  severity: 'warning',
  headline: `${shortElementName(cap, 'capability')} shifts those behind it to other devices`,
  notes: [
    `the last, capability ${cell.pci_caps.length - 1}, is of no device; without this one, those of each device agree better`,
  ],
  help: 'remove it, or count it in num_caps of its device and in caps_start of all later ones',
  related: [{ span: at(cell.pci_caps.at(-1)!), text: 'the last capability' }],
  key: `${cap.index} shifts`,
})

/** One capability that no device has; a row of them is that of a device which was left out on purpose. */
function* ofNobody(cell: CellConfig): Iterable<RawFinding> {
  const ranges = cell.pci_devices.map(capRange).filter(({ start, end }) => start < end)
  if (ranges.length === 0 || cell.incomplete.has('pci_devices')) return
  const [stray, ...more] = cell.pci_caps.filter(({ index }) =>
    ranges.every(({ start, end }) => index < start || end <= index),
  )
  if (!stray || more.length > 0) return
  // Where a device reaches over, or counts none, that is charged itself.
  const isCharged = (device: PciDevice) =>
    isUncounted(cell, device) || [...outOfRange(cell, device), ...reachOver(cell, device)].length > 0
  if (cell.pci_devices.some(isCharged)) return
  const before = cell.pci_devices.find(device => capRange(device).end === stray.index && 0 < device.num_caps)
  const next = cell.pci_devices.find(device => capRange(device).start === stray.index + 1 && 0 < device.num_caps)
  yield {
    span: next ? at(next, 'caps_start') : at(stray),
    severity: 'warning',
    headline: `${shortElementName(stray, 'capability')} in pci_caps is of no device`,
    notes: ['the cell can not write the registers of a capability that its device does not count'],
    help: strayHelp(before, next),
    related: [
      { span: at(stray), text: `capability ${stray.index}` },
      ...(before ? [{ span: at(before, 'num_caps'), text: `those of ${bdf(before.bdf)} end before it` }] : []),
    ],
    key: `${stray.index} stray`,
  }
}

function strayHelp(before: PciDevice | undefined, next: PciDevice | undefined): string {
  const places = [
    ...(before ? [`num_caps of ${bdf(before.bdf)}`] : []),
    ...(next ? [`caps_start of ${bdf(next.bdf)}`] : []),
  ]
  return `check ${places.join(' and ') || 'caps_start and num_caps of the device it is meant for'}`
}

/** Devices have their own capabilities, or all those of another one. */
function* reachOver(cell: CellConfig, device: PciDevice): Iterable<RawFinding> {
  const own = capRange(device)
  const other = reachedBy(cell, device)
  // Where those begin that reach further themselves or out of range is doubtful, and charged there.
  if (!other || reachedBy(cell, other) || [...outOfRange(cell, other)].length > 0) return
  const isLate = !cell.pci_devices.some(each => capRange(each).start < own.start && own.start <= capRange(each).end)
  const field = isLate && 0 < own.start ? 'caps_start' : 'num_caps'
  yield {
    span: at(device, field),
    severity: 'warning',
    headline: `pci_caps [${own.start}, ${own.end}) of ${bdf(device.bdf)} reach into those of ${bdf(other.bdf)}`,
    notes: [`those of ${bdf(other.bdf)} begin at ${other.caps_start}; writes go to registers that this device has not`],
    help: 'check caps_start and num_caps',
    related: [{ span: at(other, 'caps_start'), text: `capabilities of ${bdf(other.bdf)}` }],
    key: `${bdf(device.bdf)} over`,
  }
}

/** The first device whose capabilities begin within those of another and end behind them. */
function reachedBy(cell: CellConfig, device: PciDevice): PciDevice | undefined {
  const own = capRange(device)
  return cell.pci_devices.find(each => {
    const theirs = capRange(each)
    return own.start < theirs.start && theirs.start < own.end && own.end < theirs.end
  })
}

const capRange = ({ type, caps_start: start, num_caps }: PciDevice) => ({
  start,
  end: type === PCI_TYPE_IVSHMEM ? start : start + num_caps,
})

/** VT-d sets interrupts aside for each device; others pass them on as they are. */
const remapsInterrupts = ({ architecture, platform_info }: SystemConfig): boolean =>
  architecture === 'x86' && platform_info.iommu_units.some(unit => driverOf(unit)?.remapsInterrupts)

function* checkVectors(device: PciDevice, cap: PciCapability, remaps: boolean): Iterable<RawFinding> {
  if (cap.id & PCI_EXT_CAP || isExtended(cap)) return
  const [field, vectors] =
    cap.id === PCI_CAP_ID_MSI
      ? (['num_msi_vectors', device.num_msi_vectors] as const)
      : (['num_msix_vectors', cap.id === PCI_CAP_ID_MSIX ? device.num_msix_vectors : 1] as const)
  const related = [{ span: at(cap), text: `capability ${cap.index}` }]
  if (vectors === 0 && remaps)
    yield {
      span: at(device, field),
      headline: `${bdf(device.bdf)} has an ${field === 'num_msi_vectors' ? 'MSI' : 'MSI-X'} capability but no vectors`,
      notes: [
        'enabling it fails; if Linux has enabled it already, the hypervisor stops: "Unsupported MSI/MSI-X state"',
      ],
      related,
      key: bdf(device.bdf),
    }
  if (cap.id !== PCI_CAP_ID_MSI || device.num_msi_vectors === 0) return
  const needed = (device.msi_64bits ? 14 : 10) + (device.msi_maskable ? 10 : 0)
  if (cap.len < needed)
    yield {
      span: at(cap, 'len'),
      severity: 'warning',
      headline: `the MSI capability of ${bdf(device.bdf)} has ${count(cap.len, 'byte')} instead of ${needed}`,
      notes: [
        `it has ${device.msi_64bits ? 64 : 32}-bit addresses${device.msi_maskable ? ' and masks' : ''}; writes beyond its length are refused`,
      ],
      related: [{ span: at(device), text: `device ${bdf(device.bdf)}` }],
      key: `${bdf(device.bdf)} length`,
    }
}
