import type { Token } from '../token.ts'
import type { SyntaxNode } from './grammar.ts'

type Word = Pick<Token, 'kind' | 'text'>

/**
 * The syntax of the elements that lists are full of, `1`, `.name = 1` and `[2] = 1`, just as the parser would answer
 * it, many times faster; undefined for all others. Offsets count tokens.
 */
export function plainElement(tokens: readonly Word[]): SyntaxNode | undefined {
  const [first, second, third] = tokens
  if (tokens.length === 1) return number(first, 0, undefined)
  if (first?.text === '.' && tokens.length === 4 && third?.text === '=' && second?.kind === 'identifier') {
    const name = node('field_identifier', undefined, second.text, 1, 2, [])
    return pair(node('field_designator', 'designator', `. ${second.text}`, 0, 2, [name]), number(tokens[3], 3, 'value'))
  }
  if (first?.text === '[' && tokens.length === 5 && third?.text === ']' && tokens[3]?.text === '=') {
    const index = number(second, 1, undefined)
    const value = number(tokens[4], 4, 'value')
    return index && pair(node('subscript_designator', 'designator', `[ ${index.text} ]`, 0, 3, [index]), value)
  }
  return undefined
}

function pair(designator: SyntaxNode, value: SyntaxNode | undefined): SyntaxNode | undefined {
  if (!value) return undefined
  const text = `${designator.text} = ${value.text}`
  return node('initializer_pair', undefined, text, 0, value.end, [designator, value])
}

/** What every C grammar reads as one number. */
const NUMBER = /^(0[xX][0-9a-fA-F]+|[0-9]+)[uU]?[lL]{0,2}$/

const number = (token: Word | undefined, index: number, field: string | undefined): SyntaxNode | undefined =>
  token?.kind === 'number' && NUMBER.test(token.text)
    ? node('number_literal', field, token.text, index, index + 1, [])
    : undefined

const node = (
  type: string,
  field: string | undefined,
  text: string,
  start: number,
  end: number,
  children: readonly SyntaxNode[],
): SyntaxNode => ({
  type,
  field,
  text,
  start,
  end,
  children,
  broken: false,
  names: type === 'field_identifier' || children.some(({ names }) => names),
})
