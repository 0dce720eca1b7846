import { regionsField, regionsStart, withRegionsAt } from '../../config/ivshmem.ts'
import type { CellConfig, DeclaredArray, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { phys, virt } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { setCount, setLength } from '../../edit/arrays.ts'
import { type Change, together } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { insertion } from '../../edit/layout.ts'
import { hex } from '../../rules/places.ts'
import { indentAt, newlineOf } from '../../text/lines.ts'
import { textOf } from '../../text/source-file.ts'
import { sharesRegion } from '../ivshmem.ts'
import { type ArrayElementText, elementTexts } from './element-texts.ts'
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
  const change = merged && changeTo(cell, merged.root_cell, array, runs)
  if (!change || !simulations.every(simulation => isUnchanged(simulation, merged))) return []
  return [{ title: titleOf(runs, isWhole), kind: 'rewrite', edits: change.edits }]
}

const titleOf = (runs: readonly Run[], isWhole: boolean): string => {
  const count = runs.flat().length
  const what = isWhole ? `${count} regions that continue each other into ${runs.length}` : 'with the region behind it'
  return `Merge ${what}: same access at every stage`
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

function changeTo(cell: CellConfig, after: CellConfig, array: DeclaredArray, runs: readonly Run[]): Change | undefined {
  const elements = elementTexts(cell, array)
  const moved = cell.pci_devices.flatMap((device, i) => {
    const start = regionsStart(after.pci_devices[i] ?? device)
    return start === regionsStart(device) ? [] : [setField(device, regionsField(device), String(start))]
  })
  const gone = runs.reduce((sum, run) => sum + run.length - 1, 0)
  return together(
    ...runs.map(run =>
      asOne(
        run,
        run.map(region => elements?.find(({ regions }) => regions[0] === region)),
      ),
    ),
    setLength(array, array.length - gone),
    setCount(cell, array),
    ...moved,
  )
}

/** The first gets the size of all, and the comments of the others in front of it. */
function asOne(run: Run, [first, ...others]: readonly (ArrayElementText | undefined)[]): Change | undefined {
  if (!run[0] || !first || !others.every(element => element?.regions.length === 1)) return undefined
  const { file, start } = first.element
  const line = newlineOf(file.text) + indentAt(file.text, start)
  const named = others.flatMap(element => (element ? commentsOf(element, line) : [])).join('')
  return together(
    setField(run[0], 'size', hex(sizeOf(run))),
    { edits: named === '' ? [] : [insertion(file, start, named)] },
    { edits: others.flatMap(element => (element ? [{ span: element.text, text: '' }] : [])) },
  )
}

/** The comments at an element, each on its line or in front of the brace as it was. */
const commentsOf = ({ text, element }: ArrayElementText, line: string): readonly string[] =>
  [...textOf(text).matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\r\n]*/g)].flatMap(({ 0: comment, index }) => {
    const end = text.start + index + comment.length
    if (element.start < end && end <= element.end) return []
    if (comment.startsWith('//')) return comment + line
    return /^[ \t]*$/.test(textOf({ ...text, start: end, end: Math.max(end, element.start) }))
      ? `${comment} `
      : comment + line
  })
