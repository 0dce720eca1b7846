import { MiB, overlap, type Range, rangeOf } from '../../config/ranges.ts'
import type { Board, Gic, Platform, Uart } from '../../platform/model.ts'
import { withAlias } from '../../platform/tree/gic.ts'
import { freeHole } from '../../rules/board/free-hole.ts'
import { subtract } from '../../text/range-set.ts'
import { hex } from '../../text/words.ts'
import { type ArrayText, cpuWords, element, field, fieldLine, flagList } from './c-source.ts'
import type { Made, RootOptions } from './made.ts'
import { type MemoryPlan, ramOf } from './memory-plan.ts'
import { consoleSize, deviceRegions, pages, RAM_FLAGS, type Region, regionArray } from './regions.ts'
import { rootSource } from './root-source.ts'

/** A root cell of an ARM board: interrupt controller, console and devices from its tree. */

const VIRTUAL_HOST_SIZE = 2n * MiB
/** Lines that a virtual PCI host may raise. */
const LINES = 4
const FIRST_SPI = 32
const PINS = 128
/** Entries that begin higher reach beyond the last interrupt, and are refused. */
const LAST_BASE = 896

export function armRoot(platform: Platform, plan: MemoryPlan, { name, isCoarse = false }: RootOptions): Made {
  const { board, gic, cpus } = platform
  if (!board) return { missing: 'a device tree of the machine (/sys/firmware/fdt, or the .dtb of its kernel)' }
  if (!gic) return { missing: 'an interrupt controller: the device tree has no GIC that Jailhouse drives' }
  if (gic.version === 2 && !(gic.gich && gic.gicv))
    return {
      missing: `GICH and GICV, which a GICv2 needs for Jailhouse: ${gic.path} has none (on QEMU, set virtualization=on)`,
    }
  if (!cpus || cpus.length === 0) return { missing: 'the CPUs: the device tree has none' }
  const uart = consoleOf(board)
  const base = freeHole(occupied(platform, plan), VIRTUAL_HOST_SIZE)
  const lines = freeLines(platform)
  const chips = irqchips(platform, gic, lines)
  const link = base === undefined || lines === undefined ? undefined : plan.link
  const virtualHost = base === undefined ? [] : [rangeOf(base, VIRTUAL_HOST_SIZE)]
  const all = regionsOf(platform, plan, link, { between: virtualHost, isCoarse })
  const regions = all.flatMap(region => mappable(region, platform))
  const arrays: readonly ArrayText[] = [
    cpuWords(cpus.map(({ number }) => number)),
    regionArray(regions, link && { start: link.start, id: 0 }),
    chips,
    linkDevice(link !== undefined, domainOf(platform), 0),
  ]
  return {
    text: rootSource(platform, plan, {
      name,
      machine: board.model ?? '',
      architecture: platform.architecture === 'arm' ? 'ARM' : 'ARM64',
      remarks: [],
      fields: (uart ? debugConsole(uart, board) : '') + platformInfo(platform, gic, base),
      rootFields: lines === undefined ? '' : virtualPciLines(lines),
      arrays,
    }),
    notes: [
      ...(ramOf(platform).length > 0
        ? []
        : ['the tree tells no RAM, the boot loader fills it in: add the regions of RAM']),
      ...(uart ? [] : ['no UART of the board has a driver in Jailhouse: the hypervisor will print nothing']),
      ...all
        .filter(region => !regions.includes(region))
        .map(({ comment }) => `left out, since 32-bit Jailhouse maps nothing above 4 GiB: ${comment}`),
      ...(lines === undefined ? [] : openFrames(platform)).map(
        name =>
          `${name} raises interrupts that the tree does not name: make sure that SPIs ${linesText(lines)} are not among them`,
      ),
      ...(link ? [] : ['no room for a virtual PCI host, or no free interrupts: the cells have no link']),
      ...(board.source.provenance === 'static'
        ? [
            `${board.source.name} is a packaged tree: compare with the running machine ("jailhouse-warden check --platform FACTS")`,
          ]
        : []),
    ],
  }
}

/** Frames for messages whose interrupts only their registers tell. */
const openFrames = ({ devices, dynamicInterrupts }: Platform): readonly string[] =>
  devices
    .filter(
      ({ kind, enabled, path }) => kind === 'msi-frame' && enabled && !dynamicInterrupts.some(({ by }) => by === path),
    )
    .map(({ name }) => name)

const linesText = (first = 0): string => `${first} to ${first + LINES - 1}`

const virtualPciLines = (first: number): string =>
  fieldLine(field('vpci_irq_base', first, `no device of the tree names SPIs ${linesText(first)}`), 3)

/** Linux' own console, else the first that is enabled. */
const consoleOf = ({ uarts, stdout }: Board): Uart | undefined =>
  uarts.find(({ path, type }) => path === stdout && type) ?? uarts.find(({ enabled, type }) => enabled && type)

const debugConsole = (uart: Uart, { stdout }: Board): string =>
  `\t\t.debug_console = {\n${[
    field('address', uart.range.start, `${uart.name}${uart.path === stdout ? ', stdout-path' : ''}`),
    field('size', consoleSize(uart)),
    field('type', `JAILHOUSE_CON_TYPE_${uart.type}`, uart.compatible),
    field(
      'flags',
      flagList(
        [
          'JAILHOUSE_CON_ACCESS_MMIO',
          ...(uart.distance === undefined ? ['JAILHOUSE_CON_REGDIST_4'] : [`JAILHOUSE_CON_REGDIST_${uart.distance}`]),
        ],
        3,
      ),
    ),
  ]
    .map(each => fieldLine(each, 3))
    .join('')}\t\t},\n`

function platformInfo(platform: Platform, gic: Gic, base: bigint | undefined): string {
  const host =
    base === undefined
      ? []
      : [
          field('pci_mmconfig_base', base, 'nothing is known to be there'),
          field('pci_mmconfig_end_bus', 0),
          field('pci_is_virtual', 1),
          field('pci_domain', domainOf(platform)),
        ]
  return [
    '\t\t.platform_info = {\n',
    ...host.map(each => fieldLine(each, 3)),
    unlistedUnits(platform),
    '\t\t\t.arm = {\n',
    ...gicFields(gic).map(each => fieldLine(each, 4)),
    '\t\t\t},\n\t\t},\n',
  ].join('')
}

function gicFields(gic: Gic) {
  const { version, gicd, gicc, gich, gicv, gicr, maintenance = 25 } = gic
  const alias = (window: Range | undefined) => (window ? withAlias(window).start : 0n)
  return [
    field('gic_version', version, gic.path),
    field('gicd_base', gicd.start),
    ...(version === 3
      ? [field('gicr_base', gicr[0]?.start ?? 0n)]
      : [
          field(
            'gicc_base',
            alias(gicc),
            gicc && alias(gicc) !== gicc.start ? 'the pages that lie together' : undefined,
          ),
          field('gich_base', gich?.start ?? 0n),
          field('gicv_base', alias(gicv)),
        ]),
    field('maintenance_irq', maintenance, `PPI ${maintenance - 16}`),
  ]
}

/** Listed units restrict the DMA of the root at once, so that is left to the author. */
function unlistedUnits({ iommus }: Platform): string {
  const types = {
    'smmu-v3': 'JAILHOUSE_IOMMU_SMMUV3',
    'smmu-v2': 'JAILHOUSE_IOMMU_ARM_MMU500',
    pvu: undefined,
    intel: undefined,
    amd: undefined,
  }
  const units = iommus.filter(({ enabled, kind }) => enabled && types[kind])
  if (units.length === 0) return ''
  const lines = units.map(
    ({ kind, base, size = 0n, name }) =>
      ` *\t{ .type = ${types[kind]}, .base = ${hex(base)}, .size = ${hex(size)} }, ${name}\n`,
  )
  return `\t\t\t/*\n\t\t\t * DMA is restricted once these are listed, together with the\n\t\t\t * stream_ids of the devices that Linux uses:\n${lines.map(line => `\t\t\t${line}`).join('')}\t\t\t */\n`
}

/** All hosts have a domain, or none: behind the last, or the first where there is no other. */
function domainOf({ pciHosts }: Platform): number {
  const domains = pciHosts.filter(({ enabled }) => enabled).map(({ domain = 0 }) => domain)
  return domains.length === 0 ? 0 : Math.max(...domains) + 1
}

/** RAM of Linux, the memory of cells, and the devices that the tree enables. */
function regionsOf(
  platform: Platform,
  plan: MemoryPlan,
  link: Range | undefined,
  { between, isCoarse }: { readonly between: readonly Range[]; readonly isCoarse: boolean },
): readonly Region[] {
  const kept = [
    plan.reserved,
    ...(platform.gic ? [platform.gic.gicd, ...platform.gic.gicr] : []),
    ...(platform.gic?.version === 2
      ? [platform.gic.gicc, platform.gic.gich, platform.gic.gicv].flatMap(range => range ?? [])
      : []),
  ]
  const ram = ramOf(platform)
    .flatMap(({ range, source }) => subtract([pages(range)], [plan.reserved]).map(part => ({ range: part, source })))
    .map(({ range, source }): Region => ({ range: pages(range), flags: RAM_FLAGS, comment: `RAM, by ${source.name}` }))
  const end = link ? plan.cells.end : plan.cells.end + (plan.link.end - plan.link.start)
  const cells: Region = { range: { start: plan.cells.start, end }, flags: RAM_FLAGS, comment: 'RAM of cells' }
  const apart = [...between, ...ram.map(({ range }) => range)]
  return [...ram, cells, ...deviceRegions(platform, kept, { apart, grain: isCoarse ? 'coarse' : 'fine' })]
}

/** On 32-bit ARM the hypervisor computes addresses in 32 bits. */
function mappable(region: Region, { architecture }: Platform): readonly Region[] {
  const { range } = region
  if (architecture !== 'arm' || range.end <= 1n << 32n) return [region]
  const below = overlap(range, rangeOf(0n, 1n << 32n))
  return below ? [{ ...region, range: below }] : []
}

/** Everything that is somewhere, the whole window of redistributors included: Linux claims all of it. */
function occupied(platform: Platform, { reserved }: MemoryPlan): readonly Range[] {
  return [
    reserved,
    ...platform.devices.flatMap(({ windows }) => windows.map(({ range }) => range)),
    ...platform.pciHosts.flatMap(({ windows, portWindows }) => [...windows, ...portWindows]),
    ...ramOf(platform).map(({ range }) => range),
    ...(platform.board?.memory ?? []).map(({ range }) => range),
    ...platform.reserved.map(({ range }) => range),
    ...(platform.claimed ?? []).map(({ range }) => range),
  ]
}

/** SPI of the first of four lines that no node names, above all that are in use. */
function freeLines({ board, dynamicInterrupts, interruptsInUse, spiCount = 988 }: Platform): number | undefined {
  const used = new Set(board?.namedInterrupts ?? [])
  for (const { id, controller } of interruptsInUse ?? []) if (controller === 'gic') used.add(id)
  const isTaken = (id: number) => used.has(id) || dynamicInterrupts.some(({ first, end }) => first <= id && id < end)
  const isFree = (id: number) => Array.from({ length: LINES }, (_, i) => id + i).every(each => !isTaken(each))
  const highest = Math.max(FIRST_SPI - 1, ...[...used].filter(id => id < 1020))
  const last = Math.min(FIRST_SPI + spiCount, 1020) - LINES
  for (let id = highest + 1; id <= last; id++) if (isFree(id)) return id - FIRST_SPI
  for (let id = FIRST_SPI; id <= last; id++) if (isFree(id)) return id - FIRST_SPI
  return undefined
}

/** All lines up to the highest that is in use, in entries of 128. */
function irqchips({ board }: Platform, { gicd }: Gic, lines: number | undefined): ArrayText {
  const named = [...(board?.namedInterrupts ?? [])].filter(id => FIRST_SPI <= id && id < 1020)
  const highest = Math.max(FIRST_SPI, ...named, lines === undefined ? 0 : FIRST_SPI + lines + LINES - 1)
  // Entries of 128 from 32 on end at 927; with more than that they begin at 0, where the first word is not read.
  const start = highest < LAST_BASE + FIRST_SPI ? FIRST_SPI : 0
  const count = Math.floor((highest - start) / PINS) + 1
  const chip = (i: number) => {
    const base = start + i * PINS
    const words = Array.from({ length: 4 }, (_, word) => wordOf(base + 32 * word))
    return element(`IDs ${Math.max(base, FIRST_SPI)} to ${Math.min(base + PINS, 1020) - 1}`, [
      field('address', gicd.start),
      field('pin_base', base),
      field('pin_bitmap', `{\n\t\t\t\t${words.join(', ')}\n\t\t\t}`),
    ])
  }
  return {
    name: 'irqchips',
    type: 'struct jailhouse_irqchip',
    count: 'num_irqchips',
    length: count,
    body: Array.from({ length: count }, (_, i) => chip(i)).join(''),
  }
}

/** IDs from 1020 on are none; those below 32 are every CPU's own. */
const wordOf = (first: number): string => (first < FIRST_SPI ? '0x0' : first + 32 <= 1020 ? '0xffffffff' : '0x0fffffff')

/** The cell's end of the network link. */
const linkDevice = (isThere: boolean, domain: number, id: number): ArrayText => ({
  name: 'pci_devices',
  type: 'struct jailhouse_pci_device',
  count: 'num_pci_devices',
  length: isThere ? 1 : 0,
  body: element('network link', [
    field('type', 'JAILHOUSE_PCI_TYPE_IVSHMEM'),
    field('domain', domain),
    field('bdf', '0 << 3'),
    field('bar_mask', 'JAILHOUSE_IVSHMEM_BAR_MASK_INTX'),
    field('shmem_regions_start', 0),
    field('shmem_dev_id', id),
    field('shmem_peers', 2),
    field('shmem_protocol', 'JAILHOUSE_SHMEM_PROTO_VETH'),
  ]),
})
