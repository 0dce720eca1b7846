import { orListIn } from '../../c/raw/operands.ts'
import { isNumber } from '../../c/raw/tokens.ts'
import { editable } from '../../edit/fields.ts'
import { textOf } from '../../text/source-file.ts'
import { hex } from '../../text/words.ts'
import { constantsIn, namesIn } from '../named-constants.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

/** A number for the names of its bits, or of its value; and names for the number they come to. */
export function flagWords({ analysis: { unit }, path }: RefactorContext): readonly Refactoring[] {
  const step = path.steps.findLast(({ field }) => field)
  const value = path.steps.at(-1)?.value
  const tag = step?.parent.kind === 'struct' ? step.parent.type.tag : undefined
  if (!step?.field || !tag || value?.kind !== 'int') return []
  const at = editable(value.origin)
  if (!at) return []
  const constants = constantsIn(unit, tag, step.field.name)
  const written = textOf(at)
  if (isNumber(at)) {
    const names = namesIn(unit, tag, step.field.name, value.value)
    return names
      ? [{ title: `Replace ${written} with ${shortened(names)}`, kind: 'rewrite', edits: [{ span: at, text: names }] }]
      : []
  }
  const operands = orListIn(at)?.operands ?? []
  const isNames = operands.every(operand => constants.some(({ name }) => name === operand.name))
  if (operands.length === 0 || !isNames) return []
  return [{ title: `Replace with ${hex(value.value)}`, kind: 'rewrite', edits: [{ span: at, text: hex(value.value) }] }]
}

const shortened = (names: string): string => (names.length <= 60 ? names : `${names.slice(0, 57)}…`)
