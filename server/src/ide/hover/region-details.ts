import { MEM_COMM_REGION, MEM_IO } from '../../config/constants.ts'
import { has, hasAny } from '../../config/ranges.ts'
import type { RegionAtStage } from '../../machine/queries/answers.ts'
import { hex } from '../../text/words.ts'
import { pageSizes } from '../page-sizes.ts'
import { omittedWords, type ReachTable } from '../reach-table.ts'
import { pvuWords } from './pvu.ts'
import type { RegionStory } from './verdict.ts'

/** Lines that explain the table: why, and, where there is room, what is so at every stage, pages and entries. */
export const regionDetails = (
  story: RegionStory,
  omitted: ReachTable['omitted'],
): { readonly reasons: readonly string[]; readonly facts: readonly string[] } => ({
  reasons: reasonsOf(story),
  facts: [...omitted.map(omittedWords), ...pageWords(story)],
})

/** Why a cell is refused, or, while it is there, does not reach its region. */
function reasonsOf(story: RegionStory): readonly string[] {
  const { simulation, cell, region, stages } = story
  const refused = simulation.machine.stages.find(
    ({ command, outcome }) => outcome.kind === 'refused' && 'cell' in command && command.cell === cell,
  )
  if (refused?.outcome.kind === 'refused') return [`${refused.outcome.by}: ${refused.outcome.reason}.`]
  const living = stages.find(({ stage }) => stage.state.cells.some(({ config }) => config === cell))
  const dma = hasAny(region, MEM_COMM_REGION | MEM_IO) ? undefined : dmaReason(living)
  const cpu = living?.notInCpuReason
  return [...(dma ? [`DMA: ${dma}.`] : []), ...(cpu && cpu !== dma ? [`CPUs: ${cpu}.`] : [])]
}

/** Without any IOMMU there is nothing to ask why. */
const dmaReason = (at: RegionAtStage | undefined): string | undefined =>
  at?.dma.some(({ through }) => through === 'unrestricted') ? undefined : at?.notInDmaReason

/** `Pages: CPU 1×1 GiB; PVU 1×1 GiB (1 of 128 entries, 127 left)`: of the cell's own tables, once it is there. */
function pageWords(story: RegionStory): readonly string[] {
  const { cell, region, stages } = story
  const own =
    stages.map(({ cpu }) => cpu.filter(reach => reach.cell === cell)).find(reaches => reaches.length > 0) ?? []
  const leaves = own.flatMap(reach => reach.leaves)
  const page = has(region, MEM_COMM_REGION) && own[0] ? ` at ${hex(own[0].phys.start)}, the hypervisor's` : ''
  const words = [...(leaves.length > 0 ? [`CPU ${pageSizes(leaves)}${page}`] : []), ...pvuWords(story)]
  return words.length > 0 ? [`Pages: ${words.join('; ')}`] : []
}
