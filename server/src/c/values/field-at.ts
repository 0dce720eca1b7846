import { sizeOf } from './types.ts'
import type { FieldValue, Value } from './value.ts'

/** The path in C of the innermost member that holds a byte: `config.items[3].flags`. */
export function fieldAt(name: string, value: Value, offset: number): string {
  if (value.kind === 'array') {
    const step = sizeOf(value.type.element)
    const index = step ? Math.floor(offset / step) : 0
    const item = value.items[index]
    return item ? fieldAt(`${name}[${index}]`, item, offset - index * step) : name
  }
  const field = value.kind === 'struct' ? [...value.fields.values()].find(each => holds(each, offset)) : undefined
  return field ? fieldAt(`${name}.${field.member.name}`, field.value, offset - field.member.offset) : name
}

function holds({ member, value }: FieldValue, offset: number): boolean {
  const size = member.bits ? Math.ceil((member.bits.offset + member.bits.width) / 8) : sizeOf(value.type)
  return member.offset <= offset && offset < member.offset + size
}
