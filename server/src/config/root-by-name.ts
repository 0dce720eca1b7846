import { addTo } from '../text/groups.ts'
import { memoize, memoizeByName, Recent } from '../text/memo.ts'
import { message, type Words } from '../text/message.ts'
import { nameOf } from '../text/uri.ts'

/** How well the name of a root fits that of a cell, and in what words. */
export interface NameMatch {
  readonly uri: string
  /** Words of the board that both names begin with. */
  readonly board: number
  /** Words behind them that make the root a variant of the board and are in the cell's name as well. */
  readonly variant: readonly string[]
  /** Whether all words of the variant are. */
  readonly isWhole: boolean
  readonly reason: Words
}

/**
 * What names tell of who belongs to whom, by their words between `-`. A cell's name begins like its root's; where a root
 * is a variant of the board, `x-root-lk` or `x-col`, the words that make it one are in the names of its cells as well,
 * so `x-lk` is a cell of `x-root-lk` and not of `x`.
 */
function matchNames(cell: string, root: string): NameMatch | undefined {
  const words = wordsOf(nameOf(cell))
  const own = wordsOf(nameOf(root))
  const common = own.findIndex((word, i) => word !== words[i])
  const begin = common < 0 ? own.length : common
  if (begin === 0 || begin === words.length) return undefined
  const rest = words.slice(begin)
  const all = own.slice(begin).flatMap(variantWord)
  const variant = all.filter(word => rest.includes(word))
  const board = own.slice(0, begin).join('-')
  const reason =
    variant.length === 0
      ? message('its name begins with "{0}-"', board)
      : message('both are "{0}" of "{1}"', variant.join('-'), board)
  return { uri: root, board: begin, variant, isWhole: variant.length === all.length, reason }
}

/**
 * The best of them. None where two fit alike, and none where another root is of a variant that the best one is not: a
 * coloured cell has no place beside a plain root while there is a coloured one.
 */
export function bestMatch(matches: readonly NameMatch[]): NameMatch | undefined {
  const score = ({ board, variant }: NameMatch): number => board + variant.length
  const [best, second] = matches.filter(({ isWhole }) => isWhole).toSorted((a, b) => score(b) - score(a))
  if (!best || (second && score(best) === score(second))) return undefined
  const isClaimed = matches.some(
    ({ board, variant }) => board === best.board && variant.some(word => !best.variant.includes(word)),
  )
  return isClaimed ? undefined : best
}

/** Files of a folder or two. */
const recent = new Recent<readonly string[]>(1000)

function wordsOf(name: string): readonly string[] {
  const known = recent.get(name)
  if (known) return known
  const words = name.replace(/\.c$/, '').split('-')
  recent.set(name, words)
  return words
}

/** What a word of a root's name says beyond that it is a root: nothing for `root`, `col` for `rootcol`. */
const variantWord = (word: string): readonly string[] => {
  const rest = word.replace(/^root_?/, '')
  return rest === '' ? [] : [rest]
}

/** The sources of a folder by the first word of their names: those of other boards are not looked at. */
const sourcesByBoard = memoize((uris: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const byBoard = new Map<string, string[]>()
  for (const uri of uris) {
    if (!uri.endsWith('.c')) continue
    const [board = ''] = wordsOf(nameOf(uri))
    addTo(byBoard, board, uri)
  }
  return byBoard
})

/** The files of a folder whose names say that they are roots of a cell. */
export const rootsByName = (cell: string, folder: readonly string[]): readonly NameMatch[] =>
  matchesIn(folder).rootsOf(cell)

/** The files of a folder whose names say that they are cells of a root, those whose names say most first. */
export const cellsByName = (root: string, folder: readonly string[]): readonly string[] =>
  matchesIn(folder).cellsOf(root)

/** Asked at each keystroke, while names stay as they are. */
const matchesIn = memoize((folder: readonly string[]) => ({
  rootsOf: memoizeByName(cell => namesakes(cell, folder).flatMap(root => matchNames(cell, root) ?? [])),
  cellsOf: memoizeByName(root =>
    namesakes(root, folder)
      .flatMap(cell => {
        const match = matchNames(cell, root)
        return match ? [{ cell, isWhole: match.isWhole }] : []
      })
      .toSorted((a, b) => Number(b.isWhole) - Number(a.isWhole))
      .map(({ cell }) => cell),
  ),
}))

/** The files of a folder that may belong together with one of them. */
function namesakes(uri: string, folder: readonly string[]): readonly string[] {
  const [board = ''] = wordsOf(nameOf(uri))
  return (sourcesByBoard(folder).get(board) ?? []).filter(other => other !== uri)
}
