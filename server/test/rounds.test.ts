import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Analysis, analyze, type FactsProject } from '../src/analyze.ts'
import { desk, type Files, withGrammar } from './project.ts'

/** What a shell does: whatever the core lacks is looked up, and it is asked again. Each question delays the first answer. */

withGrammar()

const FIXTURES = join(import.meta.dirname, '../../test-fixtures')
const HEADERS = join(import.meta.dirname, '../src/config/headers')
const header = readFileSync(join(HEADERS, 'revision-13e.h'), 'utf8')

const files: Files = {
  ...Object.fromEntries(
    ['k3-demo.c', 'k3-demo-linux.c'].map(name => [
      `tree/configs/arm64/${name}`,
      readFileSync(join(FIXTURES, 'k3-dma', name), 'utf8').replace('../k3-board.h', 'k3-board.h'),
    ]),
  ),
  'tree/configs/arm64/k3-board.h': readFileSync(join(FIXTURES, 'k3-board.h'), 'utf8'),
  'tree/hypervisor/include/jailhouse/cell-config.h': header,
}

/** The answers to one file after another, until nothing is missing. */
function answers(name: string): readonly Analysis[] {
  const { project, file } = desk(files)
  const asked = new Set<string>()
  const given: Analysis[] = []
  const slow: FactsProject = {
    ...project,
    lookup: uri => (asked.has(uri) ? project.lookup(uri) : 'pending'),
    list: folder => (asked.has(folder) ? project.list(folder) : 'pending'),
  }
  for (;;) {
    const answer = analyze(file(name), slow)
    given.push(answer)
    const { files, folders } = answer.missing
    if (files.length + folders.length === 0) return given
    for (const uri of [...files, ...folders]) asked.add(uri)
  }
}

for (const [name, most] of [
  ['k3-demo.c', 4],
  ['k3-demo-linux.c', 3],
] as const)
  test(`${name} is known after ${most} questions, and until then nothing is simulated`, () => {
    const path = `tree/configs/arm64/${name}`
    const given = answers(path)
    expect(given.length).toBeLessThanOrEqual(most)
    const last = given.at(-1)!
    expect(given.slice(0, -1).every(({ simulations, findings }) => simulations.length + findings.length === 0)).toBe(
      true,
    )
    expect(last.simulations).toHaveLength(1)
    const atOnce = analyze(desk(files).file(path), desk(files).project)
    expect(last.findings.map(({ fingerprint }) => fingerprint)).toEqual(
      atOnce.findings.map(({ fingerprint }) => fingerprint),
    )
  })
