import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { boot } from '../../src/machine/boot.ts'
import { defaultHardware } from '../../src/machine/hardware.ts'
import { outcomeText } from './boards.ts'
import { scenariosIn } from './read-configs.ts'

/** Every fixture through its whole life, on machines of both kinds of page tables. */

await loadGrammar()

const FIXTURES = join(import.meta.dirname, '../../../test-fixtures')
const folders = readdirSync(FIXTURES, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name)

const scenarios = folders.flatMap(folder =>
  scenariosIn(join(FIXTURES, folder)).map(({ name, scenario }) => ({ name: `${folder}: ${name}`, scenario })),
)

test('every folder with a root has scenarios', () => {
  expect(scenarios.length).toBeGreaterThan(15)
})

test.each(scenarios)('$name', ({ scenario }) => {
  for (const cpuParange of [40, 44]) {
    const { stages } = boot(scenario, { hardware: { ...defaultHardware, cpuParange } })
    expect(stages.map(outcomeText).filter(text => text !== 'done')).toEqual([])
    const used = stages.map(({ state }) => state.pool.used)
    expect(Math.min(...used)).toBeGreaterThanOrEqual(0)
    expect(used.every(Number.isSafeInteger)).toBe(true)
  }
})
