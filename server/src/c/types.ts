import type { Origin } from '../text/origin.ts'

/** An integer (or enumeration, or _Bool) type. `size` in bytes. */
export interface IntType {
  readonly kind: 'int'
  readonly name: string
  readonly size: 1 | 2 | 4 | 8 | 16
  readonly signed: boolean
}

/** `length` in elements; undefined while the initializer has not fixed it (`[]`), and for a flexible array member. */
export interface ArrayType {
  readonly kind: 'array'
  readonly element: CType
  readonly length: number | undefined
  /** The expression between `[` and `]` of its declarator, when there is one. */
  readonly lengthAt?: Origin
}

/** One member. `offset` in bytes from the start of the struct; for a bit-field, of its storage byte. */
export interface Member {
  /** Undefined for an anonymous struct or union, whose members are reached through it. */
  readonly name: string | undefined
  readonly type: CType
  readonly offset: number
  readonly bits?: { readonly offset: number; readonly width: number }
  readonly origin: Origin
}

/** A struct or union. `size` and `align` in bytes; `members` in declaration order. */
export interface StructType {
  readonly kind: 'struct' | 'union'
  readonly tag: string | undefined
  readonly size: number
  readonly align: number
  readonly members: readonly Member[]
  /** Declared but never defined; size 0. */
  readonly incomplete: boolean
  readonly origin: Origin
}

/** What a configuration never stores a value of, but headers declare: pointers, floats, void, functions. */
export interface OtherType {
  readonly kind: 'other'
  readonly name: string
  readonly size: number
}

export type CType = IntType | ArrayType | StructType | OtherType
