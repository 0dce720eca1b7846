import { MEM_DMA } from '../../config/constants.ts'
import { shortRegionName } from '../../config/element-name.ts'
import { sizeIsEnd } from '../../config/end-for-size.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, atFlag, keyOf } from '../../config/places.ts'
import { alignDown, alignUp, has, phys, type Range } from '../../config/ranges.ts'
import { type Change, fixes, fixOf, together } from '../../edit/change.ts'
import { addFlag, maskFlag, removeFlag } from '../../edit/flags.ts'
import { splitRegion } from '../../edit/split.ts'
import type { ResidualAccess } from '../../machine/queries/answers.ts'
import { merge, subtract } from '../../text/range-set.ts'
import type { RawFinding, SimulationRule } from '../rule.ts'
import { actorsOf, intervals, isWithin, residuesOf } from './residues.ts'
import page from './root-keeps-dma.md'

const DMA = 'JAILHOUSE_MEM_DMA'

/** Decided by what the IOMMU holds after each stage, never by flags: those are where it can be fixed. */
export const rootKeepsDma: SimulationRule = {
  kind: 'simulation',
  code: 'JH301',
  id: 'root-keeps-dma',
  title: 'Root keeps DMA access to inmate memory',
  severity: 'error',
  constraints: ['pvu-root-dma-overlap-inmate'],
  page,
  *check(machine) {
    const { root_cell } = machine.scenario.root
    const kept = residuesOf(machine).filter(({ actor, owner }) => actor.kind === 'dma' && !owner.isRoot)
    for (const region of root_cell.mem_regions.filter(region => has(region, MEM_DMA)))
      for (const cell of machine.scenario.cells) {
        const residues = kept.filter(({ grantedBy, owner }) => grantedBy === region && owner === cell)
        if (residues.length) yield keptFault(root_cell, region, cell, residues)
      }
  },
}

function keptFault(
  root: CellConfig,
  region: MemoryRegion,
  cell: CellConfig,
  residues: readonly ResidualAccess[],
): RawFinding {
  const ranges = merge(residues.map(residue => residue.phys))
  const taken = [...new Set(residues.map(residue => residue.region))]
  return {
    span: atFlag(region, 'flags', DMA),
    headline: `${shortRegionName(region)} stays reachable for the root's devices after create`,
    notes: [proof(residues, ranges)],
    related: taken.map(inner => ({ span: at(inner, 'phys_start'), text: `"${cell.name}" is given this memory` })),
    key: `${keyOf(region)} ${cell.name}`,
    ...fixes(
      hasOwnTables(residues) ? marked(cell, taken) : undefined,
      ...repairs(root, region, ranges.map(wholePages), cell, !hasOwnTables(residues) && !taken.some(sizeIsEnd)),
    ),
  }
}

function proof(residues: readonly ResidualAccess[], ranges: readonly Range[]): string {
  const actors = actorsOf(residues)
  const access = residues.some(({ write }) => write) ? '' : 'read access to '
  const kept = `${actors} of the root ${/^\w+s |, /.test(actors) ? 'keep' : 'keeps'} ${access}${intervals(ranges)}`
  return hasOwnTables(residues)
    ? `VT-d unmaps only what the inmate marks with ${DMA}: ${kept}`
    : `the PVU cannot unmap at run time: ${kept} until Jailhouse is disabled`
}

/** Devices walk tables of their own, rather than entries that cannot be taken out. */
const hasOwnTables = (residues: readonly ResidualAccess[]): boolean =>
  residues.some(({ actor }) => actor.kind === 'dma' && actor.through === 'tables')

const wholePages = ({ start, end }: Range): Range => ({ start: alignDown(start), end: alignUp(end) })

const marked = (cell: CellConfig, taken: readonly MemoryRegion[]) =>
  fixOf(`Add ${DMA} to the memory of "${cell.name}"`, together(...taken.map(inner => addFlag(inner, 'flags', DMA))))

function* repairs(
  root: CellConfig,
  region: MemoryRegion,
  taken: readonly Range[],
  cell: CellConfig,
  isPreferred: boolean,
) {
  const isAll = isWithin(phys(region), taken)
  if (!isAll)
    yield fixOf(`Split off the memory of "${cell.name}" without ${DMA}`, splitOff(root, region, taken), isPreferred)
  yield fixOf(`Remove ${DMA} from this root region`, removeFlag(region, 'flags', DMA), isAll && isPreferred)
}

/** The region in parts, in the order of addresses; those that are taken carry no DMA flag. */
function splitOff(root: CellConfig, region: MemoryRegion, taken: readonly Range[]): Change | undefined {
  const rest = subtract([phys(region)], taken)
  const own = taken.map(range => ({ range: clipped(range, phys(region)), change: flagTakenOff(region) }))
  if (own.some(({ change }) => !change)) return undefined
  const parts = [...own, ...rest.map(range => ({ range }))]
  return splitRegion(
    root,
    region,
    parts.toSorted((a, b) => (a.range.start < b.range.start ? -1 : 1)),
  )
}

const clipped = ({ start, end }: Range, { start: low, end: high }: Range): Range => ({
  start: start < low ? low : start,
  end: high < end ? high : end,
})

/** Inside the element alone: a list that comes out of a macro is masked where it is used. */
function flagTakenOff(region: MemoryRegion): Change | undefined {
  const removed = removeFlag(region, 'flags', DMA)
  return removed && !removed.macro ? removed : maskFlag(region, 'flags', DMA)
}
