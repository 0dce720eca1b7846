import { Edit, type Tree, type TreeCursor } from 'web-tree-sitter'
import { LatestByName, memoize } from '../../text/memo.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { loadedParser } from '../parse/grammar.ts'

/**
 * One subtree of the text as typed. It knows no offset of its own, only those of its children relative to itself, so
 * that what an edit moves but does not change is the same object in both versions.
 */
export interface Subtree {
  readonly type: string
  /** Has a name in the grammar; punctuators and keywords have none. */
  readonly named: boolean
  /** In UTF-16 code units; what the parser put in where something is missing has none. */
  readonly length: number
  readonly children: readonly Child[]
  /** Where this is in the parser's memory: equal in two living trees only for the same subtree. */
  readonly id: number
}

export interface Child {
  /** From the start of the parent. */
  readonly offset: number
  /** The field of the parent it fills, such as `value`. */
  readonly field: string | undefined
  readonly node: Subtree
}

interface Kept {
  readonly text: string
  readonly tree: Tree
  readonly root: Subtree
}

/** The parser's trees of the documents asked for last, by URI: what the next version of each is parsed from. */
const kept = new LatestByName<Kept>(32, ({ tree }) => tree.delete())

/** A file that is longer has no tree: nobody types it, and it would take seconds. The largest of upstream has 20,000. */
const MAX_LENGTH = 1 << 18

const nothing = (text: string): Subtree => ({ type: 'ERROR', named: true, length: text.length, children: [], id: 0 })

/**
 * The syntax of a text as typed. What a version shares with the one before is found by comparing the texts, which takes
 * microseconds and needs nobody to say what was changed.
 */
export const rawTree = memoize(({ uri, text }: SourceFile): Subtree => {
  if (MAX_LENGTH < text.length) return nothing(text)
  const before = kept.get(uri)
  if (before?.text === text) return before.root
  if (before) applyEdit(before.tree, before.text, text)
  const tree = parse(text, before?.tree)
  const root = tree && convert(tree, text.length, before?.root)
  if (tree && root) kept.set(uri, { text, tree, root })
  else kept.delete(uri)
  return root ?? nothing(text)
})

/** How many trees the parser's memory holds. */
export const keptTrees = (): number => kept.size

/** Steps of the parser for each character: error recovery in text that is no C must end. */
const MAX_STEPS_PER_UNIT = 4

function parse(text: string, before: Tree | undefined): Tree | null {
  const parser = loadedParser()
  let steps = 0
  const tree = parser.parse(text, before, { progressCallback: () => MAX_STEPS_PER_UNIT * text.length + 1000 < ++steps })
  if (!tree) parser.reset()
  return tree
}

/** Tells the tree which part of its text is replaced: all between the first and the last difference. */
function applyEdit(tree: Tree, before: string, after: string): void {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  let same = 0
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++
  const [oldEndIndex, newEndIndex] = [before.length - same, after.length - same]
  const edit = new Edit({
    startIndex: start,
    oldEndIndex,
    newEndIndex,
    startPosition: pointAt(before, start),
    oldEndPosition: pointAt(before, oldEndIndex),
    newEndPosition: pointAt(after, newEndIndex),
  })
  tree.edit(edit)
}

/** Rows as the parser counts them: a lone carriage return begins none. */
function pointAt(text: string, offset: number): { readonly row: number; readonly column: number } {
  let row = 0
  let start = 0
  for (let next = text.indexOf('\n'); 0 <= next && next < offset; next = text.indexOf('\n', start)) {
    row++
    start = next + 1
  }
  return { row, column: offset - start }
}

/** Copies a tree out of the parser's memory, sharing with the version before what the parser shares. */
function convert(tree: Tree, length: number, before: Subtree | undefined): Subtree {
  const cursor = tree.walk()
  try {
    return new Copier(cursor).whole(length, before)
  } finally {
    cursor.delete()
  }
}

/** Nodes inside each other beyond this are not looked into. */
const MAX_DEPTH = 400

interface Listed extends Omit<Child, 'node'> {
  readonly type: string
  readonly named: boolean
  readonly length: number
  readonly id: number
}

class Copier {
  readonly #cursor: TreeCursor
  #depth = 0

  constructor(cursor: TreeCursor) {
    this.#cursor = cursor
  }

  /** The root as a node that spans the whole text, blanks at both ends included. */
  whole(length: number, before: Subtree | undefined): Subtree {
    const { nodeType: type, nodeIsNamed: named, nodeId: id } = this.#cursor
    return { type, named, length, id, children: this.#below(0, before) }
  }

  /** The node of the cursor, which is left where it was. */
  #copy(before: Subtree | undefined): Subtree {
    const { nodeType: type, nodeIsNamed: named, nodeId: id, startIndex: start, endIndex } = this.#cursor
    return { type, named, length: endIndex - start, id, children: this.#below(start, before) }
  }

  /** The children of the node of the cursor, counted from `start`. */
  #below(start: number, before: Subtree | undefined): readonly Child[] {
    if (MAX_DEPTH <= this.#depth || !this.#cursor.gotoFirstChild()) return []
    const listed = this.#siblings(start)
    this.#cursor.gotoParent()
    return sameChildren(listed, before) ? before!.children : this.#children(listed, before?.children ?? [])
  }

  /** All children, the cursor standing on the first. */
  #siblings(start: number): readonly Listed[] {
    const cursor = this.#cursor
    const listed: Listed[] = []
    do {
      const { nodeType: type, nodeIsNamed: named, nodeId: id, startIndex, currentFieldName } = cursor
      const [offset, length] = [startIndex - start, cursor.endIndex - startIndex]
      listed.push({ type, named, id, offset, length, field: currentFieldName ?? undefined })
    } while (cursor.gotoNextSibling())
    return listed
  }

  #children(listed: readonly Listed[], before: readonly Child[]): readonly Child[] {
    const cursor = this.#cursor
    const counterpart = counterparts(listed, before)
    const children: Child[] = []
    let position = -1
    for (const [index, { offset, field, type, named, length, id }] of listed.entries()) {
      const twin = counterpart(index)
      const isSame = twin !== undefined && isShared({ type, length, id }, twin.node)
      const isLeaf = length === 0
      if (!isSame && !isLeaf) {
        this.#goTo(position, index)
        position = index
        this.#depth++
      }
      const node = isSame ? twin.node : isLeaf ? { type, named, length, id, children: [] } : this.#copy(twin?.node)
      if (!isSame && !isLeaf) this.#depth--
      children.push({ offset, field, node })
    }
    if (0 <= position) cursor.gotoParent()
    return children
  }

  /** From a child, or with -1 the parent, to a child further on. */
  #goTo(from: number, to: number): void {
    if (from < 0) this.#cursor.gotoFirstChild()
    for (let index = Math.max(0, from); index < to; index++) this.#cursor.gotoNextSibling()
  }
}

const isShared = (node: Pick<Subtree, 'type' | 'length' | 'id'>, other: Subtree): boolean =>
  node.id === other.id && node.length === other.length && node.type === other.type

const sameChildren = (listed: readonly Listed[], before: Subtree | undefined): boolean =>
  before?.children.length === listed.length &&
  listed.every((node, i) => {
    const twin = before.children[i]!
    return isShared(node, twin.node) && twin.offset === node.offset && twin.field === node.field
  })

/** For each child the one of the version before that it may be: counted from the start, behind the edit from the end. */
function counterparts(listed: readonly Listed[], before: readonly Child[]): (index: number) => Child | undefined {
  const shift = before.length - listed.length
  const shorter = Math.min(before.length, listed.length)
  let lead = 0
  while (
    lead < shorter &&
    listed[lead]!.type === before[lead]!.node.type &&
    listed[lead]!.length === before[lead]!.node.length
  )
    lead++
  return index => (index < lead || shift === 0 ? before[index] : before[index + shift])
}
