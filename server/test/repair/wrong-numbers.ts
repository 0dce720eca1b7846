import type { Unit } from '../../src/c/unit.ts'
import type { Value } from '../../src/c/values/value.ts'

/** One wrong number is one fault: which numbers change when it is repaired? */

type Fault = (found: string) => string

const number =
  (change: (number: bigint) => bigint): Fault =>
  found =>
    found.replace(/(0x[0-9a-f]+|\d+)$/i, old => {
      const changed = change(BigInt(old))
      return old.startsWith('0x') ? `0x${changed.toString(16)}` : `${changed}`
    })

/** By kind: where such numbers stand, and what stands there then. */
export const WRONG_NUMBERS: readonly (readonly [string, RegExp, Fault])[] = [
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

/** Numbers of the bytes by their paths. */
function* numbersOf(value: Value | undefined, path: string): Iterable<readonly [string, bigint]> {
  if (value?.kind === 'array') for (const [i, item] of value.items.entries()) yield* numbersOf(item, `${path}[${i}]`)
  else if (value?.kind === 'struct')
    for (const [name, field] of value.fields) yield* numbersOf(field.value, `${path}.${name}`)
  else if (value?.kind === 'int' && value.value !== undefined) yield [path, value.value]
}

/** All numbers of what a file defines. */
export const numbersIn = ({ objects }: Unit): ReadonlyMap<string, bigint> =>
  new Map(objects.flatMap(({ name, value }) => [...numbersOf(value, name)]))

/** Paths of the numbers in which two differ. */
export const differing = (a: ReadonlyMap<string, bigint>, b: ReadonlyMap<string, bigint>) =>
  [...new Set([...a.keys(), ...b.keys()])].filter(path => a.get(path) !== b.get(path))
