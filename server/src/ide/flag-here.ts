import type { Analysis } from '../analyze.ts'
import { cellOf, type MemoryRegion } from '../config/model.ts'
import { regionStory } from '../machine/queries/region-story.ts'
import { type Block, text } from './note.ts'

/** What a flag does to this very region, as far as the machine shows it. */
export function flagHere(analysis: Analysis, region: MemoryRegion, flag: string): readonly Block[] {
  const [first] = analysis.cases
  if (flag !== 'JAILHOUSE_MEM_DMA' || !first || !analysis.config) return []
  const stages = regionStory(first.machine, cellOf(analysis.config), region)
  const reached = stages.find(({ dma }) => dma.length)
  const why = stages.find(({ notInDmaBecause }) => notInDmaBecause)?.notInDmaBecause
  if (why && !reached) return [text(`Here: ${why}`)]
  const names = [...new Set(reached?.dma.map(({ device }) => device))]
  return names.length ? [text(`Here: reached by ${names.join(', ')} after ${reached?.stage.command.verb}.`)] : []
}
