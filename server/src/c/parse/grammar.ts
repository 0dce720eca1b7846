import { Language, Parser, type TreeCursor } from 'web-tree-sitter'
import runtime from 'web-tree-sitter/web-tree-sitter.wasm'
import grammar from '../../../../grammars/tree-sitter-jailhouse/tree-sitter-jailhouse.wasm'

/** A node of the syntax tree as plain data, under tree-sitter-c's names; the tree itself is already freed. */
export interface SyntaxNode {
  readonly type: string
  /** The field of its parent it fills, such as `declarator`. */
  readonly field: string | undefined
  readonly text: string
  /** Half-open range of offsets in the text that was parsed. */
  readonly start: number
  readonly end: number
  /** Named children, and those without a name that fill a field (operators). */
  readonly children: readonly SyntaxNode[]
  /** An error or a missing token stands here or below. */
  readonly broken: boolean
  /** An identifier stands here or below: what it means depends on what is declared. */
  readonly names: boolean
}

let parser: Parser | undefined
let loading: Promise<void> | undefined

/** Loads the parser once; everything after it is synchronous. */
export function loadGrammar(): Promise<void> {
  loading ??= load()
  return loading
}

async function load(): Promise<void> {
  await Parser.init({ wasmBinary: runtime, locateFile: (name: string) => name })
  const language = await Language.load(grammar)
  parser = new Parser().setLanguage(language)
}

/** The one parser, for those that keep trees of the text as typed; they delete what they parse. */
export function loadedParser(): Parser {
  if (!parser) throw new Error('loadGrammar() has not finished')
  return parser
}

/** The syntax tree of a text as plain data. */
export function parse(text: string): SyntaxNode {
  const tree = loadedParser().parse(text)
  if (!tree)
    return {
      type: 'ERROR',
      field: undefined,
      text,
      start: 0,
      end: text.length,
      children: [],
      broken: true,
      names: true,
    }
  const cursor = tree.walk()
  try {
    return plain(cursor, text)
  } finally {
    cursor.delete()
    tree.delete()
  }
}

interface Growing {
  readonly type: string
  readonly field: string | undefined
  readonly text: string
  readonly start: number
  readonly end: number
  readonly children: Growing[]
  broken: boolean
  names: boolean
  readonly nesting: number
}

/** Nodes inside each other beyond this are not looked into: everything behind the parser recurses. */
const MAX_NESTING = 400

/** Walks with a cursor and a stack of its own, so that no depth of nesting overflows. */
function plain(cursor: TreeCursor, text: string): SyntaxNode {
  const root = grown(cursor, text, 0)
  const open: Growing[] = []
  let node = root
  for (;;) {
    if (node.nesting < MAX_NESTING && cursor.gotoFirstChild()) {
      open.push(node)
    } else {
      while (!cursor.gotoNextSibling()) {
        const done = open.pop()
        if (!done) return root
        const parent = open.at(-1)
        if (parent) inherit(parent, done)
        if (!parent) return root
        cursor.gotoParent()
      }
    }
    const parent = open.at(-1)
    if (!parent) return root
    node = grown(cursor, text, parent.nesting + 1)
    inherit(parent, node)
    if (cursor.nodeIsNamed || node.field !== undefined || node.broken) parent.children.push(node)
  }
}

function inherit(parent: Growing, { broken, names }: Growing): void {
  parent.broken ||= broken
  parent.names ||= names
}

const NAME = /identifier$|^(true|false|null)$/
/** What our grammar accepts in the text as typed, but C after preprocessing has not. */
const UNFINISHED = /^(ERROR|missing_comma|partial_expression|preproc_.*)$/

function grown(cursor: TreeCursor, text: string, depth: number): Growing {
  const { nodeType: type, startIndex: start, endIndex: end } = cursor
  const field = cursor.currentFieldName ?? undefined
  // A sum of thousands leans to the left that deep; whoever evaluates it goes down there in a loop.
  const nesting = type === 'binary_expression' && field === 'left' ? depth - 1 : depth
  const broken =
    UNFINISHED.test(type) ||
    MAX_NESTING <= nesting ||
    (type === 'attribute_macro' && text.slice(start, end) !== '__int128') ||
    (cursor.nodeIsMissing && type !== 'field_identifier')
  return {
    type,
    field,
    text: text.slice(start, end),
    start,
    end,
    children: [],
    broken,
    names: NAME.test(type),
    nesting,
  }
}

export const child = (node: SyntaxNode, field: string): SyntaxNode | undefined =>
  node.children.find(each => each.field === field)

export const ofType = (node: SyntaxNode, type: string): readonly SyntaxNode[] =>
  node.children.filter(each => each.type === type)
