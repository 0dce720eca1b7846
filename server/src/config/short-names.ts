import { memoize } from '../text/memo.ts'
import { withoutEnd } from '../text/words.ts'
import type { CellConfig } from './model.ts'
import type { Scenario } from './scenario.ts'

/** How cells are called where space is short and the system is known: `root`, `linux-demo`. */
export type ShortName = (cell: CellConfig) => string

/** `root`, and of each inmate what its name does not share with that of the root, so far as this tells it from others. */
export const shortNames: (scenario: Scenario) => ShortName = memoize(({ root, cells }: Scenario): ShortName => {
  const short = cells.map(({ name }) => withoutSharedWords(name, root.root_cell.name))
  const taken = ['root', ...short]
  const names = new Map([[root.root_cell, 'root']])
  for (const [i, cell] of cells.entries()) {
    const isUnique = taken.filter(other => other === short[i]).length === 1
    names.set(cell, isUnique ? short[i]! : `"${cell.name}"`)
  }
  return cell => names.get(cell) ?? `"${cell.name}"`
})

const WORD = /[^-_ ]+[-_ ]*/g

/** `linux-demo` of `k3-j721e-evm-linux-demo` beside `k3-j721e-evm`. */
function withoutSharedWords(name: string, root: string): string {
  const known = new Set(root.match(WORD)?.map(bare))
  const words = name.match(WORD) ?? []
  const own = words.findIndex(word => !known.has(bare(word)))
  return own < 0 ? `"${name}"` : words.slice(own).join('')
}

const bare = (word: string): string => withoutEnd(word, '-_ ').toLowerCase()
