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

/** `__attribute__((packed))` and `__attribute__((aligned(N)))`; `aligned` in bytes. */
export interface Attributes {
  readonly packed: boolean
  readonly aligned: number | undefined
}

export const NO_ATTRIBUTES: Attributes = { packed: false, aligned: undefined }

interface Placement {
  readonly member: Member
  readonly align: number
  /** First bit after the member. */
  readonly end: number
}

/** Places members as gcc does for x86-64 and AArch64 (`place_field` of gcc's stor-layout.cc). */
export function layOut(
  kind: 'struct' | 'union',
  tag: string | undefined,
  declarations: readonly MemberDeclaration[],
  attributes: Attributes,
  origin: Origin,
): StructType {
  const members: Member[] = []
  let [end, size, align] = [0, 0, attributes.aligned ?? 1]
  for (const declaration of declarations) {
    const laidOut = placeMember(declaration, kind === 'union' ? 0 : end, attributes.packed)
    end = laidOut.end
    size = Math.max(size, end)
    align = Math.max(align, laidOut.align)
    if (isReachable(declaration)) members.push(laidOut.member)
  }
  const bytes = Math.ceil(size / 8)
  const aligned = attributes.aligned !== undefined
  return { kind, tag, size: roundUp(bytes, align), align, aligned, members, incomplete: false, origin }
}

/** An unnamed bit-field only takes room; an unnamed struct or union gives its members. */
const isReachable = ({ name, type }: MemberDeclaration): boolean =>
  name !== undefined || type.kind === 'struct' || type.kind === 'union'

function placeMember(declaration: MemberDeclaration, bit: number, packedStruct: boolean): Placement {
  if (declaration.width !== undefined) return placeBits(declaration, declaration.width, bit, packedStruct)
  const align = memberAlign(declaration, packedStruct)
  const offset = Math.ceil(bit / 8 / align) * align
  return { member: memberAt(declaration, offset), align, end: (offset + sizeOf(declaration.type)) * 8 }
}

function memberAlign({ type, attributes: { packed, aligned } }: MemberDeclaration, packedStruct: boolean): number {
  if (packed || packedStruct) return aligned ?? 1
  return Math.max(aligned ?? 1, alignOf(type))
}

/** A bit-field does not straddle more units of its type than it must, unless it is packed; width 0 ends the unit. */
function placeBits(declaration: MemberDeclaration, width: number, bit: number, packedStruct: boolean): Placement {
  const packed = packedStruct || declaration.attributes.packed
  const own = declaration.attributes.aligned
  const unit = Math.max(own ?? 1, alignOf(declaration.type)) * 8
  const size = sizeOf(declaration.type) * 8
  let start = bit
  if (width === 0) start = roundUp(start, unit)
  else {
    if (own !== undefined) start = roundUp(start, own * 8)
    if (!packed && size < (start % unit) + width) start = roundUp(start, unit)
  }
  const named = declaration.name !== undefined
  const align = !named ? 1 : packed ? (own ?? 1) : unit / 8
  const bits = { offset: start % 8, width }
  return { member: { ...memberAt(declaration, Math.floor(start / 8)), bits }, align, end: start + width }
}

const roundUp = (bit: number, unit: number): number => Math.ceil(bit / unit) * unit

const memberAt = ({ name, type, origin }: MemberDeclaration, offset: number): Member => ({ name, type, offset, origin })
