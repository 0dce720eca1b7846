import type { Reading } from '../../analyze.ts'
import { holdsDirective } from '../../c/raw/conditionals.ts'
import { type CellConfig, cellOf, type DeclaredArray } from '../../config/model.ts'
import { resized } from '../../edit/arrays.ts'
import { isInAllBranches, listOf, resizedInAllBranches } from '../../edit/branches.ts'
import { type Change, NO_CHANGE, together } from '../../edit/change.ts'
import { reindexed } from '../../edit/elements.ts'
import type { Edit } from '../../text/source-file.ts'
import type { Context } from './context.ts'

/**
 * What has to change elsewhere in the file so that new elements have room at a place of an array: its length, its count,
 * and the indices of what stands behind them. Undefined where something means elements on both sides as one run, or where
 * not all elements are counted.
 */
export function roomFor({ config }: Reading, { path, at }: Place, added: number): readonly Edit[] | undefined {
  const cell = config && cellOf(config)
  const [member, index] = path.steps
  const array = path.steps.length === 2 ? cell?.arrays.find(array => array.member === member) : undefined
  if (!cell || !array || typeof index !== 'number') return []
  if (leavesOut(array)) return undefined
  const insertion = { index, written: array.initialised, added }
  const list = listOf(cell, array)
  const change =
    list && holdsDirective(list)
      ? inBranches(cell, array, insertion, isInAllBranches(at, list))
      : changeFor(cell, array, insertion)
  return change?.edits
}

/** In a list with branches: what is in all of them makes all longer; what is in one has to find room as it is. */
function inBranches(
  cell: CellConfig,
  array: DeclaredArray,
  insertion: Insertion,
  isInAll: boolean,
): Change | undefined {
  const { edits } = indicesBehind(cell, array, insertion) ?? {}
  if (edits?.length !== 0) return undefined
  if (isInAll) return resizedInAllBranches(cell, array, insertion.added)
  return insertion.written + insertion.added <= array.length ? NO_CHANGE : undefined
}

/** Whether the count leaves elements out that are written: one that counts a new element would count those as well. */
const leavesOut = ({ counted, initialised, entry, elementSize }: DeclaredArray): boolean =>
  counted < initialised * (entry.unit === 'byte' ? elementSize : 1)

type Place = Pick<Extract<Context, { kind: 'element' }>, 'path' | 'at'>

/** Where elements come in, how many are written apart from them, and how many they are. */
interface Insertion {
  readonly index: number
  readonly written: number
  readonly added: number
}

function changeFor(cell: CellConfig, array: DeclaredArray, insertion: Insertion): Change | undefined {
  const used = insertion.written + insertion.added
  const grown = array.lengthAt ? resized(cell, array, Math.max(array.length, used), used) : NO_CHANGE
  return together(grown ?? NO_CHANGE, indicesBehind(cell, array, insertion))
}

const indicesBehind = (
  cell: CellConfig,
  array: DeclaredArray,
  { index, written, added }: Insertion,
): Change | undefined =>
  index < written ? reindexed(cell, array, old => (old < index ? old : old + added)) : NO_CHANGE
