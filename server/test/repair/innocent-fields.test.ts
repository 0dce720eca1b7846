import { expect, test } from 'vitest'
import type { Value } from '../../src/c/values/value.ts'
import { repairUntilStable } from '../../src/repair/repair-until-stable.ts'
import { fixtures } from '../ide/fixture.ts'
import { withGrammar } from '../project.ts'

withGrammar()

/**
 * A wrong number is one fault: what fix-all writes without being asked for more may put it right or leave it, and no other
 * field. Where several could be the wrong one, that is for the author to decide.
 */

const FILES = ['k3-dma/k3-demo.c', 'k3-dma/k3-demo-linux.c', 'x86/pc.c', 'x86/pc-tiny.c', 'arm32/board32.c']

type Fault = (found: string) => string

const number =
  (change: (number: bigint) => bigint): Fault =>
  found =>
    found.replace(/(0x[0-9a-f]+|\d+)$/i, old => {
      const changed = change(BigInt(old))
      return old.startsWith('0x') ? `0x${changed.toString(16)}` : `${changed}`
    })

const FAULTS: readonly (readonly [string, RegExp, Fault])[] = [
  ['an address that lacks a digit', /\.phys_start = 0x[0-9a-f]+/gi, found => found.slice(0, -1)],
  ['an address that is another', /\.phys_start = 0x[0-9a-f]+/gi, number(at => at + 0x200000n)],
  ['a guest address that is another', /\.virt_start = 0x[0-9a-f]+/gi, number(at => at + 0x1000n)],
  ['a size that lacks a digit', /\.size = 0x[0-9a-f]+0\b/gi, found => found.slice(0, -1)],
  ['a size with a digit more', /\.size = 0x[0-9a-f]+/gi, found => `${found}0`],
  ['a GIC elsewhere', /\.gic[dr]_base = 0x[0-9a-f]+/gi, number(at => at + 0x10000n)],
  ['a configuration space elsewhere', /\.pci_mmconfig_base = 0x[0-9a-f]+/gi, number(at => at + 0x100000n)],
  ['another first interrupt', /\.vpci_irq_base = \d+/g, number(at => at + 17n)],
  ['interrupts of another word', /\.pin_base = \d+/g, number(at => at + 32n)],
  ['another device number', /\.bdf = \d+(?= << 3)/g, number(device => device + 1n)],
  ['another peer', /\.shmem_dev_id = \d+/g, number(id => 1n - id)],
  ['another number of peers', /\.shmem_peers = \d+/g, number(peers => peers + 1n)],
]

/** VT-d takes from the root only what an inmate marks for DMA: a mark that is right wherever its memory lies. */
const RIGHT_ANYWHERE: readonly string[] = ['x86/pc-tiny.c config.mem_regions[4].flags']

/** So many places of a kind in a file. */
const PLACES = 3

/** Numbers of the bytes by their paths. */
function* numbersOf(value: Value | undefined, path: string): Iterable<readonly [string, bigint]> {
  if (value?.kind === 'array') for (const [i, item] of value.items.entries()) yield* numbersOf(item, `${path}[${i}]`)
  else if (value?.kind === 'struct')
    for (const [name, field] of value.fields) yield* numbersOf(field.value, `${path}.${name}`)
  else if (value?.kind === 'int' && value.value !== undefined) yield [path, value.value]
}

/** The fields of a file as it is, and after fix-all. */
function fieldsOf(path: string, edit: (text: string) => string) {
  const files = fixtures({ [path]: edit })
  const { uri } = files.file(path)
  const choice = { isChosen: ({ severity }: { severity: string }) => severity !== 'hint' }
  const [changed] = repairUntilStable([uri], files.project, choice).files
  const after = changed ? fixtures({ [path]: () => changed.after.text }) : files
  const read = (each: typeof files) =>
    new Map(each.analyze(path).unit.objects.flatMap(({ name, value }) => [...numbersOf(value, name)]))
  return { written: read(files), repaired: read(after) }
}

const differing = (a: ReadonlyMap<string, bigint>, b: ReadonlyMap<string, bigint>) =>
  [...new Set([...a.keys(), ...b.keys()])].filter(path => a.get(path) !== b.get(path))

test.each(FILES)('one wrong number of %s makes no other field change', path => {
  const sound = fieldsOf(path, text => text)
  const blamed: string[] = []
  let planted = 0
  for (const [name, pattern, fault] of FAULTS)
    for (const { 0: found, index } of [...fixtures().file(path).text.matchAll(pattern)].slice(0, PLACES)) {
      planted++
      const edit = (text: string) => text.slice(0, index) + fault(found) + text.slice(index + found.length)
      const { written, repaired } = fieldsOf(path, edit)
      const own = differing(written, sound.written)
      const others = differing(repaired, sound.repaired).filter(
        each => !own.includes(each) && !RIGHT_ANYWHERE.includes(`${path} ${each}`),
      )
      if (others.length > 0) blamed.push(`${name} (${found}): ${others.join(', ')}`)
    }
  expect(planted).toBeGreaterThan(5)
  expect(blamed).toEqual([])
})
