import { MEM_COMM_REGION } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { has, PAGE_SIZE } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './page-zero.md'

/** Only a communication region needs no `.phys_start`: what another one lacks reads as 0. */
export const pageZero: CellRule = {
  kind: 'cell',
  code: 'JH225',
  id: 'page-zero',
  title: 'Region without physical address',
  severity: 'error',
  constraints: [],
  complete: ['mem_regions'],
  rests: ['extent', 'flags'],
  page,
  *check(cell) {
    if (cell.isRoot) return
    for (const region of cell.mem_regions)
      if (region.size > 0n && region.phys_start === 0n && !has(region, MEM_COMM_REGION)) {
        if (isMeantForMessages(cell, region)) yield messages(region)
        else if (region.source && region.virt_start !== 0n && !isWritten(region, 'phys_start'))
          yield {
            span: at(region),
            severity: 'warning',
            headline: `${regionName(region)} has no .phys_start`,
            notes: [`the cell sees physical memory from 0 on at ${hex(region.virt_start)}`],
            help: 'set .phys_start',
            key: keyOf(region),
            charges: 'phys_start',
          }
      }
  },
}

/** One page somewhere else than at 0, in a cell that has no communication region. */
const isMeantForMessages = ({ mem_regions }: CellConfig, { size, virt_start }: MemoryRegion): boolean =>
  size === PAGE_SIZE && virt_start !== 0n && !mem_regions.some(region => has(region, MEM_COMM_REGION))

const messages = (region: MemoryRegion): RawFinding => ({
  span: at(region, 'flags'),
  headline: `${regionName(region)} lacks JAILHOUSE_MEM_COMM_REGION`,
  notes: ['without it the cell is assigned physical page 0, which create unmaps from the root cell'],
  key: keyOf(region),
  ...fixes(fixOf('Add JAILHOUSE_MEM_COMM_REGION', addFlag(region, 'flags', 'JAILHOUSE_MEM_COMM_REGION'))),
})
