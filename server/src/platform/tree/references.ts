import type { Reference } from '../model.ts'
import {
  ancestors,
  cell,
  cellCount,
  has,
  isEnabled,
  number,
  type TreeIndex,
  type TreeNode,
  type TreeProperty,
} from './node.ts'

/** Which nodes serve which: clocks, resets, power, pins, and what else one driver asks of another. */

/** Properties that name providers, and the property of the provider that says how many cells follow. */
const NAMING: readonly (readonly [property: string, cells: string])[] = [
  ['clocks', '#clock-cells'],
  ['resets', '#reset-cells'],
  ['power-domains', '#power-domain-cells'],
  ['gpios', '#gpio-cells'],
  ['dmas', '#dma-cells'],
  ['phys', '#phy-cells'],
  ['mboxes', '#mbox-cells'],
  ['pwms', '#pwm-cells'],
  ['interconnects', '#interconnect-cells'],
]

const PROVIDER_CELLS: readonly string[] = [
  '#clock-cells',
  '#reset-cells',
  '#power-domain-cells',
  '#gpio-cells',
  '#interrupt-cells',
  '#dma-cells',
  '#phy-cells',
  '#mbox-cells',
  '#pwm-cells',
  '#interconnect-cells',
]

export const hasProviderCells = (node: TreeNode): boolean => PROVIDER_CELLS.some(name => has(node, name))

interface Named {
  readonly provider: TreeNode
  readonly by: string
}

/** The providers one node names. */
function providersOf(node: TreeNode, index: TreeIndex): readonly Named[] {
  const found: Named[] = []
  for (const property of node.properties.values()) for (const named of namedBy(node, property, index)) found.push(named)
  return found
}

/** Most properties name nobody, which their own names show. */
const MAY_NAME =
  /^pinctrl-\d|syscon|regmap|^interrupts|gpios?$|^(clocks|resets|power-domains|dmas|phys|mboxes|pwms|interconnects)$/

function namedBy(node: TreeNode, property: TreeProperty, index: TreeIndex): readonly Named[] {
  const { name } = property
  if (!MAY_NAME.test(name)) return []
  if (/^pinctrl-\d+$/.test(name)) return pinStates(property, index)
  if (/syscon|regmap/.test(name)) return syscon(property, index)
  if (name === 'interrupts' || name === 'interrupts-extended') return controllers(node, property, index)
  const isGpio = name !== 'gpios' && (name.endsWith('-gpios') || name.endsWith('-gpio'))
  const cells = isGpio ? '#gpio-cells' : NAMING.find(([naming]) => naming === name)?.[1]
  return cells === undefined || (name === 'gpios' && has(node, 'gpio-hog')) ? [] : listed(property, cells, index)
}

/** Pairs of a phandle and as many cells as the provider wants. */
function listed(property: TreeProperty, cells: string, { byPhandle }: TreeIndex): readonly Named[] {
  const found: Named[] = []
  for (let at = 0; at < cellCount(property); ) {
    const phandle = cell(property, at) ?? 0
    const provider = byPhandle.get(phandle)
    if (!provider) {
      // An empty place in a list of optional lines.
      if (phandle !== 0) break
      at++
      continue
    }
    found.push({ provider, by: property.name })
    at += 1 + Math.min(number(provider, cells) ?? 0, 64)
  }
  return found
}

/** The controller above each pin state. */
function pinStates(property: TreeProperty, { byPhandle }: TreeIndex): readonly Named[] {
  const found: Named[] = []
  for (let at = 0; at < cellCount(property); at++) {
    const state = byPhandle.get(cell(property, at) ?? 0)
    const provider = state && [...ancestors(state)].find(node => has(node, 'compatible') && has(node, 'reg'))
    if (provider) found.push({ provider, by: 'pinctrl' })
  }
  return found
}

function syscon(property: TreeProperty, { byPhandle }: TreeIndex): readonly Named[] {
  const provider = property.bytes.length % 4 === 0 ? byPhandle.get(cell(property, 0) ?? 0) : undefined
  return provider && has(provider, 'reg') ? [{ provider, by: 'syscon' }] : []
}

function controllers(node: TreeNode, property: TreeProperty, index: TreeIndex): readonly Named[] {
  if (property.name === 'interrupts-extended') return listed(property, '#interrupt-cells', index)
  if (has(node, 'interrupts-extended')) return []
  for (let at: TreeNode | undefined = node; at; at = at.parent) {
    if (at !== node && has(at, 'interrupt-controller')) return [{ provider: at, by: 'interrupts' }]
    const phandle = number(at, 'interrupt-parent')
    const provider = phandle === undefined ? undefined : index.byPhandle.get(phandle)
    if (phandle !== undefined) return provider ? [{ provider, by: 'interrupts' }] : []
  }
  return []
}

export interface References {
  readonly uses: ReadonlyMap<TreeNode, readonly Reference[]>
  readonly usedBy: ReadonlyMap<TreeNode, readonly Reference[]>
}

/** Who serves whom. CPUs, disabled nodes, thermal zones, and what lies below a provider itself do not count. */
export function referencesIn(index: TreeIndex, isAside: (node: TreeNode) => boolean): References {
  const uses = new Map<TreeNode, Reference[]>()
  const usedBy = new Map<TreeNode, Reference[]>()
  const add = (map: Map<TreeNode, Reference[]>, node: TreeNode, reference: Reference) => {
    const list = map.get(node) ?? []
    map.set(node, list)
    list.push(reference)
  }
  for (const node of index.nodes) {
    if (isAside(node) || !has(node, 'compatible') || !isEnabled(node)) continue
    const named = new Map(providersOf(node, index).map(each => [`${each.by} ${each.provider.path}`, each]))
    for (const { provider, by } of named.values()) {
      if (provider === node || isBelow(node, provider)) continue
      add(uses, node, { path: provider.path, by })
      add(usedBy, provider, { path: node.path, by })
    }
  }
  return { uses, usedBy }
}

const isBelow = (node: TreeNode, above: TreeNode): boolean => {
  for (let at = node.parent; at; at = at.parent) if (at === above) return true
  return false
}

/** By node the milliseconds between two reads of its temperature. */
export function polledSensors({ nodes, byPhandle }: TreeIndex): ReadonlyMap<TreeNode, number> {
  const polled = new Map<TreeNode, number>()
  for (const zone of nodes) {
    const delay = number(zone, 'polling-delay')
    const sensor = delay ? byPhandle.get(number(zone, 'thermal-sensors') ?? 0) : undefined
    if (!delay || !sensor || !isEnabled(zone)) continue
    polled.set(sensor, Math.min(delay, polled.get(sensor) ?? delay))
  }
  return polled
}
