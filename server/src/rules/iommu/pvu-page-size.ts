import { regionName } from '../../config/element-name.ts'
import { at, keyOf } from '../../config/places.ts'
import { isAligned, KiB } from '../../config/ranges.ts'
import type { EntryBudget } from '../../machine/queries/answers.ts'
import { entryBudgets } from '../../machine/queries/budget.ts'
import { hex } from '../../text/words.ts'
import type { RawFinding, SimulationRule } from '../rule.ts'
import { hasPvu, pagesText } from './pvu.ts'
import page from './pvu-page-size.md'

type RegionCost = EntryBudget['regions'][number]

/** Entries of one TLB: what costs more is chained, and looked up one memory access after the other. */
const ONE_TLB = 8

export const pvuPageSize: SimulationRule = {
  kind: 'simulation',
  code: 'JH303',
  id: 'pvu-page-size',
  title: 'Region split into many PVU entries',
  severity: 'hint',
  constraints: ['pvu-split-cost', 'pvu-misaligned-offset'],
  rests: ['extent'],
  page,
  *check(machine) {
    const stage = hasPvu(machine.scenario.root) ? machine.stages[0] : undefined
    if (!stage) return
    for (const { regions } of entryBudgets(machine, stage)) for (const cost of regions) yield* regionFindings(cost)
  },
}

function* regionFindings(cost: RegionCost): Iterable<RawFinding> {
  const { region, entries, entriesIfAligned, pages, reason } = cost
  const offset = region.virt_start - region.phys_start
  const place = { key: keyOf(region) }
  if (reason)
    yield {
      ...place,
      span: at(region, 'phys_start'),
      severity: 'error',
      headline: `${regionName(region)} cannot be mapped by the PVU`,
      notes: [reason],
      help: 'make virt_start and phys_start multiples of 4 KiB',
    }
  else if (!isAligned(offset, 64n * KiB) && entriesIfAligned < entries)
    yield {
      ...place,
      span: at(region, 'virt_start'),
      severity: 'warning',
      headline: `${regionName(region)} takes ${entries} of 128 PVU entries`,
      notes: [
        `virt_start and phys_start differ by ${hex(offset < 0n ? -offset : offset)}, and pages are aligned at both: ${pagesText(pages)}`,
      ],
      help: 'make virt_start and phys_start differ by a multiple of 2 MiB',
    }
  else if (ONE_TLB < entries && entriesIfAligned * 2 <= entries)
    yield {
      ...place,
      span: at(region, 'size'),
      headline: `${regionName(region)} takes ${entries} of 128 PVU entries`,
      notes: [`pages: ${pagesText(pages)}`],
      help: `start and end the region at multiples of 2 MiB (PVU entries: ${entriesIfAligned})`,
    }
}
