// Prints one line a check, and counts.

const NOT_REACHED = 'not reached'
const seconds = since => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** `quiet` leaves out what passed. */
export function createReport({ quiet = false } = {}) {
  const count = { passed: 0, failed: 0 }
  const results = []
  const print = console.log
  const pass = title => {
    count.passed++
    results.push({ title, ok: true })
    if (!quiet) print(`ok - ${title}`)
  }
  const fail = (title, why) => {
    count.failed++
    results.push({ title, ok: false, reached: why !== NOT_REACHED })
    print(`not ok - ${title}${why ? `\n    ${String(why).replaceAll('\n', '\n    ')}` : ''}`)
  }

  /** Runs `[title, action]` in turn; what follows a failure was not reached, and failed with it. */
  async function steps(name, list) {
    const since = performance.now()
    let broken = false
    for (const [title, action] of list) {
      if (broken) {
        fail(`${name}: ${title}`, NOT_REACHED)
        continue
      }
      try {
        await action()
        pass(`${name}: ${title}`)
      } catch (error) {
        broken = true
        fail(`${name}: ${title}`, error.stack ?? error)
      }
    }
    print(`# ${name}: ${seconds(since)}`)
    return !broken
  }

  /** Takes over the lines of a program that announces `1..N` and prints `ok` and `not ok` itself. */
  function tap(name, output, since) {
    const planned = Number(/^1\.\.(\d+)$/m.exec(output)?.[1] ?? 1)
    const results = [...output.matchAll(/^(not )?ok - (.*)$/gm)]
    for (const [, not, title] of results) not ? fail(`${name}: ${title}`) : pass(`${name}: ${title}`)
    for (let i = results.length; i < planned; i++) fail(`${name}: check ${i + 1} of ${planned}`, NOT_REACHED)
    if (results.some(([, not]) => not) || results.length < planned) print(output.replace(/^/gm, '    '))
    print(`# ${name}: ${seconds(since)}`)
  }

  return { count, results, steps, tap, fail }
}
