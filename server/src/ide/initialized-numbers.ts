import type { ObjectDefinition } from '../c/unit.ts'
import type { IntValue, Value } from '../c/values/value.ts'

/** A number that is written somewhere, and the field it is written for; an element of an array has its array's. */
export interface InitializedNumber {
  readonly value: IntValue
  readonly field: string
  /** Tag of the innermost struct around that has one. */
  readonly struct: string
}

/** Every number of the objects that an initializer reaches, in their order. */
export const initializedNumbers = (objects: readonly ObjectDefinition[]): readonly InitializedNumber[] =>
  objects.flatMap(({ value }) => [...numbersIn(value, '', '')])

function* numbersIn(value: Value, field: string, struct: string): Iterable<InitializedNumber> {
  if (value.kind === 'int' && value.origin) yield { value, field, struct }
  if (value.kind === 'array' && value.text === undefined)
    for (const item of value.items.slice(0, value.initialised)) yield* numbersIn(item, field, struct)
  if (value.kind === 'struct')
    for (const [name, inner] of value.fields) yield* numbersIn(inner.value, name, value.type.tag ?? struct)
}
