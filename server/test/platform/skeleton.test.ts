import { expect, test } from 'vitest'
import { analyze } from '../../src/analyze.ts'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { rootSkeleton } from '../../src/ide/generate/skeleton.ts'
import { projectOf } from './board-project.ts'

await loadGrammar()

test('the skeleton of a root is one that Jailhouse takes', () => {
  const { project, file } = projectOf({ 'root.c': rootSkeleton('mine') }, [])
  const { findings, config } = analyze(file('root.c'), project)
  expect(findings.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([])
  expect(config).toMatchObject({ kind: 'system', root_cell: { name: 'mine', cpus: [0, 1, 2, 3] } })
})
