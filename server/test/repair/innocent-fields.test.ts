import { expect, test } from 'vitest'
import { repairUntilStable } from '../../src/repair/repair-until-stable.ts'
import { fixtures } from '../ide/fixture.ts'
import { withGrammar } from '../project.ts'
import { differing, numbersIn, WRONG_NUMBERS } from './wrong-numbers.ts'

withGrammar()

/**
 * A wrong number is one fault: what fix-all writes without being asked for more may put it right or leave it, and no other
 * field. Where several could be the wrong one, that is for the author to decide.
 */

const FILES = ['k3-dma/k3-demo.c', 'k3-dma/k3-demo-linux.c', 'x86/pc.c', 'x86/pc-tiny.c', 'arm32/board32.c']

/** VT-d takes from the root only what an inmate marks for DMA: a mark that is right wherever its memory lies. */
const RIGHT_ANYWHERE: readonly string[] = ['x86/pc-tiny.c config.mem_regions[4].flags']

/** So many places of a kind in a file. */
const PLACES = 3

/** The fields of a file as it is, and after fix-all. */
function fieldsOf(path: string, edit: (text: string) => string) {
  const files = fixtures({ [path]: edit })
  const { uri } = files.file(path)
  const choice = { isChosen: ({ severity }: { severity: string }) => severity !== 'hint' }
  const [changed] = repairUntilStable([uri], files.project, choice).files
  const after = changed ? fixtures({ [path]: () => changed.after.text }) : files
  return { written: numbersIn(files.analyze(path).unit), repaired: numbersIn(after.analyze(path).unit) }
}

test.each(FILES)('one wrong number of %s makes no other field change', path => {
  const sound = fieldsOf(path, text => text)
  const blamed: string[] = []
  let planted = 0
  for (const [name, pattern, fault] of WRONG_NUMBERS)
    for (const { 0: found, index } of [...fixtures().file(path).text.matchAll(pattern)].slice(0, PLACES)) {
      planted++
      const edit = (text: string) => text.slice(0, index) + fault(found) + text.slice(index + found.length)
      const { written, repaired } = fieldsOf(path, edit)
      const own = differing(written, sound.written)
      const others = differing(repaired, written).filter(
        each =>
          !own.includes(each) &&
          repaired.get(each) !== sound.repaired.get(each) &&
          !RIGHT_ANYWHERE.includes(`${path} ${each}`),
      )
      if (others.length > 0) blamed.push(`${name} (${found}): ${others.join(', ')}`)
    }
  expect(planted).toBeGreaterThan(5)
  expect(blamed).toEqual([])
})
