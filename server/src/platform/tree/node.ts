import { memoize } from '../../text/memo.ts'
import type { Span } from '../../text/source-file.ts'

/** A device tree as such: nodes, properties, bytes. What they mean is read elsewhere. */

export interface TreeProperty {
  readonly name: string
  readonly bytes: Uint8Array
  /** Its strings, of those that are asked for again and again. */
  readonly texts?: readonly string[]
  /** Cells whose value is not known: a name of a binding that source spells and nobody declares. */
  readonly unknownCells?: ReadonlySet<number>
  /** Where source spells the property, and each of its cells. */
  readonly span?: Span
  readonly cellSpans?: readonly Span[]
}

export interface TreeNode {
  /** With the unit address: `serial@40000000`; the root's is empty. */
  readonly name: string
  readonly path: string
  readonly parent: TreeNode | undefined
  readonly properties: ReadonlyMap<string, TreeProperty>
  readonly children: readonly TreeNode[]
  readonly span?: Span
}

/** One big-endian cell of a property. */
export function cell(property: TreeProperty | undefined, index: number): number | undefined {
  const at = index * 4
  if (!property || at < 0 || property.bytes.length < at + 4 || property.unknownCells?.has(index)) return undefined
  const { bytes } = property
  return (
    ((bytes[at] ?? 0) * 0x1000000 +
      ((bytes[at + 1] ?? 0) << 16) +
      ((bytes[at + 2] ?? 0) << 8) +
      (bytes[at + 3] ?? 0)) >>>
    0
  )
}

export const cellCount = (property: TreeProperty | undefined): number =>
  property ? Math.floor(property.bytes.length / 4) : 0

/** The first cell of a property. */
export const number = (node: TreeNode, name: string): number | undefined => cell(node.properties.get(name), 0)

/** `count` cells from `index` on as one number. */
export function wide(property: TreeProperty | undefined, index: number, count: number): bigint | undefined {
  let value = 0n
  for (let i = 0; i < count; i++) {
    const next = cell(property, index + i)
    if (next === undefined) return undefined
    value = (value << 32n) | BigInt(next)
  }
  return BigInt.asUintN(64, value)
}

const text = new TextDecoder()

/** The strings of a property, each ended by NUL. */
export function strings(node: TreeNode, name: string): readonly string[] {
  const property = node.properties.get(name)
  return property ? (property.texts ?? stringsIn(property.bytes)) : []
}

export function stringsIn(bytes: Uint8Array): readonly string[] {
  if (bytes.length === 0) return []
  return text.decode(bytes[bytes.length - 1] === 0 ? bytes.subarray(0, bytes.length - 1) : bytes).split('\0')
}

export const string = (node: TreeNode, name: string): string | undefined => strings(node, name)[0]

export const has = (node: TreeNode, name: string): boolean => node.properties.has(name)

/** The node and all below it, in the order of the tree. */
export function* descendants(node: TreeNode): Iterable<TreeNode> {
  yield node
  for (const child of node.children) yield* descendants(child)
}

/** From the parent up to the root. */
export function* ancestors(node: TreeNode): Iterable<TreeNode> {
  for (let above = node.parent; above; above = above.parent) yield above
}

export const child = (node: TreeNode, name: string): TreeNode | undefined =>
  node.children.find(({ name: other }) => other === name)

/** Whether a node is compatible with a name; `*` at the end or inside of a pattern stands for anything. */
export function isCompatible(node: TreeNode, patterns: readonly string[]): boolean {
  const names = strings(node, 'compatible')
  return names.some(name => patterns.some(pattern => matches(name, pattern)))
}

/** `ti,omap*-uart`: at most one star. */
export function matches(name: string, pattern: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return name === pattern
  const tail = pattern.slice(star + 1)
  return name.length >= pattern.length - 1 && name.startsWith(pattern.slice(0, star)) && name.endsWith(tail)
}

const isOkay = (node: TreeNode): boolean => {
  const status = string(node, 'status')
  return status === undefined || status === 'okay' || status === 'ok'
}

/** A node counts if it and all its ancestors are enabled. */
export const isEnabled: (node: TreeNode) => boolean = memoize(
  (node: TreeNode): boolean => isOkay(node) && (!node.parent || isEnabled(node.parent)),
)

/** All nodes by phandle, and by path. */
export interface TreeIndex {
  readonly root: TreeNode
  readonly nodes: readonly TreeNode[]
  readonly byPhandle: ReadonlyMap<number, TreeNode>
  readonly byPath: ReadonlyMap<string, TreeNode>
}

export function indexOf(root: TreeNode): TreeIndex {
  const nodes = [...descendants(root)]
  const byPhandle = new Map<number, TreeNode>()
  for (const node of nodes) {
    const phandle = number(node, 'phandle') ?? number(node, 'linux,phandle')
    if (phandle !== undefined && !byPhandle.has(phandle)) byPhandle.set(phandle, node)
  }
  return { root, nodes, byPhandle, byPath: new Map(nodes.map(node => [node.path, node])) }
}

/** What a path or an alias names: `serial0`, `/soc/serial@0`, each perhaps with `:115200n8` behind. */
export function resolvePath({ root, byPath }: TreeIndex, spelled: string): TreeNode | undefined {
  const [name = ''] = spelled.split(':')
  if (name.startsWith('/')) return byPath.get(name)
  const [alias = '', ...rest] = name.split('/')
  const aliases = child(root, 'aliases')
  const path = aliases && string(aliases, alias)
  return path === undefined ? undefined : byPath.get([path, ...rest].join('/'))
}
