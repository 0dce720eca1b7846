import { describe, expect, test } from 'vitest'
import { changedBytes } from '../../src/repair/same-bytes.ts'
import { fixtures } from '../ide/fixture.ts'
import { type Desk, desk, uriOf, withGrammar } from '../project.ts'
import { BAD_INPUTS, type Spoil, worse } from './bad-inputs.ts'
import { KEEPING, OFFERS, REPAIRS } from './every-offer.ts'

/**
 * Every kind of edit on every bad input: either nothing is offered, or what is offered applies, leaves line ends and
 * indentation as they are, and no file of the folder has a new error or warning, or one more place that does not parse.
 */

withGrammar()

const ROOT = 'w/k3-demo.c'
const LINUX = 'w/k3-demo-linux.c'
const PATHS = [ROOT, LINUX]
const PAIR = Object.fromEntries(
  ['k3-demo.c', 'k3-demo-linux.c'].map(name => [`w/${name}`, fixtures().file(`k3-dma/${name}`).text]),
)
const APP = fixtures().file('bare-metal/k3-demo-app.c').text

/** Faults of either file that have repairs. */
const FAULTS: readonly (readonly [string | RegExp, string])[] = [
  ['.maintenance_irq', '.maintenanse_irq'],
  ['.cpu_reset_address', '.cpu_reset_adress'],
  [/(MEM_IO) \|\n\t*JAILHOUSE_MEM_ROOTSHARED/, '$1'],
  ['.shmem_regions_start = 0', '.shmem_regions_start = 1'],
  ['ARRAY_SIZE(config.irqchips)', '1'],
  ['stream_ids[6]', 'stream_ids[5]'],
  ['.virt_start = 0x04114000', '.virt_start = 0x04114800'],
  ['.pin_base = 160', '.pin_base = 161'],
  ['.shmem_peers = 2', '.shmem_peers = 3'],
]
const faulty: Spoil = text => FAULTS.reduce((before, [find, by]) => before.replace(find, by), text)

/** The pair, spoilt, alone or in a folder with other cells and another board. */
function folder(spoil: Spoil, others: Readonly<Record<string, string>> = {}): Desk {
  const spoilt = Object.entries(PAIR).map(([path, text]) => [path, spoil(text)])
  return desk({ ...Object.fromEntries(spoilt), ...others })
}

const CROWD = { 'w/k3-demo-app.c': APP, 'w/k3-demo-second.c': PAIR[LINUX]!, 'w/k3-demo-2.c': PAIR[ROOT]! }

const INPUTS = [
  ...Object.entries(BAD_INPUTS).map(([name, spoil]) => ({
    name,
    files: () => folder(spoil),
    faulty: () => folder(text => spoil(faulty(text))),
  })),
  {
    name: 'other configurations in the folder',
    files: () => folder(text => text, CROWD),
    faulty: () => folder(faulty, CROWD),
  },
]

describe.each(INPUTS)('$name', input => {
  test.each(Object.entries(OFFERS))('%s', (kind, offers) => {
    const files = REPAIRS.includes(kind) ? input.faulty() : input.files()
    const found = PATHS.flatMap(path => [...offers(files.analyze(path), files.project)])
    expect(found.flatMap(offer => worse(files.project, offer.edits).map(fault => `${offer.title}: ${fault}`))).toEqual(
      [],
    )
    if (KEEPING.includes(kind))
      for (const { title, edits } of found)
        expect(changedBytes(PATHS.map(uriOf), edits, files.project), title).toBeUndefined()
    if (input === INPUTS[0]) expect(found.length).toBeGreaterThan(0)
  })
})
