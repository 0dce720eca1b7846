import { byWord } from '../../text/by-word.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { childNodes, nodesAt, type RawNode } from './node.ts'
import { wordAt } from './tokens.ts'

/**
 * What holds an offset, innermost first, each within the next: the word, the expressions around it, the member or element,
 * that with its comma, what stands between the braces, the braces, and so on to the whole file.
 */
export function selectionsAt(file: SourceFile, offset: number): readonly Span[] {
  const word = wordAt(file, offset)?.span
  const nodes = nodesAt(file, offset).toReversed()
  const steps = [...(word ? [word] : []), ...nodes.flatMap(node => stepsOf(node, offset))]
  const chain: Span[] = []
  for (const { start, end } of steps) {
    const inner = chain.at(-1)
    const isWider = !inner || (start <= inner.start && inner.end <= end && end - start > inner.end - inner.start)
    if (isWider && start <= offset && offset <= end) chain.push({ file, start, end })
  }
  return chain
}

/** A node, in front of it its inside where it is bracketed, and behind it what belongs to it. */
function stepsOf(node: RawNode, offset: number): readonly Span[] {
  const children = childNodes(node)
  const [first, last] = [children[0], children.at(-1)]
  const isBracketed = first && last && first !== last && BRACKETS[first.type] === last.type && last.start < last.end
  const holdsInside = isBracketed && first.end <= offset && offset <= last.start
  const inside = holdsInside ? [{ ...node, start: first.end, end: last.start }] : []
  return [...inside, node, ...withComma(node)]
}

const BRACKETS = byWord<string>({ '{': '}', '(': ')', '[': ']' })

/** An item of a list with the comma behind it. */
function withComma(node: RawNode): readonly Span[] {
  if (node.parent?.type !== 'initializer_list') return []
  const next = childNodes(node.parent).find(({ start, type }) => node.end <= start && type !== 'comment')
  return next?.type === ',' ? [{ ...node, end: next.end }] : []
}
