import type { CopiedMap } from '../../text/copied-map.ts'
import { type Origin, primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import type { Chunk } from '../parse/chunks.ts'
import type { SyntaxNode } from '../parse/grammar.ts'
import { closest } from '../recover/closest.ts'
import type { Token } from '../token.ts'
import type { Problem, ProblemKind } from '../unit.ts'
import { spelledOrigin } from './spelled-origin.ts'
import type { CType } from './types.ts'
import type { Value } from './value.ts'

/**
 * The value of a constant expression. With `base` it is an address: so many bytes from what the base names. Of a
 * floating type it is `real`.
 */
export interface Constant {
  readonly type: CType
  readonly value: bigint
  readonly base?: string
  readonly real?: number
}

/** What the file has declared up to here, and what was found wrong on the way. */
export interface Scope {
  readonly typedefs: CopiedMap<string, CType>
  /** By `struct tag`, `union tag`, `enum tag`. */
  readonly tags: CopiedMap<string, CType>
  readonly constants: CopiedMap<string, Constant>
  readonly objects: CopiedMap<string, DeclaredObject>
  readonly problems: Problem[]
  /** Names of macros, for "did you mean". */
  readonly macros: { keys(): Iterable<string> }
  /** Where macros are used that the preprocessor could not replace, and has said why. */
  readonly failedMacros: ReadonlySet<string>
  /** Types that are not defined, as far as a declaration has said so: what uses what it declares says it no more. */
  readonly undefinedTypes: Set<string>
  /** Names that may still be compared to find one that is meant. */
  readonly guessing: { left: number }
  /** Array elements that ranges of the file may still write. */
  readonly ranges: { left: number }
  /** In bytes, the limit that `#pragma pack` sets where a token stands. */
  readonly packAt: (token: Token) => number | undefined
  /** The type that a cast or `sizeof` names. */
  readonly typeNamed: (descriptor: SyntaxNode, context: EvalContext) => CType | undefined
  /** The type of a compound literal: an array of unknown length is as long as its initializer makes it. */
  readonly typeOfLiteral: (literal: SyntaxNode, context: EvalContext) => CType | undefined
}

export interface DeclaredObject {
  readonly type: CType
  readonly constant: boolean
  readonly value?: Value
  /** Where it is defined before its type is: the end of the file decides. */
  readonly tentativeAt?: Span
}

/** Where evaluation stands: nodes count tokens of this chunk. */
export interface EvalContext {
  readonly scope: Scope
  readonly chunk: Chunk
}

export const lastToken = ({ chunk }: EvalContext, node: SyntaxNode): Token =>
  chunk.tokens[node.end - 1] ?? chunk.tokens.at(-1)!

/** The place of tokens `[start, end)` of the chunk, as written between their neighbours. */
export function originOf(
  { chunk }: EvalContext,
  { start, end }: { readonly start: number; readonly end: number },
): Origin {
  const { tokens, before, after } = chunk
  const last = Math.min(Math.max(start + 1, end), tokens.length) - 1
  return spelledOrigin(tokens[start]!, tokens[last]!, tokens[start - 1] ?? before, tokens[last + 1] ?? after)
}

export function report(
  context: EvalContext,
  node: { readonly start: number; readonly end: number },
  kind: ProblemKind,
  message: string,
  more: Partial<Pick<Problem, 'severity' | 'related' | 'suggestions' | 'near'>> = {},
): undefined {
  context.scope.problems.push({ kind, span: primarySpan(originOf(context, node)), message, severity: 'error', ...more })
}

export const keyOf = ({ file, start }: Span): string => `${file.uri} ${start}`

/** Whether a name is that of a macro that could not be replaced: that it is no name in C is nothing new. */
export const isFailedMacro = (node: SyntaxNode, context: EvalContext): boolean =>
  0 < context.scope.failedMacros.size && context.scope.failedMacros.has(keyOf(primarySpan(originOf(context, node))))

/** "Did you mean": the names closest to the one that stands at `node`, to be put over it unless a macro spells it. */
export function didYouMean(
  context: EvalContext,
  node: SyntaxNode,
  names: Iterable<string>,
  name = node.text,
): Pick<Problem, 'suggestions' | 'near'> {
  const origin = lastToken(context, node).origin
  const { guessing } = context.scope
  if (guessing.left <= 0) return {}
  const candidates = [...names]
  guessing.left -= candidates.length
  const near = closest(name, candidates)
  if (near[0] === undefined) return {}
  if (origin.expandedAt) return { near: near[0] }
  return {
    near: near[0],
    suggestions: near.map(text => ({ title: `Replace with ${text}`, span: origin.spelled, text })),
  }
}

/** All names an expression may use, for "did you mean". */
export function* usableNames({ constants, macros, objects }: Scope): Iterable<string> {
  yield* constants.keys()
  yield* macros.keys()
  yield* objects.keys()
}
