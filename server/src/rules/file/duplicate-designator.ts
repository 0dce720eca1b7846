import type { Unit } from '../../c/unit.ts'
import { headerOf } from '../../config/header.ts'
import page from './duplicate-designator.md'
import { problemRule } from './problems.ts'

/** Jailhouse builds configurations with `-Werror` since revision 13; before, gcc warns and the last value counts. */
const WERROR_SINCE = 13n

const isRefused = (unit: Unit): boolean => WERROR_SINCE <= (headerOf(unit).constant('JAILHOUSE_CONFIG_REVISION') ?? 0n)

/** The last of two values wins. */
export const duplicateDesignator = problemRule(
  ['duplicate-designator'],
  {
    code: 'JH108',
    id: 'duplicate-designator',
    title: 'Field initialised twice',
    severity: 'error',
    page,
    constraints: ['build-duplicate-designator'],
  },
  (_, unit) => (isRefused(unit) ? 'error' : 'warning'),
)
