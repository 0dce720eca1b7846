import { memoize } from '../../text/memo.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import { type Directive, lexFile } from '../preprocess/lex.ts'
import { definitionOf } from '../preprocess/macro.ts'
import type { Unit } from '../unit.ts'
import { isInForce } from './conditionals.ts'

/** One `#define` as typed, whether it is in force or not. */
export interface Definition {
  readonly name: string
  readonly nameSpan: Span
  readonly parameters: readonly string[] | undefined
  /** What replaces the macro, as typed; undefined where that is nothing. */
  readonly body: Span | undefined
}

/** Every macro definition of a file, in order. */
export const definitionsIn = memoize((file: SourceFile): readonly Definition[] =>
  lexFile(file).directives.flatMap(directive => (directive.name === 'define' ? definitionAt(directive) : [])),
)

function definitionAt(directive: Directive): readonly Definition[] {
  const { macro } = definitionOf(directive)
  if (!macro?.span) return []
  const { name, parameters, span } = macro
  const first = directive.tokens.length - countOf(directive, parameters !== undefined)
  const body = directive.tokens.slice(first)
  const [start, end] = [body[0]?.origin.spelled.start, body.at(-1)?.origin.spelled.end]
  return [
    {
      name,
      parameters,
      nameSpan: span,
      body: start === undefined || end === undefined ? undefined : { ...span, start, end },
    },
  ]
}

/** How many tokens of a `#define` stand behind its name and parameters. */
function countOf({ tokens }: Directive, isFunctionLike: boolean): number {
  const close = isFunctionLike ? tokens.findIndex(({ text }) => text === ')') : 0
  return tokens.length - close - 1
}

/** The definition of a name that counts at an offset of the main file; undefined where that stands in another file. */
export function definitionInForce({ main, inactive }: Pick<Unit, 'main' | 'inactive'>, name: string, offset: number) {
  let found: Definition | undefined
  for (const { name: command, span, tokens } of lexFile(main).directives) {
    if (offset <= span.start) break
    if (tokens[0]?.text !== name || !isInForce(inactive, span.start)) continue
    if (command === 'undef') found = undefined
    if (command === 'define')
      found = definitionsIn(main).find(({ nameSpan }) => nameSpan.start === tokens[0]!.origin.spelled.start)
  }
  return found
}

/**
 * Where a definition of the main file has effect: in code, in conditions, and in the bodies of macros in force. What a body
 * names counts for each definition of that name, since the body may be used under any.
 */
export function usesOf(unit: Unit, { name, nameSpan }: Pick<Definition, 'name' | 'nameSpan'>): readonly Span[] {
  if (nameSpan.file === unit.main && !isInForce(unit.inactive, nameSpan.start)) return []
  const inCode = unit.macroUses.flatMap(({ macro, span }) =>
    macro.name === name && macro.span?.start === nameSpan.start && macro.span.file === nameSpan.file
      ? [{ ...span, end: span.start + name.length }]
      : [],
  )
  return [...inCode, ...namesInBodies(unit, name)].toSorted((a, b) => a.start - b.start)
}

/** In bodies of definitions in force; both bodies and names come in the order of the text. */
function namesInBodies({ main, inactive }: Unit, name: string): readonly Span[] {
  const bodies = definitionsIn(main).flatMap(({ body, nameSpan }) =>
    body && isInForce(inactive, nameSpan.start) ? [body] : [],
  )
  let next = 0
  return lexFile(main)
    .tokens.filter(({ text }) => text === name)
    .flatMap(({ origin: { spelled } }) => {
      while (next < bodies.length && bodies[next]!.end <= spelled.start) next++
      const body = bodies[next]
      return body && body.start <= spelled.start && spelled.end <= body.end ? [spelled] : []
    })
}
