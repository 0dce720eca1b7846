import { memoize } from '../text/memo.ts'
import type { Hypervisor, Unit } from './hypervisor.ts'

const stampOf = memoize((_: object): { generation?: object } => ({}))

/** What a unit remembers as something the running command may change in place: copied once for each command. */
export function copyOnWrite<T extends object>(hv: Hypervisor, unit: Unit, copy: (before: T | undefined) => T): T {
  const before = hv.units.get(unit) as T | undefined
  if (before && stampOf(before).generation === hv.generation) return before
  const draft = copy(before)
  stampOf(draft).generation = hv.generation
  hv.units.set(unit, draft)
  return draft
}
