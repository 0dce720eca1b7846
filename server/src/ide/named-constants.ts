import type { Unit } from '../c/unit.ts'
import { constantsFor } from '../config/reference/index.ts'

/** The position of a bit is no value of the field that has it. */
export const isShift = (name: string): boolean => name.endsWith('_SHIFT')

export interface NamedNumber {
  readonly name: string
  readonly value: bigint
}

/** The constants meant for a field that the header in use has, with its own values. */
export const constantsIn = (unit: Unit, struct: string, field: string): readonly NamedNumber[] =>
  constantsFor(struct, field).flatMap(({ name }) => {
    if (isShift(name)) return []
    const body = unit.macros.get(name)?.body.replace(/^\((.*)\)$/, '$1') ?? ''
    return /^(0[xX][0-9a-fA-F]+|\d+)$/.test(body) ? [{ name, value: BigInt(body) }] : []
  })

/** Fields whose value may be several constants at once. */
const isMask = (field: string): boolean => /flags$|^shmem_protocol$/.test(field)

/** One name of exactly this value, or names of all its bits; undefined when a bit has none. */
export function namesIn(unit: Unit, struct: string, field: string, value: bigint): string | undefined {
  const constants = constantsIn(unit, struct, field)
  const exact = constants.find(constant => constant.value === value)
  if (exact) return exact.name
  if (!isMask(field)) return undefined
  let rest = value
  const used = constants
    .filter(constant => constant.value !== 0n)
    .toSorted((a, b) => (b.value < a.value ? -1 : 1))
    .filter(constant => {
      const fits = (rest & constant.value) === constant.value
      if (fits) rest &= ~constant.value
      return fits
    })
  return rest === 0n && value !== 0n
    ? used
        .toReversed()
        .map(({ name }) => name)
        .join(' | ')
    : undefined
}
