import type { Simulation } from '../../analyze.ts'
import { MEM_DMA } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { has } from '../../config/ranges.ts'
import type { EntryBudget } from '../../machine/queries/answers.ts'
import { entryBudgets } from '../../machine/queries/budget.ts'
import { type Block, text } from '../blocks.ts'

/** What a region costs of the entries a PVU gives its cell, and what is left. */
export function pvuHover({ machine }: Simulation, cell: CellConfig, region: MemoryRegion): readonly Block[] {
  const [enabled] = machine.stages
  if (!enabled || !has(region, MEM_DMA)) return []
  const own = entryBudgets(machine, enabled).find(each => each.cell === cell)
  const cost = own?.regions.find(each => each.region === region)
  if (!own || !cost) return []
  return [text(`PVU: ${entriesWords(cost)} of the ${own.limit} a cell may have; ${leftWords(own)}.`)]
}

const entriesWords = ({ entries, entriesIfAligned }: EntryBudget['regions'][number]): string =>
  entriesIfAligned < entries ? `${entries} (${entriesIfAligned} if aligned)` : `${entries}`

const leftWords = ({ needed, limit }: EntryBudget): string =>
  needed <= limit ? `${limit - needed} are left` : `${needed - limit} too many in all`
