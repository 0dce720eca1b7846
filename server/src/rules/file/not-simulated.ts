import type { NotSimulated } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { primarySpan } from '../../text/origin.ts'
import type { CellRule } from '../rule.ts'
import page from './not-simulated.md'

/** Said once for each name, at its first use. */
export const notSimulated: CellRule = {
  kind: 'cell',
  code: 'JH134',
  id: 'not-simulated',
  title: 'Name not simulated',
  severity: 'information',
  constraints: [],
  page,
  *check(cell) {
    const first = new Map<string, NotSimulated>()
    for (const use of cell.notSimulated) if (!first.has(use.what)) first.set(use.what, use)
    for (const [what, { origin, reason }] of first)
      yield {
        span: origin ? primarySpan(origin) : at(cell),
        headline: `${what} is not simulated`,
        notes: reason
          ? [reason]
          : [
              "this header declares it and upstream's do not: what the hypervisor of this tree does with it is not known here",
              'checks that depend on it are skipped; the bytes are written as the header has them',
            ],
        key: what,
      }
  },
}
