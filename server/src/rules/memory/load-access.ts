import { MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { has, type Range } from '../../config/ranges.ts'
import { subtract } from '../../text/range-set.ts'
import { hex } from '../../text/words.ts'
import type { Cover } from './root-cover.ts'

/** A part of an inmate's region as the root maps it again while an image is loaded. */
export interface LoadedPart {
  readonly outer: MemoryRegion
  readonly shown: readonly Range[]
}

/** Regions of the root come back in their order, so the last one is what it sees. */
export const mappedAgain = ({ parts }: Cover): readonly LoadedPart[] =>
  parts
    .map(({ region: outer, shared }, i) => ({
      outer,
      shown: subtract(
        [shared],
        parts.slice(i + 1).map(later => later.shared),
      ),
    }))
    .filter(({ shown }) => shown.length > 0)

export const isWritable = ({ outer }: LoadedPart): boolean => has(outer, MEM_READ | MEM_WRITE)

/** What the console says as loading parks the root's CPU. */
export const parkingLine = ({ architecture }: CellConfig, address: bigint): string =>
  architecture === 'x86'
    ? `FATAL: Invalid MMIO/RAM write, addr: ${hex(address)}`
    : `Unhandled data write at ${hex(address)}`
