import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { analyse } from 'scslre'
import { parseAst } from 'vite'
import { expect, test } from 'vitest'
import { knownLines } from '../src/ide/explain/lines/index.ts'

/** Text of files and clients may be made to harm: no regular expression may need more than linear time for it. */

const checkout = join(import.meta.dirname, '../..')
const sources = ['server/src', 'client/src'].flatMap(folder =>
  readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join(folder, name)),
)

interface Literal {
  readonly pattern: string
  readonly flags: string
}

function* literalsIn(node: unknown): Iterable<Literal> {
  if (typeof node !== 'object' || node === null) return
  if ('regex' in node && node.regex) yield node.regex as Literal
  else for (const child of Object.values(node)) yield* literalsIn(child)
}

const literals = sources.flatMap(source => {
  const { code } = transformSync(readFileSync(join(checkout, source), 'utf8'), { loader: 'ts' })
  return [...literalsIn(parseAst(code))].map(literal => ({ source, ...literal }))
})

test('no regular expression of the sources backtracks', () => {
  const slow = literals
    .filter(({ pattern, flags }) => analyse({ source: pattern, flags }).reports.length > 0)
    .map(({ source, pattern, flags }) => `${source}: /${pattern}/${flags}`)
  expect(literals.length).toBeGreaterThan(300)
  expect(slow).toEqual([])
})

test('no pattern of a known line backtracks, also those that are put together', () => {
  const slow = knownLines.filter(({ pattern: { source, flags } }) => analyse({ source, flags }).reports.length > 0)
  expect(knownLines.length).toBeGreaterThan(100)
  expect(slow.map(({ pattern }) => String(pattern))).toEqual([])
})

test('the kind that once stopped everything is seen', () => {
  expect(analyse({ source: String.raw`^(?:\s*#.*|\s*)*$`, flags: '' }).reports.some(each => each.exponential)).toBe(
    true,
  )
})
