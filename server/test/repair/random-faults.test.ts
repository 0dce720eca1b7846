import { expect, test } from 'vitest'
import type { SourceFile } from '../../src/text/source-file.ts'
import { fixtureNames, fixtures } from '../ide/fixture.ts'
import { numbers } from '../machine/numbers.ts'
import { uriOf, withGrammar } from '../project.ts'
import { plantFault, repairHarm } from './random-faults.ts'

/** Whatever fault stands where: repairing it leaves no file with more errors or warnings, and changes what it says. */

withGrammar()

/** Faults for each fixture. */
const EACH = 12

test.each(fixtureNames)('faults planted in %s are repaired without harm', name => {
  const { project, file } = fixtures()
  const random = numbers(fixtureNames.indexOf(name) + 1)
  for (let i = 0; i < EACH; i++) {
    const fault = plantFault(file(name).text, random)
    if (!fault) continue
    const planted: SourceFile = { uri: uriOf(name), text: fault.text }
    const known = project.known.map(each => (each.uri === planted.uri ? planted : each))
    const faulty = { ...project, known, lookup: (uri: string) => (uri === planted.uri ? planted : project.lookup(uri)) }
    expect(repairHarm([planted.uri], faulty), `${i}: ${fault.kind}`).toEqual([])
  }
})
