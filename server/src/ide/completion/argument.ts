import { callsAround } from '../../c/raw/calls.ts'
import type { OpenLists } from '../../c/raw/open-lists.ts'
import { type RawToken, tokensIn, tokensWithin } from '../../c/raw/tokens.ts'
import { asStruct, type Unit } from '../../c/unit.ts'
import { type Context, contextAt } from './context.ts'

/**
 * The context of an argument of a macro that makes an element or members: that of the field it is written to. The word
 * that is being typed is no part of what the argument has so far.
 */
export function argumentContext(unit: Unit, { word }: Pick<OpenLists, 'word'>): Context | undefined {
  const [call] = callsAround(unit.main, word.start)
  const macro = call && unit.macros.get(call.name)
  const parameter = macro?.parameters?.[call?.argument ?? 0]
  const field = macro && parameter !== undefined ? fieldWrittenBy(macro.body, parameter) : undefined
  const outer = call && field !== undefined ? contextAt(unit, call.start) : undefined
  if (!call || field === undefined || !outer || (outer.kind !== 'element' && outer.kind !== 'designator'))
    return undefined
  const struct = outer.kind === 'element' ? asStruct(outer.of.element) : outer.of
  const tokens = tokensWithin({ file: unit.main, start: call.argumentStart, end: word.start })
  const { path } = outer
  return {
    kind: 'value',
    used: new Set(tokens.filter(isOperand).map(({ text }) => text)),
    after: tokens.at(-1)?.text,
    at: word,
    path: { ...path, steps: [...path.steps, field], struct: struct?.tag ?? path.struct, field: [field] },
  }
}

const isOperand = ({ kind }: RawToken): boolean => kind === 'identifier' || kind === 'number'

/** `.phys_start = start`: the field that a body gives the parameter to as it is. */
function fieldWrittenBy(body: string, parameter: string): string | undefined {
  const tokens = tokensIn({ uri: '', text: body })
  for (const [i, { text }] of tokens.entries()) {
    if (text !== parameter) continue
    let before = i - 1
    while (tokens[before]?.text === '(') before--
    const isWritten = tokens[before]?.text === '=' && tokens[before - 2]?.text === '.'
    if (isWritten) return tokens[before - 1]?.text
  }
  return undefined
}
