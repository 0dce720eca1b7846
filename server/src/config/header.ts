import { asStruct, type Macro, type Unit } from '../c/unit.ts'
import { type CType, pathTo, ULLONG } from '../c/values/types.ts'
import { memoize } from '../text/memo.ts'
import { type ArrayEntry, accessedIn, arrayEntries } from './arrays.ts'
import { foreignLayout } from './headers/foreign-layout.ts'

/** What the `cell-config.h` in use declares. What is not in it does not exist there: it is never 0. */
export interface Header {
  /** Whether a struct or union, by its tag, has a member of that name. */
  declares(tag: string, member: string): boolean
  /** Whether the struct is declared at all. */
  has(tag: string): boolean
  /** A struct or union by its tag; without one, the word of a CPU set. */
  typeOf(tag: string | undefined): CType | undefined
  /** The number a macro of the header stands for. */
  constant(name: string): bigint | undefined
  /** A macro of the header or of the file that includes it. */
  macro(name: string): Macro | undefined
  /** The string a macro stands for. */
  text(name: string): string | undefined
  /** All macros whose names begin so, as far as they are numbers. */
  constants(prefix: string): ReadonlyMap<string, bigint>
  /** The arrays behind a cell's descriptor, in the order of the binary. */
  readonly arrays: readonly ArrayEntry[]
  /** What else it has an accessor for, by name: a fork may count its bytes in another way. */
  readonly accessed: readonly string[]
  /** It stands for one that is not at hand and lays out what the file holds in another way. */
  readonly isForeign: boolean
}

export const headerOf = memoize((unit: Unit): Header => {
  const typeOf = (tag: string) => {
    const type = unit.types.get(`struct ${tag}`) ?? unit.types.get(`union ${tag}`)
    return type && asStruct(type)
  }
  const declares = (tag: string, member: string): boolean => {
    const type = typeOf(tag)
    return type !== undefined && pathTo(type, member) !== undefined
  }
  return {
    declares,
    has: tag => typeOf(tag) !== undefined,
    typeOf: tag => (tag === undefined ? ULLONG : typeOf(tag)),
    constant: name => numberIn(unit, name),
    macro: name => unit.macros.get(name),
    text: name => /^"([^"\\]*)"$/.exec(unit.macros.get(name)?.body ?? '')?.[1],
    constants: prefix => {
      const found = new Map<string, bigint>()
      for (const name of unit.macros.keys()) {
        const value = name.startsWith(prefix) ? numberIn(unit, name) : undefined
        if (value !== undefined) found.set(name, value)
      }
      return found
    },
    arrays: arrayEntries(unit, count => declares('jailhouse_cell_desc', count)),
    accessed: accessedIn(unit),
    isForeign: foreignLayout(unit) !== undefined,
  }
})

/** For configurations that a program makes: nothing is declared, and everything reads as in the newest revision. */
export const noHeader: Header = {
  declares: () => false,
  has: () => false,
  typeOf: () => undefined,
  constant: () => undefined,
  macro: () => undefined,
  text: () => undefined,
  constants: () => new Map(),
  arrays: [],
  accessed: [],
  isForeign: false,
}

const MAX_DEPTH = 8

/** Headers write a constant as a number, as a shifted number, or by another constant's name. */
function numberIn(unit: Unit, name: string, depth = 0): bigint | undefined {
  const macro = unit.macros.get(name)
  if (!macro || macro.parameters || MAX_DEPTH < depth) return undefined
  const words = wordsOf(macro)
  const [first = '', operator, second = ''] = words
  const value = (word: string): bigint | undefined => literal(word) ?? numberIn(unit, word, depth + 1)
  if (words.length === 1) return value(first)
  const [left, right] = [value(first), value(second)]
  const isShift = words.length === 3 && operator === '<<' && right !== undefined && right < 64n
  return isShift && left !== undefined ? left << right : undefined
}

const wordsOf = memoize(({ body }: Macro): readonly string[] => body.replace(/[()]/g, ' ').trim().split(/\s+/))

function literal(word: string): bigint | undefined {
  const digits = /^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)[uUlL]{0,3}$/.exec(word)?.[1]
  return digits === undefined ? undefined : BigInt(digits.replace(/^0(?=[0-7])/, '0o'))
}
