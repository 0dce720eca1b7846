import { type Range, rangeOf } from '../../config/ranges.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { MAX_DEPTH, MAX_NODES } from '../limits.ts'
import { parseSource, type SourceNode } from './grammar.ts'
import type { TreeNode, TreeProperty } from './node.ts'
import { evaluate, isValue } from './source-values.ts'

/**
 * Device tree source (`.dts`). Included files are not read: the trees of inmates need only constants of them, and a name
 * that is not known makes one cell unknown. Conditionals are not decided; their first branch is read.
 */

export interface TreeSource {
  readonly root: TreeNode | undefined
  readonly reservations: readonly Range[]
  readonly problems: readonly { readonly message: string; readonly span?: Span }[]
}

interface OpenNode extends TreeNode {
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
  readonly file: SourceFile
  readonly defines: Map<string, bigint>
  readonly labels: Map<string, OpenNode>
  readonly pending: Pending[]
  readonly reservations: Range[]
  readonly problems: { message: string; span?: Span }[]
  root: OpenNode | undefined
  count: number
}

export function readTreeSource(file: SourceFile): TreeSource {
  const reader: Reader = {
    file,
    defines: new Map(),
    labels: new Map(),
    pending: [],
    reservations: [],
    problems: [],
    root: undefined,
    count: 0,
  }
  const document = parseSource(file.text)
  if (!document) return { root: undefined, reservations: [], problems: [{ message: 'the grammar is not loaded' }] }
  for (const item of document.children) readTopLevel(item, reader)
  fillReferences(reader)
  return { root: reader.root, reservations: reader.reservations, problems: reader.problems }
}

const spanOf = ({ start, end }: SourceNode, { file }: Reader): Span => ({ file, start, end })
const textOf = ({ start, end }: SourceNode, { file }: Reader): string => file.text.slice(start, end)
const fieldOf = (node: SourceNode, name: string) => node.children.find(({ field }) => field === name)

function readTopLevel(item: SourceNode, reader: Reader): void {
  switch (item.type) {
    case 'node':
      readNode(item, undefined, reader)
      break
    case 'memory_reservation':
      readReservation(item, reader)
      break
    case 'preproc_def':
      readDefine(item, reader)
      break
    case 'omit_if_no_ref':
    case 'preproc_if':
    case 'preproc_ifdef':
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
    return part && evaluate(part, { text: reader.file.text, defines: reader.defines })
  })
  if (address !== undefined && length) reader.reservations.push(rangeOf(address, length))
}

function readDefine(item: SourceNode, { defines, ...reader }: Reader): void {
  const [name, value] = [fieldOf(item, 'name'), fieldOf(item, 'value')]
  const spelled = value && reader.file.text.slice(value.start, value.end).trim()
  if (name && spelled && /^(0x[0-9a-f]{1,16}|\d{1,18})$/i.test(spelled))
    defines.set(reader.file.text.slice(name.start, name.end), BigInt(spelled))
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
  if (name.type === 'reference') return reader.labels.get(textOf(name, reader).slice(1))
  const addressAt = item.children.findLast(({ field, type }) => field === 'address' && type === 'unit_address')
  const spelled = textOf(name, reader) + (addressAt ? `@${textOf(addressAt, reader)}` : '')
  const span = { file: reader.file, start: name.start, end: (addressAt ?? name).end }
  if (!parent) {
    if (spelled !== '/') return undefined
    reader.root ??= newNode('', undefined, span)
    return reader.root
  }
  const known = parent.children.find(child => child.name === spelled)
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
    case 'preproc_if':
    case 'preproc_ifdef':
      for (const inner of item.children) readMember(inner, node, reader, depth + 1)
      break
    case 'ERROR':
      reader.problems.push({ message: 'cannot be parsed', span: spanOf(item, reader) })
      break
    default:
  }
}

function deleteNode(item: SourceNode, node: OpenNode, reader: Reader): void {
  const name = fieldOf(item, 'name')
  const address = item.children.find(({ type }) => type === 'unit_address')
  if (!name) return
  const spelled = textOf(name, reader) + (address ? `@${textOf(address, reader)}` : '')
  const index = node.children.findIndex(child => child.name === spelled)
  if (0 <= index) node.children.splice(index, 1)
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
      for (const item of value.children) if (isValue(item) || item.type === 'reference') readCell(item, sink)
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

/** Cells of other widths (`/bits/`) are no part of what is read here. */
function readCell(item: SourceNode, { bytes, unknown, cellSpans, property, reader }: Sink): void {
  const index = bytes.length / 4
  cellSpans[index] = spanOf(item, reader)
  if (item.type === 'reference') {
    reader.pending.push({ property, at: bytes.length, name: textOf(item, reader).slice(1) })
    bytes.push(0, 0, 0, 0)
    return
  }
  const value = evaluate(item, { text: reader.file.text, defines: reader.defines })
  if (value === undefined) unknown.add(index)
  const word = Number(BigInt.asUintN(32, value ?? 0n))
  bytes.push(word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff)
}

const unescaped = (text: string): string => text.replace(/\\(["\\])/g, '$1')

/** Gives every node that is named a phandle, and writes it where it is named. */
function fillReferences({ labels, pending }: Reader): void {
  let next = 0x10000
  for (const { property, at, name } of pending) {
    const node = labels.get(name)
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
