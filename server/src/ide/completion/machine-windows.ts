import type { Reading } from '../../analyze.ts'
import { alignDown, contains, phys, rangeOf } from '../../config/ranges.ts'
import type { Device } from '../../platform/model.ts'
import { gicLines } from '../../rules/board/words.ts'
import { hex, humanSize } from '../../text/words.ts'
import type { CellView, FreeValue } from './cell-view.ts'

/** A long list helps nobody; what a root may want comes first. */
const MAX_WINDOWS = 24

/** Pages of devices of the machine that the cell at hand does not have yet; enabled ones first. */
export function machineWindows({ simulations }: Reading, { own }: CellView): readonly FreeValue[] {
  const platform = simulations.find(each => each.platform)?.platform
  if (!platform) return []
  const isThere = (address: bigint) => own.mem_regions.some(region => contains(phys(region), rangeOf(address, 1n)))
  return platform.devices
    .filter(({ kind, windows }) => kind !== 'gic' && kind !== 'trace' && windows.length > 0)
    .toSorted((a, b) => Number(b.enabled) - Number(a.enabled))
    .flatMap(device => device.windows.map(({ range }) => ({ device, range })))
    .filter(({ range }) => !isThere(range.start))
    .slice(0, MAX_WINDOWS)
    .map(({ device, range }) => ({
      text: hex(alignDown(range.start)),
      detail: detailOf(device, range.end - range.start),
    }))
}

const detailOf = ({ name, enabled, interrupts }: Device, size: bigint): string =>
  [
    name,
    humanSize(size),
    ...gicLines(interrupts).slice(0, 3).map(lineText),
    ...(enabled ? [] : ['disabled for Linux']),
  ].join(', ')

const lineText = (id: number): string => (id < 32 ? `PPI ${id - 16}` : `SPI ${id - 32}`)
