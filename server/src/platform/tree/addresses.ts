import { type Range, rangeOf } from '../../config/ranges.ts'
import { memoize } from '../../text/memo.ts'
import type { Window } from '../model.ts'
import { ancestors, cellCount, isCompatible, number, string, strings, type TreeNode, wide } from './node.ts'

/** From bus addresses of a tree to those the CPUs use. */

const DEFAULT_ADDRESS_CELLS = 2
const DEFAULT_SIZE_CELLS = 1

export const addressCells = (node: TreeNode): number => number(node, '#address-cells') ?? DEFAULT_ADDRESS_CELLS
export const sizeCells = (node: TreeNode): number => number(node, '#size-cells') ?? DEFAULT_SIZE_CELLS

/** Cells of PCI addresses: the first names the space, the other two are the address. */
const PCI_ADDRESS_CELLS = 3

export const isPciBus = (node: TreeNode): boolean =>
  string(node, 'device_type') === 'pci' || number(node, '#address-cells') === PCI_ADDRESS_CELLS

/** An address of `cells` cells; of three, the first is the PCI space and not part of the number. */
const addressAt = (property: Parameters<typeof wide>[0], index: number, cells: number): bigint | undefined =>
  cells === PCI_ADDRESS_CELLS ? wide(property, index + 1, 2) : wide(property, index, Math.min(cells, 4))

/** Entries of one `ranges` that are looked at; real buses have some dozens. */
const MAX_RANGES = 1024

/** One entry of `ranges`: bus addresses and where the bus above sees them. */
export interface Translation {
  readonly child: bigint
  readonly parent: bigint
  readonly size: bigint
  /** First cell of a PCI address. */
  readonly space?: number
}

/** Undefined: no `ranges`, addresses below are private. Empty: they are those above. */
const rangesOf = memoize((bus: TreeNode): readonly Translation[] | 'same' | undefined => {
  const property = bus.properties.get('ranges')
  if (!property) return undefined
  if (property.bytes.length === 0) return 'same'
  const own = addressCells(bus)
  const above = bus.parent ? addressCells(bus.parent) : DEFAULT_ADDRESS_CELLS
  const sizes = sizeCells(bus)
  const step = own + above + sizes
  const found: Translation[] = []
  for (let at = 0; 0 < step && at + step <= cellCount(property) && found.length < MAX_RANGES; at += step) {
    const child = addressAt(property, at, own)
    const parent = addressAt(property, at + own, above)
    const size = wide(property, at + own + above, Math.min(sizes, 4))
    const space = own === PCI_ADDRESS_CELLS ? Number(wide(property, at, 1) ?? 0n) : undefined
    if (child !== undefined && parent !== undefined && size !== undefined)
      found.push({ child, parent, size, ...(space !== undefined && { space }) })
  }
  return found
})

/** Where the CPUs see an address of the bus that `node` lies on; undefined for private ones. */
function translate(node: TreeNode, address: bigint): bigint | undefined {
  let current = address
  for (const bus of ancestors(node)) {
    if (!bus.parent) return current
    if (isPciBus(bus)) return undefined
    const ranges = rangesOf(bus)
    if (ranges === undefined) return undefined
    if (ranges === 'same') continue
    const entry = ranges.find(({ child, size }) => child <= current && current < child + size)
    if (!entry) return undefined
    current = entry.parent + (current - entry.child)
  }
  return undefined
}

/** Something, and within 64 bits. */
export const isRange = (start: bigint, size: bigint): boolean => 0n < size && start + size <= 1n << 64n

/** The windows of `reg` as the CPUs address them. Containers have a `reg` of no meaning for access. */
export function windowsOf(node: TreeNode): readonly Window[] {
  const { parent } = node
  const property = node.properties.get('reg')
  if (!parent || !property || isContainer(node)) return []
  const names = strings(node, 'reg-names')
  const [addresses, sizes] = [addressCells(parent), sizeCells(parent)]
  if (sizes === 0) return []
  const windows: Window[] = []
  for (
    let at = 0, index = 0;
    windows.length < MAX_RANGES && at + addresses + sizes <= cellCount(property);
    at += addresses + sizes, index++
  ) {
    const bus = addressAt(property, at, addresses)
    const size = wide(property, at + addresses, Math.min(sizes, 4))
    const start = bus === undefined ? undefined : translate(node, bus)
    const name = names[index]
    if (start !== undefined && size !== undefined && isRange(start, size))
      windows.push({ range: rangeOf(start, size), index, ...(name && { name }) })
  }
  return windows
}

const isContainer = (node: TreeNode): boolean =>
  node.children.length > 0 && isCompatible(node, ['simple-bus', 'simple-pm-bus'])

/** The windows of a PCI host through which the CPUs reach its devices' memory, and their I/O ports. */
export function pciWindowsOf(host: TreeNode): {
  readonly windows: readonly Range[]
  readonly portWindows: readonly Range[]
} {
  const ranges = rangesOf(host)
  const entries = Array.isArray(ranges) ? (ranges as readonly Translation[]) : []
  const within = (isMeant: (space: number) => boolean) =>
    entries.flatMap(({ parent, size, space = 0 }) => {
      const start = isMeant((space >>> 24) & 3) ? translate(host, parent) : undefined
      return start === undefined || !isRange(start, size) ? [] : [rangeOf(start, size)]
    })
  return { windows: within(space => 2 <= space), portWindows: within(space => space === 1) }
}
