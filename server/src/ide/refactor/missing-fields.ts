import type { StructValue, Value } from '../../c/values/value.ts'
import { insertField } from '../../edit/fields.ts'
import { isOnOneLine } from '../../edit/layout.ts'
import { indentAt, newlineOf } from '../../text/lines.ts'
import { primarySpan } from '../../text/origin.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

/** Writes every field of the struct around that is not written yet, with the zero it has anyway. */
export function missingFields({ path }: RefactorContext): readonly Refactoring[] {
  const struct = path.steps.findLast(({ value }) => value.kind === 'struct' && value.type.kind === 'struct')?.value
  if (struct?.kind !== 'struct' || !struct.origin || struct.origin.expandedAt) return []
  const [first, ...others] = missingIn(struct)
  if (!first || !isDesignated(struct)) return []
  const rest = others.map(({ name, zero }) => `${separator(struct)}.${name} = ${zero}`).join('')
  const change = insertField({ source: struct }, first.name, first.zero + rest)
  const title = others.length
    ? `Write the ${others.length + 1} missing fields`
    : `Write the missing field ${first.name}`
  return change ? [{ title, kind: 'rewrite', edits: change.edits }] : []
}

/** Behind values without names a designator might go back. */
const isDesignated = (struct: StructValue): boolean =>
  [...struct.fields.values()].every(({ value, designator }) => designator !== undefined || value.origin === undefined)

/** Members with names of their own; of anonymous unions one at most may be written. */
const missingIn = ({ type, fields }: StructValue) =>
  type.members.flatMap(({ name, type: { kind } }) =>
    name === undefined || name === 'padding' || isWritten(fields.get(name)?.value) || kind === 'other'
      ? []
      : [{ name, zero: kind === 'int' ? '0' : '{ 0 }' }],
  )

/** A struct may be written by the designators of its parts: `.tipvu.tlb_base = 1`. */
const isWritten = (value: Value | undefined): boolean =>
  value !== undefined &&
  (value.origin !== undefined ||
    (value.kind === 'struct' && [...value.fields.values()].some(field => isWritten(field.value))))

/** What stands between two fields of the struct: a blank, or a line break and the indentation of its fields. */
function separator(struct: StructValue): string {
  const braces = primarySpan(struct.origin!)
  if (isOnOneLine(braces)) return ', '
  const { text } = braces.file
  const last = [...struct.fields.values()].map(({ designator }) => designator && primarySpan(designator).start)
  const start = Math.max(braces.start, ...last.map(offset => offset ?? 0))
  return `,${newlineOf(text)}${indentAt(text, start)}`
}
