import type { ObjectDefinition, Unit } from '../c/unit.ts'
import type { FieldValue, Value } from '../c/values/value.ts'
import { isSpelledInPlace, type Origin, primarySpan } from '../text/origin.ts'
import type { SourceFile, Span } from '../text/source-file.ts'

/** One step from an object to the value under the cursor: a field of a struct, or an element of an array. */
export interface Step {
  readonly parent: Value
  readonly value: Value
  readonly field?: { readonly name: string; readonly written: FieldValue }
  readonly index?: number
}

/** What an offset of the main file stands in. */
export interface NodePath {
  readonly object: ObjectDefinition
  /** From the object inwards; empty when the offset is on the object's own braces. */
  readonly steps: readonly Step[]
  /** Whether the offset is on the name of the last step's field, not on its value. */
  readonly onDesignator: boolean
}

export const contains = (span: Span, file: SourceFile, offset: number): boolean =>
  span.file === file && span.start <= offset && offset <= span.end

const isInOrigin = (origin: Origin | undefined, file: SourceFile, offset: number): boolean =>
  origin !== undefined && contains(primarySpan(origin), file, offset)

/** The innermost value whose text holds the offset. Of several that one macro use made, the first. */
export function findNode(unit: Unit, offset: number): NodePath | undefined {
  const object = unit.objects.find(candidate => isInOrigin(candidate.value.origin, unit.main, offset))
  if (!object) return undefined
  const steps: Step[] = []
  let value = object.value
  for (;;) {
    const step = stepInto(value, unit.main, offset)
    if (!step) return { object, steps, onDesignator: false }
    steps.push(step)
    if (isOnDesignator(step, unit.main, offset)) return { object, steps, onDesignator: true }
    value = step.value
  }
}

/** The designator of what a macro made stands nowhere in the file: who points there points at the macro. */
const isOnDesignator = ({ field }: Step, file: SourceFile, offset: number): boolean =>
  field?.written.designator !== undefined &&
  isSpelledInPlace(field.written.designator) &&
  isInOrigin(field.written.designator, file, offset)

function stepInto(parent: Value, file: SourceFile, offset: number): Step | undefined {
  if (parent.kind === 'struct')
    for (const [name, written] of parent.fields)
      if (isInValue(written.value, file, offset) || isInOrigin(written.designator, file, offset))
        return { parent, value: written.value, field: { name, written } }
  if (parent.kind === 'array')
    for (const [index, value] of parent.items.entries())
      if (isInValue(value, file, offset)) return { parent, value, index }
  return undefined
}

/** `.tipvu.tlb_base = 1` writes a part of `tipvu`, whose own braces stand nowhere. */
function isInValue(value: Value, file: SourceFile, offset: number): boolean {
  if (value.origin) return isInOrigin(value.origin, file, offset)
  return value.kind !== 'int' && stepInto(value, file, offset) !== undefined
}

/** `mem_regions[3].flags`, as C would name the value. */
export const pathOf = (steps: readonly Step[]): string =>
  steps
    .map(({ field, index }) => (field ? `.${field.name}` : `[${index}]`))
    .join('')
    .replace(/^\./, '')
