import { alignDown, alignUp, contains, KiB, overlap, type Range } from '../../config/ranges.ts'
import type { Device, Platform } from '../../platform/model.ts'
import { allClaims, PCI_FUNCTION } from '../../platform/read/iomem.ts'
import { DEVICE_FLAGS } from '../../rules/board/give-device.ts'
import { subtract } from '../../text/range-set.ts'
import { hex } from '../../text/words.ts'
import { type ArrayText, element, field, flagList } from './c-source.ts'

/** Memory regions of a configuration that is written from facts. */

export interface Region {
  readonly range: Range
  readonly flags: readonly string[]
  readonly comment: string
  /** Where the cell sees it, if not at its own address. */
  readonly virt?: bigint
}

export const RAM_FLAGS: readonly string[] = [
  'JAILHOUSE_MEM_READ',
  'JAILHOUSE_MEM_WRITE',
  'JAILHOUSE_MEM_EXECUTE',
  'JAILHOUSE_MEM_DMA',
]
export const PC_DEVICE_FLAGS: readonly string[] = ['JAILHOUSE_MEM_READ', 'JAILHOUSE_MEM_WRITE']

/** Registers of a UART, as far as they lie in the page they begin in. */
export function consoleSize({ range: { start, end } }: { readonly range: Range }): bigint {
  const room = alignUp(start + 1n) - start
  return end - start < room ? end - start : room
}

export const pages = ({ start, end }: Range): Range => ({ start: alignDown(start), end: alignUp(end) })

/** `JAILHOUSE_SHMEM_NET_REGIONS` stands for four elements. */
const NET_REGIONS = 4
export const NET_SIZE = 0x100000n

export function regionArray(
  regions: readonly Region[],
  link: { readonly start: bigint; readonly id: number } | undefined,
): ArrayText {
  const net =
    link === undefined
      ? ''
      : `\t\t/* network link between the cells, 1 MiB */\n\t\tJAILHOUSE_SHMEM_NET_REGIONS(${hex(link.start)}, ${link.id}),\n`
  return {
    name: 'mem_regions',
    type: 'struct jailhouse_memory',
    count: 'num_memory_regions',
    length: regions.length + (link === undefined ? 0 : NET_REGIONS),
    body: net + regions.map(regionText).join(''),
  }
}

const regionText = ({ range, flags, comment, virt = range.start }: Region): string =>
  element(comment, [
    ...(flags.includes('JAILHOUSE_MEM_COMM_REGION') ? [] : [field('phys_start', range.start)]),
    field('virt_start', virt),
    field('size', range.end - range.start),
    field('flags', flagList(flags, 3)),
  ])

/** Regions of devices closer than this are one: each costs configuration and page tables. */
const GAP = { fine: 64n * KiB, coarse: 1024n * KiB } as const

/** Comments name so many devices. */
const MAX_NAMES = 4

/**
 * Windows of enabled devices in whole pages without what is kept from the root, merged where neither that nor what is to
 * stay apart lies between.
 */
export function deviceRegions(
  platform: Platform,
  kept: readonly Range[],
  { apart, grain }: { readonly apart: readonly Range[]; readonly grain: keyof typeof GAP },
): readonly Region[] {
  const walls = [...kept, ...apart]
  const windows = [...deviceWindows(platform), ...hostWindows(platform)]
    .flatMap(({ range, name }) => subtract([pages(range)], kept).map(part => ({ range: pages(part), name })))
    .filter(({ range }) => range.start < range.end)
    .toSorted((a, b) => (a.range.start < b.range.start ? -1 : 1))
  const merged: { range: Range; names: string[] }[] = []
  for (const { range, name } of windows) {
    const last = merged.at(-1)
    const isNear = last && range.start <= last.range.end + GAP[grain]
    if (isNear && !walls.some(wall => overlap(wall, { start: last.range.end, end: range.start }))) {
      last.range = { start: last.range.start, end: last.range.end < range.end ? range.end : last.range.end }
      if (!last.names.includes(name)) last.names.push(name)
    } else merged.push({ range, names: [name] })
  }
  return merged.map(({ range, names }) => ({ range, flags: DEVICE_FLAGS, comment: namesText(names) }))
}

const namesText = (names: readonly string[]): string =>
  names.length <= MAX_NAMES
    ? names.join(', ')
    : `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`

/** Not the controllers that the hypervisor emulates, nor what only debuggers touch. */
const isForRoot = ({ enabled, kind }: Device): boolean => enabled && kind !== 'gic' && kind !== 'trace'

const deviceWindows = ({ devices }: Platform) =>
  devices.filter(isForRoot).flatMap(({ windows, name }) => windows.map(({ range }) => ({ range, name })))

/** Windows into which PCI devices are placed; of those of terabytes only what devices have in them. */
const MAX_PCI_WINDOW = 64n * 1024n * 1024n * KiB
/** Where no fact says what is in a window, Linux may place devices in all of it; CPUs address at least so much. */
const MAX_ADDRESS = 1n << 40n

function hostWindows({ pciHosts, claimed }: Platform): readonly { readonly range: Range; readonly name: string }[] {
  const functions = [...allClaims(claimed ?? [])].filter(({ name }) => PCI_FUNCTION.test(name))
  const isWhole = ({ start, end }: Range) =>
    end - start <= MAX_PCI_WINDOW || (claimed === undefined && end <= MAX_ADDRESS)
  return pciHosts
    .filter(({ enabled }) => enabled)
    .flatMap(({ windows, portWindows, name }) => [
      ...portWindows.map(range => ({ range, name: `I/O ports of ${name}` })),
      ...windows.flatMap(window =>
        isWhole(window)
          ? [{ range: window, name: `devices of ${name}` }]
          : functions.filter(({ range }) => contains(window, range)),
      ),
    ])
}
