import { holdsDirective } from '../c/raw/conditionals.ts'
import type { ArrayValue } from '../c/values/value.ts'
import { regionsField, sharedRegions } from '../config/ivshmem.ts'
import type { CellConfig, DeclaredArray, PciDevice } from '../config/model.ts'
import { primarySpan } from '../text/origin.ts'
import { type Span, textOf } from '../text/source-file.ts'
import { resized } from './arrays.ts'
import { isInAllBranches, isLastInAllBranches, listOf, resizedInAllBranches } from './branches.ts'
import { type Change, NO_CHANGE, together } from './change.ts'
import { type ElementText, elementTexts } from './element-texts.ts'
import { editable, setField } from './fields.ts'
import {
  beginsLine,
  commaAfter,
  insertion,
  insideBraces,
  isOnOneLine,
  newLineAt,
  spanAt,
  withItsLines,
} from './layout.ts'

/**
 * Elements of the arrays behind a cell, each change with all that depends on it: the array's length, its count, and every
 * index that points behind the place. Text of directives is never touched, nor what a macro made.
 */

/**
 * Adds elements behind the last one, so that no index changes. Lines of a text are indented from the element's own; a macro
 * may make more elements than there are texts.
 */
export function appendElements(
  cell: CellConfig,
  array: DeclaredArray,
  elements: readonly string[],
  makes = elements.length,
): Change | undefined {
  const last = array.value.items[array.initialised - 1]?.origin
  if (!last) return firstElements(cell, array, elements, makes)
  const span = primarySpan(last)
  const list = listOf(cell, array)
  const behind = { ...span, start: span.end }
  if (!list || !isInAllBranches(behind, list) || !isLastInAllBranches(behind, list)) return undefined
  const comma = commaAfter(span)
  const place = comma === undefined ? span.end : comma + 1
  const separator = isOneLineList(array) ? ' ' : newLineAt(span.file, span.start)
  const text = elements.map(element => `${separator}${indented(element, span)},`).join('')
  const edit = insertion(span.file, place, comma === undefined ? `,${text}` : text)
  return together({ edits: [edit], unsafe: true }, madeRoom(cell, array, makes))
}

/** Into a list that has none yet. */
function firstElements(
  cell: CellConfig,
  array: DeclaredArray,
  elements: readonly string[],
  makes: number,
): Change | undefined {
  const braces = array.value.origin
  if (!braces || braces.expandedAt) return undefined
  const { file, start } = braces.spelled
  const inside = insideBraces(braces.spelled)
  if (!inside || textOf(inside).trim() !== '') return undefined
  const text = elements.map(element => ` ${element.replaceAll('\n', newLineAt(file, start))},`).join('')
  return together({ edits: [{ span: inside, text: `${text} ` }], unsafe: true }, madeRoom(cell, array, makes))
}

const isOneLineList = ({ value }: DeclaredArray): boolean =>
  value.origin !== undefined && isOnOneLine(primarySpan(value.origin))

const indented = (element: string, { file, start }: Span): string => element.replaceAll('\n', newLineAt(file, start))

/** Spare elements at the end, which nobody wrote, are used first, unless they may be those of another branch. */
function madeRoom(cell: CellConfig, array: DeclaredArray, added: number): Change | undefined {
  if (hasBranches(cell, array)) return resizedInAllBranches(cell, array, added)
  return resized(cell, array, Math.max(array.length, array.initialised + added), array.initialised + added)
}

const hasBranches = (cell: CellConfig, array: DeclaredArray): boolean => {
  const list = listOf(cell, array)
  return list !== undefined && holdsDirective(list)
}

/** Writes one element as several, or in other words; what points behind it follows. An element that an index means stays one. */
export function replaceElement(
  cell: CellConfig,
  array: DeclaredArray,
  index: number,
  elements: readonly string[],
): Change | undefined {
  const origin = array.value.items[index]?.origin
  if (!origin || origin.expandedAt || elements.length === 0) return undefined
  const span = origin.spelled
  if (1 < elements.length && !mayMove(span, cell, array)) return undefined
  const separator = `,${isOnOneLine(span) && !beginsLine(span.file, span.start) ? ' ' : newLineAt(span.file, span.start)}`
  const added = elements.length - 1
  return together(
    { edits: [{ span, text: elements.join(separator) }], ...(added ? { unsafe: true } : {}) },
    added ? madeRoom(cell, array, added) : NO_CHANGE,
    added ? moved(cell, array, old => (old === index ? undefined : index < old ? old + added : old)) : NO_CHANGE,
  )
}

/** Takes an element out, with the lines it stands on and the comment that names it. Undefined where something still counts it as its own. */
export function removeElement(cell: CellConfig, array: DeclaredArray, index: number): Change | undefined {
  const origin = array.value.items[index]?.origin
  if (!origin || origin.expandedAt || !mayMove(origin.spelled, cell, array)) return undefined
  return together(
    { edits: [{ span: withItsLines(withOwnComment(origin.spelled, array)), text: '' }], unsafe: true },
    hasBranches(cell, array) ? resizedInAllBranches(cell, array, -1) : resized(cell, array, array.length - 1),
    moved(cell, array, old => (old === index ? undefined : old < index ? old : old - 1)),
  )
}

/** With the comment right in front of it; not where the next element has none and the comment may head both. */
function withOwnComment(span: Span, array: DeclaredArray): Span {
  const texts = elementTexts(array) ?? []
  const index = texts.findIndex(({ element }) => element.start <= span.start && span.end <= element.end)
  const [text, next] = [texts[index], texts[index + 1]]
  const [comment] = text ? commentsBefore(text) : []
  if (!text || !comment || (next && commentsBefore(next).length === 0)) return span
  const between = span.file.text.slice(comment.end, span.start)
  return between.trim() === '' && between.split('\n').length <= 2 ? spanAt(span.file, comment.start, span.end) : span
}

/** Nearest first. */
const commentsBefore = ({ comments, element }: ElementText): readonly Span[] =>
  comments.filter(({ end }) => end <= element.start).toSorted((a, b) => b.end - a.end)

/** Writes the elements in another order, comments with what they stand at; indices into the array follow. */
export function reorderElements(
  cell: CellConfig,
  array: DeclaredArray,
  order: readonly ElementText[],
): Change | undefined {
  const texts = elementTexts(array)
  const [first, last] = [texts?.[0], texts?.at(-1)]
  if (!texts || !first || !last || order.length !== texts.length) return undefined
  const span = spanAt(first.text.file, first.text.start, last.text.end)
  const text = order.map((each, i) => (i === order.length - 1 ? textOf(each.text) : withComma(each))).join('')
  const newIndices = new Map(order.flatMap(({ first, end }) => range(first, end)).map((old, index) => [old, index]))
  return together(
    { edits: [{ span, text }] },
    reindexed(cell, array, old => newIndices.get(old) ?? old),
  )
}

const range = (first: number, end: number): readonly number[] =>
  Array.from({ length: end - first }, (_, i) => first + i)

/** The last of a list may be written without. */
function withComma({ text: span, element }: ElementText): string {
  const text = textOf(span)
  if (commaAfter(element) !== undefined) return text
  const end = element.end - span.start
  return `${text.slice(0, end)},${text.slice(end)}`
}

/**
 * Writes neighbours in other words that make as many elements: a macro for its elements, or elements for their macro.
 * Undefined where a comment between them would be lost.
 */
export function rewriteElements(
  array: DeclaredArray,
  first: number,
  end: number,
  elements: readonly string[],
): Change | undefined {
  const own = elementTexts(array)?.filter(each => first <= each.first && each.end <= end) ?? []
  const [from, to] = [own[0], own.at(-1)]
  if (!from || !to || from.first !== first || to.end !== end) return undefined
  if (own.slice(1).some(({ comments }) => comments.length > 0)) return undefined
  const span = spanAt(from.element.file, from.element.start, to.element.end)
  const separator = `,${newLineAt(span.file, span.start)}`
  return { edits: [{ span, text: elements.map(element => indented(element, span)).join(separator) }] }
}

/** Puts the comments of other elements in front of one, a line comment and what stood on its own line on lines of theirs. */
export function takeComments({ element }: ElementText, others: readonly ElementText[]): Change {
  const line = newLineAt(element.file, element.start)
  const texts = others.flatMap(other => other.comments.map(comment => textOf(comment) + behind(comment, other, line)))
  return texts.length ? { edits: [insertion(element.file, element.start, texts.join(''))] } : NO_CHANGE
}

function behind(comment: Span, { element }: ElementText, line: string): string {
  const isInFront = comment.end <= element.start && isOnOneLine({ ...comment, start: comment.end, end: element.start })
  return isInFront && textOf(comment).startsWith('/*') ? ' ' : line
}

/** Takes elements out that others stand for from now on, each with its comments; the array gets shorter. */
export function removeElements(
  cell: CellConfig,
  array: DeclaredArray,
  gone: readonly ElementText[],
): Change | undefined {
  const indices = new Set(gone.flatMap(({ first, end }) => range(first, end)))
  const before = (old: number) => [...indices].filter(index => index < old).length
  return together(
    { edits: gone.map(({ text }) => ({ span: text, text: '' })), unsafe: true },
    resized(cell, array, array.length - indices.size),
    reindexed(cell, array, old => (indices.has(old) ? undefined : old - before(old))),
  )
}

/** Gives an element that is a plain number another value. */
export function setElement(array: DeclaredArray, index: number, text: string): Change | undefined {
  const span = editable(array.value.items[index]?.origin)
  return span && { edits: [{ span, text }] }
}

/** Adds plain values behind those that are written of an array inside a struct. */
export function appendValues(array: ArrayValue, values: readonly string[]): Change | undefined {
  const last = array.items[array.initialised - 1]?.origin
  if (!last || last.expandedAt || values.length === 0) return undefined
  const text = values.map(value => `, ${value}`).join('')
  return { edits: [insertion(last.spelled.file, last.spelled.end, text)] }
}

/** An element in a branch of a conditional counts for that branch alone; the array's length for all. */
function mayMove(span: Span, cell: CellConfig, array: DeclaredArray): boolean {
  const list = listOf(cell, array)
  return list !== undefined && isInAllBranches(span, list)
}

/** Indices that follow; in a list with branches none may have to. */
function moved(
  cell: CellConfig,
  array: DeclaredArray,
  newIndex: (old: number) => number | undefined,
): Change | undefined {
  const change = reindexed(cell, array, newIndex)
  return change && change.edits.length > 0 && hasBranches(cell, array) ? undefined : change
}

/** An index of another array into this one, with how many elements from there on it means. */
interface Pointer {
  readonly device: PciDevice
  readonly field: string
  readonly start: number
  readonly count: number
}

/** Every field that points into an array. */
function pointersInto({ pci_devices }: CellConfig, { name }: DeclaredArray): readonly Pointer[] {
  if (name === 'mem_regions')
    return pci_devices.flatMap(device => {
      const regions = sharedRegions(device)
      if (!regions) return []
      return { device, field: regionsField(device), start: regions.start, count: regions.end - regions.start }
    })
  if (name !== 'pci_caps') return []
  return pci_devices
    .filter(({ num_caps }) => 0 < num_caps)
    .map(device => ({ device, field: 'caps_start', start: device.caps_start, count: device.num_caps }))
}

/** Lets all indices follow elements that move. Undefined where what one of them means would no longer stand together. */
export function reindexed(
  cell: CellConfig,
  array: DeclaredArray,
  newIndex: (old: number) => number | undefined,
): Change | undefined {
  const changes = pointersInto(cell, array).map(({ device, field, start, count }) => {
    const places = Array.from({ length: Math.min(count, Math.max(0, array.length - start)) }, (_, i) =>
      newIndex(start + i),
    )
    const first = places.length === 0 ? start : places[0]
    if (first === undefined || places.some((place, i) => place !== first + i)) return undefined
    return first === start ? NO_CHANGE : setField(device, field, String(first))
  })
  return together(...changes)
}
