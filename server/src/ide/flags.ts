import { constantsFor } from '../config/reference/index.ts'
import { hex } from '../text/words.ts'

const PREFIX = /^JAILHOUSE_MEM_/

const memoryFlags: readonly { readonly name: string; readonly bit: bigint }[] = constantsFor(
  'jailhouse_memory',
  'flags',
).flatMap(({ name, value }) =>
  value !== undefined && PREFIX.test(name) && /^0x/.test(value) ? [{ name, bit: BigInt(value) }] : [],
)

/** The short names of the flags in a mask, `READ WRITE DMA`; bits without a name stay a number. */
export function flagNames(flags: bigint): readonly string[] {
  const known = memoryFlags.filter(({ bit }) => bit !== 0n && (flags & bit) === bit)
  const rest = known.reduce((left, { bit }) => left & ~bit, flags)
  return [...known.map(({ name }) => name.replace(PREFIX, '')), ...(rest ? [`${hex(rest)}`] : [])]
}

const ACCESS: readonly (readonly [string, string])[] = [
  ['READ', 'r'],
  ['WRITE', 'w'],
  ['EXECUTE', 'x'],
]

/** `rwx DMA LOADABLE` */
export function flagWords(flags: bigint): string {
  const names = flagNames(flags)
  const letters = ACCESS.map(([name, letter]) => (names.includes(name) ? letter : '-')).join('')
  return [letters, ...names.filter(name => !ACCESS.some(([access]) => access === name))].join(' ')
}
