import { byWord } from '../../text/by-word.ts'
import { memoize } from '../../text/memo.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { commentsIn } from './comments.ts'
import { conditionalsIn } from './conditionals.ts'
import { childNodes, type RawNode, rootNode } from './node.ts'

const CLOSING = byWord<string>({ '}': '{', ')': '(', ']': '[' })

/** Matching braces, parentheses and brackets, inner ones first; what nothing closes is left out. */
export const bracketsIn = memoize((file: SourceFile): readonly Span[] => {
  const open: { readonly type: string; readonly start: number }[] = []
  const found: Span[] = []
  const visit = (node: RawNode): void => {
    if (node.type === '{' || node.type === '(' || node.type === '[') open.push(node)
    const opening = CLOSING[node.type]
    const index =
      opening === undefined || node.start === node.end ? -1 : open.findLastIndex(({ type }) => type === opening)
    if (0 <= index) {
      found.push({ file, start: open[index]!.start, end: node.end })
      open.length = index
    }
  }
  const pending: RawNode[] = [rootNode(file)]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.subtree.children.length === 0) visit(node)
    else for (const child of childNodes(node).toReversed()) pending.push(child)
  }
  return found
})

/** Each branch of each conditional, from its directive to before the next. */
export const branchFoldsIn = (file: SourceFile): readonly Span[] =>
  conditionalsIn(file).flatMap(({ branches }) =>
    branches.map(({ directive, body }) => ({
      file,
      start: directive.start,
      end: Math.max(directive.end, body.end - 1),
    })),
  )

/** Comments, line comments on lines that follow each other as one. */
export function commentBlocksIn(file: SourceFile): readonly Span[] {
  const blocks: Span[] = []
  for (const comment of commentsIn(file)) {
    const last = blocks.at(-1)
    if (last && isLine(comment) && isLine(last) && isNextLine(last, comment))
      blocks[blocks.length - 1] = { ...last, end: comment.end }
    else blocks.push({ file, start: comment.start, end: comment.end })
  }
  return blocks
}

const isLine = ({ file, start }: Span): boolean => file.text.startsWith('//', start)

/** Nothing but one line break and blanks stands between. */
function isNextLine(a: Span, b: Span): boolean {
  const gap = a.file.text.slice(a.end, b.start)
  return gap.trim() === '' && gap.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n').length === 2
}
