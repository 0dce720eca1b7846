import {
  MEM_COMM_REGION,
  MEM_DMA,
  MEM_EXECUTE,
  MEM_IO,
  MEM_LOADABLE,
  MEM_READ,
  MEM_ROOTSHARED,
  MEM_WRITE,
} from '../config/constants.ts'
import { entryOf } from '../config/cpus.ts'
import type { CellConfig, MemoryRegion } from '../config/model.ts'
import { alignUp, contains, has, hasAny, KiB, MiB, overlap, type Range, rangeOf, virt } from '../config/ranges.ts'

/** `tools/jailhouse-cell-linux`: where it looks for RAM, and what it hands to the driver for which address. */

const CODE = MEM_READ | MEM_WRITE | MEM_EXECUTE

/** Memory that code runs from; what of it is RAM to the tool takes DMA, too. */
export const isMeantAsRam = (region: MemoryRegion): boolean =>
  has(region, CODE) && !hasAny(region, MEM_IO | MEM_COMM_REGION | MEM_ROOTSHARED)

/** `MemRegion.is_ram` of `pyjailhouse/config_parser.py`. */
export const isRam = (region: MemoryRegion): boolean => isMeantAsRam(region) && has(region, MEM_DMA)

/** Two pages: the loader, and its parameters behind it. */
export const LOADER = 8n * KiB

/** Less than this is no memory for a kernel. */
const KERNEL = 32n * MiB

/** Upstream's are all called so; others have a small region for the loader, where the CPU starts, and a large one. */
export const isLinux = (cell: CellConfig): boolean => !cell.isRoot && (/linux/i.test(cell.name) || isLikeLinux(cell))

function isLikeLinux(cell: CellConfig): boolean {
  const entry = entryOf(cell)
  if (entry === undefined) return false
  const regions = cell.mem_regions.filter(region => isMeantAsRam(region) && has(region, MEM_LOADABLE))
  const loader = regions.find(region => contains(virt(region), rangeOf(entry, LOADER)))
  return loader !== undefined && loader.size <= MiB && regions.some(({ size }) => KERNEL <= size)
}

/** An image that the tool has the driver copy, in this order. */
export interface LoadedImage {
  readonly name: 'loader' | 'kernel' | 'device tree' | 'parameters'
  /** As the cell sees it; of images without a known size the least. */
  readonly range: Range
  /** The first region that holds the address: no other is looked at. */
  readonly region: MemoryRegion | undefined
  /** Why `load_image` answers -EINVAL. */
  readonly refusal?: 'in no region' | 'not loadable' | 'too large'
}

/** Kernels for PCs want to be there (`pref_address`); their setup code is copied right before it. */
export const X86_KERNEL = 16n * MiB

/** What a kernel and a device tree have at least, in bytes. */
const SMALLEST = { kernel: 4n * MiB, tree: 8n * KiB } as const

/** A region that takes any kernel. */
const AMPLE = 96n * MiB

/** The images without an initrd; empty where the tool finds no RAM, or where it depends on their sizes which it takes. */
export function loadedImages(cell: CellConfig): readonly LoadedImage[] {
  const entry = entryOf(cell)
  if (entry === undefined || !cell.architecture) return []
  const images = cell.architecture === 'x86' ? imagesOnX86() : imagesOnArm(cell)
  if (images.length === 0) return []
  const start = cell.architecture === 'x86' ? 0n : entry
  const around = [image('loader', start, 1n), ...images, image('parameters', start + 0x1000n, 1n)]
  return around.map(each => ({ ...each, ...taker(cell, each.range) }))
}

type ImageRange = Pick<LoadedImage, 'name' | 'range'>

const image = (name: ImageRange['name'], start: bigint, size: bigint): ImageRange => ({
  name,
  range: rangeOf(start, size),
})

const imagesOnX86 = (): readonly ImageRange[] => [image('kernel', X86_KERNEL - KiB, SMALLEST.kernel)]

/** The first RAM that is large enough takes the device tree at its start, and the kernel behind it. */
function imagesOnArm({ architecture, mem_regions }: CellConfig): readonly ImageRange[] {
  const ram = mem_regions.filter(region => isRam(region) && SMALLEST.kernel <= region.size)
  const [first] = ram
  if (!first || first.size < AMPLE) return []
  const tree = first.virt_start === 0n ? LOADER : first.virt_start
  const alignment = architecture === 'arm64' ? 2n * MiB : 4n * KiB
  return [
    image('kernel', alignUp(tree + SMALLEST.tree, alignment), SMALLEST.kernel),
    image('device tree', tree, SMALLEST.tree),
  ]
}

/** `load_image` of `driver/cell.c`. */
function taker({ mem_regions }: CellConfig, { start, end }: Range): Pick<LoadedImage, 'region' | 'refusal'> {
  const region = mem_regions.find(each => virt(each).start <= start && start < virt(each).end)
  if (!region) return { region, refusal: 'in no region' }
  if (!has(region, MEM_LOADABLE | MEM_WRITE)) return { region, refusal: 'not loadable' }
  return virt(region).end < end ? { region, refusal: 'too large' } : { region }
}

/** The image that is copied over the loader, which came first and is then gone. */
export function overLoader(images: readonly LoadedImage[]): LoadedImage | undefined {
  const [loader, ...others] = images
  return loader && others.find(({ name, range }) => name !== 'parameters' && overlap(range, loader.range))
}
