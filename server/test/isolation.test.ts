import { expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { desk, inmate, root, uriOf, withGrammar } from './project.ts'

withGrammar()

const files = desk({
  'board.c': root(),
  'board-good.c': inmate('good'),
  'board-bad.c': `#include "fault.h"\n${inmate('bad')}`,
})

/** A fault of ours while one file is read. */
const project = {
  ...files.project,
  lookup: (uri: string) => {
    if (uri.endsWith('/fault.h')) throw new RangeError('Maximum call stack size exceeded')
    return files.project.lookup(uri)
  },
}

const faultsIn = (path: string) =>
  analyze(files.file(path), project)
    .findings.filter(({ headline }) => headline.includes('internal error'))
    .map(({ span }) => span.file.uri)

test('a file whose reading fails says so, once', () => {
  expect(faultsIn('board-bad.c')).toEqual([uriOf('board-bad.c')])
})

test('its siblings and its root are checked as ever', () => {
  const good = analyze(files.file('board-good.c'), project)
  expect(good.simulations).toHaveLength(1)
  expect(faultsIn('board-good.c')).toEqual([])
  expect(analyze(files.file('board.c'), project).simulations.length).toBeGreaterThan(0)
})
