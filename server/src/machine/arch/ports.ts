import type { PioRegion } from '../../config/model.ts'
import { merge, type Range, subtract } from '../../text/range-set.ts'

/** I/O ports that do not trap, as ascending disjoint ranges: the cleared bits of `io_bitmap`. */
export type Ports = readonly Range<number>[]

/** The keyboard controller's command register always traps: it can reset the machine. */
const I8042_COMMAND: Ports = [{ start: 0x64, end: 0x65 }]
const PM_TIMER_PORTS = 4

/** Ports a configuration lists. */
export const portsOf = (regions: readonly PioRegion[]): Ports =>
  merge(regions.map(({ base, length }) => ({ start: base, end: base + length })))

/** `vcpu_cell_init`: what the configuration lists, without the command register, and the PM timer for everybody. */
export function initialPorts(regions: readonly PioRegion[], pmTimer: number): Ports {
  const listed = subtract(portsOf(regions), I8042_COMMAND)
  return pmTimer === 0 ? listed : merge([...listed, { start: pmTimer, end: pmTimer + PM_TIMER_PORTS }])
}
