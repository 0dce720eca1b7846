import { memoize } from '../../text/memo.ts'
import type { Chunk, List } from '../parse/chunks.ts'
import type { SyntaxNode } from '../parse/grammar.ts'
import { syntaxOf, tooMuchOf } from '../parse/syntax.ts'
import { missingAfter } from '../problem.ts'
import { type EvalContext, report } from './scope.ts'

/** `.name` or `[first ... last]`; the range counts tokens of the element's chunk. */
export interface Designator {
  readonly start: number
  readonly end: number
  readonly name?: string
  readonly first?: SyntaxNode
  readonly last?: SyntaxNode
}

/** One element of a brace list: a brace list again, an expression, or something that cannot be read. */
export interface Element {
  readonly context: EvalContext
  readonly designators: readonly Designator[]
  readonly start: number
  readonly end: number
  readonly list?: Braces
  readonly expression?: SyntaxNode
}

/** A brace list and where its braces stand: at tokens `[start, end)` of the chunk that holds it. */
export interface Braces {
  readonly context: EvalContext
  readonly start: number
  readonly end: number
  readonly elements: readonly Element[]
}

/** The list that stands for the braces at `start` of a chunk, or the list written out in the chunk itself. */
export function bracesFrom(
  node: { readonly start: number; readonly end: number },
  context: EvalContext,
  written?: SyntaxNode,
): Braces {
  const open = context.chunk.tokens[node.start]
  const list = context.chunk.lists.find(each => each.open === open)
  if (list) return fromList(list, node.start, context)
  const elements = (written?.children ?? []).map(each => elementFrom(each, context))
  return { context, start: node.start, end: node.end, elements }
}

function fromList(list: List, start: number, context: EvalContext): Braces {
  const elements = list.items.map(chunk => elementOf(chunk, context))
  return { context, start, end: start + 2, elements }
}

function elementOf(chunk: Chunk, outer: EvalContext): Element {
  const context: EvalContext = { scope: outer.scope, chunk }
  const syntax = syntaxOf(chunk)
  return syntax.broken ? brokenElement(syntax, context) : elementFrom(syntax, context)
}

function elementFrom(node: SyntaxNode, context: EvalContext): Element {
  const { designators, value } = shapeOf(node)
  if (!value) return { context, designators, start: node.start, end: node.end }
  const { start, end } = value
  if (value.type === 'initializer_list')
    return { context, designators, start, end, list: bracesFrom(value, context, value) }
  return { context, designators, start, end, expression: value }
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
function brokenElement(syntax: SyntaxNode, context: EvalContext): Element {
  const { tokens, lists } = context.chunk
  const designators: Designator[] = []
  let i = 0
  while (tokens[i]?.text === '.' && tokens[i + 1]?.kind === 'identifier') {
    designators.push({ start: i, end: i + 2, name: tokens[i + 1]!.text })
    i += 2
  }
  if (tokens[0]?.kind === 'identifier' && tokens[1]?.text === '=') {
    const suggestions = [
      { title: 'Insert "."', span: { ...tokens[0].origin.spelled, end: tokens[0].origin.spelled.start }, text: '.' },
    ]
    report(context, { start: 0, end: 1 }, 'syntax', `expected "." before "${tokens[0].text}"`, { suggestions })
    designators.push({ start: 0, end: 1, name: tokens[0].text })
    i = 1
  } else reportError(syntax, context)
  const start = tokens[i]?.text === '=' ? i + 1 : i
  const end = tokens.length
  const open = lists[0] ? tokens.indexOf(lists[0].open) : -1
  if (0 <= open) return { context, designators, start: open, end: open + 2, list: fromList(lists[0]!, open, context) }
  return { context, designators, start: Math.min(start, end - 1), end }
}

function reportError(syntax: SyntaxNode, context: EvalContext): void {
  const last = context.chunk.tokens.length
  if (context.chunk.tokens.at(-1)?.text === '=') {
    report(context, { start: last - 1, end: last }, 'syntax', 'expected an expression after "="')
    return
  }
  const tooMuch = tooMuchOf(context.chunk)
  if (tooMuch !== undefined) {
    report(context, { start: 0, end: 1 }, 'expansion-limit', `element of ${tooMuch} is too long and ignored`)
    return
  }
  const error = firstError(syntax)
  const start = Math.min(error?.start ?? 0, last - 1)
  if (error?.type === 'missing_comma' && 0 < start) {
    context.scope.problems.push(
      missingAfter(context.chunk.tokens[start - 1]!, ',', 'expected ","', 'missing-separator'),
    )
    return
  }
  if (error?.type === 'partial_expression') {
    report(context, { start, end: error.end }, 'syntax', 'incomplete expression')
    return
  }
  const subject = error?.type === 'ERROR' ? unexpected(context.chunk.tokens[start]!.text) : `expected "${error?.type}"`
  report(context, { start, end: start + 1 }, 'syntax', error ? subject : 'invalid element')
}

/** What is said of a token that the grammar has no place for. */
export function unexpected(text: string): string {
  if (IMAGINARY.test(text)) return `the imaginary constant ${text} is not supported`
  return /^\d/.test(text) && !isNumber(text) ? `"${text}" is not a number` : `unexpected "${text}"`
}

const isNumber = (text: string): boolean => /^(0x[\da-f]+|0b[01]+|\d+)[ul]{0,3}$/i.test(text)

/** A number of gcc's complex types. */
const IMAGINARY = /^(?:0x[\da-f]+[ul]{0,3}|[\d.]+(?:e[+-]?\d+)?[ulf]{0,3})[ij][ulf]{0,3}$/i

/** The innermost of the first errors, or a missing token. */
export function firstError(node: SyntaxNode): SyntaxNode | undefined {
  let found: SyntaxNode | undefined
  for (let inner: SyntaxNode | undefined = node; inner; inner = inner.children.find(each => each.broken))
    if (inner !== node) found = inner
  return found
}
