import { expect, test } from 'vitest'
import { fixtureNames, fixtures } from '../ide/fixture.ts'
import { numbers } from '../machine/numbers.ts'
import { withGrammar } from '../project.ts'
import { worse } from './bad-inputs.ts'
import { OFFERS } from './every-offer.ts'
import { randomState } from './random-states.ts'

withGrammar()

/** Whatever is offered in a text that is spelled in another way, half typed or wrong does no harm there. */

const SEEDS = [1, 2]

/** Of the places of a text that a cursor may stand at, every so many-th. */
const STRIDE = 61

test.each(fixtureNames.filter(name => /^(x86|arm32|amd|smmu-v2|together|wide-bank)\//.test(name)))('in %s', path => {
  for (const seed of SEEDS) {
    const random = numbers(seed)
    let kind = ''
    const files = fixtures({
      [path]: text => {
        const state = randomState(text, random)
        kind = state.kind
        return state.text
      },
    })
    const analysis = files.analyze(path)
    const own = { ...files.project, known: files.project.known.filter(({ uri }) => uri.includes(path.split('/')[0]!)) }
    for (const [offer, offers] of Object.entries(OFFERS))
      for (const { title, edits } of offers(analysis, own, STRIDE))
        expect(worse(own, edits), `${offer} "${title}" in: ${kind}, seed ${seed}`).toEqual([])
  }
})
