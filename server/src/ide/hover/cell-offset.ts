import type { CType, Member } from '../../c/values/types.ts'
import type { NodePath } from '../node-path.ts'

/** Where a value lies in the `.cell`, in bytes from its beginning, when it is part of the first object. */
export function offsetInCell({ steps }: NodePath): { readonly offset: number; readonly size: number } | undefined {
  let offset = 0
  let size = 0
  for (const { parent, value, field, index } of steps) {
    if (field && parent.kind === 'struct') offset += offsetOf(parent.type.members, field.written.member) ?? 0
    else if (parent.kind === 'array') offset += (index ?? 0) * bytes(parent.type.element)
    size = bytes(field ? field.written.member.type : value.type)
  }
  return steps.length ? { offset, size } : undefined
}

/** The offset of a member, be it one of an anonymous struct or union inside. */
function offsetOf(members: readonly Member[], wanted: Member): number | undefined {
  for (const member of members) {
    if (member === wanted) return member.offset
    if (member.name !== undefined || !('members' in member.type)) continue
    const inner = offsetOf(member.type.members, wanted)
    if (inner !== undefined) return member.offset + inner
  }
  return undefined
}

const bytes = (type: CType): number => (type.kind === 'array' ? (type.length ?? 0) * bytes(type.element) : type.size)
