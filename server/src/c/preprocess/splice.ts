/** A text whose logical lines are whole: every backslash-newline is taken out (translation phase 2). */
export interface Spliced {
  readonly text: string
  /** Offsets in `text` at which something was taken out, ascending. */
  readonly cuts: readonly number[]
  /** How many code units were taken out up to and including the cut of the same index. */
  readonly removed: readonly number[]
}

/** As gcc does, blanks may stand between the backslash and the newline. */
const splice = /\\[ \t\f\v]*(?:\r\n|\n|\r)/g

export function spliceLines(text: string): Spliced {
  const kept: string[] = []
  const cuts: number[] = []
  const removed: number[] = []
  let from = 0
  let gone = 0
  for (const match of text.matchAll(splice)) {
    kept.push(text.slice(from, match.index))
    cuts.push(match.index - gone)
    gone += match[0].length
    removed.push(gone)
    from = match.index + match[0].length
  }
  if (from === 0) return { text, cuts, removed }
  kept.push(text.slice(from))
  return { text: kept.join(''), cuts, removed }
}

/** Maps offsets of the spliced text back to the file; asked in ascending order. */
export function backToFile({ cuts, removed }: Spliced): (offset: number) => number {
  if (cuts.length === 0) return offset => offset
  let passed = 0
  return offset => {
    while (passed < cuts.length && cuts[passed]! <= offset) passed++
    return passed === 0 ? offset : offset + removed[passed - 1]!
  }
}
