import type { Unit } from '../../c/unit.ts'
import { constantsFor } from '../../config/reference/index.ts'
import { editable } from '../../rules/fixes/fields.ts'
import { hex } from '../../rules/places.ts'
import { textOf } from '../../text/source-file.ts'
import type { Refactoring, Stand } from './refactoring.ts'

/** A number for the names of its bits, or of its value; and names for the number they come to. */
export function flagWords({ analysis: { unit }, spot }: Stand): readonly Refactoring[] {
  const step = spot.steps.findLast(({ field }) => field)
  const value = spot.steps.at(-1)?.value
  const tag = step?.parent.kind === 'struct' ? step.parent.type.tag : undefined
  if (!step?.field || !tag || value?.kind !== 'int') return []
  const at = editable(value.origin)
  if (!at) return []
  const constants = constantsIn(unit, tag, step.field.name)
  const written = textOf(at)
  if (/^(0[xX][0-9a-fA-F]+|\d+)[uUlL]*$/.test(written)) {
    const names = namesOf(value.value, constants)
    return names
      ? [{ title: `Write ${written} as ${shortened(names)}`, kind: 'rewrite', edits: [{ at, text: names }] }]
      : []
  }
  const isNames = written.split('|').every(word => constants.some(({ name }) => name === word.trim()))
  if (!isNames) return []
  return [{ title: `Write the number ${hex(value.value)}`, kind: 'rewrite', edits: [{ at, text: hex(value.value) }] }]
}

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

const shortened = (names: string): string => (names.length <= 60 ? names : `${names.slice(0, 57)}…`)
