import type { Unit } from '../c/unit.ts'
import { constantsFor } from '../config/reference/index.ts'

export interface NamedNumber {
  readonly name: string
  readonly value: bigint
}

/** The constants meant for a field that the header in use has, with its own values. */
export const constantsIn = (unit: Unit, struct: string, field: string): readonly NamedNumber[] =>
  constantsFor(struct, field).flatMap(({ name }) => {
    const body = unit.macros.get(name)?.body.replace(/^\((.*)\)$/, '$1') ?? ''
    return /^(0[xX][0-9a-fA-F]+|\d+)$/.test(body) ? [{ name, value: BigInt(body) }] : []
  })

/** One name of exactly this value, or names of all its bits; undefined when a bit has none. */
export function namesOf(value: bigint, constants: readonly NamedNumber[]): string | undefined {
  const exact = constants.find(constant => constant.value === value)
  if (exact) return exact.name
  const bits = constants.filter(({ value: bit }) => bit !== 0n && (bit & (bit - 1n)) === 0n && (value & bit) === bit)
  const covered = bits.reduce((sum, { value: bit }) => sum | bit, 0n)
  return covered === value && value !== 0n ? bits.map(({ name }) => name).join(' | ') : undefined
}
