import type { Analysis } from '../../analyze.ts'
import { findNode } from '../node-path.ts'
import { assignNamedSpi } from './assign-spi.ts'
import { fillFromFacts, giveDevicesHere } from './board.ts'
import { carveInmateRegion } from './carve.ts'
import { connectCells } from './connect.ts'
import { extractDefine } from './extract-define.ts'
import { flagWords } from './flag-words.ts'
import { mergeRegions } from './merge-regions.ts'
import { missingFields } from './missing-fields.ts'
import { netRegions } from './net-regions.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'
import { sortRegions } from './sort-regions.ts'

export { assignSpi, provenSpi } from './assign-spi.ts'
export type { Refactoring } from './refactoring.ts'

const offers: readonly ((stand: RefactorContext) => readonly Refactoring[])[] = [
  flagWords,
  missingFields,
  netRegions,
  mergeRegions,
  sortRegions,
  carveInmateRegion,
  connectCells,
  assignNamedSpi,
  giveDevicesHere,
  fillFromFacts,
  extractDefine,
]

/** What can be changed at an offset of the analysed file. */
export function refactorings(analysis: Analysis, offset: number): readonly Refactoring[] {
  const path = findNode(analysis.unit, offset)
  return path ? offers.flatMap(offer => offer({ analysis, path, offset })) : []
}
