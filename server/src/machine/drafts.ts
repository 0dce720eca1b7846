import { memoize } from '../text/memo.ts'
import type { Hypervisor, Unit } from './hypervisor.ts'

const mark = memoize((_: object): { edit?: object } => ({}))

/** What a unit remembers as something the running command may change in place: copied once for each command. */
export function draftOf<T extends object>(hv: Hypervisor, unit: Unit, copy: (before: T | undefined) => T): T {
  const before = hv.units.get(unit) as T | undefined
  if (before && mark(before).edit === hv.edit) return before
  const draft = copy(before)
  mark(draft).edit = hv.edit
  hv.units.set(unit, draft)
  return draft
}
