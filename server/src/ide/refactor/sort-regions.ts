import { regionsField, regionsStart, withRegionsAt } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion, PciDevice, SystemConfig } from '../../config/model.ts'
import { arrayOf } from '../../config/written.ts'
import { type Change, together } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { commaAfter, spanAt } from '../../edit/layout.ts'
import { textOf } from '../../text/source-file.ts'
import { type ArrayElementText, elementTexts } from './element-texts.ts'
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
  const elements = elementTexts(config.root_cell, array)
  const order = elements && inOrder(elements)
  if (!order || order.every((element, i) => element === elements[i])) return []
  const sorted = withOrder(config, order)
  const change = changeTo(config.root_cell, sorted.root_cell, order, elements)
  if (!change || !simulations.every(simulation => isUnchanged(simulation, sorted))) return []
  return [{ title: 'Sort the regions by address: same access at every stage', kind: 'rewrite', edits: change.edits }]
}

/** Pinned elements keep their turn, the others take the turns that are left by their addresses. */
function inOrder(elements: readonly ArrayElementText[]): readonly ArrayElementText[] {
  const start = ({ regions }: ArrayElementText) => regions[0]?.phys_start ?? 0n
  const free = elements.filter(({ isShared }) => !isShared).toSorted((a, b) => compare(start(a), start(b)))
  return elements.map(element => (element.isShared ? element : (free.shift() ?? element)))
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : b < a ? 1 : 0)

/** The configuration as it will be read. */
function withOrder(root: SystemConfig, order: readonly ArrayElementText[]): SystemConfig {
  const cell = root.root_cell
  const before = order.flatMap(({ regions }) => regions)
  const rest = cell.mem_regions.slice(before.length)
  const pci_devices = cell.pci_devices.map(device => moved(device, before))
  const mem_regions = [...before, ...rest].map((region, index) => ({ ...region, index }))
  return { ...root, root_cell: { ...cell, mem_regions, pci_devices } }
}

/** A piece of several elements that moves shifts the indices between its places. */
function moved(device: PciDevice, before: readonly MemoryRegion[]): PciDevice {
  const start = regionsStart(device)
  const index = before.findIndex(region => region.index === start)
  return 0 <= index ? withRegionsAt(device, index) : device
}

function changeTo(
  { pci_devices }: CellConfig,
  after: CellConfig,
  order: readonly ArrayElementText[],
  elements: readonly ArrayElementText[],
): Change | undefined {
  const [first, last] = [elements[0], elements.at(-1)]
  if (!first || !last) return undefined
  const at = spanAt(first.text.file, first.text.start, last.text.end)
  const text = order.map((element, i) => (i === order.length - 1 ? textOf(element.text) : withComma(element))).join('')
  const indices = pci_devices.flatMap((device, i) => {
    const start = regionsStart(after.pci_devices[i] ?? device)
    return start === regionsStart(device) ? [] : [setField(device, regionsField(device), String(start))]
  })
  return together({ edits: [{ span: at, text }] }, ...indices)
}

/** The last of a list may be written without. */
function withComma({ text: span, element }: ArrayElementText): string {
  const text = textOf(span)
  if (commaAfter(element) !== undefined) return text
  const end = element.end - span.start
  return `${text.slice(0, end)},${text.slice(end)}`
}
