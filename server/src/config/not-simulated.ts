import type { StructValue } from '../c/values/value.ts'
import type { FlagReading } from './flags.ts'
import type { ArrayName, DeclaredArray, NotSimulated, Unread } from './model.ts'

/** What a header declares beyond upstream's, where a cell uses it: the machine does not know what it does. */

/** Arrays that a fork added, as far as they have elements. */
export const foreignArrays = (arrays: readonly DeclaredArray[]): readonly NotSimulated[] =>
  arrays
    .filter(({ name, counted }) => name === undefined && 0 < counted)
    .map(({ member, declaredAt }) => ({ what: member, origin: declaredAt }))

/** The flags of a region or a cell that a fork added. */
export function foreignFlags(struct: StructValue | undefined, reading: FlagReading): readonly NotSimulated[] {
  const flags = struct?.fields.get('flags')?.value
  if (flags?.kind !== 'int') return []
  const { origin } = flags
  return reading.foreign(BigInt.asUintN(64, flags.value)).map(({ name }) => ({ what: name, ...(origin && { origin }) }))
}

/** Arrays that are not in the model as a whole, so that nothing can be said of what they lack. */
export function incompleteArrays(
  arrays: readonly DeclaredArray[],
  unread: readonly Unread[],
  foreign: readonly NotSimulated[],
): ReadonlySet<ArrayName> {
  const holes = arrays.filter(({ member }) => unread.some(({ path }) => path.startsWith(`${member}[`)))
  const forks: readonly ArrayName[] = 0 < foreign.length ? ['cpus', 'mem_regions'] : []
  return new Set([...holes.flatMap(({ name }) => name ?? []), ...forks])
}
