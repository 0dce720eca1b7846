import { type Lexeme, lexFile } from '../../c/preprocess/lex.ts'
import { asStruct, type Unit } from '../../c/unit.ts'
import type { ArrayType, CType, StructType } from '../../c/values/types.ts'
import type { Value } from '../../c/values/value.ts'
import { primarySpan } from '../../text/origin.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'

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
  /** In the value of a member or element; `used` are the names and numbers it already has, `after` the token before. */
  | {
      readonly kind: 'value'
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
  const { main } = unit
  const before = tokensBefore(main, offset)
  if (!before) return undefined
  const partial = before.at(-1)
  const isPartial = /^(identifier|number)$/.test(partial?.kind ?? '') && partial?.origin.spelled.end === offset
  const tokens = isPartial ? before.slice(0, -1) : before
  const rest = /^\w*/.exec(main.text.slice(offset))?.[0] ?? ''
  const at = { file: main, start: isPartial ? partial.origin.spelled.start : offset, end: offset + rest.length }
  const named = memberOf(unit, tokens)
  if (named) return { kind: 'path', of: named, at }
  const open = openBraces(tokens)
  const [outermost] = open
  const object = outermost === undefined ? undefined : objectOf(unit, tokens, outermost)
  if (!object || outermost === undefined) return undefined
  const path = { object: object.name, steps: [], struct: undefined, field: [] }
  let place: Position = { type: object.type, value: object.value, path }
  const around: Position[] = []
  for (const [depth, brace] of open.entries()) {
    const level = levelFrom(tokens, brace, open[depth + 1], at.start)
    if (depth === open.length - 1) return innermost(place, level, at)
    around.unshift(place)
    const inner = stepInto(place, level)
    const next = inner && inner.type.kind !== 'int' ? inner : behindOpenBrace(around, level)
    if (!next) return undefined
    place = next
  }
  return undefined
}

/** The tokens that end at or before an offset; undefined where the offset is in a comment, string or directive. */
function tokensBefore(file: SourceFile, offset: number): readonly Lexeme[] | undefined {
  const { tokens, directives, openComments } = lexFile(file)
  if (openComments.some(({ start, end }) => start < offset && offset <= end)) return undefined
  if (directives.some(({ lineStart, nextLine }) => lineStart < offset && offset < nextLine)) return undefined
  const isDirective = (index: number) => directives.some(({ first, end }) => first <= index && index < end)
  const before: Lexeme[] = []
  let previousEnd = 0
  for (const [index, token] of tokens.entries()) {
    const { start, end } = token.origin.spelled
    if (offset <= start) break
    if (offset < end || (offset === end && isOpenLiteral(token))) {
      if (token.kind !== 'identifier' && token.kind !== 'number') return undefined
      before.push({ ...token, text: file.text.slice(start, offset), origin: { spelled: { file, start, end: offset } } })
      return before
    }
    previousEnd = end
    if (!isDirective(index)) before.push(token)
  }
  return isInComment(file.text.slice(previousEnd, offset)) ? undefined : before
}

const isOpenLiteral = ({ kind, text }: Lexeme): boolean =>
  (kind === 'string' || kind === 'char' || kind === 'other') && /^["']/.test(text) && !/^(["']).*\1$/s.test(text)

/** Between two tokens there are only blanks and comments. */
function isInComment(gap: string): boolean {
  const rest = gap.replace(/\/\*[\s\S]*?\*\/|\/\/.*(?=\r|\n)/g, '')
  return rest.includes('/*') || rest.includes('//')
}

/** The struct that `config.header.` names at the end of an expression. */
function memberOf(unit: Unit, tokens: readonly Lexeme[]): StructType | undefined {
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

/** Indices of the braces still open at the end, outermost first. */
function openBraces(tokens: readonly Lexeme[]): readonly number[] {
  const open: number[] = []
  for (const [index, { text, kind }] of tokens.entries()) {
    if (kind !== 'punctuator') continue
    if (text === '{') open.push(index)
    if (text === '}') open.pop()
  }
  return open
}

const isInitializer = (tokens: readonly Lexeme[], brace: number): boolean => tokens[brace - 1]?.text === '='

/** `name = {`: the object whose initializer a brace opens. */
function objectOf(unit: Unit, tokens: readonly Lexeme[], brace: number) {
  if (!isInitializer(tokens, brace)) return undefined
  const name = tokens.slice(0, brace - 1).findLast(token => token.kind === 'identifier')?.text
  return unit.objects.find(object => object.name === name)
}

interface Position {
  readonly type: CType
  /** What the text made of it, as far as that could be told. */
  readonly value: Value | undefined
  readonly path: Path
}

/** What stands in one brace up to the next inner one or the end: items cut at commas, the last one unfinished. */
interface Level {
  readonly items: readonly (readonly Lexeme[])[]
  /** Where the last item begins. */
  readonly start: number
}

function levelFrom(tokens: readonly Lexeme[], brace: number, next: number | undefined, end: number): Level {
  const items: Lexeme[][] = [[]]
  let depth = 0
  for (const token of tokens.slice(brace + 1, next === undefined ? next : next + 1)) {
    if (depth === 0 && lacksComma(items.at(-1)?.at(-1), token)) items.push([])
    if (token === tokens[next ?? -1]) break
    if (token.kind === 'punctuator' && '{(['.includes(token.text)) depth++
    if (token.kind === 'punctuator' && '})]'.includes(token.text)) depth--
    if (depth === 0 && token.text === ',') items.push([])
    else items.at(-1)?.push(token)
  }
  const first = items.at(-1)?.[0] ?? tokens[next ?? -1]
  return { items, start: first?.origin.spelled.start ?? end }
}

/** Whether a comma was forgotten: a designator begins a line behind a value, or an element follows an element. */
function lacksComma(before: Lexeme | undefined, token: Lexeme): boolean {
  if (!before || before.text === '=' || before.text === '.') return false
  if (token.text === '{') return before.text === '}'
  const { file, start } = token.origin.spelled
  return token.text === '.' && /[\r\n]\s*$/.test(file.text.slice(before.origin.spelled.end, start))
}

/**
 * Where the brace that closes the last element or array was forgotten: what is named belongs to a struct further out,
 * what is not is the next element. `around` are the places so far, innermost first.
 */
function behindOpenBrace(around: readonly Position[], level: Level): Position | undefined {
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
function stepInto(place: Position, level: Level): Position | undefined {
  const last = level.items.at(-1) ?? []
  const equals = last.findIndex(({ text }) => text === '=')
  const designated = equals < 0 ? last : last.slice(0, equals)
  return designated.length ? follow(place, designated) : positional(place, level)
}

/** `.a.b[3]` from a place on. */
function follow(place: Position, designators: readonly Lexeme[]): Position | undefined {
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
function positional(place: Position, level: Level): Position | undefined {
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
function indexIn({ value }: Position, { items, start }: Level): number {
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
function innermost(place: Position, level: Level, at: Span): Context | undefined {
  const last = level.items.at(-1) ?? []
  const equals = last.findIndex(({ text }) => text === '=')
  if (0 <= equals) return inValue(follow(place, last.slice(0, equals)), last.slice(equals + 1), at)
  if (last.at(-1)?.text === '.') return member(follow(place, last.slice(0, -1)), level, at)
  if (last.length === 0) return beginning(place, level, at)
  if (last[0]?.text === '.' || last[0]?.text === '[') return undefined
  return inValue(positional(place, level), last, at)
}

function member(place: Position | undefined, level: Level, at: Span): Context | undefined {
  const of = place && asStruct(place.type)
  return of && place && { kind: 'member', of, written: writtenIn(level), at, path: place.path }
}

function beginning(place: Position, level: Level, at: Span): Context | undefined {
  const of = asStruct(place.type)
  if (of) return { kind: 'designator', of, written: writtenIn(level), at, path: place.path }
  if (place.type.kind !== 'array') return undefined
  const { element } = place.type
  const index = indexIn(place, level)
  if (element.kind !== 'struct' && element.kind !== 'union') return inValue(elementOf(place, index), [], at)
  return { kind: 'element', of: place.type, at, path: { ...place.path, steps: [...place.path.steps, index] } }
}

const writtenIn = ({ items }: Level): ReadonlySet<string> =>
  new Set(items.slice(0, -1).flatMap(item => (item[0]?.text === '.' && item[1] ? [item[1].text] : [])))

/** A number, or an array of numbers that one macro may stand for. */
function inValue(place: Position | undefined, tokens: readonly Lexeme[], at: Span): Context | undefined {
  if (!place) return undefined
  const type = place.type.kind === 'array' ? place.type.element : place.type
  if (type.kind !== 'int') return undefined
  const used = new Set(tokens.filter(({ kind }) => kind === 'identifier' || kind === 'number').map(({ text }) => text))
  return { kind: 'value', used, after: tokens.at(-1)?.text, at, path: place.path }
}
