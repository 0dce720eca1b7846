/** Longer lists of ranges are cut: a headline is read at a glance. */
const MAX_RANGES = 6

/** `0-3, 5, 8, 9 and 4 more`: ascending numbers, runs of three and more as ranges, no matter how many there are. */
export function numberList(numbers: readonly number[]): string {
  const runs = runsOf(numbers)
  const shown = runs.slice(0, MAX_RANGES).map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
  const rest = runs.slice(MAX_RANGES).reduce((sum, { first, last }) => sum + last - first + 1, 0)
  return shown.join(', ') + (rest ? ` and ${rest} more` : '')
}

interface Run {
  readonly first: number
  readonly last: number
}

function runsOf(numbers: readonly number[]): readonly Run[] {
  const runs: { first: number; last: number }[] = []
  for (const number of numbers) {
    const run = runs.at(-1)
    if (run && run.last + 1 === number) run.last = number
    else runs.push({ first: number, last: number })
  }
  return runs.flatMap(run => (run.last === run.first + 1 ? [one(run.first), one(run.last)] : [run]))
}

const one = (number: number): Run => ({ first: number, last: number })
