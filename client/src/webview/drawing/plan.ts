import { type Axis, yOf } from './axis.ts'
import type { ColumnBox, Lane } from './lanes.ts'
import type { Range, View } from './view.ts'

/** All that the parts of a picture are placed by. */
export interface Plan {
  readonly view: View
  readonly axis: Axis
  readonly lanes: readonly Lane[]
  readonly columns: readonly ColumnBox[]
  readonly width: number
  /** Only what lies in these addresses is drawn; absent, all of it. */
  readonly addresses?: Range | undefined
}

/** Whether something between two heights is drawn. */
export const isInWindow =
  ({ window }: View) =>
  ({ y, height }: { readonly y: number; readonly height: number }): boolean =>
    !window || (window.top <= y + height && y <= window.bottom)

/** The same by addresses, which are at hand before a height is. */
export const isInAddresses = ({ addresses }: Plan, { start, end }: Range): boolean =>
  !addresses || (addresses.start <= end && start <= addresses.end)

/** A rectangle over a range of addresses. */
export function over({ axis }: Plan, range: Range): { readonly y: number; readonly height: number } {
  const y = yOf(axis, range.start)
  return { y, height: Math.max(0, yOf(axis, range.end) - y) }
}
