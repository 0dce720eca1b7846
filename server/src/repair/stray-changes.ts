import { definitionsIn } from '../c/raw/macros.ts'
import { tokensWithin } from '../c/raw/tokens.ts'
import type { Unit } from '../c/unit.ts'
import type { Value } from '../c/values/value.ts'
import { type Origin, primarySpan } from '../text/origin.ts'
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
  const old = leavesByPlace(before, start => movedTo(start, before, edits))
  for (const [place, leaf] of old) {
    const there = now.get(place)
    if (!there || (there.value === leaf.value && there.path === leaf.path)) continue
    if (!isTouched(leaf, edits) && !follows(leaf, macros)) return leaf.path
  }
  return undefined
}

/** Where text that no edit touches begins afterwards. */
const movedTo = (start: number, { main }: Unit, edits: readonly Edit[]): number =>
  edits
    .filter(({ span }) => span.file === main && span.end <= start)
    .reduce((place, { span, text }) => place + text.length - (span.end - span.start), start)

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

const isTouched = ({ origin, designator }: Leaf, edits: readonly Edit[]): boolean =>
  [origin, designator].some(
    each => each && placesOf(each).some(place => edits.some(({ span }) => touches(place, span))),
  )

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
  for (let known = -1; known < names.size; ) {
    known = names.size
    for (const { name, nameSpan, body } of definitions)
      if (edits.some(({ span }) => touches(nameSpan, span) || (body && touches(body, span)))) names.add(name)
      else if (body && tokensWithin(body).some(({ text }) => names.has(text))) names.add(name)
  }
  return names
}
