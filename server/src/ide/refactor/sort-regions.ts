import { regionsStart, sharesRegion, withRegionsAt } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion, PciDevice, SystemConfig } from '../../config/model.ts'
import { arrayOf } from '../../config/written.ts'
import { type ElementText, elementTexts } from '../../edit/element-texts.ts'
import { reorderElements } from '../../edit/elements.ts'
import { isUnchanged } from './is-unchanged.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

/**
 * The regions of the root in the order of their addresses, where simulating shows that nothing changes by it. Regions of
 * shared-memory devices, which are found by their indices, stay where they are; comments go with what they stand at.
 */
export function sortRegions({ analysis: { config, simulations }, path }: RefactorContext): readonly Refactoring[] {
  const array = config?.kind === 'system' ? arrayOf(config.root_cell, 'mem_regions') : undefined
  if (config?.kind !== 'system' || !array || path.steps.at(-1)?.value !== array.value || simulations.length === 0)
    return []
  const { root_cell: cell } = config
  const texts = cell.mem_regions.length < array.initialised ? undefined : elementTexts(array)
  const order = texts && inOrder(cell, texts)
  if (!order || order.every((text, i) => text === texts[i])) return []
  const sorted = withOrder(config, order)
  const change = reorderElements(cell, array, order)
  if (!change || !simulations.every(simulation => isUnchanged(simulation, sorted))) return []
  return [{ title: 'Sort regions by address', kind: 'rewrite', edits: change.edits }]
}

const regionsOf = ({ mem_regions }: CellConfig, { first, end }: ElementText): readonly MemoryRegion[] =>
  mem_regions.slice(first, end)

/** Pinned elements keep their turn, the others take the turns that are left by their addresses. */
function inOrder(cell: CellConfig, texts: readonly ElementText[]): readonly ElementText[] {
  const start = (text: ElementText) => regionsOf(cell, text)[0]?.phys_start ?? 0n
  const isPinned = (text: ElementText) =>
    regionsOf(cell, text).some(({ index }) => cell.pci_devices.some(device => sharesRegion(device, index)))
  const free = texts.filter(text => !isPinned(text)).toSorted((a, b) => compare(start(a), start(b)))
  return texts.map(text => (isPinned(text) ? text : (free.shift() ?? text)))
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : b < a ? 1 : 0)

/** The configuration as it will be read. */
function withOrder(root: SystemConfig, order: readonly ElementText[]): SystemConfig {
  const cell = root.root_cell
  const before = order.flatMap(text => regionsOf(cell, text))
  const rest = cell.mem_regions.slice(before.length)
  const pci_devices = cell.pci_devices.map(device => moved(device, before))
  const mem_regions = [...before, ...rest].map((region, index) => ({ ...region, index }))
  return { ...root, root_cell: { ...cell, mem_regions, pci_devices } }
}

/** A part of several elements that moves shifts the indices between its places. */
function moved(device: PciDevice, before: readonly MemoryRegion[]): PciDevice {
  const start = regionsStart(device)
  const index = before.findIndex(region => region.index === start)
  return 0 <= index ? withRegionsAt(device, index) : device
}
