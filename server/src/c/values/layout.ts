import type { Origin } from '../../text/origin.ts'
import { alignOf, type CType, type Member, type StructType, sizeOf } from './types.ts'

/** A member before it has a place. */
export interface MemberDeclaration {
  readonly name: string | undefined
  readonly type: CType
  /** Width of a bit-field in bits. */
  readonly width?: number
  readonly attributes: Attributes
  readonly origin: Origin
}

/** `__attribute__((packed))`, `((aligned(N)))` in bytes, and `((section("NAME")))`. */
export interface Attributes {
  readonly packed: boolean
  readonly aligned: number | undefined
  readonly section?: string
}

export const NO_ATTRIBUTES: Attributes = { packed: false, aligned: undefined }

interface Placement {
  readonly member: Member
  readonly align: number
  /** First bit after the member. */
  readonly end: number
}

/**
 * Places members as gcc does for x86-64 and AArch64 (`place_field` of gcc's stor-layout.cc). `pack` is the limit that
 * `#pragma pack` sets to the alignment of members, explicit ones included.
 */
export function layOut(
  kind: 'struct' | 'union',
  tag: string | undefined,
  declarations: readonly MemberDeclaration[],
  attributes: Attributes,
  origin: Origin,
  pack?: number,
): StructType {
  const members: Member[] = []
  let [end, size, align] = [0, 0, attributes.aligned ?? 1]
  for (const declaration of declarations) {
    const laidOut = placeMember(declaration, kind === 'union' ? 0 : end, { packed: attributes.packed, pack })
    end = laidOut.end
    size = Math.max(size, end)
    align = Math.max(align, laidOut.align)
    if (isReachable(declaration)) members.push(laidOut.member)
  }
  const bytes = Math.ceil(size / 8)
  return { kind, tag, size: roundUp(bytes, align), align, members, incomplete: false, origin }
}

/** An unnamed bit-field only takes room; an unnamed struct or union gives its members. */
const isReachable = ({ name, type }: MemberDeclaration): boolean =>
  name !== undefined || type.kind === 'struct' || type.kind === 'union'

/** What a struct sets for all its members. */
interface Packing {
  readonly packed: boolean
  readonly pack: number | undefined
}

function placeMember(declaration: MemberDeclaration, bit: number, packing: Packing): Placement {
  if (declaration.width !== undefined) return placeBits(declaration, declaration.width, bit, packing)
  const align = Math.min(memberAlign(declaration, packing.packed), packing.pack ?? Number.POSITIVE_INFINITY)
  const offset = Math.ceil(bit / 8 / align) * align
  return { member: memberAt(declaration, offset), align, end: (offset + sizeOf(declaration.type)) * 8 }
}

function memberAlign({ type, attributes: { packed, aligned } }: MemberDeclaration, packedStruct: boolean): number {
  if (packed || packedStruct) return aligned ?? 1
  return Math.max(aligned ?? 1, alignOf(type))
}

/** A bit-field does not straddle more units of its type than it must, unless it is packed; width 0 ends the unit. */
function placeBits(declaration: MemberDeclaration, width: number, bit: number, packing: Packing): Placement {
  const packed = packing.packed || declaration.attributes.packed
  const limit = packing.pack ?? Number.POSITIVE_INFINITY
  const { aligned } = declaration.attributes
  const own = aligned === undefined ? undefined : Math.min(aligned, limit)
  const unit = Math.max(own ?? 1, alignOf(declaration.type)) * 8
  const size = sizeOf(declaration.type) * 8
  let start = bit
  if (width === 0) start = roundUp(start, unit)
  else {
    if (own !== undefined) start = roundUp(start, own * 8)
    if (!packed && packing.pack === undefined && size < (start % unit) + width) start = roundUp(start, unit)
  }
  const named = declaration.name !== undefined
  // A limit set by `#pragma pack` counts for the type of a bit-field, also where an attribute packs it.
  const natural = packing.pack !== undefined ? Math.min(alignOf(declaration.type), limit) : packed ? 1 : unit / 8
  const align = named ? Math.max(own ?? 1, natural) : 1
  const bits = { offset: start % 8, width }
  return { member: { ...memberAt(declaration, Math.floor(start / 8)), bits }, align, end: start + width }
}

const roundUp = (bit: number, unit: number): number => Math.ceil(bit / unit) * unit

const memberAt = ({ name, type, origin }: MemberDeclaration, offset: number): Member => ({ name, type, offset, origin })
