import { alignDown, alignUp, overlap, type Range } from '../../config/ranges.ts'
import type { Claim, Iommu, PciCapability, PciFunction, Platform } from '../../platform/model.ts'
import { allClaims, isReserved, SYSTEM_RAM } from '../../platform/read/iomem.ts'
import { catchAll, unitOf } from '../../rules/board/pc-units.ts'
import { subtract } from '../../text/range-set.ts'
import { bdf, hex, hexDigits } from '../../text/words.ts'
import { type ArrayText, cpuWords, element, field, fieldLine, flagList } from './c-source.ts'
import type { Made, RootOptions } from './made.ts'
import type { MemoryPlan } from './memory-plan.ts'
import { portArray } from './pc-ports.ts'
import { PC_DEVICE_FLAGS, pages, RAM_FLAGS, type Region, regionArray } from './regions.ts'
import { rootSource } from './root-source.ts'

/**
 * A root cell of a PC, as "jailhouse config create" makes one, without its faults: reserved areas and whole BARs are
 * regions, every page of MSI-X tables stays out, ports of ACPI and 0x61 are permitted, units and I/O APICs are those of
 * the tables.
 */
export function pcRoot(platform: Platform, plan: MemoryPlan, { name }: RootOptions): Made {
  const { claimed, pci, cpus, ioapics, mmconfig, machine } = platform
  if (!claimed) return { missing: '/proc/iomem, taken as root' }
  if (!pci) return { missing: 'PCI configuration space: give a tarball of "jailhouse-warden collect"' }
  if (!cpus || !ioapics || !mmconfig)
    return { missing: 'ACPI tables APIC and MCFG, and the CPUs: give a tarball of "jailhouse-warden collect"' }
  const capabilities = new Capabilities()
  const slot = freeSlot(pci)
  const devices = [
    ...pci.filter(({ segment }) => segment === 0).map(device => pciDevice(device, platform, capabilities)),
    linkDevice(slot, platform),
  ]
  const arrays: readonly ArrayText[] = [
    cpuWords(cpus.map(({ number }) => number)),
    regionArray(regionsOf(platform, plan), { start: plan.link.start, id: 0 }),
    irqchips(platform),
    portArray(platform),
    {
      name: 'pci_devices',
      type: 'struct jailhouse_pci_device',
      count: 'num_pci_devices',
      length: devices.length,
      body: devices.join(''),
    },
    capabilities.array(),
  ]
  return {
    text: rootSource(platform, plan, {
      name,
      machine: [machine?.vendor, machine?.product].filter(Boolean).join(' '),
      architecture: 'X86',
      remarks: platform.iommus.some(({ kind }) => kind === 'intel')
        ? ['Linux must run without its IOMMU driver: intel_iommu=off.']
        : [],
      fields: debugConsole(platform) + platformInfo(platform),
      rootFields: '',
      arrays,
    }),
    notes: notesOn(platform),
  }
}

const notesOn = ({ iommus, pci = [] }: Platform): readonly string[] => [
  ...(iommus.length === 0 ? ['no IOMMU is in the ACPI tables: devices reach all memory'] : []),
  ...(pci.some(({ capabilities }) => !capabilities)
    ? ['capabilities of some PCI devices are unknown: their configuration space was read without root']
    : []),
]

function debugConsole({ uarts }: Platform): string {
  const uart =
    uarts.find(({ isPort, range }) => isPort && range.start === 0x3f8n) ??
    uarts.find(({ isPort, enabled }) => isPort && enabled)
  const address = uart?.range.start ?? 0x3f8n
  return `\t\t.debug_console = {\n${[
    field('address', address, uart?.name ?? 'the first serial port of a PC'),
    field('type', 'JAILHOUSE_CON_TYPE_8250'),
    field('flags', flagList(['JAILHOUSE_CON_ACCESS_PIO', 'JAILHOUSE_CON_REGDIST_1'], 3)),
  ]
    .map(each => fieldLine(each, 3))
    .join('')}\t\t},\n`
}

const MAX_UNITS = 8

function platformInfo(platform: Platform): string {
  const { mmconfig = [], iommus, ports } = platform
  const window = mmconfig.find(({ segment, firstBus }) => segment === 0 && firstBus === 0)
  const timer = [...allClaims(ports ?? [])].find(({ name }) => name === 'ACPI PM_TMR')
  const units = iommus
    .filter(({ segment, kind }) => segment === 0 && (kind === 'intel' || kind === 'amd'))
    .slice(0, MAX_UNITS)
  return [
    '\t\t.platform_info = {\n',
    ...(window
      ? [field('pci_mmconfig_base', window.base, 'MCFG'), field('pci_mmconfig_end_bus', hex(window.lastBus))]
      : []
    ).map(each => fieldLine(each, 3)),
    units.length === 0
      ? ''
      : `\t\t\t.iommu_units = {\n${units.map(unit => unitText(unit, platform)).join('')}\t\t\t},\n`,
    '\t\t\t.x86 = {\n',
    fieldLine(
      field('pm_timer_address', timer?.range.start ?? 0x608n, timer ? '/proc/ioports' : 'usual; not in the facts'),
      4,
    ),
    fieldLine(field('vtd_interrupt_limit', interruptLimit(platform)), 4),
    '\t\t\t},\n\t\t},\n',
  ].join('')
}

const IVRS_UNIT_SIZE = 0x4000n
const DRHD_SIZE = 0x1000n

function unitText(unit: Iommu, { pci = [] }: Platform): string {
  const { kind, base, amd, name } = unit
  const size = unit.size ?? (kind === 'amd' ? IVRS_UNIT_SIZE : DRHD_SIZE)
  const own = amd && pci.find(({ bdf: address }) => address === amd.bdf)
  const msi = own?.capabilities?.find(({ id, isExtended }) => id === 5 && !isExtended)
  return element(
    unit.size === undefined ? `${name}, size as usual` : name,
    [
      field('type', kind === 'amd' ? 'JAILHOUSE_IOMMU_AMD' : 'JAILHOUSE_IOMMU_INTEL'),
      field('base', base),
      field('size', size),
      ...(amd
        ? [
            field('amd.bdf', hex(amd.bdf)),
            field('amd.base_cap', hex(amd.capability)),
            field('amd.msi_cap', hex(msi?.start ?? 0)),
            field('amd.features', hex(amd.features)),
          ]
        : []),
    ],
    4,
  )
}

/** As many entries as interrupts may be remapped, in a power of two. */
function interruptLimit({ pci = [], ioapics = [] }: Platform): number {
  const needed = pci.reduce(
    (sum, { msi, msix }) => sum + Math.max(msi?.vectors ?? 0, msix?.vectors ?? 0),
    ioapics.length * 120,
  )
  let limit = 256
  while (limit < needed) limit *= 2
  return limit
}

/** Areas that the hypervisor has itself or moderates, and those in which nobody is. */
const NOT_MAPPED = /^(IOAPIC |Local APIC|dmar|amd_iommu|PCI MMCONFIG|PCI Bus |PCI ECAM|GIC)/

function regionsOf(platform: Platform, plan: MemoryPlan): readonly Region[] {
  const tables = (platform.pci ?? []).flatMap(({ msix }) => msix?.table ?? []).map(pages)
  const all = topLevel(platform.claimed ?? []).flatMap(claim => regionOf(claim, platform))
  const cut = all.flatMap(region =>
    subtract([region.range], [plan.reserved, ...tables]).map((range): Region => ({ ...region, range })),
  )
  const cells: Region = { range: plan.cells, flags: RAM_FLAGS, comment: 'RAM of cells' }
  const firmware = platform.firmwareRegions
    .filter(({ range }) => !all.some(region => overlap(region.range, range)))
    .map(
      ({ range }): Region => ({
        range: pages(range),
        flags: RAM_FLAGS,
        comment: 'memory that devices use for firmware',
      }),
    )
  return merged([...cut, cells, ...firmware].filter(({ range }) => range.start < range.end))
}

/** First-level entries; of PCI windows what lies inside. */
const topLevel = (claims: readonly Claim[]): readonly Claim[] =>
  claims.flatMap(claim =>
    /^PCI Bus /.test(claim.name) && claim.range.start !== 0xa0000n ? topLevel(claim.children) : [claim],
  )

function regionOf({ name, range }: Claim, platform: Platform): readonly Region[] {
  if (name === SYSTEM_RAM) return [{ range: startingAtZero(pages(range)), flags: RAM_FLAGS, comment: 'RAM' }]
  if (range.start === 0xa0000n && /^PCI Bus/.test(name)) return [{ range, flags: PC_DEVICE_FLAGS, comment: 'VGA' }]
  if (isReserved(name) && isIntercepted(range, platform)) return []
  // The first page belongs to the RAM behind it.
  if (NOT_MAPPED.test(name) || range.end <= 0x1000n) return []
  if (/ROM$/.test(name)) return [{ range: romArea(range), flags: PC_DEVICE_FLAGS, comment: name }]
  const isFirmware = isReserved(name) || /^ACPI |^RAM buffer/.test(name)
  // Reserved pages below 1 MiB and BIOS data are read by many.
  return [
    {
      range: pages(range),
      flags: /^(ACPI|RAM buffer)/.test(name) ? RAM_FLAGS : PC_DEVICE_FLAGS,
      comment: isFirmware ? `firmware: ${name}` : name,
    },
  ]
}

/** Below 1 MiB ROMs are looked for in all of the area, whether an entry names it or not. */
const romArea = (range: Range): Range =>
  range.end <= ROMS.end && ROMS.start <= range.start ? { start: alignDown(range.start), end: ROMS.end } : pages(range)

const ROMS: Range = { start: 0xc0000n, end: 0x100000n }

const isIntercepted = (range: Range, { mmconfig = [], ioapics = [], iommus }: Platform): boolean =>
  mmconfig.some(({ base }) => base === range.start) ||
  ioapics.some(({ address }) => overlap(range, { start: address, end: address + 0x1000n })) ||
  iommus.some(({ base, size = 0x1000n }) => overlap(range, { start: base, end: base + size })) ||
  overlap(range, { start: 0xfee00000n, end: 0xfee01000n }) !== undefined

/** The first page belongs to the RAM behind it. */
const startingAtZero = ({ start, end }: Range): Range => ({ start: start === 0x1000n ? 0n : start, end })

/** By address; pages that two entries share go to the first, neighbours of one kind are one region. */
function merged(regions: readonly Region[]): readonly Region[] {
  const sorted = regions.toSorted((a, b) => (a.range.start < b.range.start ? -1 : 1))
  const result: Region[] = []
  for (const region of sorted) {
    const last = result.at(-1)
    const start = last && region.range.start < last.range.end ? last.range.end : region.range.start
    if (region.range.end <= start) continue
    const isSame = last && last.range.end === start && String(last.flags) === String(region.flags)
    const comments = last?.comment.split(', ') ?? []
    if (isSame && (last.comment === region.comment || comments.length < 4))
      result[result.length - 1] = {
        ...last,
        range: { start: last.range.start, end: region.range.end },
        comment: comments.includes(region.comment) ? last.comment : `${last.comment}, ${region.comment}`,
      }
    else result.push({ ...region, range: { start, end: region.range.end } })
  }
  return result
}

function irqchips({ ioapics = [], iommus }: Platform): ArrayText {
  const body = ioapics.map(({ address, enumerationId }) => {
    const unit = iommus.find(({ scopes }) =>
      scopes.some(scope => scope.kind === 'ioapic' && scope.enumerationId === enumerationId),
    )
    const scope = unit?.scopes.find(each => each.kind === 'ioapic' && each.enumerationId === enumerationId)
    const id = unit && scope ? (unit.index << 16) | scope.bdf : 0xff00
    return element(`I/O APIC ${enumerationId}`, [
      field('address', address, 'MADT'),
      field('id', hex(id), scope ? `${unit?.name}: ${bdf(scope.bdf)}` : 'no table names it'),
      field('pin_bitmap', '{\n\t\t\t\t0xffffffff, 0xffffffff, 0xffffffff, 0x00ffffff\n\t\t\t}'),
    ])
  })
  return {
    name: 'irqchips',
    type: 'struct jailhouse_irqchip',
    count: 'num_irqchips',
    length: body.length,
    body: body.join(''),
  }
}

const CAP_EXPRESS = 0x10
const WRITABLE: ReadonlySet<number> = new Set([1, 5, 0x11])

/** Lists of capabilities; devices with equal ones share them. */
class Capabilities {
  readonly #entries: string[] = []
  readonly #known = new Map<string, number>()

  startOf(texts: readonly string[]): number {
    const key = texts.join('')
    const known = this.#known.get(key) ?? this.#entries.length
    if (!this.#known.has(key)) this.#entries.push(...texts)
    this.#known.set(key, known)
    return known
  }

  array(): ArrayText {
    return {
      name: 'pci_caps',
      type: 'struct jailhouse_pci_capability',
      count: 'num_pci_caps',
      length: this.#entries.length,
      body: this.#entries.join(''),
    }
  }
}

/** Writes where nothing permits them park the CPU; drivers of endpoints write link and device control of PCI Express. */
function capabilityTexts({ capabilities = [], isBridge, vendor, class: kind }: PciFunction): readonly string[] {
  const isWritable = ({ id, isExtended }: PciCapability) =>
    !isExtended && (WRITABLE.has(id) || (id === CAP_EXPRESS && !isBridge))
  const isIntelAudio = vendor === INTEL && kind >> 8 === CLASS_AUDIO
  const isFree = !capabilities.some(({ start }) => start < AUDIO_REGISTERS.start + AUDIO_REGISTERS.length)
  return [
    ...capabilities.map(each => capabilityText(undefined, each, isWritable(each))),
    ...(isIntelAudio && isFree ? [capabilityText('registers its driver sets: TCSEL', AUDIO_REGISTERS, true)] : []),
  ]
}

const INTEL = 0x8086
const CLASS_AUDIO = 0x0403
const AUDIO_REGISTERS: PciCapability = { id: 0, isExtended: false, start: 0x40, length: 0x10 }

const capabilityText = (
  comment: string | undefined,
  { id, isExtended, start, length }: PciCapability,
  isWritable: boolean,
): string =>
  element(comment, [
    field('id', isExtended ? `${hex(id)} | JAILHOUSE_PCI_EXT_CAP` : hex(id)),
    field('start', hex(start)),
    field('len', hex(length)),
    field('flags', isWritable ? 'JAILHOUSE_PCICAPS_WRITE' : '0'),
  ])

function pciDevice(device: PciFunction, platform: Platform, known: Capabilities): string {
  const { barMask, msi, msix } = device
  const capabilities = capabilityTexts(device)
  const unit = unitOf(device, platform)
  return element(`${bdf(device.bdf)} ${hexDigits(device.vendor, 4)}:${hexDigits(device.device, 4)}`, [
    field('type', device.isBridge ? 'JAILHOUSE_PCI_TYPE_BRIDGE' : 'JAILHOUSE_PCI_TYPE_DEVICE'),
    field('iommu', unit?.index ?? 0, unit?.name),
    field('domain', '0x0'),
    field('bdf', hex(device.bdf)),
    ...(barMask?.some(mask => mask !== 0)
      ? [field('bar_mask', `{\n\t\t\t\t${barMask.map(mask => hex(mask)).join(', ')}\n\t\t\t}`)]
      : []),
    ...(capabilities.length > 0
      ? [field('caps_start', known.startOf(capabilities)), field('num_caps', capabilities.length)]
      : []),
    ...(msi
      ? [
          field('num_msi_vectors', msi.vectors),
          field('msi_64bits', Number(msi.is64)),
          field('msi_maskable', Number(msi.isMaskable)),
        ]
      : []),
    ...(msix
      ? [
          field('num_msix_vectors', msix.vectors),
          field('msix_region_size', alignUp(msix.table.end) - alignDown(msix.table.start)),
          field('msix_address', msix.table.start),
        ]
      : []),
  ])
}

/** The highest slot of bus 0 that is empty. */
function freeSlot(pci: readonly PciFunction[]): number {
  const used = new Set(pci.map(device => device.bdf >> 3))
  for (let slot = 0x0e; 0 < slot; slot--) if (!used.has(slot)) return slot
  for (let slot = 0x1f; 0x0e < slot; slot--) if (!used.has(slot)) return slot
  return 0x0e
}

/** Linux puts it behind the unit that takes all devices no other names. */
const linkDevice = (slot: number, platform: Platform): string =>
  element('network link', [
    field('type', 'JAILHOUSE_PCI_TYPE_IVSHMEM'),
    field('iommu', catchAll(platform)?.index ?? 0),
    field('domain', '0x0'),
    field('bdf', `${hex(slot)} << 3`),
    field('bar_mask', 'JAILHOUSE_IVSHMEM_BAR_MASK_MSIX'),
    field('num_msix_vectors', 2),
    field('shmem_regions_start', 0),
    field('shmem_dev_id', 0),
    field('shmem_peers', 2),
    field('shmem_protocol', 'JAILHOUSE_SHMEM_PROTO_VETH'),
  ])
