import { holdsDirective } from '../c/raw/conditionals.ts'
import { regionsField, sharedRegions } from '../config/ivshmem.ts'
import type { CellConfig, DeclaredArray, PciDevice } from '../config/model.ts'
import { primarySpan } from '../text/origin.ts'
import { type Span, textOf } from '../text/source-file.ts'
import { resized } from './arrays.ts'
import { type Change, NO_CHANGE, together } from './change.ts'
import { editable, setField } from './fields.ts'
import { beginsLine, commaAfter, insertion, isOnOneLine, newLineAt, spanAt, withItsLines } from './layout.ts'

/**
 * Elements of the arrays behind a cell, each change with all that depends on it: the array's length, its count, and every
 * index that points behind the place. Text of directives is never touched, nor what a macro made.
 */

/** Adds elements behind the last one, so that no index changes. Lines of a text are indented from the element's own. */
export function appendElements(
  cell: CellConfig,
  array: DeclaredArray,
  elements: readonly string[],
): Change | undefined {
  const last = array.value.items[array.initialised - 1]?.origin
  if (!last) return firstElements(cell, array, elements)
  const span = primarySpan(last)
  if (span.file !== cell.file || isInConditional(span, array)) return undefined
  const comma = commaAfter(span)
  const place = comma === undefined ? span.end : comma + 1
  const separator = isOneLineList(array) ? ' ' : newLineAt(span.file, span.start)
  const text = elements.map(element => `${separator}${indented(element, span)},`).join('')
  const edit = insertion(span.file, place, comma === undefined ? `,${text}` : text)
  return together({ edits: [edit], unsafe: true }, madeRoom(cell, array, elements.length))
}

/** Into a list that has none yet. */
function firstElements(cell: CellConfig, array: DeclaredArray, elements: readonly string[]): Change | undefined {
  const braces = array.value.origin
  if (!braces || braces.expandedAt) return undefined
  const { file, start, end } = braces.spelled
  const inside = spanAt(file, start + 1, end - 1)
  if (textOf(inside).trim() !== '') return undefined
  const text = elements.map(element => ` ${element.replaceAll('\n', newLineAt(file, start))},`).join('')
  return together({ edits: [{ span: inside, text: `${text} ` }], unsafe: true }, madeRoom(cell, array, elements.length))
}

const isOneLineList = ({ value }: DeclaredArray): boolean =>
  value.origin !== undefined && isOnOneLine(primarySpan(value.origin))

const indented = (element: string, { file, start }: Span): string => element.replaceAll('\n', newLineAt(file, start))

/** Spare elements at the end, which nobody wrote, are used first. */
const madeRoom = (cell: CellConfig, array: DeclaredArray, added: number): Change | undefined =>
  resized(cell, array, Math.max(array.length, array.initialised + added), array.initialised + added)

/** Writes one element as several, or in other words; what points behind it follows. */
export function replaceElement(
  cell: CellConfig,
  array: DeclaredArray,
  index: number,
  elements: readonly string[],
): Change | undefined {
  const origin = array.value.items[index]?.origin
  if (!origin || origin.expandedAt || elements.length === 0) return undefined
  const span = origin.spelled
  if (1 < elements.length && isInConditional(span, array)) return undefined
  const separator = `,${isOnOneLine(span) && !beginsLine(span.file, span.start) ? ' ' : newLineAt(span.file, span.start)}`
  const added = elements.length - 1
  return together(
    { edits: [{ span, text: elements.join(separator) }], ...(added ? { unsafe: true } : {}) },
    added ? madeRoom(cell, array, added) : NO_CHANGE,
    added ? reindexed(cell, array, old => (index < old ? old + added : old)) : NO_CHANGE,
  )
}

/** Takes an element out, with the line it stands on. Undefined where something still counts it as its own. */
export function removeElement(cell: CellConfig, array: DeclaredArray, index: number): Change | undefined {
  const origin = array.value.items[index]?.origin
  if (!origin || origin.expandedAt || isInConditional(origin.spelled, array)) return undefined
  return together(
    { edits: [{ span: withItsLines(origin.spelled), text: '' }], unsafe: true },
    resized(cell, array, array.length - 1),
    reindexed(cell, array, old => (old === index ? undefined : old < index ? old : old - 1)),
  )
}

/** Gives an element that is a plain number another value. */
export function setElement(array: DeclaredArray, index: number, text: string): Change | undefined {
  const span = editable(array.value.items[index]?.origin)
  return span && { edits: [{ span, text }] }
}

/** An element in a branch of a conditional counts for that branch alone; the array's length for all. */
function isInConditional(span: Span, array: DeclaredArray): boolean {
  const braces = array.value.origin && primarySpan(array.value.origin)
  return braces === undefined || braces.file !== span.file || holdsDirective(braces)
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
