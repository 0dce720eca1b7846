import type { Analysis } from '../../analyze.ts'
import { cellOf, type MemoryRegion } from '../../config/model.ts'
import { byWord } from '../../text/by-word.ts'
import { humanSize } from '../../text/words.ts'
import { deviceWords, shortDriver } from '../device-words.ts'
import { simulationFor, storyOf } from './region.ts'
import { type RegionStory, residue } from './verdict.ts'

/** What a flag does to this very region, as far as the machine shows it; undefined where it cannot be said. */
export function flagEffect(analysis: Analysis, region: MemoryRegion, flag: string): string | undefined {
  const effect = effects[flag.replace(/^JAILHOUSE_MEM_/, '')]
  if (!effect || !analysis.config) return undefined
  const cell = cellOf(analysis.config)
  const simulation = simulationFor(analysis.simulations, cell, region)
  return simulation && effect(storyOf(simulation, cell, region))
}

const effects = byWord<(story: RegionStory) => string | undefined>({
  READ: accessEffect('read'),
  WRITE: accessEffect('write'),
  EXECUTE: accessEffect('execute'),
  DMA: dmaEffect,
  IO: ioEffect,
  LOADABLE: loadableEffect,
  ROOTSHARED: rootSharedEffect,
  NO_HUGEPAGES: pageSizeEffect,
})

const ownReach = ({ stages, cell }: RegionStory) =>
  stages.flatMap(({ cpu, stage }) => cpu.filter(reach => reach.cell === cell).map(reach => ({ ...reach, stage })))

function accessEffect(kind: 'read' | 'write' | 'execute') {
  return (story: RegionStory): string | undefined => {
    const reach = ownReach(story).find(({ access: may }) => may[kind])
    return reach ? `${story.short(story.cell)} may ${kind} from ${reach.stage.command.verb} on` : notMapped(story)
  }
}

const notMapped = ({ stages }: RegionStory): string | undefined =>
  stages.find(({ notInCpuReason }) => notInCpuReason)?.notInCpuReason

/** A PVU has an entry for each stream; what walks page tables asks for no flag on most architectures. */
function dmaEffect(story: RegionStory): string | undefined {
  const { stages, cell, short } = story
  const left = residue(story)
  if (left !== undefined) return `⚠ ${left}`
  const living = stages.filter(({ stage }) => stage.state.cells.some(({ config }) => config === cell))
  const own = living.flatMap(({ dma, stage }) =>
    dma.filter(({ owners }) => owners.includes(cell)).map(reach => ({ ...reach, stage })),
  )
  const entered = own.find(({ through }) => through === 'entries')
  const walked = own.find(({ through }) => through === 'tables')
  if (entered) {
    const entries = own.filter(({ through }) => through === 'entries')
    return `${shortDriver(entered.driver)} entries for ${short(cell)} ${deviceWords(entries)} at ${entered.stage.command.verb}`
  }
  if (walked)
    return `devices of ${short(cell)} reach it through ${shortDriver(walked.driver)} from ${walked.stage.command.verb} on`
  if (own.some(({ through }) => through === 'unrestricted'))
    return 'no effect: without an IOMMU every device reaches all memory'
  return living.find(({ notInDmaReason }) => notInDmaReason)?.notInDmaReason
}

function ioEffect(story: RegionStory): string | undefined {
  const reach = ownReach(story)[0]
  if (reach?.trapsTo) return `every access is trapped by the ${reach.trapsTo}`
  return reach?.access.device ? 'mapped as device memory' : reach && 'mapped'
}

function loadableEffect({ stages, cell, simulation }: RegionStory): string | undefined {
  const root = simulation.scenario.root.root_cell
  if (cell === root) return 'no effect in the root cell'
  const at = (verb: string) => stages.find(({ stage }) => stage.command.verb === verb)
  const has = (verb: string) => at(verb)?.cpu.some(reach => reach.cell === root)
  if (!has('set_loadable')) return 'root does not get it at set_loadable'
  return has('start') ? 'root has it at every stage' : 'root has it from set_loadable to start'
}

function rootSharedEffect({ stages, cell, simulation }: RegionStory): string | undefined {
  const root = simulation.scenario.root.root_cell
  if (cell === root) return undefined
  const created = stages.find(({ stage }) => stage.command.verb === 'create')
  const reach = created?.cpu.find(each => each.cell === root)
  return reach ? 'root keeps it after create' : 'root does not have it after create either'
}

function pageSizeEffect(story: RegionStory): string | undefined {
  const sizes = new Set(ownReach(story).flatMap(({ leaves }) => leaves.map(({ size }) => size)))
  return sizes.size > 0 ? `mapped in pages of ${[...sizes].map(humanSize).join(', ')}` : undefined
}
