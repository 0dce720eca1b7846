import { type Range, rangeOf } from '../../config/ranges.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { MAX_DEPTH, MAX_NODES, MAX_PARENTHESES } from '../limits.ts'
import { isTooNested, parseSource, type SourceNode } from './grammar.ts'
import { descendants, type TreeNode, type TreeProperty } from './node.ts'
import { type SourceText, sourceText } from './source-text.ts'
import { evaluate, isValue } from './source-values.ts'

/**
 * Device tree source (`.dts`) with the parts (`.dtsi`) it includes. Of headers the trees of inmates need only constants, and
 * a name that is not known makes one cell unknown.
 */

export interface TreeSource {
  readonly root: TreeNode | undefined
  readonly reservations: readonly Range[]
  readonly problems: readonly { readonly message: string; readonly span?: Span }[]
}

interface OpenNode extends TreeNode {
  readonly parent: OpenNode | undefined
  readonly properties: Map<string, OpenProperty>
  readonly children: OpenNode[]
}

interface OpenProperty extends TreeProperty {
  bytes: Uint8Array
}

/** A cell that names a node: filled in when all labels are known. */
interface Pending {
  readonly property: OpenProperty
  readonly at: number
  readonly name: string
}

interface Reader {
  readonly source: SourceText
  readonly labels: Map<string, OpenNode>
  readonly pending: Pending[]
  readonly reservations: Range[]
  readonly problems: { message: string; span?: Span }[]
  root: OpenNode | undefined
  count: number
}

export function readTreeSource(file: SourceFile, parts: readonly SourceFile[] = []): TreeSource {
  const source = sourceText(file, parts)
  const reader: Reader = {
    source,
    labels: new Map(),
    pending: [],
    reservations: [],
    problems: [...source.problems],
    root: undefined,
    count: 0,
  }
  const unread = (message: string): TreeSource => ({ root: undefined, reservations: [], problems: [{ message }] })
  if (isTooNested(source.text)) return unread(`more than ${MAX_PARENTHESES} parentheses inside each other`)
  const document = parseSource(source.text)
  if (!document) return unread('the grammar is not loaded')
  for (const item of document.children) readTopLevel(item, reader)
  fillReferences(reader)
  return { root: reader.root, reservations: reader.reservations, problems: reader.problems }
}

const spanOf = ({ start, end }: SourceNode, { source }: Reader): Span => source.spanOf(start, end)
const textOf = ({ start, end }: SourceNode, { source }: Reader): string => source.text.slice(start, end)
const fieldOf = (node: SourceNode, name: string) => node.children.find(({ field }) => field === name)

function readTopLevel(item: SourceNode, reader: Reader): void {
  switch (item.type) {
    case 'node':
      readNode(item, undefined, reader)
      break
    case 'memory_reservation':
      readReservation(item, reader)
      break
    case 'delete_node':
      deleteNode(item, undefined, reader)
      break
    case 'omit_if_no_ref':
      for (const inner of item.children) readTopLevel(inner, reader)
      break
    case 'ERROR':
      reader.problems.push({ message: 'cannot be parsed', span: spanOf(item, reader) })
      break
    default:
  }
}

function readReservation(item: SourceNode, reader: Reader): void {
  const [address, length] = ['address', 'length'].map(name => {
    const part = fieldOf(item, name)
    return part && evaluate(part, reader.source.text)
  })
  if (address !== undefined && length) reader.reservations.push(rangeOf(address, length))
}

/** `/ { … };`, `name@unit { … };`, or more of a node that a label names: `&label { … };`. */
function readNode(item: SourceNode, parent: OpenNode | undefined, reader: Reader, depth = 0): void {
  const name = fieldOf(item, 'name')
  if (!name) return
  if (MAX_DEPTH <= depth || MAX_NODES <= reader.count++) {
    reader.problems.push({ message: 'too many nodes', span: spanOf(name, reader) })
    return
  }
  const node = nodeNamed(name, item, parent, reader)
  if (!node) {
    reader.problems.push({ message: `no node is labelled ${textOf(name, reader)}`, span: spanOf(name, reader) })
    return
  }
  for (const label of item.children.filter(({ field }) => field === 'label'))
    reader.labels.set(textOf(label, reader), node)
  for (const inner of item.children) readMember(inner, node, reader, depth)
}

function nodeNamed(
  name: SourceNode,
  item: SourceNode,
  parent: OpenNode | undefined,
  reader: Reader,
): OpenNode | undefined {
  if (name.type === 'reference') return referenced(textOf(name, reader).slice(1), reader)
  const addressAt = item.children.findLast(({ field, type }) => field === 'address' && type === 'unit_address')
  const spelled = textOf(name, reader) + (addressAt ? `@${textOf(addressAt, reader)}` : '')
  const span = reader.source.spanOf(name.start, (addressAt ?? name).end)
  if (!parent) {
    if (spelled !== '/') return undefined
    reader.root ??= newNode('', undefined, span)
    return reader.root
  }
  const known = childOf(parent, spelled)
  if (known) return known
  const node = newNode(spelled, parent, span)
  parent.children.push(node)
  return node
}

const newNode = (name: string, parent: OpenNode | undefined, span: Span): OpenNode => ({
  name,
  path: parent ? (parent.parent ? `${parent.path}/${name}` : `/${name}`) : '/',
  parent,
  properties: new Map(),
  children: [],
  span,
})

function readMember(item: SourceNode, node: OpenNode, reader: Reader, depth: number): void {
  switch (item.type) {
    case 'node':
      readNode(item, node, reader, depth + 1)
      break
    case 'property':
      readProperty(item, node, reader)
      break
    case 'delete_property': {
      const name = fieldOf(item, 'name')
      if (name) node.properties.delete(textOf(name, reader))
      break
    }
    case 'delete_node':
      deleteNode(item, node, reader)
      break
    case 'omit_if_no_ref':
      for (const inner of item.children) readMember(inner, node, reader, depth + 1)
      break
    case 'ERROR':
      reader.problems.push({ message: 'cannot be parsed', span: spanOf(item, reader) })
      break
    default:
  }
}

/** `/delete-node/ name;` inside of its parent, or `/delete-node/ &label;` anywhere. */
function deleteNode(item: SourceNode, parent: OpenNode | undefined, reader: Reader): void {
  const name = fieldOf(item, 'name')
  const address = item.children.find(({ type }) => type === 'unit_address')
  if (!name) return
  const spelled = textOf(name, reader) + (address ? `@${textOf(address, reader)}` : '')
  const node = name.type === 'reference' ? referenced(spelled.slice(1), reader) : parent && childOf(parent, spelled)
  const siblings = node?.parent?.children ?? []
  const index = node ? siblings.indexOf(node) : -1
  if (!node || index < 0) return
  siblings.splice(index, 1)
  const gone = new Set<TreeNode>(descendants(node))
  for (const [label, labelled] of reader.labels) if (gone.has(labelled)) reader.labels.delete(label)
}

const childOf = (parent: OpenNode, name: string): OpenNode | undefined =>
  parent.children.find(child => child.name === name)

/** What follows the `&`: a label, or a path in braces. */
function referenced(name: string, { labels, root }: Reader): OpenNode | undefined {
  if (!name.startsWith('{')) return labels.get(name)
  const steps = name.slice(1, -1).split('/').filter(Boolean)
  return steps.reduce<OpenNode | undefined>((node, step) => node && childOf(node, step), root)
}

function readProperty(item: SourceNode, node: OpenNode, reader: Reader): void {
  const name = fieldOf(item, 'name')
  if (!name) return
  const bytes: number[] = []
  const unknown = new Set<number>()
  const cellSpans: Span[] = []
  const property: OpenProperty = {
    name: textOf(name, reader),
    bytes: new Uint8Array(),
    unknownCells: unknown,
    cellSpans,
    span: spanOf(item, reader),
  }
  const sink = { bytes, unknown, cellSpans, property, reader }
  for (const value of item.children.filter(({ field }) => field === 'value')) readValue(value, sink)
  property.bytes = Uint8Array.from(bytes)
  node.properties.set(property.name, property)
}

interface Sink {
  readonly bytes: number[]
  readonly unknown: Set<number>
  readonly cellSpans: Span[]
  readonly property: OpenProperty
  readonly reader: Reader
}

function readValue(value: SourceNode, sink: Sink): void {
  const { reader, bytes } = sink
  switch (value.type) {
    case 'integer_cells':
      for (const item of value.children.flatMap(each => cellsOf(each, reader)))
        if (isValue(item) || item.type === 'reference') readCell(item, sink)
      return
    case 'string_literal':
      for (const byte of new TextEncoder().encode(unescaped(textOf(value, reader).slice(1, -1)))) bytes.push(byte)
      bytes.push(0)
      return
    case 'byte_string_literal': {
      const digits = textOf(value, reader).replace(/[^0-9a-fA-F]/g, '')
      for (let at = 0; at + 2 <= digits.length; at += 2) bytes.push(Number.parseInt(digits.slice(at, at + 2), 16))
      return
    }
    default:
  }
}

/** `UNKNOWN (1 + 2)` are two cells, which the grammar takes for a call; `UNKNOWN(1 + 2)` is one. */
function cellsOf(item: SourceNode, reader: Reader): readonly SourceNode[] {
  const [name, list] = [fieldOf(item, 'function'), fieldOf(item, 'arguments')]
  return name && list && /^\s/.test(textOf({ ...list, start: name.end }, reader)) ? [name, ...list.children] : [item]
}

/** Cells of other widths (`/bits/`) are no part of what is read here. */
function readCell(item: SourceNode, { bytes, unknown, cellSpans, property, reader }: Sink): void {
  const index = bytes.length / 4
  cellSpans[index] = spanOf(item, reader)
  if (item.type === 'reference') {
    reader.pending.push({ property, at: bytes.length, name: textOf(item, reader).slice(1) })
    bytes.push(0, 0, 0, 0)
    return
  }
  const value = evaluate(item, reader.source.text)
  if (value === undefined) unknown.add(index)
  const word = Number(BigInt.asUintN(32, value ?? 0n))
  bytes.push(word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff)
}

const unescaped = (text: string): string => text.replace(/\\(["\\])/g, '$1')

/** Gives every node that is named a phandle, and writes it where it is named. */
function fillReferences(reader: Reader): void {
  let next = 0x10000
  for (const { property, at, name } of reader.pending) {
    const node = referenced(name, reader)
    if (!node) continue
    let phandle = node.properties.get('phandle')
    if (!phandle) {
      phandle = { name: 'phandle', bytes: bytesOf(next++) }
      node.properties.set('phandle', phandle)
    }
    property.bytes.set(phandle.bytes.subarray(0, 4), at)
  }
}

const bytesOf = (word: number): Uint8Array =>
  Uint8Array.from([word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff])
