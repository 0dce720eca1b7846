import { commBaseOf, isArm } from '../../config/architecture.ts'
import { CELL_PASSIVE_COMMREG, CON_TYPE_NONE, MEM_COMM_REGION } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { has, isAligned, overlap, virt } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './comm-address.md'

/** Since the console is in the configuration, `setup.c` of the inmates' library reads it from there before anything else. */
export const commAddress: CellRule = {
  kind: 'cell',
  code: 'JH227',
  id: 'comm-address',
  title: 'Communication region not where inmates read it',
  severity: 'warning',
  constraints: ['inmate-console-no-comm'],
  needs: ['jailhouse_cell_desc.console'],
  complete: ['mem_regions'],
  rests: ['extent', 'flags'],
  page,
  *check(cell) {
    if (cell.isRoot || !cell.architecture || cell.mem_regions.length === 0) return
    const regions = cell.mem_regions.filter(region => has(region, MEM_COMM_REGION))
    const [region] = regions
    if (!region) {
      if (cell.flags & CELL_PASSIVE_COMMREG && cell.console.type !== CON_TYPE_NONE) yield missing(cell)
    } else if (regions.every(each => isElsewhere(cell, each))) yield misplaced(cell, region)
  },
}

/** What overlaps another region or is not aligned is charged there. */
const isElsewhere = (cell: CellConfig, region: MemoryRegion): boolean =>
  region.virt_start !== commBaseOf(cell) &&
  isAligned(region.virt_start) &&
  !cell.mem_regions.some(other => other !== region && overlap(virt(other), virt(region)))

const missing = (cell: CellConfig): RawFinding => ({
  span: at(cell, 'console'),
  headline: 'no communication region hands the console to the inmate',
  notes: [parkedAt(cell)],
  help: `add a page with JAILHOUSE_MEM_COMM_REGION at ${hex(commBaseOf(cell))}`,
  key: 'missing',
})

const misplaced = (cell: CellConfig, region: MemoryRegion): RawFinding => ({
  span: at(region, 'virt_start'),
  // What is loaded is not in the configuration.
  severity: 'information',
  headline: `communication region is at ${hex(region.virt_start)} instead of ${hex(commBaseOf(cell))}`,
  notes: [parkedAt(cell), 'a program with an address of its own is not affected'],
  key: 'address',
  ...fixes(
    fixOf(`Set virt_start to ${hex(commBaseOf(cell))}`, setField(region, 'virt_start', hex(commBaseOf(cell))), false),
  ),
})

const parkedAt = (cell: CellConfig): string =>
  isArm(cell)
    ? `upstream's inmates read it at ${hex(commBaseOf(cell))}, and are parked: "Unhandled data read at 0x80000006(2)"`
    : `upstream's inmates read it at ${hex(commBaseOf(cell))}, and are parked: "FATAL: Invalid MMIO/RAM read"`
