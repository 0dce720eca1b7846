import { Recent } from '../../text/memo.ts'
import type { Span } from '../../text/source-file.ts'
import { parse, type SyntaxNode } from '../parse/grammar.ts'

/** A part of an expression that is `|`-ed with the rest. */
export interface Operand extends Span {
  /** The name, where it is one and no more. */
  readonly name: string | undefined
  /** The `|` in front of it and the one behind it, as far as there are. */
  readonly before: Span | undefined
  readonly after: Span | undefined
}

export interface OrList {
  readonly operands: readonly Operand[]
  /** Parentheses around all of it, from the outer to the inner. */
  readonly inside: Span
  /** Whether it may go on with `|` as it stands: no operator in it binds less. */
  readonly isPlain: boolean
}

const PREFIX = 'int _ = ('

/** No list of flags is longer. */
const MAX_LENGTH = 1 << 14

/**
 * The operands of an expression as typed, parentheses and comments anywhere; undefined where the text is no expression.
 * For a macro's body as for an initializer: the text is parsed by itself.
 */
export function orListIn({ file, start, end }: Span): OrList | undefined {
  if (MAX_LENGTH < end - start) return undefined
  const { list } = parsed(file.text.slice(start, end))
  if (!list) return undefined
  const offset = start - PREFIX.length
  const at = (node: SyntaxNode): Span => ({ file, start: offset + node.start, end: offset + node.end })
  const operands = list.leaves.map(({ node, before, after }) => ({
    ...at(node),
    name: nameOf(node),
    before: before && at(before),
    after: after && at(after),
  }))
  return {
    operands,
    inside: at(list.inner),
    isPlain:
      !LOOSER.has(list.inner.children.find(({ field }) => field === 'operator')?.text ?? '') &&
      list.inner.type !== 'conditional_expression',
  }
}

/** What stands inside the parentheses around all of a text, offsets counted from those of `PREFIX`; none where it is no expression. */
interface Parsed {
  readonly list?: { readonly inner: SyntaxNode; readonly leaves: readonly Leaf[] }
}

/** Lists of flags are alike in most regions of a file, and in its next version. */
const recent = new Recent<Parsed>(500)

function parsed(expression: string): Parsed {
  const known = recent.get(expression)
  if (known) return known
  const inner = innermost(expression)
  const result = inner ? { list: { inner, leaves: leavesOf(inner) } } : {}
  recent.set(expression, result)
  return result
}

function innermost(expression: string): SyntaxNode | undefined {
  const text = `${PREFIX}${expression}\n)`
  const root = parse(`${text};`)
  const value = initializerIn(root)
  if (!value || root.broken || value.end !== text.length || value.type !== 'parenthesized_expression') return undefined
  const inner = unwrapped(value)
  return inner.type === 'comma_expression' ? undefined : inner
}

/** Operators that bind less than `|`. */
const LOOSER: ReadonlySet<string> = new Set(['&&', '||'])

const initializerIn = (root: SyntaxNode): SyntaxNode | undefined =>
  root.children
    .find(({ type }) => type === 'declaration')
    ?.children.find(({ field }) => field === 'declarator')
    ?.children.find(({ field }) => field === 'value')

function unwrapped(node: SyntaxNode): SyntaxNode {
  let inner = node
  while (inner.type === 'parenthesized_expression') {
    const next = inner.children.find(({ type }) => type !== 'comment')
    if (!next) return inner
    inner = next
  }
  return inner
}

function nameOf(node: SyntaxNode): string | undefined {
  const inner = unwrapped(node)
  return inner.type === 'identifier' ? inner.text : undefined
}

interface Leaf {
  readonly node: SyntaxNode
  readonly before: SyntaxNode | undefined
  readonly after: SyntaxNode | undefined
}

/** Down the `|`s, through parentheses; without recursion, since a sum of thousands leans to the left that deep. */
function leavesOf(root: SyntaxNode): readonly Leaf[] {
  const leaves: Leaf[] = []
  const pending: Leaf[] = [{ node: root, before: undefined, after: undefined }]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const inner = unwrapped(next.node)
    const operator = inner.children.find(({ field }) => field === 'operator')
    const [left, right] = ['left', 'right'].map(side => inner.children.find(({ field }) => field === side))
    if (inner.type !== 'binary_expression' || operator?.text !== '|' || !left || !right) leaves.push(next)
    else {
      const isWrapped = inner !== next.node
      pending.push({ node: right, before: operator, after: isWrapped ? undefined : next.after })
      pending.push({ node: left, before: isWrapped ? undefined : next.before, after: operator })
    }
  }
  return leaves
}
