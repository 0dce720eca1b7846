import type { Origin } from '../../text/origin.ts'
import type { ArrayType, CType, IntType, Member, StructType } from './types.ts'

/**
 * What an initializer made of an object. Immutable plain data; the syntax tree is gone.
 *
 * `origin` is the place where the initializer of exactly this value is written (expression or brace pair):
 * `spelled` never contains the designator or the separators around it. It is absent for what C zero-fills.
 */
export type Value = IntValue | ArrayValue | StructValue | UnknownValue

export interface IntValue {
  readonly kind: 'int'
  readonly type: IntType
  /** The stored value, already converted to `type`: in its range, sign included. */
  readonly value: bigint
  readonly origin?: Origin
}

export interface ArrayValue {
  readonly kind: 'array'
  /** `length` is always known here. */
  readonly type: ArrayType
  /** One item an element, zero-filled to the declared length. */
  readonly items: readonly Value[]
  /** How many elements the initializer reaches: highest initialised index + 1. */
  readonly initialised: number
  /** Elements were written for which it has no room. */
  readonly overfull?: true
  /** The string literal's characters, when the array was initialised by one. */
  readonly text?: string
  readonly origin?: Origin
}

export interface StructValue {
  readonly kind: 'struct'
  readonly type: StructType
  /**
   * Every named member, members of anonymous structs and unions included under their own names; of a union, each
   * member as C would read it back from the bytes is not modelled: only the member last initialised is present.
   */
  readonly fields: ReadonlyMap<string, FieldValue>
  readonly origin?: Origin
}

/** The value of one member and, where one was written, its designator (`.name`, without `=`). */
export interface FieldValue {
  readonly member: Member
  readonly value: Value
  readonly designator?: Origin
}

/** `reason` of a pointer or float that is zero: known, but not an integer. */
export const ZERO = 'it is zero'
/** `reason` of an address: the linker's to know, zero in the object file. No problem was reported. */
export const ADDRESS = 'it is an address'

/** `reason` of a floating-point number, and of a pointer that is a number: no integer, but its bytes are known. */
export const NO_INTEGER = 'it is not an integer'

/** A value that is no integer or cannot be computed; then its problem has been reported once. */
export interface UnknownValue {
  readonly kind: 'unknown'
  readonly type: CType
  readonly reason: string
  /** Its bytes as one little-endian number, where they are known and not all zero. */
  readonly bits?: bigint
  readonly origin?: Origin
}
