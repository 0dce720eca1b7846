import type { SourceFile } from '../../text/source-file.ts'
import { commentAt } from './comments.ts'
import { type RawToken, tokensIn } from './tokens.ts'

/** `name(` around an offset, closed or not, with the index of the argument the offset is in. */
interface OpenCall {
  readonly name: string
  readonly argument: number
  /** Where the name begins, and where the argument does. */
  readonly start: number
  readonly argumentStart: number
}

/** The calls around an offset, innermost first; none in comments and strings. */
export function callsAround(file: SourceFile, offset: number): readonly OpenCall[] {
  const tokens = tokensIn(file)
  const count = tokens.findLastIndex(({ span }) => span.end <= offset) + 1
  const next = tokens[count]
  if (commentAt(file, offset) || (next?.kind === 'string' && next.span.start < offset)) return []
  return [...callsBehind(tokens.slice(0, count))]
}

/** From the last token back to the beginning of the statement or list. */
function* callsBehind(tokens: readonly RawToken[]): Iterable<OpenCall> {
  let depth = 0
  let argument = 0
  let argumentStart: number | undefined
  for (let i = tokens.length - 1; 0 <= i; i--) {
    const { text, span } = tokens[i]!
    if (text === ')') depth++
    else if (text === '(' && 0 < depth) depth--
    else if (text === '(') {
      const name = tokens[i - 1]
      if (name?.kind === 'identifier')
        yield { name: name.text, argument, start: name.span.start, argumentStart: argumentStart ?? span.end }
      argument = 0
      argumentStart = undefined
    } else if (text === ',' && depth === 0) {
      argument++
      argumentStart ??= span.end
    } else if (depth === 0 && (text === ';' || text === '{' || text === '}')) return
  }
}
