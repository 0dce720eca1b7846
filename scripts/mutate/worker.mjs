// Runs tests with one mutant after another switched on. A line of JSON on standard input asks, one on fd 3 answers.
import { readFileSync, writeFileSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createVitest } from 'vitest/node'
import { withSwitches } from './mutants.mjs'

const { MUTANT_FILE, MET_FILE, MUTANTS } = process.env
const byPath = new Map()
for (const mutant of JSON.parse(readFileSync(MUTANTS, 'utf8')))
  byPath.set(mutant.path, [...(byPath.get(mutant.path) ?? []), mutant])
const switches = {
  name: 'switches',
  enforce: 'pre',
  transform: (source, id) => (byPath.has(id) ? withSwitches(source, byPath.get(id)) : undefined),
}
const setup = new URL('setup.mjs', import.meta.url).pathname
const quiet = { onInit() {} }
const options = { watch: false, maxWorkers: 1, setupFiles: [setup], reporters: [quiet], testTimeout: 120_000 }
const vitest = await createVitest('test', options, { plugins: [switches] })

/** Whether all tests of a file hold; in the first round also which mutants it meets, and how long it takes. */
async function run({ id, file }) {
  writeFileSync(MUTANT_FILE, String(id))
  writeFileSync(MET_FILE, '')
  const begin = performance.now()
  const specifications = await vitest.globTestSpecifications([file])
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications)
  const holds = testModules.length > 0 && testModules.every(each => each.ok()) && unhandledErrors.length === 0
  const met = readFileSync(MET_FILE, 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap(line => JSON.parse(line))
  return { holds, met, ms: performance.now() - begin }
}

for await (const line of createInterface(process.stdin))
  writeSync(3, `${JSON.stringify(await run(JSON.parse(line)))}\n`)
await vitest.close()
