import { Recent } from '../text/memo.ts'
import { nameOf } from '../text/uri.ts'

/** Words that say what a file is for, whatever the board. */
const GENERIC: ReadonlySet<string> = new Set(['linux', 'inmate', 'demo', 'cell', 'root', 'c', 'dts', 'dtb'])

/** Files of a folder or two, and their trees. */
const recent = new Recent<ReadonlySet<string>>(1000)

function wordsOf(uri: string): ReadonlySet<string> {
  const name = nameOf(uri)
  const known = recent.get(name)
  if (known) return known
  const words = new Set(name.split(/[-_.]/).filter(word => !GENERIC.has(word)))
  recent.set(name, words)
  return words
}

/** How many letters of words two names share: those of `imx8mm` in `inmate-imx8mm-evk.dts` and `imx8mm-linux-demo.c`. */
export function lettersInCommon(one: string, other: string): number {
  const own = wordsOf(other)
  return [...wordsOf(one)].filter(word => own.has(word)).join('').length
}

const MIN_LETTERS = 4

/** Whether names say that two files are for the same board. */
export const isOfSameBoard = (one: string, other: string): boolean => MIN_LETTERS <= lettersInCommon(one, other)
