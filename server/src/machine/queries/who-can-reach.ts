import type { Machine, Stage } from '../stage.ts'
import type { Reachers } from './answers.ts'
import { cpuReach, dmaReach } from './reach.ts'

/** CPUs and devices of all cells that reach the byte at a physical address after a stage. */
export function whoCanReach({ scenario }: Machine, { state }: Stage, address: bigint): Reachers {
  const byte = { start: address, end: address + 1n }
  return { cpu: cpuReach(state, byte), dma: dmaReach(state, scenario, byte) }
}
