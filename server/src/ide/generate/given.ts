import type { Analysis } from '../../analyze.ts'
import type { CellConfig } from '../../config/model.ts'
import { type Range, rangeOf } from '../../config/ranges.ts'
import { memparse } from '../../platform/read/command-line.ts'

/** What people type or choose for a new configuration. */

/** `0x7b000000,80M`; undefined where that is no place in memory. */
export function memoryIn(spelled: string): Range | undefined {
  const [start, size, ...rest] = spelled.split(',').map(part => memparse(part.trim())?.value)
  return start === undefined || !size || rest.length > 0 ? undefined : rangeOf(start, size)
}

/** `64M`; undefined where that is no size. */
export function sizeIn(spelled: string): bigint | undefined {
  const size = memparse(spelled.trim())?.value
  return size === undefined || size === 0n ? undefined : size
}

/** The other cells of a root, whose memory, CPUs and lines are taken. */
export const cellsBeside = ({ simulations }: Analysis): readonly CellConfig[] => [
  ...new Set(simulations.flatMap(({ scenario }) => scenario.cells)),
]
