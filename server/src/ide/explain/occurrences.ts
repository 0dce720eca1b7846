import { countWhile } from '../../text/sorted.ts'
import type { KnownLine, Varying } from './known-line.ts'
import { knownLines } from './lines/index.ts'

/** A known line where it stands in a text. */
export interface Occurrence {
  readonly known: KnownLine
  readonly start: number
  readonly text: string
  readonly varying: Varying
}

/** An event is printed in so many lines. */
const EVENT_LINES = 3

/** All known lines of a text in its order; lines that together tell one event are one. */
export function occurrencesIn(text: string): readonly Occurrence[] {
  const all = knownLines.flatMap(known => merged(matchesOf(known, text), text))
  const sorted = all.toSorted((a, b) => a.start - b.start)
  const isSaidBetter = overlapping(sorted.filter(({ known }) => !known.isFallback))
  return sorted.filter(each => !each.known.isFallback || !isSaidBetter(each))
}

/** Whether something overlaps one of some occurrences, which stand in the order of the text. */
function overlapping(others: readonly Occurrence[]): (each: Occurrence) => boolean {
  let last = 0
  const ends = others.map(({ start, text }) => (last = Math.max(last, start + text.length)))
  return ({ start, text }) => {
    const before = countWhile(others.length, i => others[i]!.start < start + text.length)
    return 0 < before && start < ends[before - 1]!
  }
}

const matchesOf = (known: KnownLine, text: string): readonly Occurrence[] =>
  [...text.matchAll(new RegExp(known.pattern.source, `${known.pattern.flags}g`))].map(match => ({
    known,
    start: match.index,
    text: match[0],
    varying: Object.fromEntries(Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined)),
  }))

/** Neighbours that say different things of one event are put together. */
function merged(matches: readonly Occurrence[], text: string): readonly Occurrence[] {
  const events: Occurrence[] = []
  for (const match of matches) {
    const last = events.at(-1)
    if (last && continues(last, match, text))
      events[events.length - 1] = { ...last, varying: { ...match.varying, ...last.varying } }
    else events.push(match)
  }
  return events
}

function continues(last: Occurrence, next: Occurrence, text: string): boolean {
  const isNews = Object.keys(next.varying).every(name => !Object.hasOwn(last.varying, name))
  const between = text.slice(last.start, next.start).split('\n').length - 1
  return isNews && Object.keys(next.varying).length > 0 && between <= EVENT_LINES
}
