import { definitionsIn } from '../c/raw/macros.ts'
import { tokensWithin } from '../c/raw/tokens.ts'
import type { Unit } from '../c/unit.ts'
import type { Value } from '../c/values/value.ts'
import { addTo } from '../text/groups.ts'
import { type Origin, primarySpan } from '../text/origin.ts'
import { countWhile } from '../text/sorted.ts'
import type { Edit, Span } from '../text/source-file.ts'

/** A number of the bytes: the field it fills, and all that spells it. */
interface Leaf {
  readonly path: string
  readonly value: bigint | undefined
  readonly origin: Origin
  readonly designator: Origin | undefined
}

/**
 * A field that edits change without touching it: neither what spells its value nor the definition of a macro in it. Counts
 * and sizes follow their arrays. Leaves are met again by where they are spelled, so that elements may come and go.
 */
export function strayChange(before: Unit, after: Unit, edits: readonly Edit[]): string | undefined {
  const macros = macrosTouched(before, edits)
  const now = leavesByPlace(after, start => start)
  const old = leavesByPlace(before, movingIn(before, edits))
  const isEdited = touchedBy(edits)
  for (const [place, leaf] of old) {
    const there = now.get(place)
    if (!there || (there.value === leaf.value && there.path === leaf.path)) continue
    if (!isTouched(leaf, isEdited) && !follows(leaf, macros)) return leaf.path
  }
  return undefined
}

/** Where text that no edit touches begins afterwards. */
function movingIn({ main }: Unit, edits: readonly Edit[]): (start: number) => number {
  const inOrder = edits.filter(({ span }) => span.file === main).toSorted((a, b) => a.span.end - b.span.end)
  let grown = 0
  const grownBefore = [0, ...inOrder.map(({ span, text }) => (grown += text.length - (span.end - span.start)))]
  return start => start + grownBefore[countWhile(inOrder.length, i => inOrder[i]!.span.end <= start)]!
}

/** Several leaves that one macro makes stand in one place: their order tells them apart. */
function leavesByPlace(unit: Unit, moved: (start: number) => number): ReadonlyMap<string, Leaf> {
  const counts = new Map<number, number>()
  const leaves = new Map<string, Leaf>()
  for (const leaf of unit.objects.flatMap(({ name, value }) => [...leavesOf(value, name)])) {
    const { file, start } = primarySpan(leaf.origin)
    if (file !== unit.main) continue
    const order = counts.get(start) ?? 0
    counts.set(start, order + 1)
    leaves.set(`${moved(start)} ${order}`, leaf)
  }
  return leaves
}

/** All that is written of a value. Indices are left out of paths: an element that moved is still the same. */
function* leavesOf(value: Value | undefined, path: string, designator?: Origin): Iterable<Leaf> {
  if (value?.kind === 'array') for (const item of value.items) yield* leavesOf(item, path, designator)
  else if (value?.kind === 'struct')
    for (const [name, field] of value.fields) yield* leavesOf(field.value, `${path}.${name}`, field.designator)
  else if (value?.origin)
    yield { path, value: value.kind === 'int' ? value.value : undefined, origin: value.origin, designator }
}

const isTouched = ({ origin, designator }: Leaf, isEdited: (place: Span) => boolean): boolean =>
  [origin, designator].some(each => each && placesOf(each).some(isEdited))

/** Whether one of some edits, which do not overlap, touches a place. */
function touchedBy(edits: readonly Edit[]): (place: Span) => boolean {
  const byUri = new Map<string, Span[]>()
  for (const { span } of edits.toSorted((a, b) => a.span.end - b.span.end)) addTo(byUri, span.file.uri, span)
  return place => {
    const spans = byUri.get(place.file.uri) ?? []
    const next = spans[countWhile(spans.length, i => spans[i]!.end < place.start)]
    return next !== undefined && touches(place, next)
  }
}

const placesOf = ({ spelled, expandedAt }: Origin): readonly Span[] =>
  expandedAt ? [spelled, ...placesOf(expandedAt)] : [spelled]

const touches = (a: Span, b: Span): boolean => a.file.uri === b.file.uri && a.start <= b.end && b.start <= a.end

/** Whether a value says the size of something, or by name what a macro stands for whose definition is edited. */
const follows = ({ origin }: Leaf, macros: ReadonlySet<string>): boolean =>
  tokensWithin(primarySpan(origin)).some(({ text }) => text === 'sizeof' || text === 'ARRAY_SIZE' || macros.has(text))

/** Macros whose definitions are edited, and those that stand for others of them. */
function macrosTouched({ files }: Unit, edits: readonly Edit[]): ReadonlySet<string> {
  const definitions = files.flatMap(definitionsIn)
  const names = new Set<string>()
  const isEdited = touchedBy(edits)
  for (let known = -1; known < names.size; ) {
    known = names.size
    for (const { name, nameSpan, body } of definitions)
      if (isEdited(nameSpan) || (body && isEdited(body))) names.add(name)
      else if (body && tokensWithin(body).some(({ text }) => names.has(text))) names.add(name)
  }
  return names
}
