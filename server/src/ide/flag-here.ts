import type { Analysis } from '../analyze.ts'
import { cellOf, type MemoryRegion } from '../config/model.ts'
import { regionStory } from '../machine/queries/region-story.ts'
import { type Block, text } from './note.ts'

/** What a flag does to this very region, as far as the machine shows it. */
export function flagHere(analysis: Analysis, region: MemoryRegion, flag: string): readonly Block[] {
  const [first] = analysis.cases
  if (flag !== 'JAILHOUSE_MEM_DMA' || !first || !analysis.config) return []
  const stages = regionStory(first.machine, cellOf(analysis.config), region)
  const entered = stages.find(({ dma }) => dma.some(({ through }) => through === 'entries'))
  const why = stages.find(({ notInDmaBecause }) => notInDmaBecause)?.notInDmaBecause
  if (!entered) return why ? [text(`Here: ${why}.`)] : []
  const names = new Set(entered.dma.filter(({ through }) => through === 'entries').map(({ device }) => device))
  return [text(`Here: entered for ${[...names].join(', ')} at ${entered.stage.command.verb}.`)]
}
