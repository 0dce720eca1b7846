import type { SourceFile, Span } from '../../text/source-file.ts'
import { childNodes, nodesAt, type RawNode } from './node.ts'

/** One item of an initializer list as typed, with what belongs to it. */
export interface ListItem {
  /** The item alone. */
  readonly span: Span
  /** The end of the comma behind it. */
  readonly comma: number | undefined
  /** Comments in front of it, and behind it on its line. */
  readonly before: readonly Span[]
  readonly after: readonly Span[]
  /** All of that. */
  readonly whole: Span
}

interface RawList {
  readonly braces: Span
  readonly items: readonly ListItem[]
  /** Comments behind the last item that belong to none. */
  readonly rest: readonly Span[]
  /** Nothing but items, commas and comments: no directive stands between, and all of it is C. */
  readonly isPlain: boolean
}

/** The initializer list whose braces begin at an offset. */
export function listAt(file: SourceFile, start: number): RawList | undefined {
  const node = nodesAt(file, start).findLast(({ type, start: index }) => type === 'initializer_list' && index === start)
  return node && listOf(node)
}

function listOf(node: RawNode): RawList {
  const children = childNodes(node)
  const inner = children.slice(1, children.at(-1)?.type === '}' ? -1 : undefined)
  const items: ListItem[] = []
  let comments: Span[] = []
  let isPlain = children.at(-1)?.type === '}' && children.at(-1)!.start < node.end
  for (const [i, child] of inner.entries()) {
    if (child.type === 'comment') {
      const last = items.at(-1)
      const ends = last && comments.length === 0 && endsLineOf(last.whole.end, child, inner[i + 1] ?? children.at(-1)!)
      if (ends)
        items[items.length - 1] = { ...last, after: [...last.after, child], whole: { ...last.whole, end: child.end } }
      else comments.push(child)
    } else if (child.type === ',') {
      const last = items.at(-1)
      if (!last || last.comma !== undefined || comments.length) isPlain = false
      else items[items.length - 1] = { ...last, comma: child.end, whole: { ...last.whole, end: child.end } }
    } else if (
      child.named &&
      !child.type.startsWith('preproc_') &&
      child.type !== 'ERROR' &&
      child.type !== 'missing_comma'
    ) {
      const start = comments[0]?.start ?? child.start
      items.push({ span: child, comma: undefined, before: comments, after: [], whole: { ...child, start } })
      comments = []
    } else isPlain = false
  }
  return { braces: node, items, rest: comments, isPlain }
}

/** Whether a comment stands on the line that ends at `end`, and the next thing does not. */
function endsLineOf(end: number, comment: RawNode, next: RawNode): boolean {
  const { text } = comment.file
  const isOnLine = !hasBreak(text.slice(end, comment.start))
  return isOnLine && (next.type === 'comment' || hasBreak(text.slice(comment.end, next.start)))
}

const hasBreak = (text: string): boolean => text.includes('\n') || text.includes('\r')

/** The declaration around an offset, by the name it gives. */
export function declaratorAround(file: SourceFile, offset: number): Span | undefined {
  const node = nodesAt(file, offset).find(({ type }) => type === 'init_declarator')
  let name = node && childNodes(node).find(({ field }) => field === 'declarator')
  while (name && name.type !== 'identifier') {
    const inner: RawNode | undefined = childNodes(name).find(({ field }) => field === 'declarator')
    if (!inner) return undefined
    name = inner
  }
  return name
}
