import type { Range } from '../config/ranges.ts'
import { hex, interval } from '../text/words.ts'
import type { Claim, Device, PciFunction, Platform } from './model.ts'
import { isReserved, SYSTEM_RAM } from './read/iomem.ts'

/** What differs between two takes of the facts of one machine: firmware was updated, a card moved, a parameter changed. */

export interface Difference {
  readonly kind: 'added' | 'gone' | 'changed'
  /** E.g. `RAM`, `device mmc@40050000`. */
  readonly what: string
  readonly before?: string
  readonly now?: string
  /** Memory that is concerned. */
  readonly ranges: readonly Range[]
}

/** One thing that can be compared: by its name, as text. */
interface Item {
  readonly text: string
  readonly ranges: readonly Range[]
}

type Inventory = ReadonlyMap<string, Item>

/** Order, counters, and what the kernel places anew at each boot do not count. */
export function diffPlatforms(before: Platform, now: Platform): readonly Difference[] {
  const [old, fresh] = [inventory(before), inventory(now)]
  const names = [...new Set([...old.keys(), ...fresh.keys()])]
  return names.flatMap((what): readonly Difference[] => {
    const [a, b] = [old.get(what), fresh.get(what)]
    if (a?.text === b?.text) return []
    const kind = !a ? 'added' : !b ? 'gone' : 'changed'
    const ranges = [...(a?.ranges ?? []), ...(b?.ranges ?? [])]
    return [{ kind, what, ...(a && { before: a.text }), ...(b && { now: b.text }), ranges }]
  })
}

function inventory(platform: Platform): Inventory {
  const items = new Map<string, Item>()
  const add = (what: string, text: string, ranges: readonly Range[] = []) => {
    let key = what
    for (let i = 2; items.has(key); i++) key = `${what} (${i})`
    items.set(key, { text, ranges })
  }
  const { machine, gic, commandLine } = platform
  if (machine) add('machine', [machine.vendor, machine.product].filter(Boolean).join(' '))
  if (commandLine)
    add(
      'kernel command line',
      commandLine.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)).join(' '),
    )
  for (const { range } of platform.ram ?? []) add(`RAM at ${hex(range.start)}`, interval(range), [range])
  for (const claim of namedClaims(platform.claimed ?? []))
    add(
      isReserved(claim.name) ? `reserved memory at ${hex(claim.range.start)}` : `memory "${claim.name}"`,
      interval(claim.range),
      [claim.range],
    )
  for (const { range, name } of platform.ports ?? []) add(`ports "${name}"`, interval(range))
  for (const device of platform.devices)
    add(
      `device ${device.path}`,
      deviceText(device),
      device.windows.map(({ range }) => range),
    )
  if (gic) add('interrupt controller', [gic.gicd, ...gic.gicr].map(interval).join(' '), [gic.gicd, ...gic.gicr])
  for (const { number, mpidr, compatible = '' } of platform.cpus ?? [])
    add(`CPU ${number}`, `${mpidr === undefined ? '' : hex(mpidr)} ${compatible}`)
  for (const { name, base, size = 0n } of platform.iommus)
    add(`IOMMU ${name}`, `${hex(base)} ${hex(size)}`, [{ start: base, end: base + size }])
  for (const { enumerationId, address } of platform.ioapics ?? []) add(`I/O APIC ${enumerationId}`, hex(address))
  for (const { segment, base, firstBus, lastBus } of platform.mmconfig ?? [])
    add(`MMCONFIG of segment ${segment}`, `${hex(base)} buses ${firstBus} to ${lastBus}`)
  for (const device of platform.pci ?? [])
    add(
      `PCI ${pciName(device)}`,
      pciText(device),
      device.bars.filter(({ isPort }) => !isPort).map(({ range }) => range),
    )
  for (const { id, controller, actions } of platform.interruptsInUse ?? [])
    add(`interrupt ${id} (${controller})`, actions)
  return items
}

/** First-level entries and those in PCI windows, without what the kernel lays out anew each time. */
const namedClaims = (claims: readonly Claim[]): readonly Claim[] =>
  claims.flatMap(claim => {
    if (claim.name === SYSTEM_RAM) return []
    const inner = /^PCI Bus /.test(claim.name) ? namedClaims(claim.children) : []
    return isReserved(claim.name) || !/^Kernel /.test(claim.name) ? [claim, ...inner] : inner
  })

const deviceText = ({ enabled, windows, interrupts, driver = '' }: Device): string =>
  [
    enabled ? 'enabled' : 'disabled',
    ...windows.map(({ range }) => interval(range)),
    ...interrupts.map(each => (each.kind === 'gic' ? `interrupt ${each.id}` : `behind ${each.behind}`)),
    driver === '' ? '' : `driver ${driver}`,
  ]
    .filter(Boolean)
    .join(' ')

const pciName = ({ segment, bdf }: PciFunction): string =>
  `${segment.toString(16).padStart(4, '0')}:${(bdf >> 8).toString(16).padStart(2, '0')}:${((bdf >> 3) & 31).toString(16).padStart(2, '0')}.${bdf & 7}`

const pciText = ({ vendor, device, bars, capabilities = [], unit, driver = '' }: PciFunction): string =>
  [
    `${vendor.toString(16)}:${device.toString(16)}`,
    ...bars.map(({ index, range }) => `BAR ${index} ${interval(range)}`),
    ...capabilities.map(({ id, start }) => `capability 0x${id.toString(16)} at 0x${start.toString(16)}`),
    unit === undefined ? '' : `unit ${unit}`,
    driver === '' || driver === 'none' ? '' : `driver ${driver}`,
  ]
    .filter(Boolean)
    .join(' ')
