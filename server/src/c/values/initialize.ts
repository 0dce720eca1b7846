import { memoize } from '../../text/memo.ts'
import { primarySpan } from '../../text/origin.ts'
import { child, type SyntaxNode } from '../parse/grammar.ts'
import type { Problem } from '../unit.ts'
import { quietly } from './builtin.ts'
import { hasRoom, pathOf } from './designators.ts'
import { type Braces, bracesFrom, type Element } from './elements.ts'
import { evaluate, typeOf } from './expression.ts'
import {
  clear,
  copyAlong,
  copyInto,
  countOf,
  frozen,
  type InitializerCell,
  isAggregate,
  isStruct,
  isWritten,
  newCell,
  partAt,
} from './initializer-cell.ts'
import { scalar, unknown } from './scalar.ts'
import { type Constant, type EvalContext, isFailedMacro, originOf, report } from './scope.ts'
import { isCharacters, takesCharacters, writeString } from './string-initializer.ts'
import { stringOf } from './string-literal.ts'
import { areCompatible, type CType, isUndefined, typeName } from './types.ts'
import type { StructValue, Value } from './value.ts'

/** The value an initializer gives an object of this type; `[]` gets its length from the value. */
export function initialize(type: CType, node: SyntaxNode, context: EvalContext, list: Braces | undefined): Value {
  const cell = newCell(type)
  const { start, end } = node
  const element: Element = { context, designators: [], start, end, ...(list ? { list } : { expression: node }) }
  const before = context.scope.problems.length
  if (element.list || !isAggregate(type) || accepts(cell, element)) write(cell, element)
  else report(context, node, 'declaration', `initializer of ${typeName(type)} is not a list in braces`)
  keepFirstOfBraces(context.scope.problems, before, list !== undefined && isUniversalZero(list))
  reportNestedFlexible(cell, context)
  return frozen(cell)
}

const MISSING_BRACES = 'braces are missing around the values of'

/** gcc says it once of an object, and not of `{ 0 }`. */
function keepFirstOfBraces(problems: Problem[], from: number, isZero: boolean): void {
  const isOne = ({ message }: Problem) => message.startsWith(MISSING_BRACES)
  const first = isZero ? undefined : problems.slice(from).find(isOne)
  const kept = problems.splice(from).filter(each => each === first || !isOne(each))
  for (const each of kept) problems.push(each)
}

/** `{ 0 }`, with or without a designator. */
function isUniversalZero({ elements: [only, second] }: Braces): boolean {
  return only?.expression !== undefined && !second && evaluate(only.expression, quietly(only.context))?.value === 0n
}

/** Only a member of the object itself may be a flexible array with values. */
function reportNestedFlexible(cell: InitializerCell, context: EvalContext, depth = 0): void {
  if (!isAggregate(cell.type) || !holdsFlexible(cell.type)) return
  for (const part of cell.parts ?? []) {
    if (!part) continue
    const isFlexible = part.type.kind === 'array' && part.type.length === undefined
    if (isFlexible && 0 < depth && part.parts?.length)
      context.scope.problems.push({
        kind: 'declaration',
        span: primarySpan(part.origin ?? originOf(context, { start: 0, end: 1 })),
        message: 'a flexible array inside another struct or array takes no values',
        severity: 'error',
      })
    reportNestedFlexible(part, context, depth + 1)
  }
}

const holdsFlexible: (type: CType) => boolean = memoize((type: CType): boolean =>
  type.kind === 'array'
    ? type.length === undefined || holdsFlexible(type.element)
    : isStruct(type) && type.members.some(member => isAggregate(member.type) && holdsFlexible(member.type)),
)

/** An aggregate whose parts are being written in order; `next` is the index of the one that comes next. */
interface Frame {
  readonly cell: InitializerCell
  next: number
}

/** A brace list being read. */
interface ListState {
  readonly list: Braces
  readonly frames: Frame[]
}

/** Writes one element to the subobject it is for. */
function write(cell: InitializerCell, element: Element): void {
  const { context, expression, list } = element
  if (list) writeBraces(cell, list)
  else if (!expression) {
    clear(cell)
    cell.scalar = unknown(cell.type, 'it cannot be read', element)
  } else if (isAggregate(cell.type)) {
    if (!writeString(cell, expression, element)) writeCopy(cell, expression, element)
  } else {
    const literal = literalIn(expression)
    writeScalar(cell, literal ? scalarOfLiteral(literal, context) : evaluate(expression, context), element)
  }
}

/** The value of `(T){ … }` of an integer type T: no constant in C, but for gcc where it is a whole initializer. */
function scalarOfLiteral(literal: SyntaxNode, context: EvalContext): Constant | undefined {
  const [descriptor, written] = [child(literal, 'type'), child(literal, 'value')]
  const type = descriptor && context.scope.typeNamed(descriptor, context)
  if (!written || type?.kind !== 'int') return evaluate(literal, context)
  const inner: EvalContext = { ...context, chunk: { ...context.chunk, kind: 'declaration' } }
  const value = initialize(type, written, inner, bracesFrom(written, inner, written))
  return value.kind === 'int' ? { type, value: value.value } : undefined
}

/** The type of `(T[]){ … }`. Its elements are counted here and judged where they are evaluated, so nothing is reported. */
export function typeOfLiteral(literal: SyntaxNode, context: EvalContext): CType | undefined {
  const [descriptor, value] = [child(literal, 'type'), child(literal, 'value')]
  const type = descriptor && context.scope.typeNamed(descriptor, context)
  if (!value || type?.kind !== 'array' || type.length !== undefined) return type
  const quiet = { ...context, scope: { ...context.scope, problems: [] } }
  return initialize(type, value, quiet, bracesFrom(value, quiet, value)).type
}

function writeScalar(cell: InitializerCell, constant: Constant | undefined, element: Element): void {
  cell.scalar = constant
    ? scalar(constant, cell.type, widthOf(cell), element)
    : unknown(cell.type, 'its initializer cannot be computed', element)
}

/** Width in bits of the scalar a cell stands for; less than its type's for a bit-field. */
const widthOf = ({ width, type }: InitializerCell): number => width ?? (type.kind === 'int' ? type.size * 8 : 64)

/** Another object of the same type, or a compound literal of it, is copied whole. */
function writeCopy(cell: InitializerCell, expression: SyntaxNode, element: Element): void {
  const literal = literalIn(expression)
  const value = literal && child(literal, 'value')
  if (value) {
    writeBraces(cell, bracesFrom(value, element.context, value))
    cell.origin = originOf(element.context, element)
    return
  }
  clear(cell)
  const copied = constantObject(expression, element.context)
  if (copied && areCompatible(copied.type, cell.type)) {
    cell.scalar = { ...copied, origin: originOf(element.context, element) }
    return
  }
  if (!isUnknownMacro(expression, element.context) || evaluate(expression, element.context))
    report(element.context, element, 'not-constant', `not a constant of ${typeName(cell.type)}`)
  cell.scalar = unknown(cell.type, 'its initializer cannot be computed', element)
}

/** For gcc a const object of the file that is named is its value, in aggregates as in numbers. */
function constantObject(expression: SyntaxNode, { scope }: EvalContext): StructValue | undefined {
  const object = expression.type === 'identifier' ? scope.objects.get(expression.text) : undefined
  return object?.constant && object.value?.kind === 'struct' ? object.value : undefined
}

function isUnknownMacro(expression: SyntaxNode, context: EvalContext): boolean {
  const { type, children } = expression
  const [callee] = children
  if (type === 'identifier') return isFailedMacro(expression, context)
  return type === 'call_expression' && callee?.type === 'identifier' && !callee.text.startsWith('__builtin_')
}

function literalIn(expression: SyntaxNode): SyntaxNode | undefined {
  if (expression.type === 'parenthesized_expression' && expression.children[0]) return literalIn(expression.children[0])
  return expression.type === 'compound_literal_expression' ? expression : undefined
}

/** Whether an expression initialises the whole of an aggregate, so that its braces are not left out. */
function accepts(cell: InitializerCell, { expression, context }: Element): boolean {
  if (!expression) return false
  const { type } = cell
  const text = isCharacters(type) ? stringOf(expression) : undefined
  if (isCharacters(type) && text) return takesCharacters(type.element, text.type)
  // A macro that nobody defines may stand for anything, hardly for the first scalar of a struct.
  if (isStruct(type) && isUnknownMacro(expression, context)) return true
  if (!literalIn(expression) && expression.type !== 'identifier') return false
  const own = literalIn(expression) ? typeOf(expression, context) : context.scope.objects.get(expression.text)?.type
  if (own?.kind !== 'array' || type.kind !== 'array') return own === type
  return own.element === type.element && (type.length ?? own.length) === own.length
}

function writeBraces(cell: InitializerCell, list: Braces): void {
  const { elements, context } = list
  const only = elements.length === 1 ? elements[0]! : undefined
  if (only && !only.designators.length && only.expression && writeString(cell, only.expression, only)) {
    cell.origin = originOf(context, list)
    return
  }
  if (isAggregate(cell.type)) writeElements(cell, list)
  else writeBracedScalar(cell, list)
}

function writeElements(cell: InitializerCell, list: Braces): void {
  const { elements, context } = list
  clear(cell)
  cell.parts = []
  cell.origin = originOf(context, list)
  const frames: Frame[] = [{ cell, next: 0 }]
  const writing: ListState = { list, frames }
  const excess: Element[] = []
  for (const element of elements) {
    if (element.designators.length) {
      writeDesignated(writing, element)
      continue
    }
    const target = nextCell(frames)
    if (target) writeInto(frames, target, element)
    else excess.push(element)
  }
  const group = cell.type.kind === 'array' ? undefined : excess.find(element => element.list)
  if (group) report(group.context, group, 'excess-elements', `extra brace group in ${kindName(cell.type)}`)
  else if (excess[0]) reportExcess(cell.type, excess[0], excess.length)
  if (excess[0]) cell.overfull = true
}

/** gcc's warning at the first element that finds no room; a length spelled in place can be made to fit. */
function reportExcess(type: CType, { context, start, end }: Element, excess = 1): void {
  if (isUndefined(type)) return
  const lengthAt = type.kind === 'array' && !type.lengthAt?.expandedAt ? type.lengthAt?.spelled : undefined
  const text = type.kind === 'array' ? String((type.length ?? 0) + excess) : ''
  const message = `excess elements in ${kindName(type)}: ${text && `${text} for `}${typeName(type)}`
  report(context, { start, end }, 'excess-elements', message, {
    severity: 'warning',
    ...(lengthAt && { suggestions: [{ title: `Declare ${text} elements`, span: lengthAt, text }] }),
  })
}

const kindName = (type: CType): string => (isAggregate(type) ? `${type.kind} initializer` : 'scalar initializer')

function writeBracedScalar(cell: InitializerCell, { elements, context, start, end }: Braces): void {
  const [first, second] = elements
  const designated = elements.find(({ designators }) => designators.length)
  const empty = elements.find(({ list }) => list?.elements.length === 0)
  if (!first) report(context, { start, end }, 'declaration', 'empty scalar initializer')
  else if (designated) report(designated.context, designated, 'declaration', 'designator in scalar initializer')
  else write(cell, first)
  if (context.chunk.kind === 'item' || first?.list)
    report(context, { start, end }, 'declaration', 'braces around a scalar initializer', { severity: 'warning' })
  if (empty && empty !== first) report(empty.context, empty, 'declaration', 'empty scalar initializer')
  if (second && !designated) reportExcess(cell.type, second)
}

/** The subobject whose turn it is; leaves aggregates that are full. */
function nextCell(frames: Frame[]): InitializerCell | undefined {
  let top = frames.at(-1)!
  while (1 < frames.length && countOf(top.cell.type) <= top.next) {
    frames.pop()
    top = frames.at(-1)!
  }
  if (countOf(top.cell.type) <= top.next) return undefined
  return partAt(top.cell, top.next++)
}

/** Writes an element without braces of its own into the first scalar of the aggregate whose turn it is. */
function writeInto(frames: Frame[], target: InitializerCell, element: Element): void {
  let cell: InitializerCell | undefined = target
  while (cell && !element.list && isAggregate(cell.type) && element.expression && !accepts(cell, element)) {
    cell.scalar = undefined
    cell.origin ??= originOf(element.context, element)
    frames.push({ cell, next: 1 })
    if (isKnown(element))
      report(element.context, element, 'declaration', `${MISSING_BRACES} ${typeName(cell.type)}`, {
        severity: 'warning',
      })
    cell = countOf(cell.type) ? partAt(cell, 0) : undefined
  }
  if (cell) write(cell, element)
  else reportExcess(frames.at(-1)!.cell.type, element)
}

/** What cannot be computed may be a string or a struct, which need no braces. */
const isKnown = ({ expression, context }: Element): boolean =>
  expression === undefined || evaluate(expression, quietly(context)) !== undefined

/** The parts of `parent` at `[first, end)`, which get the same value as the one at `end`. */
interface Run {
  readonly parent: InitializerCell
  readonly first: number
  readonly end: number
}

/** Follows the designators from the list's own aggregate; a range writes to each index and goes on after its last. */
function writeDesignated({ list, frames }: ListState, element: Element): void {
  frames.length = 1
  let cell = frames[0]!.cell
  /** The other cells of ranges on the way, and the range of the last designator. */
  let twins: readonly InitializerCell[] = []
  let run: Run | undefined
  for (const designator of element.designators) {
    const way = pathOf(designator, cell.type, element.context, list)
    if (!way) {
      cell.overfull = true
      return
    }
    if (run) twins = twins.concat(partsOf(run))
    run = undefined
    for (const index of way.path) {
      const frame = frames.at(-1)!
      if (frame.cell === cell) frame.next = index + 1
      else frames.push({ cell, next: index + 1 })
      const copies = twins.length * (index + 1 - (way.first ?? index))
      if (!hasRoom(element.context, copies)) {
        report(element.context, designator, 'array-index', 'index range is too long')
        return
      }
      if (twins.length) twins = twins.flatMap(parent => partsOf({ parent, first: way.first ?? index, end: index + 1 }))
      if (way.first !== undefined && way.first < index) run = { parent: cell, first: way.first, end: index }
      const next = partAt(cell, index)
      if (!next) return
      cell = next
    }
    const origin = originOf(element.context, designator)
    if (designator === element.designators.at(-1)) {
      const again = [cell, ...twins].find(isWritten) ?? (run && writtenIn(run))
      if (again) warnTwice(again, element, list)
    }
    cell.designator = origin
    for (const twin of twins) twin.designator = origin
  }
  writeInto(frames, cell, element)
  if (run) writeRun(run, cell, element)
  for (const twin of twins) writeTwin(twin, cell, element)
}

function writeRun(run: Run, cell: InitializerCell, element: Element): void {
  if (isWhole(cell, element)) copyAlong(run.parent, run.first, run.end, cell)
  else
    for (const twin of partsOf(run)) {
      twin.designator = cell.designator
      writeTwin(twin, cell, element)
    }
}

/** Another part of a range gets the same value; where braces were left out it keeps what else it holds. */
function writeTwin(twin: InitializerCell, cell: InitializerCell, element: Element): void {
  if (isWhole(cell, element)) {
    copyInto(twin, cell)
    return
  }
  const [twinPart, cellPart] = countOf(cell.type) ? [partAt(twin, 0), partAt(cell, 0)] : []
  if (twinPart && cellPart) writeTwin(twinPart, cellPart, element)
}

const isWhole = (cell: InitializerCell, element: Element): boolean =>
  element.list !== undefined || !isAggregate(cell.type) || accepts(cell, element)

function partsOf({ parent, first, end }: Run): InitializerCell[] {
  const cells: InitializerCell[] = []
  for (let i = first; i < end; i++) {
    const found = partAt(parent, i)
    if (found) cells.push(found)
  }
  return cells
}

function writtenIn({ parent, first, end }: Run): InitializerCell | undefined {
  for (let i = first; i < end; i++) {
    const part = parent.parts?.[i]
    if (part && isWritten(part)) return part
  }
  return undefined
}

/** The name of the field whose braces these are, where it stands before them. */
function fieldOf({ context, start }: Braces): string {
  const [name, sign] = context.chunk.tokens.slice(Math.max(0, start - 2), start).map(({ text }) => text)
  return sign === '=' && name !== undefined && /^\w+$/.test(name) ? name : ''
}

function warnTwice(cell: InitializerCell, { context, designators }: Element, list: Braces): void {
  const [first, last] = [designators[0]!, designators.at(-1)!]
  const name = context.chunk.tokens
    .slice(first.start, last.end)
    .map(token => token.text)
    .join('')
  // A value without a designator, behind a comma where another sign is meant, say.
  const before = cell.designator ?? cell.scalar?.origin ?? cell.origin
  const message = cell.designator ? 'first initialised here' : 'this value without a designator initialises it first'
  const related = before ? [{ span: primarySpan(before), message }] : []
  report(
    context,
    { start: first.start, end: last.end },
    'duplicate-designator',
    `${name.startsWith('[') ? fieldOf(list) : ''}${name} is initialised twice; the last value counts`,
    { severity: 'warning', related },
  )
}
