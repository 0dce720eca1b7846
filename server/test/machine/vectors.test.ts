import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { compareVector } from './vectors/compare.ts'
import type { Vector } from './vectors/format.ts'

/** Our own recordings, and those of the real driver where they lie beside the checkout. */
const folders = [
  join(import.meta.dirname, 'recordings'),
  join(import.meta.dirname, '../../../../shared/spec/pvu-vectors'),
]
  .filter(existsSync)
  .map(folder => ({ folder, name: basename(folder) }))

const vectorsOf = (folder: string): readonly Vector[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vector)

test.each(folders)('the simulation agrees with every recorded run of $name', { timeout: 60_000 }, ({ folder }) => {
  const vectors = vectorsOf(folder)
  expect(vectors.length).toBeGreaterThan(0)
  const differing = vectors.map(compareVector).flatMap(({ name, differences: { must, should } }) => {
    const difference = must ?? should
    return difference ? [`${name}: ${difference}`] : []
  })
  expect(differing).toEqual([])
})

test('a run that differs is told apart', () => {
  const [vector] = vectorsOf(folders[0]?.folder ?? '')
  if (!vector) throw new Error('no recording')
  const wrong = { ...vector, expect: vector.expect.map((delta, index) => (index === 0 ? { ...delta, rc: -5 } : delta)) }
  expect(compareVector(wrong).differences.must).toContain('op 0')
})
