import { sharedMemoryDevices } from '../../config/ivshmem.ts'
import type { SystemConfig } from '../../config/model.ts'
import { alignDown, alignUp, overlap, rangeOf } from '../../config/ranges.ts'
import { appendRegions } from '../../edit/append.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import type { Cell } from '../../machine/hypervisor.ts'
import { devicesByPath, registersOf } from '../../platform/devices.ts'
import type { Claim, Device, Platform } from '../../platform/model.ts'
import { allClaims, PCI_FUNCTION } from '../../platform/read/iomem.ts'
import { memoize } from '../../text/memo.ts'
import { subtract } from '../../text/range-set.ts'
import { bdf, hex, hexDigits, interval, listed } from '../../text/words.ts'
import type { BoardRule, BoardSubject, RawFinding } from '../rule.ts'
import { DEVICE_FLAGS } from './give-device.ts'
import page from './root-lacks-device.md'
import { afterEnable, checkedDevices, mainWindow, neededWindows, reaches, rootIn } from './subject.ts'
import { atArray, basis, deviceText } from './words.ts'

/** Decided by what the root's CPUs reach after `enable`: emulated registers and holes are not in `mem_regions`. */
export const rootLacksDevice: BoardRule = {
  kind: 'board',
  code: 'JH911',
  id: 'root-lacks-device',
  title: 'Device in use missing from the root cell',
  severity: 'warning',
  constraints: [],
  complete: ['root.mem_regions'],
  page,
  *check(subject) {
    const root = rootAfterEnable(subject)
    if (!root) return
    for (const lacking of lackedDevices(subject)) if (lacking.reason) yield deviceFinding(subject, lacking)
    for (const claim of claimsWithoutDevice(subject.platform)) {
      if (subject.platform.isJailhouseEnabled && isOfVirtualDevice(claim, root)) continue
      const missing = missingOf(claim, root, subject)
      if (missing) yield claimFinding(subject, claim, missing)
    }
  },
}

export const rootAfterEnable = ({ machine }: BoardSubject): Cell | undefined => {
  const state = afterEnable(machine)
  return state && rootIn(state)
}

/** An enabled device whose registers the root does not reach, and why that matters, if it is known to. */
export interface Lacking {
  readonly device: Device
  readonly start: bigint
  readonly end: bigint
  readonly reason?: string
  readonly claim?: Claim
}

export function lackedDevices(subject: BoardSubject): readonly Lacking[] {
  const root = rootAfterEnable(subject)
  if (!root) return []
  // A clock or interrupt controller has hundreds of users, and each of these several of them.
  const asked = new Map<Device, boolean>()
  const isUser = (device: Device): boolean => {
    const isOne = asked.get(device) ?? isWithRoot(device, root)
    asked.set(device, isOne)
    return isOne
  }
  return checkedDevices(subject).flatMap((device): readonly Lacking[] => {
    const lacking = lackedWindow(device, root, subject)
    if (!lacking) return []
    const reason = reasonFor(device, isUser, subject, lacking.claim)
    return [{ device, ...lacking, ...(reason !== undefined && { reason }) }]
  })
}

function lackedWindow(device: Device, root: Cell, subject: BoardSubject): Omit<Lacking, 'device'> | undefined {
  const main = mainWindow(device)?.range
  if (main && !reaches(root, main.start)) {
    const claim = claimOf(subject, main.start)
    return { ...main, ...(claim && { claim }) }
  }
  for (const { range } of neededWindows(device)) {
    const claim = claimOf(subject, range.start)
    if (claim && !reaches(root, range.start)) return { ...range, claim }
  }
  return undefined
}

/** Why an access is to be expected, all that is known. */
function reasonFor(
  device: Device,
  isUser: (device: Device) => boolean,
  { platform }: BoardSubject,
  claim: Claim | undefined,
): string | undefined {
  // SRAM, memory controllers and the like lie mapped and are rarely touched.
  if (device.kind === 'quiet') return undefined
  const { polledEvery, driver, usedBy } = device
  const users = usedBy.flatMap(({ path, by }) => {
    const user = devicesByPath(platform).get(path)
    return user && isUser(user) ? [`${user.name} (${by})`] : []
  })
  const reasons = [
    ...(polledEvery === undefined ? [] : [`Linux polls it every ${polledEvery} ms`]),
    ...(claim ? [`claimed by a driver ("${claim.name}")`] : []),
    ...(driver === undefined || driver === 'none' ? [] : [`bound to the driver ${driver}`]),
    ...(users.length > 0 ? [`used by ${listed([...new Set(users)])} of the root`] : []),
  ]
  return reasons.length > 0 ? reasons.join('; ') : undefined
}

export const isWithRoot = (device: Device, root: Cell): boolean => {
  const window = mainWindow(device)
  return device.enabled && window !== undefined && reaches(root, window.range.start)
}

/** The claim of a driver on an address. */
function claimOf({ platform }: BoardSubject, address: bigint): Claim | undefined {
  return driverClaims(platform).find(({ range }) => overlap(range, rangeOf(address, 1n)))
}

/** Entries that say nothing of a driver: memory, windows, areas of firmware, and what the hypervisor has itself. */
const SILENT =
  /^(System RAM|[Rr]eserved|Kernel |ACPI |PCI Bus |PCI MMCONFIG|PCI ECAM|IOAPIC |Local APIC|dmar|amd_iommu|pnp |GICD|GICR|ITS|RAM buffer|Crash kernel|(Video|Adapter|System|Option) ROM|persistent_ram|ramoops|pcie@|Persistent Memory|CXL |efifb)/

/** What drivers have claimed. A BAR is claimed by what lies inside of it. */
const driverClaims = memoize(({ claimed = [] }: Platform): readonly Claim[] =>
  [...allClaims(claimed.filter(({ name }) => !/^(System RAM|[Rr]eserved)$/.test(name)))].filter(
    ({ name, children }) => !SILENT.test(name) && (!PCI_FUNCTION.test(name) || children.length > 0),
  ),
)

/** Outermost claims of drivers that no device of a tree explains. */
const claimsWithoutDevice = memoize((platform: Platform): readonly Claim[] => {
  const claims = driverClaims(platform)
  const inner = new Set(claims.flatMap(({ children }) => children))
  const outer = claims.filter(claim => !inner.has(claim)).toSorted((a, b) => (a.range.start < b.range.start ? -1 : 1))
  const registers = registersOf(platform)
  let next = 0
  return outer.filter(({ range }) => {
    while (next < registers.length && registers[next]!.end <= range.start) next++
    const first = registers[next]
    return !first || range.end <= first.start
  })
})

/** A BAR that Linux gave a virtual device while Jailhouse was enabled. */
const isOfVirtualDevice = ({ name }: Claim, { config }: Cell): boolean =>
  sharedMemoryDevices(config).some(({ domain, bdf: address }) => name === `${hexDigits(domain, 4)}:${bdf(address)}`)

/** What the root lacks of a claim beside the pages of MSI-X tables; nothing if it has the beginning. */
function missingOf({ range }: Claim, root: Cell, { platform }: BoardSubject) {
  const tables = (platform.pci ?? []).flatMap(({ msix }) => msix?.table ?? [])
  const [first] = subtract([range], tables)
  return first && !reaches(root, first.start) ? first : undefined
}

function deviceFinding(subject: BoardSubject, { device, start, end, reason = '', claim }: Lacking): RawFinding {
  const { root_cell } = subject.scenario.root
  return {
    span: atArray(root_cell, 'mem_regions'),
    headline: `no region holds ${hex(start)}, ${device.name}, which the root uses`,
    notes: [
      `${deviceText(device)} at ${interval({ start, end })}: ${reason}`,
      `the first access parks a CPU: "Unhandled data read at ${hex(start)}"`,
      basis(device, ...(claim ? [claim] : [])),
    ],
    key: `${hex(start)}`,
    ...addRegion(subject, { start, end }, device.name),
  }
}

function claimFinding(subject: BoardSubject, claim: Claim, missing: { start: bigint; end: bigint }): RawFinding {
  const driver = claim.children[0]?.name
  return {
    span: atArray(subject.scenario.root.root_cell, 'mem_regions'),
    headline: `no region holds ${hex(missing.start)}, ${claim.name}, which a driver has claimed`,
    notes: [
      `${interval(claim.range)} is "${claim.name}"${driver === undefined ? '' : `, in use by ${driver}`}`,
      'the first access of Linux parks a CPU: "Invalid MMIO/RAM read" or "Unhandled data read"',
      basis(claim),
    ],
    ...(claim.span && { related: [{ span: claim.span, text: `${claim.name} is claimed here` }] }),
    key: hex(missing.start),
    ...addRegion(subject, missing, claim.name),
  }
}

/** Whole pages; which flags are right is not in the facts, so it is never applied unasked. */
function addRegion({ scenario: { root } }: BoardSubject, { start, end }: { start: bigint; end: bigint }, name: string) {
  const range = { start: alignDown(start), end: alignUp(end) }
  const region = { range, flags: deviceFlags(root), comment: name }
  return fixes(fixOf(`Add region for ${name}`, appendRegions(root.root_cell, [region]), false))
}

/** Flags of a device of the root. */
export const deviceFlags = ({ architecture }: SystemConfig): readonly string[] =>
  architecture === 'x86' ? DEVICE_FLAGS.slice(0, 2) : DEVICE_FLAGS
