import { includedNames } from '../../c/raw/tokens.ts'
import { sectionedDevices } from '../../config/ivshmem.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { FIRST_SPI, LAST_PIN_BASE } from '../../config/pins.ts'
import { alignDown, KiB, MiB, overlap, phys, type Range, rangeOf } from '../../config/ranges.ts'
import type { Device, Platform, Uart } from '../../platform/model.ts'
import { pciAddress } from '../../platform/read/pci-space.ts'
import { DEVICE_FLAGS, rangesOf, SUB_PAGE_FLAGS } from '../../rules/board/give-device.ts'
import { memoryRegionsOf } from '../../rules/board/memory.ts'
import { windowsOf } from '../../rules/memory/windows.ts'
import { nameOf } from '../../text/uri.ts'
import { hex, humanSize, listed } from '../../text/words.ts'
import {
  ARRAY_SIZE,
  type ArrayText,
  configurationText,
  countFields,
  cpuWords,
  element,
  field,
  fieldLine,
  flagList,
  type Preamble,
} from './c-source.ts'
import { freeLines, freeLink, linkText } from './cell-link.ts'
import { type CellMemory, communicationRegion, layOut, memoryForCells } from './cell-memory.ts'
import type { CellKind, CellOptions, CellPlan, NewCell } from './cell-plan.ts'
import { cellTree } from './cell-tree.ts'
import { consoleSize, type Region, regionArray } from './regions.ts'

/** A new inmate of a root cell: what the root has for cells, and devices by the facts of the machine. */

const DEFAULT_SIZE: Readonly<Record<CellKind, bigint>> = { 'bare-metal': MiB, zephyr: 8n * MiB, linux: 64n * MiB }
/** With less it would not boot. */
const MIN_SIZE: Readonly<Record<CellKind, bigint>> = { 'bare-metal': 64n * KiB, zephyr: 256n * KiB, linux: 16n * MiB }

export function newCell(
  root: SystemConfig,
  cells: readonly CellConfig[],
  platform: Platform | undefined,
  options: CellOptions,
): NewCell | { readonly missing: string } {
  const isPc = root.architecture === 'x86'
  const devices = devicesNamed(options.devices, platform)
  if (typeof devices === 'string') return { missing: devices }
  const areas = options.memory ? [[options.memory]] : memoryForCells(root, cells, platform)
  if (areas.length === 0)
    return { missing: 'memory: no region of the root is reserved for cells; give --memory START,SIZE' }
  const isTranslated = root.platform_info.iommu_units.some(({ base }) => base !== 0n)
  const windows = platform ? devices.flatMap(device => deviceRegions(device, platform)) : []
  const emulated = windowsOf(root).filter(({ isPhysical }) => !isPhysical)
  const taken = [...emulated, ...windows].map(({ range }) => range)
  const memory = memoryOf(areas, options, isPc, isTranslated, taken)
  if (!memory) return { missing: `${humanSize(minSize(options))} of memory: what the root has for cells is smaller` }
  if (memory.resetAddress !== undefined && !root.root_cell.header.declares('jailhouse_cell_desc', 'cpu_reset_address'))
    return { missing: 'cpu_reset_address: with the header of this root every cell starts at 0' }
  const cpus = options.cpus ?? lastFree(root, cells)
  if (cpus.length === 0) return { missing: 'a CPU: the root has but one, which Linux boots on' }
  const link = freeLink(root, cells) ?? freeLink(root, [])
  const lines = link && !isPc ? (freeLines(root, cells, platform) ?? freeLines(root, [], platform)) : undefined
  const host = rangeOf(root.platform_info.pci_mmconfig_base, 2n * MiB)
  const plan: CellPlan = {
    root,
    options,
    platform,
    cpus,
    regions: [...windows, ...memory.regions, communicationRegion([...windows, ...memory.regions], [host], isPc)],
    ...(memory.resetAddress !== undefined && { resetAddress: memory.resetAddress }),
    devices,
    console: platform?.uarts.find(({ path, type }) => type && devices.some(device => device.path === path)),
    link: isPc || lines !== undefined ? link : undefined,
    lines,
    isPc,
  }
  const tree = options.kind === 'linux' && !isPc ? cellTree(plan) : undefined
  return {
    text: textOf(plan),
    ...(tree !== undefined && { tree }),
    notes: [...notesOn(plan), ...sharedWith(plan, cells)],
  }
}

/** The last CPU that no cell has; where they have all but the first, the last, as an alternative to its cell. */
function lastFree({ root_cell }: SystemConfig, cells: readonly CellConfig[]): readonly number[] {
  const [, ...others] = root_cell.cpus
  const free = others.filter(cpu => !cells.some(cell => cell.cpus.includes(cpu)))
  return (free.length > 0 ? free : others).slice(-1)
}

/** Inmates in one folder are alternatives as often as companions, so they are named, not avoided at all costs. */
function sharedWith({ cpus, regions, link }: CellPlan, cells: readonly CellConfig[]): readonly string[] {
  const others = cells.filter(
    cell =>
      cell.cpus.some(cpu => cpus.includes(cpu)) ||
      (link && sectionedDevices(cell).some(({ bdf }) => bdf === link.device.bdf)) ||
      memoryRegionsOf(cell).some(region => regions.some(({ range }) => overlap(range, phys(region)))),
  )
  const names = others.slice(0, 3).map(({ name }) => `"${name}"`)
  if (others.length > names.length) names.push(`${others.length - names.length} more`)
  return names.length === 0 ? [] : [`it cannot run beside ${listed(names)}: they use the same CPU, memory or link`]
}

/** The size asked for, else the usual one, or as much of it as there is. */
function memoryOf(
  areas: readonly (readonly Range[])[],
  options: CellOptions,
  isPc: boolean,
  isTranslated: boolean,
  taken: readonly Range[],
): CellMemory | undefined {
  const { kind, size = DEFAULT_SIZE[kind] } = options
  for (const each of areas)
    for (let tried = size; minSize(options) <= tried; tried /= 2n) {
      const memory = layOut(each, tried, kind, isPc, isTranslated, taken)
      if (memory) return memory
    }
  return undefined
}

const minSize = ({ kind, size = MIN_SIZE[kind] }: CellOptions): bigint => size

/** A word that tells what is wrong, where one is not there. */
function devicesNamed(names: readonly string[], platform: Platform | undefined): readonly Device[] | string {
  const found: Device[] = []
  for (const name of names) {
    if (!platform) return `facts of the machine for --device ${name}; give --platform FILE`
    const device = platform.devices.find(each => each.path === name || each.name === name)
    if (!device && pciAddress(name))
      return `another device than "${name}": it gives none on PCI yet; write that into pci_devices`
    if (!device) return `"${name}" among the devices of the machine; "jailhouse-warden platform" lists them`
    if (device.kind === 'gic' || device.kind === 'its')
      return `another device than "${name}": the hypervisor keeps the interrupt controller`
    if (device.windows.length === 0) return `registers of "${name}": the tree gives it none that the CPUs reach`
    found.push(device)
  }
  return found
}

/** Whole pages, unless another enabled device has registers there. */
const deviceRegions = (device: Device, platform: Platform): readonly Region[] =>
  rangesOf(device, platform).map(({ range, isShared }) => ({
    range,
    flags: isShared ? SUB_PAGE_FLAGS : DEVICE_FLAGS,
    comment: isShared
      ? `${device.name}: others share the page at ${hex(alignDown(range.start))}, so the root keeps it`
      : device.name,
  }))

function textOf(plan: CellPlan): string {
  const { root, options } = plan
  const arrays = arraysOf(plan).filter(({ count }) => declares(plan, count))
  const head = [
    `Cell "${options.name}" (${options.kind}) of the root cell "${root.root_cell.name}"`,
    '',
    ...loadingOf(plan),
  ]
  const fields = identity(plan) + countFields(arrays, 2) + interruptsAndConsole(plan)
  return configurationText(head, { type: 'jailhouse_cell_desc', name: 'cell', fields }, arrays, preambleOf(root))
}

const declares = ({ root }: CellPlan, name: string): boolean =>
  root.root_cell.header.declares('jailhouse_cell_desc', name)

/** Those that the header in use knows. */
const knownFlags = ({ root }: CellPlan, flags: readonly string[]): readonly string[] =>
  flags.filter(flag => root.root_cell.header.macro(flag))

function arraysOf(plan: CellPlan): readonly ArrayText[] {
  const { cpus, regions, link, isPc } = plan
  const streams = [...new Set(plan.devices.flatMap(device => device.streams.map(({ id }) => id)))]
  return [
    cpuWords(cpus),
    regionArray(
      regions.map(region => ({ ...region, flags: knownFlags(plan, region.flags) })),
      link && { start: link.start, id: 1 },
    ),
    isPc ? { name: 'irqchips', type: '', count: '', length: 0, body: '' } : irqchips(plan),
    {
      name: 'pci_devices',
      type: 'struct jailhouse_pci_device',
      count: 'num_pci_devices',
      length: link ? 1 : 0,
      body: link ? linkText(link) : '',
    },
    {
      name: 'stream_ids',
      type: 'union jailhouse_stream_id',
      count: 'num_stream_ids',
      length: streams.length,
      body: streams.map(id => `\t\t{ ${hex(id)} },\n`).join(''),
    },
  ]
}

function identity(plan: CellPlan): string {
  const { root, options } = plan
  const flags = knownFlags(plan, [
    'JAILHOUSE_CELL_PASSIVE_COMMREG',
    ...(plan.console ? [] : ['JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED']),
  ])
  return [
    field('signature', 'JAILHOUSE_CELL_DESC_SIGNATURE'),
    field('revision', 'JAILHOUSE_CONFIG_REVISION'),
    field('architecture', `JAILHOUSE_${(root.architecture ?? 'arm64').toUpperCase()}`),
    field('name', JSON.stringify(options.name.slice(0, 31))),
    ...(flags.length > 0 ? [field('flags', flagList(flags, 2))] : []),
  ]
    .filter(({ name }) => declares(plan, name))
    .map(each => fieldLine(each, 2))
    .join('')
}

function interruptsAndConsole(plan: CellPlan): string {
  const { lines, resetAddress } = plan
  return [
    lines === undefined
      ? ''
      : fieldLine(field('vpci_irq_base', lines, 'the root has these lines and uses them for nothing'), 2),
    resetAddress === undefined
      ? ''
      : fieldLine(field('cpu_reset_address', resetAddress, 'the beginning of its RAM'), 2),
    plan.console && declares(plan, 'console') ? consoleText(plan.console) : '',
  ].join('')
}

/** As the root has it: older headers leave more to each configuration. */
function preambleOf({ file, root_cell }: SystemConfig): Preamble {
  const types = includedNames(file).find(name => nameOf(name) === 'types.h')
  const macro = root_cell.header.macro('ARRAY_SIZE')
  const isOwn = macro === undefined || macro.span?.file === file
  return { ...(types !== undefined && { types }), ...(isOwn && { macros: [ARRAY_SIZE] }) }
}

function loadingOf({ options: { kind, name }, resetAddress, isPc }: CellPlan): readonly string[] {
  if (kind === 'linux')
    return [`jailhouse cell linux ${name}.cell ${isPc ? 'bzImage' : `Image -d ${name}.dtb`} -c "console=jailhouse"`]
  const address = resetAddress === undefined ? '' : ` -a ${hex(resetAddress)}`
  return [
    `jailhouse cell create ${name}.cell`,
    `jailhouse cell load ${name} IMAGE.bin${address}`,
    `jailhouse cell start ${name}`,
  ]
}

const consoleText = (uart: Uart): string =>
  `\t\t.console = {\n${[
    field('address', uart.range.start, uart.name),
    field('size', consoleSize(uart)),
    field('type', `JAILHOUSE_CON_TYPE_${uart.type}`, uart.compatible),
    field('flags', flagList(['JAILHOUSE_CON_ACCESS_MMIO', `JAILHOUSE_CON_REGDIST_${uart.distance ?? 4}`], 3)),
  ]
    .map(each => fieldLine(each, 3))
    .join('')}\t\t},\n`

const PINS = 128

/** The lines of its devices and of its virtual PCI host, in entries that begin at a multiple of 32. */
function irqchips({ root, devices, link, lines }: CellPlan): ArrayText {
  const interruptNames = new Map<number, string>()
  for (const { name, interrupts } of devices)
    for (const each of interrupts) if (each.kind === 'gic' && FIRST_SPI <= each.id) interruptNames.set(each.id, name)
  if (link && lines !== undefined) interruptNames.set(FIRST_SPI + lines + ((link.device.bdf >> 3) & 3), 'virtual PCI')
  const ids = [...interruptNames.keys()].toSorted((a, b) => a - b)
  const chips: { base: number; ids: number[] }[] = []
  for (const id of ids) {
    const last = chips.at(-1)
    if (last && id < last.base + PINS) last.ids.push(id)
    else chips.push({ base: Math.min(id - (id % 32), LAST_PIN_BASE), ids: [id] })
  }
  const address = root.platform_info.arm?.gicd_base ?? 0n
  return {
    name: 'irqchips',
    type: 'struct jailhouse_irqchip',
    count: 'num_irqchips',
    length: chips.length,
    body: chips
      .map(chip =>
        element(chip.ids.map(id => `ID ${id}: ${interruptNames.get(id)}`).join(', '), [
          field('address', address),
          field('pin_base', chip.base),
          field('pin_bitmap', `{\n${wordsOf(chip.base, chip.ids)}\t\t\t}`),
        ]),
      )
      .join(''),
  }
}

/** `1 << (41 + 32 - 64)`: by the SPI and what the word begins with. */
function wordsOf(base: number, ids: readonly number[]): string {
  const last = Math.max(...ids)
  return Array.from({ length: ((last - base) >> 5) + 1 }, (_, i) => {
    const first = base + 32 * i
    const bits = ids.filter(id => first <= id && id < first + 32).map(id => `1 << (${id - FIRST_SPI} + 32 - ${first})`)
    return `\t\t\t\t${bits.length > 0 ? bits.join(' | ') : '0'},\n`
  }).join('')
}

function notesOn({ devices, link, console, cpus, platform }: CellPlan): readonly string[] {
  // The hypervisor serves each cell with what it is granted of the interrupt controller.
  const isGic = (path: string) => platform?.devices.some(each => each.path === path && each.kind === 'gic')
  const providers = devices.flatMap(({ uses, name }) =>
    uses.filter(({ path }) => !isGic(path)).map(({ path, by }) => `${by} of ${name} come from ${path}`),
  )
  return [
    ...(link ? [] : ['the root has no free network link, so the cell has none']),
    ...(console ? [] : ['no UART is given to it: its output goes to the virtual console ("jailhouse console")']),
    ...devices
      .filter(device => platform && rangesOf(device, platform).some(({ isShared }) => isShared))
      .map(
        ({ name }) =>
          `${name} stays reachable for the root: its page holds registers of others, and a page cannot be divided`,
      ),
    ...providers.slice(0, 8).map(text => `${text}, which stays with the root: set it up before the cell starts`),
    ...devices
      .filter(({ enabled }) => enabled)
      .map(
        ({ name }) =>
          `${name} is enabled in the tree of the root: disable it there, or unbind its driver before "jailhouse cell create"`,
      ),
    ...(platform?.cpus?.some(({ number, mpidr }) => cpus.includes(number) && mpidr === undefined)
      ? ['the facts do not tell the MPIDR of its CPUs']
      : []),
  ]
}
