import {
  MEM_COMM_REGION,
  MEM_DMA,
  MEM_EXECUTE,
  MEM_IO,
  MEM_LOADABLE,
  MEM_READ,
  MEM_ROOTSHARED,
  MEM_WRITE,
} from '../../config/constants.ts'
import { entryOf } from '../../config/cpus.ts'
import { regionName, shortRegionName } from '../../config/element-name.ts'
import { entryRegionOf } from '../../config/image-region.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, atDeclaration, keyOf } from '../../config/places.ts'
import { contains, has, hasAny, MiB, rangeOf, virt } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { addFlag } from '../../edit/flags.ts'
import { isLinux, isMeantAsRam, isRam, LOADER, loadedImages, overLoader, X86_KERNEL } from '../../machine/cell-linux.ts'
import { hex, humanSize } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './linux-memory.md'

const CODE = MEM_READ | MEM_WRITE | MEM_EXECUTE

export const linuxMemory: CellRule = {
  kind: 'cell',
  code: 'JH730',
  id: 'linux-memory',
  title: 'No memory usable by "jailhouse cell linux"',
  severity: 'warning',
  constraints: [
    'linux-ram-definition',
    'linux-ram-not-loadable',
    'linux-loader-region',
    'linux-x86-reset',
    'linux-x86-low-memory',
  ],
  complete: ['mem_regions'],
  rests: ['extent', 'flags'],
  page,
  *check(cell) {
    if (!isLinux(cell) || cell.mem_regions.length === 0) return
    const ram = cell.mem_regions.filter(isRam)
    const largest = bySize(cell.mem_regions.filter(isMeantAsRam))[0]
    if (ram.length === 0) yield noRam(cell)
    else if (largest && MiB <= largest.size && ram.every(({ size }) => size < largest.size))
      yield unused(largest, 'largest', roomOf(cell, ram))
    else if (cell.architecture !== 'x86' && ram.every(({ size }) => size < MiB)) yield tooSmall(bySize(ram))
    else if (!ram.some(region => has(region, MEM_LOADABLE)))
      yield {
        span: at(ram[0] as MemoryRegion, 'flags'),
        headline: 'no RAM region has JAILHOUSE_MEM_LOADABLE',
        notes: ['"jailhouse cell linux" cannot load the kernel: "Invalid argument"'],
        key: 'loadable',
        ...fixes(
          fixOf('Add JAILHOUSE_MEM_LOADABLE', addFlag(ram[0] as MemoryRegion, 'flags', 'JAILHOUSE_MEM_LOADABLE')),
        ),
      }
    else yield* cell.mem_regions.filter(isDataOnly).map(region => unused(region, keyOf(region)))
    if (cell.architecture === 'x86') yield* kernelOfX86(cell, ram)
    else yield* imagesOfArm(cell, ram)
    yield* loader(cell)
  },
}

const bySize = (regions: readonly MemoryRegion[]): readonly MemoryRegion[] =>
  regions.toSorted((a, b) => (a.size < b.size ? 1 : -1))

/** Loadable and for devices, as RAM is; a region for data that the root only fills in needs no DMA. */
const isDataOnly = (region: MemoryRegion): boolean =>
  has(region, MEM_READ | MEM_WRITE | MEM_DMA | MEM_LOADABLE) && !hasAny(region, MEM_EXECUTE | MEM_IO | MEM_ROOTSHARED)

/** Smaller regions are RAM, and the main one is not: most often a flag got lost. */
function unused(region: MemoryRegion, key: string, room: readonly string[] = []): RawFinding {
  const lost = has(region, MEM_EXECUTE) ? 'JAILHOUSE_MEM_DMA' : 'JAILHOUSE_MEM_EXECUTE'
  return {
    span: at(region, 'flags'),
    headline: `${shortRegionName(region)} (${humanSize(region.size)}) lacks flags that "jailhouse cell linux" requires`,
    notes: ['it requires READ, WRITE, EXECUTE and DMA, and other regions of the cell have them', ...room],
    key,
    ...fixes(fixOf(`Add ${lost}`, addFlag(region, 'flags', lost), false)),
  }
}

/** On ARM one region takes kernel, device tree and initrd. */
function roomOf({ architecture }: CellConfig, ram: readonly MemoryRegion[]): readonly string[] {
  const [largest] = bySize(ram)
  if (architecture === 'x86' || !largest) return []
  return [`all images have to fit into one region with these flags: the largest has ${humanSize(largest.size)}`]
}

/** No kernel has less than a megabyte. */
const tooSmall = ([largest]: readonly MemoryRegion[]): RawFinding => ({
  span: at(largest as MemoryRegion, 'size'),
  headline: `no RAM region is large enough for Linux: the largest has ${humanSize((largest as MemoryRegion).size)}`,
  notes: [
    '"jailhouse cell linux" puts kernel, device tree and initrd into one region: "No space found to load all images"',
  ],
  key: 'small',
})

function* kernelOfX86({ mem_regions }: CellConfig, ram: readonly MemoryRegion[]): Iterable<RawFinding> {
  const holder = mem_regions.find(region => virt(region).start < X86_KERNEL && X86_KERNEL < virt(region).end)
  if (holder && has(holder, MEM_LOADABLE)) return
  const [largest] = bySize(ram.length > 0 ? ram : mem_regions.filter(isMeantForCode))
  if (!holder && largest)
    yield {
      span: at(largest, 'virt_start'),
      headline: `no RAM is mapped at ${hex(X86_KERNEL)}, where "jailhouse cell linux" loads the kernel`,
      notes: ['loading it fails with -EINVAL; the address is that of the default CONFIG_PHYSICAL_START'],
      help: 'map RAM from 0x200000 on',
      key: 'kernel',
    }
  else if (holder && isMeantAsRam(holder) && ram.some(region => has(region, MEM_LOADABLE)))
    yield {
      span: at(holder, 'flags'),
      headline: `${regionName(holder)} is not loadable, but the kernel is loaded there`,
      notes: [`"jailhouse cell linux" loads it at ${hex(X86_KERNEL)}: "Invalid argument"`],
      key: 'kernel',
      ...fixes(fixOf('Add JAILHOUSE_MEM_LOADABLE', addFlag(holder, 'flags', 'JAILHOUSE_MEM_LOADABLE'))),
    }
}

/** The tool takes the first RAM that is large enough, the driver refuses to copy into what is not loadable. */
function* imagesOfArm(cell: CellConfig, ram: readonly MemoryRegion[]): Iterable<RawFinding> {
  const images = loadedImages(cell)
  const refused = images.find(({ name, region }) => name === 'kernel' && region && !has(region, MEM_LOADABLE))
  if (refused?.region && ram.some(region => has(region, MEM_LOADABLE)))
    yield {
      span: at(refused.region, 'flags'),
      headline: `${shortRegionName(refused.region)} is not loadable, but the kernel is loaded there`,
      notes: [
        `"jailhouse cell linux" takes the first RAM that is large enough and loads to ${hex(refused.range.start)}: "Invalid argument"`,
      ],
      key: 'kernel',
      ...fixes(fixOf('Add JAILHOUSE_MEM_LOADABLE', addFlag(refused.region, 'flags', 'JAILHOUSE_MEM_LOADABLE'))),
    }
  const over = overLoader(images)
  if (over?.region)
    yield {
      span: at(over.region, 'virt_start'),
      headline: `the ${over.name} is loaded over the loader at ${hex(over.range.start)}`,
      notes: [
        '"jailhouse cell linux" puts the device tree where the first large RAM begins, unless that is 0',
        `the loader is at cpu_reset_address ${hex(entryOf(cell) ?? 0n)}: the CPU executes the device tree`,
      ],
      help: 'let the CPU start in a loadable region of 64 KiB of its own, at 0 as upstream has it',
      key: 'over-loader',
    }
}

const isMeantForCode = (region: MemoryRegion): boolean => has(region, CODE) && !hasAny(region, MEM_IO | MEM_COMM_REGION)

/** The largest region that could be RAM is the one that was meant. */
function noRam(cell: CellConfig): RawFinding {
  const [meant] = bySize(cell.mem_regions.filter(isMeantForCode))
  const array = arrayOf(cell, 'mem_regions')
  const notes = [
    'it requires READ, WRITE, EXECUTE and DMA, and none of IO, COMM_REGION and ROOTSHARED',
    cell.architecture === 'x86'
      ? 'the memory map of the kernel holds no RAM: it cannot boot'
      : 'it fails with "No space found to load all images"',
  ]
  if (!meant || meant.size < MiB)
    return {
      span: array ? atDeclaration(array) : at(cell),
      headline: 'the cell has no region that "jailhouse cell linux" uses as RAM',
      notes,
      key: 'ram',
    }
  return {
    span: at(meant, 'flags'),
    headline: has(meant, MEM_DMA)
      ? `"jailhouse cell linux" does not use ${shortRegionName(meant)} as RAM: it is ROOTSHARED`
      : `${shortRegionName(meant)} lacks flags that "jailhouse cell linux" requires`,
    notes,
    key: 'ram',
    ...fixes(
      has(meant, MEM_DMA) || has(meant, MEM_ROOTSHARED)
        ? undefined
        : fixOf('Add JAILHOUSE_MEM_DMA', addFlag(meant, 'flags', 'JAILHOUSE_MEM_DMA'), false),
    ),
  }
}

const takesImages = (region: MemoryRegion | undefined): boolean => region !== undefined && has(region, MEM_LOADABLE)

/** The loader begins where the CPU does; on x86 that is 0. */
function* loader(cell: CellConfig): Iterable<RawFinding> {
  const entry = entryOf(cell)
  if (entry === undefined) return
  if (cell.architecture === 'x86' && entry !== 0n)
    yield {
      span: at(cell, 'cpu_reset_address'),
      headline: `cpu_reset_address ${hex(entry)} is not supported for Linux on x86`,
      notes: ['"jailhouse cell linux" fails: "x86 requires cpu_reset_address=0"'],
      key: 'reset',
      ...fixes(fixOf('Set cpu_reset_address to 0', setField(cell, 'cpu_reset_address', '0'))),
    }
  // A region that is missing there altogether, or that takes no images, is missed by the first CPU.
  else if (
    takesImages(entryRegionOf(cell)) &&
    !cell.mem_regions.some(region => has(region, MEM_LOADABLE) && contains(virt(region), rangeOf(entry, LOADER)))
  )
    yield {
      span: at(cell, 'cpu_reset_address'),
      headline: `no loadable region covers the Linux loader at [${hex(entry)}, ${hex(entry + LOADER)})`,
      notes: ['"jailhouse cell linux" cannot load it and its parameters: "Invalid argument"'],
      help: `add a loadable region of 64 KiB at ${hex(entry)}`,
      key: 'loader',
    }
}
