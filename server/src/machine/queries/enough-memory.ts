import { alignUp, MiB } from '../../config/ranges.ts'
import { boot } from '../boot.ts'
import type { Machine, Stage } from '../stage.ts'

/** Larger than any board reserves. */
const MAX_HYPERVISOR_MEMORY = 1024n * MiB

/** Whether a command found the hypervisor's page pool empty. A full list of PVU entries answers the same errno. */
export const foundPoolEmpty = ({ outcome }: Stage): boolean =>
  outcome.kind === 'refused' && outcome.errno === 'ENOMEM' && outcome.by !== 'pvu_iommu_map_memory'

/**
 * Smallest `hypervisor_memory.size`, in whole MiB, with which the same commands do not run out of pages. Undefined if
 * they do not run out now, or would with any size.
 */
export function enoughMemory(machine: Machine): bigint | undefined {
  if (!machine.stages.some(foundPoolEmpty)) return undefined
  const { size } = machine.scenario.root.hypervisor_memory
  let tooSmall = alignUp(size, MiB) - MiB
  let enough = alignUp(size, MiB)
  while (enough <= MAX_HYPERVISOR_MEMORY && !suffices(machine, enough)) {
    tooSmall = enough
    enough = enough > 0n ? 2n * enough : MiB
  }
  if (MAX_HYPERVISOR_MEMORY < enough) return undefined
  while (MiB < enough - tooSmall) {
    const middle = tooSmall + alignUp((enough - tooSmall) / 2n, MiB)
    if (suffices(machine, middle)) enough = middle
    else tooSmall = middle
  }
  return enough
}

function suffices({ scenario, hardware, stages }: Machine, size: bigint): boolean {
  const { root } = scenario
  const larger = { ...scenario, root: { ...root, hypervisor_memory: { ...root.hypervisor_memory, size } } }
  const played = boot(larger, { hardware, commands: stages.map(({ command }) => command) })
  return !played.stages.some(foundPoolEmpty)
}
