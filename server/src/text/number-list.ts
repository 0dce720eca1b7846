import { coalesce } from './range-set.ts'

/** Longer lists of ranges are cut: a headline is read at a glance. */
const MAX_RANGES = 6

/** `0-3, 5, 8, 9 and 4 more`: ascending numbers, runs of three and more as ranges, no matter how many there are. */
export function numberList(numbers: readonly number[]): string {
  const runs = runsOf(numbers)
  const shown = runs.slice(0, MAX_RANGES).map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
  const rest = runs.slice(MAX_RANGES).reduce((sum, { first, last }) => sum + last - first + 1, 0)
  return shown.join(', ') + (rest ? ` and ${rest} more` : '')
}

/** `1-4,7` of ascending numbers, with whatever stands between the ends of a run and between runs. */
export const runs = (numbers: readonly number[], to = '-', comma = ','): string =>
  consecutive(numbers)
    .map(({ first, last }) => (first === last ? `${first}` : `${first}${to}${last}`))
    .join(comma)

interface Run {
  readonly first: number
  readonly last: number
}

const consecutive = (numbers: readonly number[]): readonly Run[] =>
  coalesce(
    numbers.map(one),
    (run, next) => run.last + 1 === next.first,
    (run, next) => ({ first: run.first, last: next.last }),
  )

/** Two neighbours are no run worth a dash. */
const runsOf = (numbers: readonly number[]): readonly Run[] =>
  consecutive(numbers).flatMap(run => (run.last === run.first + 1 ? [one(run.first), one(run.last)] : [run]))

const one = (number: number): Run => ({ first: number, last: number })
