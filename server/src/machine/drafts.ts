import type { Hypervisor, Unit } from './hypervisor.ts'

const madeBy = new WeakMap<object, object>()

/** What a unit remembers as something the running command may change in place: copied once for each command. */
export function draftOf<T extends object>(hv: Hypervisor, unit: Unit, copy: (before: T | undefined) => T): T {
  const before = hv.units.get(unit) as T | undefined
  if (before && madeBy.get(before) === hv.edit) return before
  const draft = copy(before)
  madeBy.set(draft, hv.edit)
  hv.units.set(unit, draft)
  return draft
}
