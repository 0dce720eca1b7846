import { isArm } from '../../config/architecture.ts'
import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { likelyGicWindows } from '../../config/gic.ts'
import type { SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isAligned, MiB, overlap, rangeOf } from '../../config/ranges.ts'
import { isListed, isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, hex, interval } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './virtual-host.md'

export const virtualHost: SystemRule = {
  kind: 'system',
  code: 'JH503',
  id: 'virtual-host',
  title: 'Invalid PCI host description',
  severity: 'error',
  constraints: [
    'vpci-end-bus',
    'vpci-bus-nonzero',
    'pci-physical-on-virtual-host',
    'ivshmem-no-mmconfig',
    'platform-mmconfig-size',
    'pci-bus-range',
    'vpci-x86',
  ],
  page,
  *check(system) {
    const { platform_info, root_cell } = system
    const { pci_mmconfig_base: base, pci_mmconfig_end_bus, pci_is_virtual } = platform_info
    if (base && !isAligned(base))
      yield {
        span: at(platform_info, 'pci_mmconfig_base'),
        headline: `pci_mmconfig_base ${hex(base)} is not page-aligned`,
      }
    else if (base + BigInt(pci_mmconfig_end_bus + 1) * MiB > 1n << 64n)
      yield {
        span: at(platform_info, 'pci_mmconfig_base'),
        headline: 'the PCI configuration space extends beyond the last address',
      }
    yield* oddDomains(system)
    yield* beyondLastBus(system)
    if (!isArm(system)) {
      if (pci_is_virtual)
        yield {
          span: at(platform_info, 'pci_is_virtual'),
          severity: 'hint',
          headline: 'pci_is_virtual has no effect on x86',
          notes: ['virtual PCI hosts are added to device trees only'],
        }
      return
    }
    if (!base && root_cell.pci_devices.length)
      yield {
        span: at(platform_info, 'pci_mmconfig_base'),
        headline: 'pci_mmconfig_base is 0 although the cell has PCI devices',
        notes: ['no cell can access the configuration space of its devices'],
      }
    yield* overInterrupts(system)
    yield* unseen(system)
    if (pci_is_virtual) yield* behindVirtualHost(system)
    else if (pci_is_virtual === 0 && isOfLinksOnly(system)) yield notVirtual(system)
  },
}

/** One physical device of another domain than all others: `pci_return_device_to_root_cell` compares it, and Linux's driver. */
function* oddDomains({ root_cell }: SystemConfig): Iterable<RawFinding> {
  const devices = root_cell.pci_devices.filter(device => device.type !== PCI_TYPE_IVSHMEM && isListed(device))
  const counts = new Map<number, number>()
  for (const { domain } of devices) counts.set(domain, (counts.get(domain) ?? 0) + 1)
  const usual = devices.find(({ domain }) => counts.get(domain)! + 1 === devices.length)
  const odd = usual && devices.find(({ domain }) => domain !== usual.domain)
  if (!odd || devices.length < MIN_DEVICES) return
  yield {
    span: at(odd, 'domain'),
    severity: 'warning',
    headline: `domain ${odd.domain} of ${bdf(odd.bdf)} is not that of all other devices (${usual.domain})`,
    notes: ['Linux knows no such device: the driver neither takes nor returns it when cells come and go'],
    key: `domain ${bdf(odd.bdf)}`,
    ...fixes(fixOf(`Set the domain to ${usual.domain}`, setField(odd, 'domain', String(usual.domain)), false)),
  }
}

/** From so many on, all but one are a rule. */
const MIN_DEVICES = 4

/** `pci_read_config` takes devices beyond the last bus to `arch_pci_read_config`: ports on x86, nothing on ARM. */
function* beyondLastBus({ platform_info, root_cell }: SystemConfig): Iterable<RawFinding> {
  const { pci_mmconfig_base: base, pci_mmconfig_end_bus: last, pci_is_virtual } = platform_info
  if (!base || pci_is_virtual) return
  const beyond = root_cell.pci_devices.filter(device => device.type !== PCI_TYPE_IVSHMEM && last < device.bdf >> 8)
  const [device] = beyond
  if (!device) return
  yield {
    span: at(platform_info, 'pci_mmconfig_end_bus'),
    severity: 'warning',
    headline: `${bdf(device.bdf)} is on bus ${device.bdf >> 8}, but pci_mmconfig_end_bus is ${last}`,
    notes: [
      isArm(root_cell)
        ? 'whatever is read of its configuration space has all bits set'
        : 'of its configuration space only the first 256 bytes are reached, by ports',
    ],
    related: [{ span: at(device, 'bdf'), text: `${bdf(device.bdf)}` }],
    key: 'end bus',
  }
}

/** `pci_scan_slot` of the root's Linux looks for further functions only where there is a function 0. */
function* unseen({ root_cell }: SystemConfig): Iterable<RawFinding> {
  const taken = new Set(root_cell.pci_devices.map(({ domain, bdf }) => `${domain} ${bdf}`))
  for (const device of root_cell.pci_devices)
    if (device.type === PCI_TYPE_IVSHMEM && device.bdf & 7 && !taken.has(`${device.domain} ${device.bdf & ~7}`))
      yield {
        span: at(device, 'bdf'),
        severity: 'warning',
        headline: `Linux in the root cell does not find ${bdf(device.bdf)}: function 0 is missing`,
        notes: ['it looks for functions 1 to 7 only where function 0 answers'],
        help: 'write the bdf as (bus << 8) | (device << 3)',
        key: `function ${bdf(device.bdf)}`,
      }
}

/** Both are trapped: a cell's accesses to one of them end in the emulation of the other. */
function* overInterrupts(system: SystemConfig): Iterable<RawFinding> {
  const { platform_info } = system
  const { pci_mmconfig_base: base, pci_mmconfig_end_bus } = platform_info
  const space = rangeOf(base, BigInt(pci_mmconfig_end_bus + 1) * MiB)
  const [hit] = likelyGicWindows(system).filter(({ range }) => range.start !== 0n && overlap(range, space))
  if (!platform_info.arm || base === 0n || !hit || (platform_info.pci_is_virtual && 0 < pci_mmconfig_end_bus)) return
  yield {
    span: at(platform_info, 'pci_mmconfig_base'),
    headline: `the PCI configuration space at ${interval(space)} overlaps ${hit.name}`,
    notes: ['an access of a cell to registers of one is handled as if it went to the other'],
    related: [{ span: at(platform_info.arm, hit.field), text: `${hit.name} at ${interval(hit.range)}` }],
    key: 'gic',
  }
}

/** Where no physical device is listed either, the host is most likely the hypervisor's own. */
const isOfLinksOnly = ({ platform_info, root_cell }: SystemConfig): boolean =>
  platform_info.pci_mmconfig_base !== 0n &&
  root_cell.pci_devices.length > 0 &&
  root_cell.pci_devices.every(({ type }) => type === PCI_TYPE_IVSHMEM)

const notVirtual = ({ platform_info }: SystemConfig): RawFinding => ({
  span: at(platform_info, isWritten(platform_info, 'pci_is_virtual') ? 'pci_is_virtual' : 'pci_mmconfig_base'),
  severity: 'warning',
  headline: 'the PCI host has shared-memory devices only, but pci_is_virtual is not set',
  notes: [
    'the driver adds no host bridge to the device tree: Linux finds the devices only behind a physical one at this address',
    'the hypervisor takes the configuration space for that of hardware',
  ],
  key: 'virtual',
  ...fixes(fixOf('Set pci_is_virtual to 1', setField(platform_info, 'pci_is_virtual', '1'), false)),
})

/** `create_vpci_of_overlay` describes one bus, followed by the BARs of its devices. */
function* behindVirtualHost({ platform_info, root_cell }: SystemConfig): Iterable<RawFinding> {
  if (platform_info.pci_mmconfig_end_bus !== 0)
    yield {
      span: at(platform_info, 'pci_mmconfig_end_bus'),
      headline: `pci_mmconfig_end_bus ${platform_info.pci_mmconfig_end_bus} is out of range: a virtual host has bus 0 only`,
      notes: ['the BARs of its devices would be inside the configuration space and never reached'],
      ...fixes(fixOf('Set pci_mmconfig_end_bus to 0', setField(platform_info, 'pci_mmconfig_end_bus', '0'))),
    }
  for (const device of root_cell.pci_devices.filter(isListed)) {
    if (device.type !== PCI_TYPE_IVSHMEM)
      yield {
        span: at(device, 'type'),
        headline: `physical device ${bdf(device.bdf)} is behind a virtual PCI host`,
        notes: [
          `the host at ${hex(platform_info.pci_mmconfig_base)} is virtual: an access to the device faults in the hypervisor`,
        ],
        key: bdf(device.bdf),
      }
    else if (device.bdf >> 8)
      yield {
        span: at(device, 'bdf'),
        headline: `${bdf(device.bdf)} is on bus ${device.bdf >> 8}, but a virtual PCI host has bus 0 only`,
        notes: ['Linux does not find the device'],
        key: bdf(device.bdf),
      }
  }
}
