// Runs clients again and again: one that fails now and then has a defect, or its test has.

const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

/** The different titles, and how often each is there. */
function tally(titles) {
  const times = new Map()
  for (const title of titles) times.set(title, (times.get(title) ?? 0) + 1)
  return [...times].map(([title, count]) => (count > 1 ? `${title} (${count}×)` : title)).join('; ')
}

/** A table of `{ name, seconds, failed }`, one a run: `failed` are the titles of checks that were reached and failed. */
export function tableOfRuns(runs) {
  const names = [...new Set(runs.map(({ name }) => name))]
  const rows = names.map(name => {
    const own = runs.filter(run => run.name === name)
    const failed = own.filter(run => run.failed.length > 0)
    const seconds = median(own.map(run => run.seconds)).toFixed(1)
    return [name, own.length, own.length - failed.length, failed.length, seconds, tally(failed.flatMap(f => f.failed))]
  })
  const head = ['client', 'runs', 'passed', 'failed', 'median s', 'failing checks']
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
