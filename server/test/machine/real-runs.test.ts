import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withGrammar } from '../project.ts'
import { differenceOf, type RealRun } from './vectors/real-runs.ts'

withGrammar()

/** Random systems recorded on the real hypervisor under emulation: two here, and all where they lie beside the checkout. */
const folders = [
  join(import.meta.dirname, 'recordings/hypervisor'),
  join(import.meta.dirname, '../../../../shared/spec/real-runs'),
].filter(existsSync)

const runsIn = (folder: string): readonly RealRun[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as RealRun)

test.each(folders)('the simulation answers every command of %s as the real hypervisor did', folder => {
  const runs = runsIn(folder)
  expect(runs.length).toBeGreaterThan(0)
  expect(runs.flatMap(run => differenceOf(run) ?? [])).toEqual([])
})
