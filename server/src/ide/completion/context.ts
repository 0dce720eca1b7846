import { designatedBehind, type OpenList, openListsAt } from '../../c/raw/open-lists.ts'
import type { RawToken } from '../../c/raw/tokens.ts'
import { asStruct, type Unit } from '../../c/unit.ts'
import type { ArrayType, CType, StructType } from '../../c/values/types.ts'
import type { Value } from '../../c/values/value.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'

/**
 * What may be written at an offset of the text as typed. Found from its tokens alone: from the offset outwards brace by
 * brace to a declaration, and back inwards through the types. So a half-typed file has it too.
 */
export type Context =
  /** After a `.`: a member of `of`. */
  | {
      readonly kind: 'member'
      readonly of: StructType
      readonly written: ReadonlySet<string>
      readonly at: Span
      readonly path: Path
    }
  /** Between the members of a struct, where a designator begins. */
  | {
      readonly kind: 'designator'
      readonly of: StructType
      readonly written: ReadonlySet<string>
      readonly at: Span
      readonly path: Path
    }
  /** Between the elements of an array. */
  | { readonly kind: 'element'; readonly of: ArrayType; readonly at: Span; readonly path: Path }
  /** After `config.` in an expression: a member to be named, not to be written. */
  | { readonly kind: 'path'; readonly of: StructType; readonly at: Span }
  /**
   * In the value of a member or element; `used` are the names and numbers it already has, `after` the token before. Of an
   * array that has no brace yet a list is awaited. The type is unknown in the argument of a macro.
   */
  | {
      readonly kind: 'value'
      readonly type?: CType
      readonly used: ReadonlySet<string>
      readonly after: string | undefined
      readonly at: Span
      readonly path: Path
    }

/** Names and indices from the object down: `mem_regions`, 3, `flags`. `struct` is the innermost tagged struct around. */
export interface Path {
  readonly object: string
  readonly steps: readonly (string | number)[]
  readonly struct: string | undefined
  /** Steps from `struct` on. */
  readonly field: readonly string[]
}

/** The context of an offset; undefined in comments, strings, directives and outside of initializers. */
export function contextAt(unit: Unit, offset: number): Context | undefined {
  const open = openListsAt(unit.main, offset)
  if (!open) return undefined
  const { word: at, before, lists } = open
  const named = memberOf(unit, before)
  if (named) return { kind: 'path', of: named, at }
  const object = unit.objects.find(({ name }) => name === open.object)
  if (!object) return undefined
  const path = { object: object.name, steps: [], struct: undefined, field: [] }
  let place: Position = { type: object.type, value: object.value, path }
  const around: Position[] = []
  for (const [depth, list] of lists.entries()) {
    if (depth === lists.length - 1) return innermost(place, list, at)
    around.unshift(place)
    const inner = stepInto(place, list)
    const next = inner && inner.type.kind !== 'int' ? inner : behindOpenBrace(around, list)
    if (!next) return undefined
    place = next
  }
  return undefined
}

/** The struct that `config.header.` names at the end of an expression. */
function memberOf(unit: Unit, tokens: readonly RawToken[]): StructType | undefined {
  if (tokens.at(-1)?.text !== '.') return undefined
  let first = tokens.length - 2
  while (tokens[first]?.kind === 'identifier' && tokens[first - 1]?.text === '.') first -= 2
  const object = unit.objects.find(({ name }) => name === tokens[first]?.text)
  const names = tokens.slice(first + 1).filter(({ kind }) => kind === 'identifier')
  const type = names.reduce<CType | undefined>((outer, { text }) => {
    const of = outer && asStruct(outer)
    return of && memberType(of, text)
  }, object?.type)
  return type && asStruct(type)
}

interface Position {
  readonly type: CType
  /** What the text made of it, as far as that is known. */
  readonly value: Value | undefined
  readonly path: Path
}

/**
 * Where the brace that closes the last element or array was forgotten: what is named belongs to a struct further out,
 * what is not is the next element. `around` are the places so far, innermost first.
 */
function behindOpenBrace(around: readonly Position[], level: OpenList): Position | undefined {
  const [dot, name, ...rest] = level.items.at(-1) ?? []
  if (dot?.text === '.' && name) {
    const equals = rest.findIndex(({ text }) => text === '=')
    const named = around.flatMap(place => into(place, name.text) ?? [])[0]
    return named && follow(named, equals < 0 ? rest : rest.slice(0, equals))
  }
  const elements = around.find(({ type }) => type.kind === 'array')
  const index = elements && around[0]?.path.steps[elements.path.steps.length]
  return elements && elementOf(elements, typeof index === 'number' ? index + 1 : 0)
}

/** From a brace of `place` to the brace its last item opens. */
function stepInto(place: Position, level: OpenList): Position | undefined {
  const last = level.items.at(-1) ?? []
  const equals = last.findIndex(({ text }) => text === '=')
  const designated = equals < 0 ? last : last.slice(0, equals)
  return designated.length ? follow(place, designated) : positional(place, level)
}

/** `.a.b[3]` from a place on. */
function follow(place: Position, designators: readonly RawToken[]): Position | undefined {
  let current: Position | undefined = place
  for (const [index, token] of designators.entries()) {
    const before = designators[index - 1]?.text
    if (!current) return undefined
    if (before === '.' && token.kind === 'identifier') current = into(current, token.text)
    else if (token.text === '[') current = elementOf(current, Number(designators[index + 1]?.text))
  }
  return current
}

/** The member or element a value without designator falls to: one after the last that was named. */
function positional(place: Position, level: OpenList): Position | undefined {
  const { items } = level
  const count = items.length - 1
  if (place.type.kind === 'array') return elementOf(place, indexIn(place, level))
  const of = asStruct(place.type)
  const names = of ? memberNames(of) : []
  const named = items.findLastIndex(item => item[0]?.text === '.')
  const start = named < 0 ? 0 : names.indexOf(items[named]?.[1]?.text ?? '') + 1
  const name = names[start + (named < 0 ? count : count - named - 1)]
  return name === undefined ? undefined : into(place, name)
}

/** The index of the last item: a macro in front of it may have made several elements. */
function indexIn({ value }: Position, { items, start }: OpenList): number {
  if (value?.kind !== 'array') return items.length - 1
  return value.items.findLastIndex(({ origin }) => origin !== undefined && primarySpan(origin).start < start) + 1
}

function elementOf(place: Position, position: number): Position | undefined {
  if (place.type.kind !== 'array') return undefined
  const { path, value } = place
  const index = Number.isNaN(position) ? 0 : position
  const element = value?.kind === 'array' ? value.items[index] : undefined
  return { type: place.type.element, value: element, path: { ...path, steps: [...path.steps, index] } }
}

function into(place: Position, name: string): Position | undefined {
  const of = asStruct(place.type)
  const type = of && memberType(of, name)
  if (!type) return undefined
  const { path } = place
  const isTagged = of.tag !== undefined
  const field = isTagged ? [name] : [...path.field, name]
  const value = place.value?.kind === 'struct' ? place.value.fields.get(name)?.value : undefined
  return { type, value, path: { ...path, steps: [...path.steps, name], struct: of.tag ?? path.struct, field } }
}

/** The type of a member, be it one of an anonymous struct or union inside. */
function memberType(of: StructType, name: string): CType | undefined {
  for (const member of of.members) {
    if (member.name === name) return member.type
    const inner = member.name === undefined ? asStruct(member.type) : undefined
    const found = inner && memberType(inner, name)
    if (found) return found
  }
  return undefined
}

/** Names in the order of the struct; those of anonymous members stand in their place. */
export const memberNames = (of: StructType): readonly string[] =>
  of.members.flatMap(member => {
    const inner = member.name === undefined ? asStruct(member.type) : undefined
    return inner ? memberNames(inner) : member.name === undefined ? [] : [member.name]
  })

export const typeOfMember = memberType

/** What the innermost brace awaits at its end. */
function innermost(place: Position, level: OpenList, at: Span): Context | undefined {
  const last = level.items.at(-1) ?? []
  const equals = last.findIndex(({ text }) => text === '=')
  if (0 <= equals) return inValue(follow(place, last.slice(0, equals)), last.slice(equals + 1), at)
  if (last.at(-1)?.text === '.') return member(follow(place, last.slice(0, -1)), level, at)
  if (last.length === 0) return beginning(place, level, at)
  if (last[0]?.text === '.' || last[0]?.text === '[') return undefined
  return inValue(positional(place, level), last, at)
}

function member(place: Position | undefined, level: OpenList, at: Span): Context | undefined {
  const of = place && asStruct(place.type)
  return of && place && { kind: 'member', of, written: writtenIn(level, at), at, path: place.path }
}

function beginning(place: Position, level: OpenList, at: Span): Context | undefined {
  const of = asStruct(place.type)
  if (of) return { kind: 'designator', of, written: writtenIn(level, at), at, path: place.path }
  if (place.type.kind !== 'array') return undefined
  const { element } = place.type
  const index = indexIn(place, level)
  if (element.kind !== 'struct' && element.kind !== 'union') return inValue(elementOf(place, index), [], at)
  return { kind: 'element', of: place.type, at, path: { ...place.path, steps: [...place.path.steps, index] } }
}

/** The members that are written in a list, in front of the word and behind it. */
function writtenIn({ items }: OpenList, { file, end }: Span): ReadonlySet<string> {
  const before = items.slice(0, -1).flatMap(item => (item[0]?.text === '.' && item[1] ? [item[1].text] : []))
  return new Set([...before, ...designatedBehind(file, end)])
}

/** A number, or an array of numbers that one macro may stand for. */
function inValue(place: Position | undefined, tokens: readonly RawToken[], at: Span): Context | undefined {
  if (!place) return undefined
  const type = place.type.kind === 'array' ? place.type.element : place.type
  if (type.kind !== 'int') return undefined
  const used = new Set(tokens.filter(({ kind }) => kind === 'identifier' || kind === 'number').map(({ text }) => text))
  return { kind: 'value', type: place.type, used, after: tokens.at(-1)?.text, at, path: place.path }
}
