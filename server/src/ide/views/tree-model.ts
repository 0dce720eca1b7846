import type { Place, Words } from './model.ts'

/** The systems of a workspace as a tree, plain JSON. Types only, like those of the map. */

export interface SystemTree {
  readonly nodes: readonly TreeNode[]
}

export interface TreeNode {
  /** Stays the same while the file is edited, so that an editor keeps what is open and chosen. */
  readonly id: string
  readonly kind: TreeNodeKind
  readonly label: Words
  readonly detail?: Words
  /** More, for who asks: a sentence or two. */
  readonly why?: Words
  readonly place?: Place
  readonly children: readonly TreeNode[]
}

export type TreeNodeKind =
  | 'root'
  | 'inmate'
  | 'orphan'
  | 'group'
  | 'region'
  | 'cpu'
  | 'interrupt'
  | 'device'
  | 'link'
  | 'stream'
  | 'port'
  | 'free'
