import { memoize } from '../text/memo.ts'
import type { SyntaxNode } from './grammar.ts'
import type { List, Piece } from './outline.ts'
import { missingAfter } from './problem.ts'
import { type Reading, tell } from './scope.ts'
import { isTooLong, syntaxOf } from './syntax.ts'

/** `.name` or `[first ... last]`; the range counts tokens of the element's piece. */
export interface Designator {
  readonly start: number
  readonly end: number
  readonly name?: string
  readonly first?: SyntaxNode
  readonly last?: SyntaxNode
}

/** One element of a brace list: a brace list again, an expression, or something that cannot be read. */
export interface Element {
  readonly at: Reading
  readonly designators: readonly Designator[]
  readonly start: number
  readonly end: number
  readonly list?: Braces
  readonly expression?: SyntaxNode
}

/** A brace list and where its braces stand: at tokens `[start, end)` of the piece that holds it. */
export interface Braces {
  readonly at: Reading
  readonly start: number
  readonly end: number
  readonly elements: readonly Element[]
}

/** The list that stands for the braces at `start` of a piece, or the list written out in the piece itself. */
export function bracesAt(
  node: { readonly start: number; readonly end: number },
  at: Reading,
  written?: SyntaxNode,
): Braces {
  const open = at.piece.tokens[node.start]
  const list = at.piece.lists.find(each => each.open === open)
  if (list) return fromList(list, node.start, at)
  const elements = (written?.children ?? []).map(each => elementFrom(each, at))
  return { at, start: node.start, end: node.end, elements }
}

function fromList(list: List, start: number, at: Reading): Braces {
  const elements = list.items.map(piece => elementOf(piece, at))
  return { at, start, end: start + 2, elements }
}

function elementOf(piece: Piece, outer: Reading): Element {
  const at: Reading = { scope: outer.scope, piece }
  const syntax = syntaxOf(piece)
  return syntax.broken ? brokenElement(syntax, at) : elementFrom(syntax, at)
}

function elementFrom(node: SyntaxNode, at: Reading): Element {
  const { designators, value } = shapeOf(node)
  if (!value) return { at, designators, start: node.start, end: node.end }
  const { start, end } = value
  if (value.type === 'initializer_list') return { at, designators, start, end, list: bracesAt(value, at, value) }
  return { at, designators, start, end, expression: value }
}

interface Shape {
  readonly designators: readonly Designator[]
  readonly value: SyntaxNode | undefined
}

const shapeOf = memoize((node: SyntaxNode): Shape => {
  if (node.type !== 'initializer_pair') return { designators: [], value: node }
  const designators = node.children.filter(each => each.field === 'designator').map(designatorFrom)
  return { designators, value: node.children.find(each => each.field === 'value') }
})

function designatorFrom(node: SyntaxNode): Designator {
  const { start, end, children } = node
  if (node.type === 'field_designator') return { start, end, name: children[0]?.text ?? '' }
  if (node.type === 'field_identifier') return { start, end, name: node.text }
  const [first, last] = children
  return { start, end, ...(first && { first }), ...(last && { last }) }
}

/** What can be read of an element that does not parse: its designators, and a brace list behind them. */
function brokenElement(syntax: SyntaxNode, at: Reading): Element {
  const { tokens, lists } = at.piece
  const designators: Designator[] = []
  let i = 0
  while (tokens[i]?.text === '.' && tokens[i + 1]?.kind === 'identifier') {
    designators.push({ start: i, end: i + 2, name: tokens[i + 1]!.text })
    i += 2
  }
  if (tokens[0]?.kind === 'identifier' && tokens[1]?.text === '=') {
    const suggestions = [
      { title: 'insert "."', at: { ...tokens[0].origin.spelled, end: tokens[0].origin.spelled.start }, text: '.' },
    ]
    tell(at, { start: 0, end: 1 }, 'syntax', `expected "." before "${tokens[0].text}"`, { suggestions })
    designators.push({ start: 0, end: 1, name: tokens[0].text })
    i = 1
  } else tellWhy(syntax, at)
  const start = tokens[i]?.text === '=' ? i + 1 : i
  const end = tokens.length
  const open = lists[0] ? tokens.indexOf(lists[0].open) : -1
  if (0 <= open) return { at, designators, start: open, end: open + 2, list: fromList(lists[0]!, open, at) }
  return { at, designators, start: Math.min(start, end - 1), end }
}

function tellWhy(syntax: SyntaxNode, at: Reading): void {
  const last = at.piece.tokens.length
  if (at.piece.tokens.at(-1)?.text === '=') {
    tell(at, { start: last - 1, end: last }, 'syntax', 'expected an expression after "="')
    return
  }
  if (isTooLong(at.piece)) {
    tell(at, { start: 0, end: 1 }, 'expansion-limit', `this element has ${last} tokens; it is left out`)
    return
  }
  const error = firstError(syntax)
  const start = Math.min(error?.start ?? 0, last - 1)
  if (error?.type === 'missing_comma' && 0 < start) {
    at.scope.problems.push(missingAfter(at.piece.tokens[start - 1]!, ',', 'expected ","', 'missing-separator'))
    return
  }
  if (error?.type === 'partial_expression') {
    tell(at, { start, end: error.end }, 'syntax', 'this expression is not complete')
    return
  }
  const culprit = error?.type === 'ERROR' ? `unexpected "${at.piece.tokens[start]!.text}"` : `expected "${error?.type}"`
  tell(at, { start, end: start + 1 }, 'syntax', error ? culprit : 'this element cannot be read')
}

/** The innermost of the first errors, or a missing token. */
export function firstError(node: SyntaxNode): SyntaxNode | undefined {
  let found: SyntaxNode | undefined
  for (let at: SyntaxNode | undefined = node; at; at = at.children.find(each => each.broken))
    if (at !== node) found = at
  return found
}
