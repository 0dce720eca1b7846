import { asStruct } from '../c/unit.ts'
import type { CType, StructType } from '../c/values/types.ts'
import type { StructValue, Value } from '../c/values/value.ts'
import { Recent } from '../text/memo.ts'
import type { Origin } from '../text/origin.ts'
import type { ArrayName } from './arrays.ts'
import type { CellConfig, DeclaredArray, Located } from './model.ts'

/** What of a configuration is written in its text. `path` names fields as C does: `size`, `tipvu.tlb_base`, `pin_bitmap[2]`. */

/** Whether the field is written in the text at all, be it through a macro. */
export function isWritten(located: Located, path: string): boolean {
  const chain = valuesAlong(located.source, path)
  return reaches(chain, path) && chain.at(-1)?.origin !== undefined
}

/** Whether the field, or any part of it, is written: `.arm.gic_version = 3` is a part of `arm`. */
export function isPartlyWritten(located: Located, path: string): boolean {
  const chain = valuesAlong(located.source, path)
  return reaches(chain, path) && isAnyWritten(chain.at(-1))
}

/** Whether an element of an array has an initializer; those at its end that have none are charged together. */
export const isListed = ({ source }: Located): boolean => source?.origin !== undefined

function isAnyWritten(value: Value | undefined): boolean {
  if (value?.origin) return true
  return value?.kind === 'struct' && [...value.fields.values()].some(field => isAnyWritten(field.value))
}

export function originOf(located: Located, path: string): Origin | undefined {
  const chain = valuesAlong(located.source, path)
  return reaches(chain, path) ? chain.at(-1)?.origin : undefined
}

const recent = new Recent<readonly string[]>(500)

/** The names and indices of a path; code asks for the same few again and again. */
function steps(path: string): readonly string[] {
  const known = recent.get(path)
  if (known) return known
  const found = path.split(/[.[\]]+/).filter(Boolean)
  recent.set(path, found)
  return found
}

/** Whether values lead all the way to what the path names. */
export const reaches = (chain: readonly Value[], path: string): boolean => chain.length === steps(path).length + 1

/** The values from `source` down to what `path` names, as far as they exist. */
export function valuesAlong(source: Value | undefined, path: string): readonly Value[] {
  const chain: Value[] = source ? [source] : []
  for (const step of steps(path)) {
    const inner = inside(chain.at(-1), step)
    if (!inner) break
    chain.push(inner)
  }
  return chain
}

function inside(value: Value | undefined, step: string): Value | undefined {
  if (value?.kind === 'struct') return value.fields.get(step)?.value
  return value?.kind === 'array' ? value.items[Number(step)] : undefined
}

/** Whether the struct has what the path names by the header in use, written or not. */
export function declaresField(struct: StructValue, path: string): boolean {
  let type: CType | undefined = struct.type
  for (const step of steps(path)) {
    const outer = asStruct(type)
    type = outer ? memberType(outer, step) : type.kind === 'array' ? type.element : undefined
    if (!type) return false
  }
  return true
}

/** The type of a member, be it one of an anonymous struct or union inside. */
function memberType(outer: StructType, name: string): CType | undefined {
  for (const { name: own, type } of outer.members) {
    if (own === name) return type
    const inner = own === undefined ? asStruct(type) : undefined
    const found = inner && memberType(inner, name)
    if (found) return found
  }
  return undefined
}

export const arrayOf = (cell: CellConfig, name: ArrayName): DeclaredArray | undefined =>
  cell.arrays.find(array => array.name === name)
