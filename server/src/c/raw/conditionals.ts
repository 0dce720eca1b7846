import { memoize } from '../../text/memo.ts'
import { countWhile } from '../../text/sorted.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { type Directive, lexFile } from '../preprocess/lex.ts'

/** One `#if`, `#ifdef` … to its `#endif`, with every branch, in force or not. */
export interface Conditional extends Span {
  readonly branches: readonly Branch[]
}

export interface Branch {
  /** The line that opens it, from its `#`. */
  readonly directive: Span
  /** The lines between that one and the next directive of the conditional. */
  readonly body: Span
}

/** The conditionals of a file, outer ones before those within; what has no `#endif` is none. */
export const conditionalsIn = memoize((file: SourceFile): readonly Conditional[] => {
  const open: Directive[][] = []
  const found: Conditional[] = []
  for (const directive of lexFile(file).directives) {
    if (directive.name.startsWith('if')) open.push([directive])
    else if (directive.name.startsWith('el')) open.at(-1)?.push(directive)
    else if (directive.name === 'endif') {
      const parts = open.pop()
      if (parts) found.push(conditionalOf(file, parts, directive))
    }
  }
  return found.toSorted((a, b) => a.start - b.start)
})

function conditionalOf(file: SourceFile, parts: readonly Directive[], endif: Directive): Conditional {
  const branches = parts.map((directive, i) => ({
    directive: lineOf(directive),
    body: { file, start: directive.nextLine, end: (parts[i + 1] ?? endif).lineStart },
  }))
  return { file, start: parts[0]!.span.start, end: lineOf(endif).end, branches }
}

/** From the `#` to the last token of the line. */
function lineOf({ span, tokens }: Directive): Span {
  return { ...span, end: tokens.at(-1)?.origin.spelled.end ?? span.end }
}

/** Whether text is read at all, by what the preprocessor says it left out, in the order of the text. */
export function isInForce(inactive: readonly Span[], offset: number): boolean {
  const before = countWhile(inactive.length, index => inactive[index]!.start <= offset)
  return before === 0 || inactive[before - 1]!.end <= offset
}

/** Whether a span holds a directive, or a part of one. */
export const holdsDirective = ({ file, start, end }: Span): boolean =>
  lexFile(file).directives.some(({ lineStart, nextLine }) => lineStart < end && start < nextLine)
