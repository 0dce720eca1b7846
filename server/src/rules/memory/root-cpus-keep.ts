import { regionAt, regionName } from '../../config/element-name.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { isSubPage } from '../../config/ranges.ts'
import type { ResidualAccess } from '../../machine/queries/answers.ts'
import { addTo } from '../../text/groups.ts'
import { merge } from '../../text/range-set.ts'
import { describeRange } from '../../text/words.ts'
import { residuesOf } from '../iommu/residues.ts'
import type { RawFinding, SimulationRule } from '../rule.ts'
import page from './root-cpus-keep.md'

/** By the page tables after each stage. What is lost through regions smaller than a page is another rule's. */
export const rootCpusKeep: SimulationRule = {
  kind: 'simulation',
  code: 'JH261',
  id: 'root-cpus-keep',
  title: 'Root keeps CPU access to inmate memory',
  severity: 'error',
  constraints: ['inmate-unmap-hole'],
  page,
  *check(machine) {
    const { root_cell } = machine.scenario.root
    const kept = residuesOf(machine).filter(
      ({ actor, owner, region }) =>
        actor.kind === 'cpu' &&
        actor.cell === root_cell &&
        !owner.isRoot &&
        !isSubPage({ ...region, virt_start: region.phys_start }),
    )
    const byRegion = new Map<MemoryRegion, ResidualAccess[]>()
    for (const residue of kept) addTo(byRegion, residue.region, residue)
    for (const region of machine.scenario.cells.flatMap(({ mem_regions }) => mem_regions)) {
      const residues = byRegion.get(region)
      if (residues) yield keptFault(root_cell, region, residues)
    }
  },
}

function keptFault(root: CellConfig, region: MemoryRegion, residues: readonly ResidualAccess[]): RawFinding {
  const where = merge(residues.map(({ phys }) => phys))
    .map(describeRange)
    .join(' and ')
  const granting = [...new Set(residues.flatMap(({ grantedBy }) => (grantedBy ? [grantedBy] : [])))]
  const isMoved = granting.some(({ virt_start, phys_start }) => virt_start !== phys_start)

  return {
    span: at(region, 'phys_start'),
    headline: `${regionName(region)} stays mapped in the root after create`,
    notes: [
      `CPUs of the root still reach ${where}`,
      isMoved
        ? 'memory is unmapped at virt_start = phys_start, but the root maps it elsewhere'
        : "paging_destroy starts in a hole of the root's tables and steps over what follows",
    ],
    help: isMoved ? 'identity-map the memory in the root' : "start the region where the root's region starts",
    related: granting.map(outer => ({ span: at(outer, 'phys_start'), text: regionAt(outer, root) })),
    key: keyOf(region),
  }
}
