import type { SourceFile, Span } from '../../text/source-file.ts'
import { rawTree, type Subtree } from './tree.ts'

/** A node of the text as typed, at its place. Types and fields have tree-sitter-c's names. */
export interface RawNode extends Span {
  readonly type: string
  readonly named: boolean
  /** The field of its parent it fills, such as `value`. */
  readonly field: string | undefined
  readonly parent: RawNode | undefined
  readonly subtree: Subtree
}

export const rootNode = (file: SourceFile): RawNode => {
  const subtree = rawTree(file)
  const { type, named, length } = subtree
  return { file, type, named, field: undefined, parent: undefined, subtree, start: 0, end: length }
}

/** The children of a node in order, punctuation and comments included. */
export const childNodes = (parent: RawNode): readonly RawNode[] =>
  parent.subtree.children.map(({ offset, field, node }) => {
    const start = parent.start + offset
    const { type, named, length } = node
    return { file: parent.file, type, named, field, parent, subtree: node, start, end: start + length }
  })

/** Every node that holds an offset, edges included, outermost first; of two neighbours that meet there the later one. */
export function nodesAt(file: SourceFile, offset: number): readonly RawNode[] {
  const chain: RawNode[] = []
  let node: RawNode | undefined = rootNode(file)
  while (node) {
    chain.push(node)
    node = childNodes(node).findLast(({ start, end }) => start <= offset && offset <= end && start < end)
  }
  return chain
}
