import { memoize } from '../../text/memo.ts'
import type { Origin } from '../../text/origin.ts'

/** An integer (or enumeration, or _Bool) type. `size` in bytes. */
export interface IntType {
  readonly kind: 'int'
  readonly name: string
  readonly size: 1 | 2 | 4 | 8 | 16
  readonly signed: boolean
  /** In bytes, where an attribute has set one other than the size. */
  readonly align?: number
  /** An enumeration that is declared but not defined. */
  readonly incomplete?: true
}

/** `length` in elements; undefined while the initializer has not fixed it (`[]`), and for a flexible array member. */
export interface ArrayType {
  readonly kind: 'array'
  readonly element: CType
  readonly length: number | undefined
  /** The expression between `[` and `]` of its declarator, when there is one. */
  readonly lengthAt?: Origin
  readonly align?: number
}

/** One member. `offset` in bytes from the start of the struct; for a bit-field, of its storage byte. */
export interface Member {
  /** Undefined for an anonymous struct or union, whose members are reached through it. */
  readonly name: string | undefined
  readonly type: CType
  readonly offset: number
  /** `offset` of the lowest bit from the lowest bit of the byte at the member's offset, 0 to 7. */
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
  readonly align?: number
  /** What a pointer points to. */
  readonly to?: CType
  /** A floating-point type. */
  readonly float?: true
}

export type CType = IntType | ArrayType | StructType | OtherType

const int = (name: string, size: IntType['size'], signed: boolean): IntType => ({ kind: 'int', name, size, signed })

/** The integer types of the 64-bit ABIs (LP64): `long` has 8 bytes, `char` is signed. */
export const BOOL = int('_Bool', 1, false)
export const CHAR = int('char', 1, true)
export const SCHAR = int('signed char', 1, true)
export const UCHAR = int('unsigned char', 1, false)
export const SHORT = int('short', 2, true)
export const USHORT = int('unsigned short', 2, false)
export const INT = int('int', 4, true)
export const UINT = int('unsigned int', 4, false)
export const LONG = int('long', 8, true)
export const ULONG = int('unsigned long', 8, false)
export const LLONG = int('long long', 8, true)
export const ULLONG = int('unsigned long long', 8, false)
export const INT128 = int('__int128', 16, true)
export const UINT128 = int('unsigned __int128', 16, false)
export const VOID: OtherType = { kind: 'other', name: 'void', size: 1 }

export const FLOAT: OtherType = { kind: 'other', name: 'float', size: 4, float: true }
export const DOUBLE: OtherType = { kind: 'other', name: 'double', size: 8, float: true }
/** Of 80 bits, which no number here has: it is laid out, not computed. */
export const LONG_DOUBLE: OtherType = { kind: 'other', name: 'long double', size: 16, float: true }

export const pointerTo = (to: CType): OtherType => ({ kind: 'other', name: `${typeName(to)} *`, size: 8, to })

/** Whether C takes one type for the other, qualifiers aside; each struct and enumeration is a type of its own. */
export function areCompatible(a: CType, b: CType): boolean {
  if (a === b) return true
  if (a.kind === 'int' && b.kind === 'int')
    return a.name === b.name || a.name === underlying(b) || underlying(a) === b.name
  if (a.kind === 'array' && b.kind === 'array')
    return areCompatible(a.element, b.element) && (a.length ?? b.length) === (b.length ?? a.length)
  if (a.kind === 'other' && b.kind === 'other') return a.to && b.to ? areCompatible(a.to, b.to) : a.name === b.name
  return isStructType(a) && isStructType(b) && a.tag !== undefined && typeName(a) === typeName(b)
}

const isStructType = (type: CType): type is StructType => type.kind === 'struct' || type.kind === 'union'

/** The integer type that an enumeration is compatible with. */
const underlying = ({ name, size, signed }: IntType): string | undefined =>
  name.startsWith('enum ')
    ? [UCHAR, SCHAR, USHORT, SHORT, UINT, INT, ULONG, LONG].find(each => each.size === size && each.signed === signed)
        ?.name
    : undefined

/** A struct, union or enumeration of which only the tag is known. */
export const isUndefined = (type: CType): boolean =>
  (type.kind === 'struct' || type.kind === 'union' || type.kind === 'int') && type.incomplete === true

/** The type as C writes it, for messages. */
export function typeName(type: CType): string {
  switch (type.kind) {
    case 'int':
    case 'other':
      return type.name
    case 'array':
      return `${typeName(type.element)}[${type.length ?? ''}]`
    case 'struct':
    case 'union':
      return type.tag === undefined ? `${type.kind} {…}` : `${type.kind} ${type.tag}`
    default:
      return type satisfies never
  }
}

/** In bytes; 0 for an array whose length is not known. */
export function sizeOf(type: CType): number {
  return type.kind === 'array' ? (type.length ?? 0) * sizeOf(type.element) : type.size
}

/** In bytes. */
export function alignOf(type: CType): number {
  if (type.kind === 'array') return type.align ?? alignOf(type.element)
  if (type.kind === 'struct' || type.kind === 'union') return type.align
  return type.align ?? Math.max(1, type.size)
}

/** How many structs, arrays and pointers are in each other; one that is only pointed to ends the count. */
export const nestingOf: (type: CType) => number = memoize((type: CType): number => {
  if (type.kind === 'int') return 0
  if (type.kind === 'array') return 1 + nestingOf(type.element)
  if (isStructType(type)) return type.members.reduce((most, member) => Math.max(most, 1 + nestingOf(member.type)), 1)
  return type.to ? 1 + (isStructType(type.to) ? 0 : nestingOf(type.to)) : 0
})

/** A member by its name, with its offset from the outer struct, through anonymous structs and unions. */
export function findMember(struct: StructType, name: string): Member | undefined {
  return pathTo(struct, name)?.member
}

export const pathTo = (struct: StructType, name: string): MemberPath | undefined => pathsByName(struct).get(name)

const pathsByName = memoize(
  (struct: StructType): ReadonlyMap<string, MemberPath> =>
    new Map(memberPaths(struct).map(each => [each.member.name ?? '', each])),
)

/** A named member as seen from an outer struct: its offset counts from there, `path` are the indices that lead to it. */
export interface MemberPath {
  readonly member: Member
  readonly path: readonly number[]
}

/** Every named member, those of anonymous structs and unions included, in declaration order. */
export const memberPaths: (struct: StructType) => readonly MemberPath[] = memoize((struct: StructType) =>
  struct.members.flatMap(pathsFrom),
)

function pathsFrom(member: Member, index: number): readonly MemberPath[] {
  if (member.name !== undefined) return [{ member, path: [index] }]
  if (member.type.kind !== 'struct' && member.type.kind !== 'union') return []
  return memberPaths(member.type).map(inner => ({
    member: { ...inner.member, offset: member.offset + inner.member.offset },
    path: [index, ...inner.path],
  }))
}
