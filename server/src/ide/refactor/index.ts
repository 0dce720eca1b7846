import type { Analysis } from '../../analyze.ts'
import { locate } from '../locate.ts'
import { assignNamedSpi } from './assign-spi.ts'
import { carveInmateRegion } from './carve.ts'
import { extractDefine } from './extract-define.ts'
import { flagWords } from './flag-words.ts'
import { mergeRegions } from './merge-regions.ts'
import { missingFields } from './missing-fields.ts'
import { netRegions } from './net-regions.ts'
import type { Refactoring, Stand } from './refactoring.ts'
import { sortRegions } from './sort-regions.ts'

export { assignSpi } from './assign-spi.ts'
export type { Refactoring } from './refactoring.ts'

const offers: readonly ((stand: Stand) => readonly Refactoring[])[] = [
  flagWords,
  missingFields,
  netRegions,
  mergeRegions,
  sortRegions,
  carveInmateRegion,
  assignNamedSpi,
  extractDefine,
]

/** What can be changed at an offset of the analysed file. */
export function refactorings(analysis: Analysis, offset: number): readonly Refactoring[] {
  const spot = locate(analysis.unit, offset)
  return spot ? offers.flatMap(offer => offer({ analysis, spot, offset })) : []
}
