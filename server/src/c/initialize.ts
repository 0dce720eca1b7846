import { primarySpan } from '../text/origin.ts'
import { type Braces, bracesAt, type Designator, type Element } from './elements.ts'
import { evaluate, evaluateInt, stringOf, typeOf } from './expression.ts'
import { child, type SyntaxNode } from './grammar.ts'
import { convert, isInt } from './integer.ts'
import { leafOf, unknown } from './leaf.ts'
import { type Constant, didYouMean, placeOf, type Reading, tell } from './scope.ts'
import {
  clear,
  copyAlong,
  copyInto,
  countOf,
  finished,
  isAggregate,
  isStruct,
  isWritten,
  partAt,
  type Slot,
  sharedLeaf,
  slotOf,
} from './slot.ts'
import { closest } from './suggest.ts'
import { type ArrayType, type CType, type IntType, memberPaths, pathTo, type StructType, typeName } from './types.ts'
import type { Value } from './value.ts'

/** The value an initializer gives an object of this type; `[]` gets its length from the value. */
export function initialise(type: CType, node: SyntaxNode, at: Reading, list: Braces | undefined): Value {
  const slot = slotOf(type)
  const { start, end } = node
  const element: Element = { at, designators: [], start, end, ...(list ? { list } : { expression: node }) }
  if (element.list || !isAggregate(type) || accepts(slot, element)) write(slot, element)
  else tell(at, node, 'declaration', `${typeName(type)} needs a list in braces`)
  return finished(slot)
}

/** An aggregate whose parts are being written in order; `next` is the index of the one that comes next. */
interface Frame {
  readonly slot: Slot
  next: number
}

/** A brace list being read. `room`: how many array elements its ranges may still write. */
interface Writing {
  readonly list: Braces
  readonly frames: Frame[]
  room: number
}

/** Writes one element to the subobject it is for. */
function write(slot: Slot, element: Element): void {
  const { at, expression, list } = element
  if (list) writeBraces(slot, list)
  else if (!expression) {
    clear(slot)
    slot.leaf = unknown(slot.type, 'it cannot be read', element)
  } else if (isAggregate(slot.type)) {
    if (!writeString(slot, expression, element)) writeCopy(slot, expression, element)
  } else writeScalar(slot, evaluate(expression, at), element)
}

function writeScalar(slot: Slot, constant: Constant | undefined, element: Element): void {
  slot.leaf = constant
    ? leafOf(constant, slot.type, widthOf(slot), element)
    : unknown(slot.type, 'its initializer cannot be computed', element)
}

/** Width in bits of the scalar a slot stands for; less than its type's for a bit-field. */
const widthOf = ({ width, type }: Slot): number => width ?? (type.kind === 'int' ? type.size * 8 : 64)

const isCharacters = (type: CType): type is ArrayType & { element: IntType } =>
  type.kind === 'array' && isInt(type.element)

/** A string literal initialises an array of its own character type; longer ones are cut. */
function writeString(slot: Slot, expression: SyntaxNode, element: Element): boolean {
  const { type } = slot
  const text = isCharacters(type) ? stringOf(expression) : undefined
  if (!isCharacters(type) || !text || text.type.size !== type.element.size) return false
  const length = type.length ?? text.units.length + 1
  if (length < text.units.length)
    tell(
      element.at,
      element,
      'string-truncated',
      `the string has ${text.units.length} characters, ${typeName(type)} holds ${length}`,
      { severity: 'warning' },
    )
  const origin = placeOf(element.at, element)
  clear(slot)
  const letters = new Map<number, Slot>()
  slot.parts = text.units.slice(0, length).map(unit => {
    const letter = letters.get(unit) ?? letterOf(unit, type.element)
    letters.set(unit, letter)
    return letter
  })
  if (slot.parts.length < length) slot.parts.push(letterOf(0, type.element))
  slot.origin = origin
  slot.text = decode(text.units.slice(0, length), text.type.size)
  return true
}

const letterOf = (unit: number, type: IntType): Slot =>
  sharedLeaf({ kind: 'int', type, value: convert(BigInt(unit), type) })

function decode(units: readonly number[], size: number): string {
  if (size === 1) return new TextDecoder().decode(Uint8Array.from(units))
  return units.map(unit => String.fromCodePoint(unit <= 0x10ffff ? unit : 0xfffd)).join('')
}

/** Another object of the same type, or a compound literal of it, is copied whole. */
function writeCopy(slot: Slot, expression: SyntaxNode, element: Element): void {
  const literal = literalIn(expression)
  const value = literal && child(literal, 'value')
  if (value) {
    writeBraces(slot, bracesAt(value, element.at, value))
    slot.origin = placeOf(element.at, element)
    return
  }
  clear(slot)
  tell(element.at, element, 'not-constant', `this is no constant of ${typeName(slot.type)}`)
  slot.leaf = unknown(slot.type, 'its initializer cannot be computed', element)
}

function literalIn(expression: SyntaxNode): SyntaxNode | undefined {
  if (expression.type === 'parenthesized_expression' && expression.children[0]) return literalIn(expression.children[0])
  return expression.type === 'compound_literal_expression' ? expression : undefined
}

/** Whether an expression initialises the whole of an aggregate, so that its braces are not left out. */
function accepts(slot: Slot, { expression, at }: Element): boolean {
  if (!expression) return false
  const { type } = slot
  const text = isCharacters(type) ? stringOf(expression) : undefined
  if (isCharacters(type) && text) return text.type.size === type.element.size
  if (!literalIn(expression) && expression.type !== 'identifier') return false
  const own = literalIn(expression) ? typeOf(expression, at) : at.scope.objects.get(expression.text)?.type
  return own === type || (own?.kind === 'array' && type.kind === 'array' && own.element === type.element)
}

function writeBraces(slot: Slot, list: Braces): void {
  const { elements, at } = list
  const only = elements.length === 1 ? elements[0]! : undefined
  if (only && !only.designators.length && only.expression && writeString(slot, only.expression, only)) {
    slot.origin = placeOf(at, list)
    return
  }
  if (isAggregate(slot.type)) writeElements(slot, list)
  else writeBracedScalar(slot, list)
}

function writeElements(slot: Slot, list: Braces): void {
  const { elements, at } = list
  clear(slot)
  slot.parts = []
  slot.origin = placeOf(at, list)
  const frames: Frame[] = [{ slot, next: 0 }]
  const writing: Writing = { list, frames, room: Number(MOST) }
  const excess: Element[] = []
  for (const element of elements) {
    if (element.designators.length) {
      writeDesignated(writing, element)
      continue
    }
    const target = nextSlot(frames)
    if (target) writeInto(frames, target, element)
    else excess.push(element)
  }
  if (excess[0]) tellExcess(slot.type, excess[0], excess.length)
}

/** gcc's warning at the first element that finds no room; a length spelled in place can be made to fit. */
function tellExcess(type: CType, { at, start, end }: Element, excess = 1): void {
  const lengthAt = type.kind === 'array' && !type.lengthAt?.expandedAt ? type.lengthAt?.spelled : undefined
  const text = type.kind === 'array' ? String((type.length ?? 0) + excess) : ''
  const message = `excess elements in ${kindName(type)}: ${typeName(type)} is full${text && `, ${text} elements are written`}`
  tell(at, { start, end }, 'excess-elements', message, {
    severity: 'warning',
    ...(lengthAt && { suggestions: [{ title: `declare ${text} elements`, at: lengthAt, text }] }),
  })
}

const kindName = (type: CType): string => (isAggregate(type) ? `${type.kind} initializer` : 'scalar initializer')

function writeBracedScalar(slot: Slot, { elements, at, start, end }: Braces): void {
  const [first, second] = elements
  if (!first) tell(at, { start, end }, 'declaration', 'a scalar needs a value between the braces')
  else if (first.designators.length) tell(at, { start, end }, 'declaration', 'a scalar has no members')
  else write(slot, first)
  if (second) tellExcess(slot.type, second)
}

/** The subobject whose turn it is; leaves aggregates that are full. */
function nextSlot(frames: Frame[]): Slot | undefined {
  let top = frames.at(-1)!
  while (1 < frames.length && countOf(top.slot.type) <= top.next) {
    frames.pop()
    top = frames.at(-1)!
  }
  if (countOf(top.slot.type) <= top.next) return undefined
  return partAt(top.slot, top.next++)
}

/** Writes an element without braces of its own into the first scalar of the aggregate whose turn it is. */
function writeInto(frames: Frame[], target: Slot, element: Element): void {
  let slot: Slot | undefined = target
  while (slot && !element.list && isAggregate(slot.type) && element.expression && !accepts(slot, element)) {
    slot.leaf = undefined
    slot.origin ??= placeOf(element.at, element)
    frames.push({ slot, next: 1 })
    slot = countOf(slot.type) ? partAt(slot, 0) : undefined
  }
  if (slot) write(slot, element)
  else tellExcess(frames.at(-1)!.slot.type, element)
}

/** The parts of `parent` at `[first, end)`, which get the same value as the one at `end`. */
interface Run {
  readonly parent: Slot
  readonly first: number
  readonly end: number
}

/** Follows the designators from the list's own aggregate; a range writes to each index and goes on after its last. */
function writeDesignated(writing: Writing, element: Element): void {
  const { frames } = writing
  frames.length = 1
  let slot = frames[0]!.slot
  /** The other slots of ranges on the way, and the range of the last designator. */
  let twins: readonly Slot[] = NONE
  let run: Run | undefined
  for (const designator of element.designators) {
    const way = wayOf(designator, slot.type, element, writing)
    if (!way) return
    if (run) twins = twins.concat(partsOf(run))
    run = undefined
    for (const index of way.path) {
      const frame = frames.at(-1)!
      if (frame.slot === slot) frame.next = index + 1
      else frames.push({ slot, next: index + 1 })
      if (twins.length) twins = twins.flatMap(parent => partsOf({ parent, first: way.first ?? index, end: index + 1 }))
      if (way.first !== undefined && way.first < index) run = { parent: slot, first: way.first, end: index }
      const next = partAt(slot, index)
      if (!next) return
      slot = next
    }
    const origin = placeOf(element.at, designator)
    if (designator === element.designators.at(-1)) {
      const again = [slot, ...twins].find(isWritten) ?? (run && writtenIn(run))
      if (again) warnTwice(again, element)
    }
    slot.designator = origin
    for (const twin of twins) twin.designator = origin
  }
  writeInto(frames, slot, element)
  if (run) writeRun(run, slot, element)
  for (const twin of twins) writeTwin(twin, slot, element)
}

const NONE: readonly Slot[] = []

function writeRun(run: Run, slot: Slot, element: Element): void {
  if (isWhole(slot, element)) copyAlong(run.parent, run.first, run.end, slot)
  else
    for (const twin of partsOf(run)) {
      twin.designator = slot.designator
      writeTwin(twin, slot, element)
    }
}

/** Another slot of a range gets the same value; where braces were left out it keeps what else it holds. */
function writeTwin(twin: Slot, slot: Slot, element: Element): void {
  if (isWhole(slot, element)) {
    copyInto(twin, slot)
    return
  }
  const [twinPart, slotPart] = countOf(slot.type) ? [partAt(twin, 0), partAt(slot, 0)] : []
  if (twinPart && slotPart) writeTwin(twinPart, slotPart, element)
}

const isWhole = (slot: Slot, element: Element): boolean =>
  element.list !== undefined || !isAggregate(slot.type) || accepts(slot, element)

function partsOf({ parent, first, end }: Run): Slot[] {
  const slots: Slot[] = []
  for (let i = first; i < end; i++) {
    const found = partAt(parent, i)
    if (found) slots.push(found)
  }
  return slots
}

function writtenIn({ parent, first, end }: Run): Slot | undefined {
  for (let i = first; i < end; i++) {
    const part = parent.parts?.[i]
    if (part && isWritten(part)) return part
  }
  return undefined
}

function warnTwice(slot: Slot, { at, designators }: Element): void {
  const [first, last] = [designators[0]!, designators.at(-1)!]
  const name = at.piece.tokens
    .slice(first.start, last.end)
    .map(token => token.text)
    .join('')
  const related = slot.designator ? [{ at: primarySpan(slot.designator), message: 'it was written here first' }] : []
  tell(
    at,
    { start: first.start, end: last.end },
    'duplicate-designator',
    `${name} is written twice; the last one counts`,
    { severity: 'warning', related },
  )
}

/** The indices a designator goes down by, several for a member of an anonymous struct; `first`: where its range begins. */
interface Way {
  readonly path: readonly number[]
  readonly first?: number
}

function wayOf(designator: Designator, type: CType, { at }: Element, writing: Writing): Way | undefined {
  if (designator.name !== undefined) return wayToField(designator, designator.name, type, at, writing)
  const first = designator.first && evaluateInt(designator.first, at)
  const last = designator.last ? evaluateInt(designator.last, at) : first
  if (!first || !last) return undefined
  if (type.kind !== 'array') return tell(at, designator, 'array-index', `${typeName(type)} is not an array`)
  const length = type.length === undefined ? MOST : BigInt(type.length)
  if (first.value < 0n || length <= last.value)
    return tell(at, designator, 'array-index', `index ${last.value} is outside ${typeName(type)}`)
  if (last.value < first.value) return tell(at, designator, 'array-index', 'this range is empty')
  if (last.value === first.value) return { path: [Number(last.value)] }
  writing.room -= Number(last.value - first.value)
  if (writing.room < 0) return tell(at, designator, 'array-index', 'this range is too long')
  return { path: [Number(last.value)], first: Number(first.value) }
}

/** Array elements the ranges of one list may write. */
const MOST = 1n << 20n

function wayToField(
  designator: Designator,
  name: string,
  type: CType,
  at: Reading,
  { list }: Writing,
): Way | undefined {
  if (!isStruct(type))
    return tell(at, designator, 'unknown-field', `"${name}" is written to ${typeName(type)}, which has no members`)
  const found = pathTo(type, name)
  if (found) return found
  tellUnknownField(designator, name, type, at)
  const path = guess(name, type, list.elements)
  return path && { path }
}

/** In a longer list nobody guesses. */
const MOST_SIBLINGS = 1000

/** The member a half-typed name may stand for: the closest one that nobody else names, or the only list left over. */
function guess(name: string, type: StructType, siblings: readonly Element[]): readonly number[] | undefined {
  if (MOST_SIBLINGS < siblings.length) return undefined
  const taken = new Set(siblings.map(({ designators }) => designators[0]?.name))
  const free = memberPaths(type).filter(({ member }) => !taken.has(member.name ?? '') || member.name === '')
  const [near] = closest(
    name,
    free.flatMap(({ member }) => member.name ?? []),
  )
  const lists = free.filter(({ member }) => isAggregate(member.type))
  if (near !== undefined) return pathTo(type, near)?.path
  return (lists.find(({ member }) => member.name === '') ?? (lists.length === 1 ? lists[0] : undefined))?.path
}

function tellUnknownField(designator: Designator, name: string, type: StructType, at: Reading): undefined {
  const names = memberPaths(type).flatMap(({ member }) => member.name ?? [])
  const node = { start: designator.end - 1, end: designator.end, text: name } as SyntaxNode
  tell(
    at,
    node,
    'unknown-field',
    name === '' ? 'expected the name of a member after "."' : `${typeName(type)} has no member "${name}"`,
    didYouMean(at, node, names),
  )
}
