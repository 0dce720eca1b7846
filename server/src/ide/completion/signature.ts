import type { Analysis } from '../../analyze.ts'
import { type Lexeme, lexFile } from '../../c/preprocess/lex.ts'
import { constantDoc } from '../../config/reference/index.ts'

/** The call of a macro around an offset: its parameters, and the one that is being written. */
export interface Signature {
  /** `JAILHOUSE_SHMEM_NET_REGIONS(start, dev_id)` */
  readonly label: string
  readonly parameters: readonly string[]
  /** Index of the argument the offset is in; past the last parameter where there are too many. */
  readonly active: number
  readonly documentation: string
}

/** The innermost function-like macro whose parentheses hold the offset, closed or not. */
export function signatureAt({ unit }: Analysis, offset: number): Signature | undefined {
  const { tokens } = lexFile(unit.main)
  const before = tokens.slice(0, tokens.findLastIndex(({ origin }) => origin.spelled.end <= offset) + 1)
  if (tokens[before.length]?.kind === 'string' && tokens[before.length]!.origin.spelled.start < offset) return undefined
  for (const { name, argument } of callsAround(before)) {
    const macro = unit.macros.get(name)
    if (!macro?.parameters) continue
    const variadic = macro.parameters.at(-1)?.endsWith('...')
    const active = variadic ? Math.min(argument, macro.parameters.length - 1) : argument
    const doc = constantDoc(name)
    return {
      label: `${name}(${macro.parameters.join(', ')})`,
      parameters: macro.parameters,
      active,
      documentation: doc ? `${doc.brief}. ${doc.detail}`.trim() : '',
    }
  }
  return undefined
}

/** `name(` that is still open at the end, innermost first, with the number of commas behind it. */
function* callsAround(tokens: readonly Lexeme[]): Iterable<{ readonly name: string; readonly argument: number }> {
  let depth = 0
  let argument = 0
  for (let i = tokens.length - 1; 0 <= i; i--) {
    const { text } = tokens[i]!
    if (text === ')') depth++
    else if (text === '(' && 0 < depth) depth--
    else if (text === '(') {
      const name = tokens[i - 1]
      if (name?.kind === 'identifier') yield { name: name.text, argument }
      argument = 0
    } else if (text === ',' && depth === 0) argument++
    else if (depth === 0 && /^[;{}]$/.test(text)) return
  }
}
