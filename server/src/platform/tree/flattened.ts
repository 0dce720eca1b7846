import { type Range, rangeOf } from '../../config/ranges.ts'
import { MAX_DEPTH, MAX_NODES } from '../limits.ts'
import { stringsIn, type TreeNode, type TreeProperty } from './node.ts'

/** Flattened device trees (`.dtb`), format 16 and 17. */

export const FDT_MAGIC = 0xd00dfeed

export interface FlattenedTree {
  readonly root: TreeNode | undefined
  /** `/memreserve/` */
  readonly reservations: readonly Range[]
  readonly problems: readonly string[]
}

const BEGIN_NODE = 1
const END_NODE = 2
const PROP = 3
const NOP = 4
const END = 9
const HEADER_SIZE = 40

interface Header {
  readonly structAt: number
  readonly structEnd: number
  readonly stringsAt: number
  readonly stringsEnd: number
  readonly reservationsAt: number
}

interface OpenNode extends TreeNode {
  readonly properties: Map<string, TreeProperty>
  readonly children: TreeNode[]
}

/** Reads what is there: of a damaged file the nodes up to the damage, and one problem. */
export function readFlattened(bytes: Uint8Array): FlattenedTree {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const header = headerOf(view)
  if (typeof header === 'string') return { root: undefined, reservations: [], problems: [header] }
  const { root, problem } = readStructure(bytes, view, header)
  const problems = problem === undefined ? [] : [problem]
  return { root, reservations: reservationsIn(view, header.reservationsAt), problems }
}

function headerOf(view: DataView): Header | string {
  if (view.byteLength < HEADER_SIZE) return 'truncated inside the header'
  const word = (index: number) => view.getUint32(index * 4)
  if (word(0) !== FDT_MAGIC) return 'not a flattened device tree'
  if (word(6) > 17 || word(5) < 16) return `version ${word(5)} of the format is not supported`
  const end = Math.min(view.byteLength, word(1))
  const clamp = (offset: number) => Math.min(offset, end)
  const size = word(5) < 17 ? end : word(9)
  return {
    structAt: clamp(word(2)),
    structEnd: clamp(word(2) + size),
    stringsAt: clamp(word(3)),
    stringsEnd: clamp(word(3) + word(8)),
    reservationsAt: clamp(word(4)),
  }
}

/** Pairs of address and size up to a pair of zeros. */
function reservationsIn(view: DataView, from: number): readonly Range[] {
  const found: Range[] = []
  for (let at = from; at + 16 <= view.byteLength && found.length < MAX_NODES; at += 16) {
    const size = view.getBigUint64(at + 8)
    if (size === 0n) break
    found.push(rangeOf(view.getBigUint64(at), size))
  }
  return found
}

function readStructure(
  bytes: Uint8Array,
  view: DataView,
  header: Header,
): { readonly root: OpenNode | undefined; readonly problem?: string } {
  const names = stringTable(bytes, header)
  const open: OpenNode[] = []
  let root: OpenNode | undefined
  let count = 0
  let at = header.structAt
  const failed = (problem: string) => ({ root, problem })
  while (at + 4 <= header.structEnd) {
    const token = view.getUint32(at)
    at += 4
    if (token === NOP) continue
    if (token === END) return open.length === 0 && root ? { root } : failed('ends inside a node')
    if (token === END_NODE) {
      if (!open.pop()) return failed(`a node ends at ${at - 4} that never began`)
    } else if (token === BEGIN_NODE) {
      const end = endOfString(bytes, at, header.structEnd)
      if (end === undefined) return failed('the name of a node has no end')
      if (MAX_DEPTH <= open.length) return failed(`nodes lie deeper than ${MAX_DEPTH}`)
      if (MAX_NODES <= count++) return failed(`more than ${MAX_NODES} nodes`)
      const parent = open.at(-1)
      if (!parent && root) return failed('a second root node')
      const node = openNode(latin1(bytes, at, end), parent)
      parent?.children.push(node)
      root ??= node
      open.push(node)
      at = align(end + 1)
    } else if (token === PROP) {
      if (header.structEnd < at + 8) return failed('truncated inside a property')
      const length = view.getUint32(at)
      const name = names(view.getUint32(at + 4))
      at += 8
      if (header.structEnd < at + length) return failed('a property reaches beyond the end')
      const node = open.at(-1)
      if (!node || name === undefined) return failed('a property without node or name')
      node.properties.set(name, propertyOf(name, bytes.subarray(at, at + length)))
      at = align(at + length)
    } else return failed(`unknown token ${token} at ${at - 4}`)
  }
  return failed('truncated')
}

/** What nearly every question about a node asks for. */
const ASKED_AGAIN: ReadonlySet<string> = new Set(['compatible', 'status', 'device_type'])

const propertyOf = (name: string, bytes: Uint8Array): TreeProperty =>
  ASKED_AGAIN.has(name) ? { name, bytes, texts: stringsIn(bytes) } : { name, bytes }

const align = (offset: number): number => (offset + 3) & ~3

const openNode = (name: string, parent: OpenNode | undefined): OpenNode => ({
  name,
  path: parent ? (parent.parent ? `${parent.path}/${name}` : `/${name}`) : '/',
  parent,
  properties: new Map(),
  children: [],
})

/** Longer names are no names; without a bound, names that overlap would be read again and again. */
const MAX_NAME = 256

function endOfString(bytes: Uint8Array, from: number, limit: number): number | undefined {
  const last = Math.min(limit, from + MAX_NAME)
  for (let at = from; at < last; at++) if (bytes[at] === 0) return at
  return undefined
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0)
  return text
}

/** Names of properties by their offset, each read once. */
function stringTable(bytes: Uint8Array, { stringsAt, stringsEnd }: Header): (offset: number) => string | undefined {
  const known = new Map<number, string>()
  return offset => {
    const hit = known.get(offset)
    if (hit !== undefined) return hit
    const end = endOfString(bytes, stringsAt + offset, stringsEnd)
    if (end === undefined) return undefined
    const name = latin1(bytes, stringsAt + offset, end)
    known.set(offset, name)
    return name
  }
}

/** An overlay names nodes of a tree it is applied to; by itself it says nothing of a machine. */
export const isOverlay = (root: TreeNode): boolean =>
  root.children.some(
    ({ name, children }) => /^fragment(@|$)/.test(name) && children.some(({ name }) => name === '__overlay__'),
  )
