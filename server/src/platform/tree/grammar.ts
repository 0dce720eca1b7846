import { Language, Parser, type TreeCursor } from 'web-tree-sitter'
import grammar from '../../../../node_modules/tree-sitter-devicetree/tree-sitter-devicetree.wasm'
import { loadGrammar } from '../../c/parse/grammar.ts'
import { MAX_DEPTH, MAX_PARENTHESES } from '../limits.ts'

/** The grammar of device tree source. Few sessions have such a file, so it is loaded when the first one comes. */

export interface SourceNode {
  readonly type: string
  /** The field of its parent it fills. */
  readonly field: string | undefined
  readonly start: number
  readonly end: number
  readonly children: readonly SourceNode[]
}

let parser: Parser | undefined
let loading: Promise<void> | undefined

export function loadTreeGrammar(): Promise<void> {
  loading ??= load()
  return loading
}

async function load(): Promise<void> {
  await loadGrammar()
  parser = new Parser().setLanguage(await Language.load(grammar))
}

/** Whether more parentheses stand inside each other than are read: finding the place of each takes the time of all. */
export function isTooNested(text: string): boolean {
  let depth = 0
  for (let at = text.indexOf('('); 0 <= at && at < text.length; at++) {
    const letter = text[at]
    if (letter === '(' && MAX_PARENTHESES < ++depth) return true
    if (letter === ')') depth = Math.max(0, depth - 1)
    if (letter === ';') depth = 0
  }
  return false
}

/** The syntax of a text as plain data; undefined while the grammar is not loaded. */
export function parseSource(text: string): SourceNode | undefined {
  const tree = parser?.parse(text)
  const cursor = tree?.walk()
  try {
    return cursor && plain(cursor)
  } finally {
    cursor?.delete()
    tree?.delete()
  }
}

interface Growing extends SourceNode {
  readonly children: Growing[]
}

/** Nodes inside each other, several for each level of the tree, that are looked into. */
const MAX_NESTING = MAX_DEPTH * 4

function plain(cursor: TreeCursor): SourceNode {
  const root = nodeAt(cursor)
  const open: Growing[] = [root]
  if (!cursor.gotoFirstChild()) return root
  for (;;) {
    const node = nodeAt(cursor)
    open.at(-1)?.children.push(node)
    if (open.length < MAX_NESTING && cursor.gotoFirstChild()) {
      open.push(node)
      continue
    }
    while (!cursor.gotoNextSibling()) {
      open.pop()
      if (open.length === 0 || !cursor.gotoParent()) return root
    }
  }
}

const nodeAt = (cursor: TreeCursor): Growing => ({
  type: cursor.nodeType,
  field: cursor.currentFieldName ?? undefined,
  start: cursor.startIndex,
  end: cursor.endIndex,
  children: [],
})
