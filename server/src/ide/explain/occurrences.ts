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
  const better = all.filter(({ known }) => !known.isFallback)
  return all
    .filter(each => !each.known.isFallback || !better.some(other => overlap(each, other)))
    .toSorted((a, b) => a.start - b.start)
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

const overlap = (a: Occurrence, b: Occurrence): boolean =>
  a.start < b.start + b.text.length && b.start < a.start + a.text.length
