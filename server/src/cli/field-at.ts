import type { CType, Member } from '../c/values/types.ts'

/** The field that holds a byte of an object, as C would name it: `.mem_regions[3].flags`. */
export function fieldAt(type: CType, offset: number): string {
  if (type.kind === 'array') return elementAt(type.element, type.length ?? 0, offset)
  if (type.kind !== 'struct' && type.kind !== 'union') return ''
  const member = type.members.findLast(member => holds(member, offset))
  if (!member) return ' (padding)'
  return `${member.name === undefined ? '' : `.${member.name}`}${fieldAt(member.type, offset - member.offset)}`
}

function elementAt(element: CType, length: number, offset: number): string {
  const size = byteSize(element)
  if (size === 0) return ''
  const index = Math.min(Math.floor(offset / size), length - 1)
  return `[${index}]${fieldAt(element, offset - index * size)}`
}

const holds = ({ offset: start, type }: Member, offset: number): boolean =>
  start <= offset && offset < start + byteSize(type)

const byteSize = (type: CType): number =>
  type.kind === 'array' ? (type.length ?? 0) * byteSize(type.element) : type.size
