import type { SyntaxNode } from '../parse/grammar.ts'
import { escapeFault } from './escapes.ts'
import { type Characters, characters } from './literal.ts'
import { didYouMean, type EvalContext, report, usableNames } from './scope.ts'
import { type ArrayType, CHAR } from './types.ts'

/** The characters of a string literal, or of several in a row; undefined of any other expression. */
export function stringOf(node: SyntaxNode): Characters | undefined {
  const literals = literalsIn(node)
  if (!literals) return undefined
  const parts = literals.map(part => characters(part.text))
  const type = parts.find(part => part && part.type !== CHAR)?.type ?? CHAR
  return { units: parts.flatMap(part => part?.units ?? []), type }
}

/** The array that a string literal is. */
export function stringType(node: SyntaxNode): ArrayType | undefined {
  const text = stringOf(node)
  return text && { kind: 'array', element: text.type, length: text.units.length + 1 }
}

/** Tells what gcc refuses of string literals in a row: a name among them that is none, and prefixes that differ. */
export function checkString(node: SyntaxNode, context: EvalContext): void {
  const literals = literalsIn(node) ?? []
  for (const part of literals) {
    const fault =
      part.type === 'string_literal' ? escapeFault(part.text, characters(part.text)?.type.size ?? 1) : undefined
    if (fault !== undefined) report(context, part, 'syntax', fault, { severity: 'warning' })
    if (part.type === 'identifier')
      report(
        context,
        part,
        'undeclared',
        `${part.text} is not a string`,
        didYouMean(context, part, usableNames(context.scope)),
      )
  }
  const prefixes = new Set(literals.map(({ text }) => text.slice(0, text.indexOf('"'))).filter(prefix => prefix !== ''))
  if (literals.every(({ type }) => type === 'string_literal') && 1 < prefixes.size)
    report(context, node, 'syntax', `string literals with ${[...prefixes].join(' and ')} cannot be joined`)
}

function literalsIn(node: SyntaxNode): readonly SyntaxNode[] | undefined {
  if (node.type === 'parenthesized_expression' && node.children[0]) return literalsIn(node.children[0])
  if (node.type === 'string_literal') return [node]
  return node.type === 'concatenated_string' ? node.children : undefined
}
