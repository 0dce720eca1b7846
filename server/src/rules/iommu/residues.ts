import type { Range } from '../../config/ranges.ts'
import type { ResidualAccess } from '../../machine/queries/answers.ts'
import { residualAccess } from '../../machine/queries/residual-access.ts'
import { memoize } from '../../text/memo.ts'
import { interval } from '../../text/words.ts'

const NAMED = 4

/** What the simulation found at all stages of a machine, asked by several rules. */
export const residuesOf = memoize(residualAccess)

/** `[0x0, 0x1000) and [0x3000, 0x4000)`; of many only the first few. */
export function intervals(ranges: readonly Range[]): string {
  const rest = ranges.length - NAMED
  return 0 < rest
    ? `${ranges.slice(0, NAMED).map(interval).join(', ')} and ${rest} more`
    : ranges.map(interval).join(' and ')
}

/** `stream 2`, `streams 2, 3`, `device 00:1f.2`: each once, however many units know it. */
export function actorsOf(residues: readonly ResidualAccess[]): string {
  const streams = new Set<number>()
  const devices = new Set<string>()
  for (const { actor } of residues) {
    if (actor.kind !== 'dma') continue
    if (actor.streamId === undefined) devices.add(actor.device.replace(/^device /, ''))
    else streams.add(actor.streamId)
  }
  return [...listed('stream', [...streams].map(String)), ...listed('device', [...devices])].join(', ')
}

/** `devices 00:01.0, 00:02.0`; of many only the first few. */
function listed(noun: string, names: readonly string[]): readonly string[] {
  const rest = names.length - NAMED
  const shown = names.slice(0, NAMED).join(', ') + (0 < rest ? ` and ${rest} more` : '')
  return names.length ? [`${noun}${names.length === 1 ? '' : 's'} ${shown}`] : []
}

/** Whether memory of the machine is a part of some ranges. */
export const isWithin = (range: Range, ranges: readonly Range[]): boolean =>
  ranges.some(({ start, end }) => start <= range.start && range.end <= end)
