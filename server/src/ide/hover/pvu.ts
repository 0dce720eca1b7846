import { MEM_DMA } from '../../config/constants.ts'
import { has } from '../../config/ranges.ts'
import type { EntryBudget } from '../../machine/queries/answers.ts'
import { entryBudgets } from '../../machine/queries/budget.ts'
import { pageSizes } from '../page-sizes.ts'
import type { RegionStory } from './verdict.ts'

/** What a region costs of the entries a PVU gives its cell, and what is left. */
export function pvuWords({ simulation: { machine }, cell, region }: RegionStory): readonly string[] {
  const [enabled] = machine.stages
  if (!enabled || !has(region, MEM_DMA)) return []
  const own = entryBudgets(machine, enabled).find(each => each.cell === cell)
  const cost = own?.regions.find(each => each.region === region)
  if (!own || !cost || cost.reason !== undefined) return []
  return [`PVU ${pageSizes(cost.pages)} (${entriesWords(cost)} of ${own.limit}, ${leftWords(own)})`]
}

const entriesWords = ({ entries, entriesIfAligned }: EntryBudget['regions'][number]): string =>
  entriesIfAligned < entries ? `${entries}, or ${entriesIfAligned} if aligned,` : `${entries}`

const leftWords = ({ needed, limit }: EntryBudget): string =>
  needed <= limit ? `${limit - needed} left` : `${needed - limit} too many in all`
