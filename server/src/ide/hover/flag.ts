import type { Analysis, Simulation } from '../../analyze.ts'
import { type CellConfig, cellOf, type MemoryRegion } from '../../config/model.ts'
import type { RegionAtStage } from '../../machine/queries/answers.ts'
import { regionStory } from '../../machine/queries/region-story.ts'
import { humanSize } from '../../rules/places.ts'
import { type Block, text } from '../blocks.ts'

/** What a flag does to this very region, as far as the machine shows it. */
export function flagHover(analysis: Analysis, region: MemoryRegion, flag: string): readonly Block[] {
  const [first] = analysis.simulations
  const effect = effects[flag.replace(/^JAILHOUSE_MEM_/, '')]
  if (!effect || !first || !analysis.config) return []
  const cell = cellOf(analysis.config)
  const stages = regionStory(first.machine, cell, region).filter(({ stage }) => stage.state.enabled)
  const words = effect({ stages, cell, root: rootOf(first) })
  return words === undefined ? [] : [text(`Here: ${words}.`)]
}

const rootOf = ({ scenario }: Simulation): CellConfig => scenario.root.root_cell

interface RegionStory {
  readonly stages: readonly RegionAtStage[]
  readonly cell: CellConfig
  readonly root: CellConfig
}

const effects: Readonly<Record<string, (story: RegionStory) => string | undefined>> = {
  READ: accessEffect('read'),
  WRITE: accessEffect('write'),
  EXECUTE: accessEffect('execute'),
  DMA: dmaEffect,
  IO: ioEffect,
  LOADABLE: loadableEffect,
  ROOTSHARED: rootSharedEffect,
  NO_HUGEPAGES: pageSizeEffect,
}

const ownReach = ({ stages, cell }: RegionStory) =>
  stages.flatMap(({ cpu, stage }) => cpu.filter(reach => reach.cell === cell).map(reach => ({ ...reach, stage })))

function accessEffect(kind: 'read' | 'write' | 'execute') {
  return (story: RegionStory): string | undefined => {
    const reach = ownReach(story).find(({ access: may }) => may[kind])
    return reach ? `CPUs of "${story.cell.name}" may ${kind} after ${reach.stage.command.verb}` : notMapped(story)
  }
}

const notMapped = ({ stages }: RegionStory): string | undefined =>
  stages.find(({ notInCpuReason: notInCpuBecause }) => notInCpuBecause)?.notInCpuReason

/** A PVU has an entry for each stream; what walks page tables asks for no flag on most architectures. */
function dmaEffect({ stages, cell }: RegionStory): string | undefined {
  const living = stages.filter(({ stage }) => stage.state.cells.some(({ config }) => config === cell))
  const own = living.flatMap(({ dma, stage }) =>
    dma.filter(({ owners }) => owners.includes(cell)).map(reach => ({ ...reach, stage })),
  )
  const entered = own.find(({ through }) => through === 'entries')
  const walked = own.find(({ through }) => through === 'tables')
  if (entered) {
    const names = new Set(own.filter(({ through }) => through === 'entries').map(({ device }) => device))
    return `entered for ${[...names].join(', ')} at ${entered.stage.command.verb}`
  }
  if (walked) return `devices of "${cell.name}" reach it through ${walked.driver} after ${walked.stage.command.verb}`
  if (own.some(({ through }) => through === 'unrestricted')) return 'no IOMMU: every device reaches all memory anyway'
  return living.find(({ notInDmaReason: notInDmaBecause }) => notInDmaBecause)?.notInDmaReason
}

function ioEffect(story: RegionStory): string | undefined {
  const reach = ownReach(story)[0]
  if (reach?.trapsTo) return `every access is trapped by the ${reach.trapsTo}`
  return reach?.access.device ? 'mapped as device memory' : reach && 'mapped'
}

function loadableEffect({ stages, cell, root }: RegionStory): string | undefined {
  if (cell === root) return 'no effect on the root, which may write what it has anyway'
  const at = (verb: string) => stages.find(({ stage }) => stage.command.verb === verb)
  const has = (verb: string) => at(verb)?.cpu.some(reach => reach.cell === root)
  if (!has('set_loadable')) return 'the root does not get it at set_loadable'
  return has('start') ? 'the root has it at all times' : 'the root has it from set_loadable to start'
}

function rootSharedEffect({ stages, cell, root }: RegionStory): string | undefined {
  if (cell === root) return undefined
  const created = stages.find(({ stage }) => stage.command.verb === 'create')
  const reach = created?.cpu.find(each => each.cell === root)
  return reach ? 'the root keeps it after create' : 'the root does not have it after create either'
}

function pageSizeEffect(story: RegionStory): string | undefined {
  const sizes = new Set(ownReach(story).flatMap(({ leaves }) => leaves.map(({ size }) => size)))
  return sizes.size > 0 ? `mapped in pages of ${[...sizes].map(humanSize).join(', ')}` : undefined
}
