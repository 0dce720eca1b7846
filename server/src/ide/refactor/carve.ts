import type { Simulation } from '../../analyze.ts'
import { MEM_COMM_REGION, MEM_DMA, MEM_EXECUTE, MEM_IO, MEM_ROOTSHARED } from '../../config/constants.ts'
import { type CellConfig, cellOf, type MemoryRegion, type SystemConfig } from '../../config/model.ts'
import { alignDown, has, hasAny, MiB, phys, type Range } from '../../config/ranges.ts'
import { appendRegion } from '../../edit/append.ts'
import { type Change, together } from '../../edit/change.ts'
import { removeFlag } from '../../edit/flags.ts'
import { splitRegion } from '../../edit/split.ts'
import { keepsMappings } from '../../machine/iommu/drivers.ts'
import { subtract } from '../../text/range-set.ts'
import { describeRange, humanSize } from '../../text/words.ts'
import { freeRanges } from '../completion/free-memory.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

/** What an inmate is given at most: enough for a bare-metal program or a small kernel. */
const SLICE = 16n * MiB

/**
 * The top of a RAM region of the root becomes RAM of an inmate, in both files at once. Where a PVU holds on to what the
 * root's devices once reached, the root keeps that part without the flag for DMA.
 */
export function carveInmateRegion({ analysis, path }: RefactorContext): readonly Refactoring[] {
  const { config, simulations } = analysis
  if (!config || !path.steps.some(({ field }) => field?.name === 'mem_regions')) return []
  const holder = path.steps.find(({ value }) => value.kind === 'struct' && value.type.tag === 'jailhouse_memory')?.value
  const own = cellOf(config).mem_regions.find(({ source }) => source !== undefined && source === holder)
  if (own ? !isRam(own) : config.kind === 'system' || holder) return []
  const seen = new Set<CellConfig>()
  return simulations.flatMap(simulation =>
    simulation.scenario.cells.flatMap(cell => {
      if (seen.has(cell) || (config.kind === 'cell' && cell !== config)) return []
      seen.add(cell)
      return carvings(simulation, cell, config.kind === 'system' ? own : undefined)
    }),
  )
}

/** From the region at hand, or for a cell from where completion would begin a region of its own. */
function carvings(
  { scenario }: Simulation,
  cell: CellConfig,
  wanted: MemoryRegion | undefined,
): readonly Refactoring[] {
  const { root } = scenario
  const [best] = freeRanges(
    root,
    scenario.cells.flatMap(({ mem_regions }) => mem_regions),
  )
    .filter(({ region }) => isRam(region) && (!wanted || region === wanted))
    .flatMap(({ region, range }) => sliceOf(range).map(slice => ({ region, slice })))
  const change = best && carve(root, best.region, best.slice, cell)
  if (!change) return []
  const size = humanSize(best.slice.end - best.slice.start)
  return [
    {
      title: `Assign "${cell.name}" ${size} of region ${best.region.index} of "${root.root_cell.name}": ${describeRange(best.slice)}`,
      kind: 'rewrite',
      edits: change.edits,
      acrossFiles:
        new Set(change.edits.map(({ span: at }) => at.file)).size > 1 ||
        change.edits.some(({ span: at }) => at.file !== cell.file),
    },
  ]
}

const isRam = (region: MemoryRegion): boolean =>
  has(region, MEM_EXECUTE) && !hasAny(region, MEM_IO | MEM_COMM_REGION | MEM_ROOTSHARED)

/** The highest part of what is free, of the size of a slice, on 2 MiB. */
function sliceOf({ start, end }: Range): readonly Range[] {
  const top = alignDown(end, 2n * MiB)
  const slice = { start: top - SLICE, end: top }
  return start <= slice.start ? [slice] : []
}

const FLAGS: readonly string[] = ['READ', 'WRITE', 'EXECUTE', 'DMA', 'LOADABLE'].map(name => `JAILHOUSE_MEM_${name}`)

function carve(root: SystemConfig, region: MemoryRegion, slice: Range, cell: CellConfig): Change | undefined {
  const keepsDma = !has(region, MEM_DMA) || !keepsMappings(root)
  const appended = appendRegion(cell, slice, FLAGS)
  if (keepsDma) return appended
  const cut = subtract([phys(region)], [slice]).map(range => ({ range }))
  const withoutDma = { range: slice, change: removeFlag(region, 'flags', 'JAILHOUSE_MEM_DMA') }
  const parts = [...cut, withoutDma].toSorted((a, b) => (a.range.start < b.range.start ? -1 : 1))
  return withoutDma.change && together(splitRegion(root.root_cell, region, parts), appended)
}
