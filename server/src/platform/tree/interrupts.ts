import { FIRST_SPI } from '../../config/pins.ts'
import { memoizeAll } from '../../text/memo.ts'
import type { IdRange, Interrupt } from '../model.ts'
import { addressCells } from './addresses.ts'
import { cell, cellCount, has, isCompatible, number, type TreeIndex, type TreeNode, type TreeProperty } from './node.ts'

/** Which lines of the GIC the nodes of a tree raise. */

const GIC_COMPATIBLE: readonly string[] = [
  'arm,gic-v3',
  'arm,gic-400',
  'arm,cortex-a15-gic',
  'arm,cortex-a7-gic',
  'arm,cortex-a9-gic',
  'arm,cortex-a5-gic',
  'brcm,brahma-b15-gic',
  'qcom,msm-qgic2',
  'arm,pl390',
]

export const isGic = (node: TreeNode): boolean => isCompatible(node, GIC_COMPATIBLE)

/** Controllers that hand the same cells on to the GIC. */
const PASSING_ON: readonly string[] = ['fsl,imx*-gpc', 'nvidia,tegra*-ictlr', 'ti,omap*-wugen-mpu', 'mediatek,*-sysirq']

/** Controllers in a row; more would be a loop. */
const MAX_HOPS = 16
/** Entries of one map; hosts have 4, switches some dozens. */
const MAX_MAP_ENTRIES = 1024

const FIRST_PPI = 16

/** GIC cells (type, number, flags) as interrupt ID. */
function gicId(type: number, line: number): number | undefined {
  switch (type) {
    case 0:
      return FIRST_SPI + line
    case 1:
      return FIRST_PPI + line
    case 2:
      return 4096 + line
    case 3:
      return 1056 + line
    default:
      return undefined
  }
}

interface Specifier {
  readonly controller: TreeNode
  readonly cells: readonly (number | undefined)[]
}

/** The node that a node's `interrupts` belong to: named by `interrupt-parent` there or above, else found upwards. */
function interruptParent(node: TreeNode, index: TreeIndex): TreeNode | undefined {
  for (let at: TreeNode | undefined = node; at; at = at.parent) {
    if (at !== node && (has(at, 'interrupt-controller') || has(at, 'interrupt-map'))) return at
    const phandle = number(at, 'interrupt-parent')
    if (phandle !== undefined) return index.byPhandle.get(phandle)
  }
  return undefined
}

const interruptCells = (controller: TreeNode): number => number(controller, '#interrupt-cells') ?? 0

const slice = (property: TreeProperty | undefined, from: number, count: number) =>
  Array.from({ length: count }, (_, i) => cell(property, from + i))

/** What `interrupts-extended`, or else `interrupts`, spells, one entry per line. */
function specifiersOf(node: TreeNode, index: TreeIndex): readonly Specifier[] {
  const extended = node.properties.get('interrupts-extended')
  return extended ? extendedSpecifiers(extended, index) : plainSpecifiers(node, index)
}

function extendedSpecifiers(property: TreeProperty, index: TreeIndex): readonly Specifier[] {
  const found: Specifier[] = []
  for (let at = 0; at < cellCount(property); ) {
    const controller = index.byPhandle.get(cell(property, at) ?? 0)
    if (!controller) break
    const count = Math.min(interruptCells(controller), 8)
    found.push({ controller, cells: slice(property, at + 1, count) })
    at += 1 + count
  }
  return found
}

function plainSpecifiers(node: TreeNode, index: TreeIndex): readonly Specifier[] {
  const property = node.properties.get('interrupts')
  const controller = property && interruptParent(node, index)
  const count = controller ? interruptCells(controller) : 0
  if (!controller || count === 0 || count > 8) return []
  return Array.from({ length: Math.floor(cellCount(property) / count) }, (_, i) => ({
    controller,
    cells: slice(property, i * count, count),
  }))
}

/** The line of the GIC a specifier comes to, or the controller behind which it is hidden. */
function resolve(specifier: Specifier, index: TreeIndex): Interrupt | undefined {
  let { controller, cells } = specifier
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    if (isGic(controller)) {
      const [type, line] = cells
      const id = type === undefined || line === undefined ? undefined : gicId(type, line)
      return id === undefined ? undefined : { kind: 'gic', id }
    }
    if (isCompatible(controller, PASSING_ON)) {
      const above = interruptParent(controller, index)
      if (!above) return { kind: 'chained', behind: controller.path }
      controller = above
    } else if (has(controller, 'interrupt-map')) {
      const mapped: Specifier | undefined = throughMap(controller, cells, index)
      if (!mapped) return { kind: 'chained', behind: controller.path }
      ;({ controller, cells } = mapped)
    } else return { kind: 'chained', behind: controller.path }
  }
  return undefined
}

export interface MapEntry extends Specifier {
  /** The unit address and the interrupt of the child. */
  readonly address: readonly (number | undefined)[]
  readonly interrupt: readonly (number | undefined)[]
}

/** The entries of an `interrupt-map`. */
export const mapEntries = memoizeAll((nexus: TreeNode, index: TreeIndex): readonly MapEntry[] => {
  const property = nexus.properties.get('interrupt-map')
  const [addresses, interrupts] = [addressCells(nexus), interruptCells(nexus)]
  const found: MapEntry[] = []
  if (addresses > 8 || interrupts > 8) return found
  for (let at = 0; at < cellCount(property) && found.length < MAX_MAP_ENTRIES; ) {
    const head = addresses + interrupts
    const controller = index.byPhandle.get(cell(property, at + head) ?? 0)
    if (!controller) break
    const [skipped, count] = [number(controller, '#address-cells') ?? 0, interruptCells(controller)]
    if (skipped > 8 || count > 8) break
    found.push({
      address: slice(property, at, addresses),
      interrupt: slice(property, at + addresses, interrupts),
      controller,
      cells: slice(property, at + head + 1 + skipped, count),
    })
    at += head + 1 + skipped + count
  }
  return found
})

/** A child without a unit address of its own matches by its interrupt cells alone. */
function throughMap(nexus: TreeNode, cells: readonly (number | undefined)[], index: TreeIndex): Specifier | undefined {
  const mask = nexus.properties.get('interrupt-map-mask')
  const addresses = addressCells(nexus)
  return mapEntries(nexus, index).find(({ interrupt }) =>
    interrupt.every((wanted, i) => {
      const bits = cell(mask, addresses + i) ?? 0xffffffff
      return ((wanted ?? 0) & bits) === ((cells[i] ?? 0) & bits)
    }),
  )
}

/** Every line a node raises, in the order of the tree; all entries of a PCI host's map are its own. */
export function interruptsOf(node: TreeNode, index: TreeIndex): readonly Interrupt[] {
  const own = specifiersOf(node, index)
  const mapped = has(node, 'interrupt-map') ? mapEntries(node, index) : []
  const found = [...own, ...mapped].flatMap(specifier => resolve(specifier, index) ?? [])
  return [...new Map(found.map(each => [each.kind === 'gic' ? each.id : each.behind, each])).values()]
}

/** The line of the GIC that one map entry leads to. */
export const gicLineOf = (entry: MapEntry, index: TreeIndex): number | undefined => {
  const found = resolve(entry, index)
  return found?.kind === 'gic' ? found.id : undefined
}

/** Ranges of interrupt IDs that firmware or a driver hands out while the machine runs. */
export function dynamicInterruptsOf(node: TreeNode): readonly IdRange[] {
  const by = node.path
  const range = (first: number | undefined, count: number | undefined): readonly IdRange[] =>
    first === undefined || !count ? [] : [{ first, end: first + Math.min(count, 1024), by }]
  return [
    // The numbers of TI's routers are IDs: they include the 32.
    ...groups(node, 'ti,interrupt-ranges', 3).flatMap(([, first, count]) => range(first, count)),
    ...groups(node, 'marvell,spi-ranges', 2).flatMap(([first, count]) => range(first, count)),
    ...groups(node, 'mbi-ranges', 2).flatMap(([first, count]) => range(first, count)),
    // IDs as well, not SPIs.
    ...range(number(node, 'arm,msi-base-spi'), number(node, 'arm,msi-num-spis')),
    ...(leavesMsisOpen(node) && isOfQemu(node) ? range(FIRST_MSI_OF_QEMU, MSIS_OF_QEMU) : []),
  ]
}

/** Whether a frame of a GICv2 for messages says only in its registers which interrupts they raise. */
const leavesMsisOpen = (node: TreeNode): boolean =>
  isCompatible(node, ['arm,gic-v2m-frame']) && number(node, 'arm,msi-base-spi') === undefined

/** The registers of QEMU's own machine: 64 interrupts from SPI 48 on. */
const FIRST_MSI_OF_QEMU = 48 + 32
const MSIS_OF_QEMU = 64

function isOfQemu(node: TreeNode): boolean {
  return node.parent ? isOfQemu(node.parent) : isCompatible(node, ['linux,dummy-virt'])
}

function groups(node: TreeNode, name: string, size: number): readonly (readonly (number | undefined)[])[] {
  const property = node.properties.get(name)
  const count = Math.min(Math.floor(cellCount(property) / size), 256)
  return Array.from({ length: count }, (_, i) => slice(property, i * size, size))
}
