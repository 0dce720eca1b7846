import { regionsStart, sharesRegion, withRegionsAt } from '../../config/ivshmem.ts'
import type { CellConfig, DeclaredArray, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { phys, virt } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { type Change, together } from '../../edit/change.ts'
import { elementTexts } from '../../edit/element-texts.ts'
import { removeElements, takeComments } from '../../edit/elements.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import { isUnchanged } from './is-unchanged.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

/**
 * Regions of the root that continue each other as one, where simulating shows that nothing changes: in an element that
 * and the one behind it, on the name of the array all there are.
 */
export function mergeRegions({ analysis: { config, simulations }, path }: RefactorContext): readonly Refactoring[] {
  const array = config?.kind === 'system' ? arrayOf(config.root_cell, 'mem_regions') : undefined
  if (config?.kind !== 'system' || !array || simulations.length === 0) return []
  const { root_cell: cell } = config
  const index = path.steps.find(({ parent }) => parent === array.value)?.index
  const isWhole = path.steps.at(-1)?.value === array.value
  const at = cell.mem_regions.findIndex(region => region.index === index)
  const runs = runsIn(cell, isWhole ? cell.mem_regions : at < 0 ? [] : cell.mem_regions.slice(at, at + 2))
  const merged = runs.length > 0 ? withMerged(config, runs) : undefined
  const change = merged && changeTo(cell, array, runs)
  if (!change || !simulations.every(simulation => isUnchanged(simulation, merged))) return []
  return [{ title: titleOf(runs, isWhole), kind: 'rewrite', edits: change.edits }]
}

const titleOf = (runs: readonly Run[], isWhole: boolean): string => {
  const count = runs.flat().length
  const what = isWhole ? `${count} adjacent regions into ${runs.length}` : 'with the next region'
  return `Merge ${what}`
}

/** Two regions or more, each of which ends where the next begins. */
type Run = readonly MemoryRegion[]

function runsIn(cell: CellConfig, regions: readonly MemoryRegion[]): readonly Run[] {
  const runs: MemoryRegion[][] = []
  for (const region of regions) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last && continues(last, region) && !isShared(cell, last) && !isShared(cell, region)) run.push(region)
    else runs.push([region])
  }
  return runs.filter(run => 1 < run.length)
}

const continues = (a: MemoryRegion, b: MemoryRegion): boolean =>
  0n < a.size && 0n < b.size && a.flags === b.flags && phys(a).end === b.phys_start && virt(a).end === b.virt_start

/** Shared-memory devices find their regions by index. */
const isShared = ({ pci_devices }: CellConfig, { index }: MemoryRegion): boolean =>
  pci_devices.some(device => sharesRegion(device, index))

/** The configuration as it will be read. */
function withMerged(root: SystemConfig, runs: readonly Run[]): SystemConfig {
  const cell = root.root_cell
  const gone = new Set(runs.flatMap(run => run.slice(1)))
  const sizes = new Map(runs.map(run => [run[0], sizeOf(run)]))
  const mem_regions = cell.mem_regions
    .filter(region => !gone.has(region))
    .map((region, index) => ({ ...region, index, size: sizes.get(region) ?? region.size }))
  const pci_devices = cell.pci_devices.map(device => {
    const start = regionsStart(device)
    if (start === undefined) return device
    return withRegionsAt(device, start - [...gone].filter(({ index }) => index < start).length)
  })
  return { ...root, root_cell: { ...cell, mem_regions, pci_devices } }
}

const sizeOf = (run: Run): bigint => run.reduce((sum, { size }) => sum + size, 0n)

function changeTo(cell: CellConfig, array: DeclaredArray, runs: readonly Run[]): Change | undefined {
  const texts = elementTexts(array)
  const textOfRegion = ({ index }: MemoryRegion) =>
    texts?.find(({ first, end }) => first === index && end === index + 1)
  const merged = runs.map(([first, ...others]) => ({
    size: first && setField(first, 'size', hex(sizeOf([first, ...others]))),
    into: first && textOfRegion(first),
    others: others.flatMap(region => textOfRegion(region) ?? []),
  }))
  const gone = merged.flatMap(({ others }) => others)
  if (gone.length !== runs.reduce((sum, run) => sum + run.length - 1, 0)) return undefined
  return together(
    ...merged.flatMap(({ size, into, others }) => [size, into && takeComments(into, others)]),
    removeElements(cell, array, gone),
  )
}
