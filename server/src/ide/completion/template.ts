import type { CellView } from './cell-view.ts'

/** A whole element of an array, as people write it, with tab stops. */
export interface Template {
  readonly label: string
  readonly detail: string
  readonly insert: string
  /** The macro the element is written by, where it is one. */
  readonly macro?: string
  /** How many elements it makes; undefined where nobody knows. */
  readonly makes?: number
  /** Where it belongs; everywhere without one. */
  readonly fits?: (view: CellView) => boolean
}

/** What a field of a new element may begin with: the first value that is free in the system, if there is one. */
export type Free = (field: string) => readonly string[]
