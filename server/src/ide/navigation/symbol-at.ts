import type { Analysis } from '../../analyze.ts'
import { definitionInForce, definitionsIn } from '../../c/raw/macros.ts'
import { type RawToken, tokenBefore, wordAt } from '../../c/raw/tokens.ts'
import { asStruct, type Unit } from '../../c/unit.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import { findNode } from '../node-path.ts'

/** What a name stands for, by the place that declares it; undefined for a macro of the compiler's own. */
export interface NamedSymbol {
  readonly kind: 'macro' | 'object' | 'member'
  readonly name: string
  readonly declaration: Span | undefined
}

/** What the name at an offset stands for. */
export function symbolAt({ unit }: Analysis, offset: number): NamedSymbol | undefined {
  const path = findNode(unit, offset)
  const field = path?.onDesignator ? path.steps.at(-1)?.field : undefined
  if (field) return { kind: 'member', name: field.name, declaration: primarySpan(field.written.member.origin) }
  const word = wordAt(unit.main, offset)
  if (word?.kind !== 'identifier') return undefined
  if (tokenBefore(unit.main, word.span.start)?.text === '.') return memberNamed(unit, word)
  return macroAt(unit, word.text, word.span.start) ?? objectNamed(unit, word.text)
}

/** The definition in force where a macro is named, or the one whose name that is, in force or not. */
function macroAt(unit: Unit, name: string, start: number): NamedSymbol | undefined {
  const own = definitionsIn(unit.main).find(({ nameSpan }) => nameSpan.start === start)
  if (own) return { kind: 'macro', name, declaration: own.nameSpan }
  const expanded = unit.macroUses.find(({ span, macro }) => span.start === start && macro.name === name)?.macro
  const macro = expanded ?? unit.macros.get(name)
  const local = expanded ? undefined : definitionInForce(unit, name, start)
  if (local) return { kind: 'macro', name, declaration: local.nameSpan }
  return macro && { kind: 'macro', name, declaration: macro.span }
}

/** `config.mem_regions` in an expression. */
function memberNamed(unit: Unit, { text, span }: RawToken): NamedSymbol | undefined {
  const dot = tokenBefore(unit.main, span.start)!.span.start
  const object = unit.objects.find(({ name }) => name === tokenBefore(unit.main, dot)?.text)
  const member = object && asStruct(object.type)?.members.find(({ name }) => name === text)
  return member && { kind: 'member', name: text, declaration: primarySpan(member.origin) }
}

function objectNamed(unit: Unit, name: string): NamedSymbol | undefined {
  const object = unit.objects.find(object => object.name === name)
  return object && { kind: 'object', name, declaration: primarySpan(object.nameAt) }
}

/** Whether two readings mean the same place: headers are read anew for every unit. */
export const isSamePlace = (a: Span, b: Span): boolean =>
  a.file.uri === b.file.uri && a.start === b.start && a.end === b.end
