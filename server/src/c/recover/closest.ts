/** Nobody mistypes a longer name by a letter, and comparing costs the square of the length. */
const MAX_LENGTH = 128

/**
 * The names that are a slip of the keyboard away from `name`, nearest first, at most three. What both begin with up to an
 * underscore says nothing: `MEM_UNCACHED` is no slip for `MEM_READ`.
 */
export function closest(name: string, names: Iterable<string>): readonly string[] {
  if (MAX_LENGTH < name.length) return []
  const limit = Math.max(1, Math.floor(name.length / 3))
  const near: { candidate: string; distance: number }[] = []
  for (const candidate of new Set(names)) {
    if (Math.abs(candidate.length - name.length) > limit || candidate === name) continue
    const most = Math.min(limit, Math.max(1, Math.floor(ownLength(name, candidate) / 2)))
    const distance = editDistance(name, candidate, most)
    if (distance <= most) near.push({ candidate, distance })
  }
  return near
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** Letters of a name behind the words it begins with as another does. */
function ownLength(name: string, other: string): number {
  let start = 0
  while (start < name.length && name[start] === other[start]) start++
  return name.length - 1 - name.lastIndexOf('_', start - 1)
}

/** Insertions, deletions, replacements and swaps of neighbours; anything above `limit` answers more than `limit`. */
export function editDistance(left: string, right: string, limit: number): number {
  if (limit < Math.abs(left.length - right.length)) return limit + 1
  const [a, b] = withoutCommonEnds(left, right)
  let [before, row, next] = [0, 1, 2].map(() => new Uint16Array(b.length + 1)) as [Row, Row, Row]
  for (let j = 0; j <= b.length; j++) row[j] = j
  for (let i = 1; i <= a.length; i++) {
    next[0] = i
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1))
      if (1 < i && 1 < j && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      next[j] = cost
      if (cost < least) least = cost
    }
    if (limit < least) return limit + 1
    ;[before, row, next] = [row, next, before]
  }
  return row[b.length]!
}

type Row = Uint16Array

/** What two words begin and end with alike costs nothing, and constants share long prefixes. */
function withoutCommonEnds(a: string, b: string): readonly [string, string] {
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a[start] === b[start]) start++
  let end = 0
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)]
}
