import type { Analysis } from '../../analyze.ts'
import { asStruct } from '../../c/unit.ts'
import type { CType, StructType } from '../../c/values/types.ts'
import type { Value } from '../../c/values/value.ts'
import { regionsField, sharedRegions } from '../../config/ivshmem.ts'
import { type CellConfig, type Config, cellOf, type Located, type MemoryRegion } from '../../config/model.ts'
import { overlap, phys } from '../../config/ranges.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import { peersOf } from '../link-peers.ts'
import { contains, findNode, type NodePath } from '../node-path.ts'
import { symbolAt } from './symbol-at.ts'

/** Where what stands at an offset is defined: a macro, a field, the regions an index points to, the file of an include. */
export function definitions(analysis: Analysis, offset: number): readonly Span[] {
  const { unit } = analysis
  const include = unit.includes.find(({ span: at }) => contains(at, unit.main, offset))
  if (include) return include.file ? [{ file: include.file, start: 0, end: 0 }] : []
  const symbol = symbolAt(analysis, offset)
  if (symbol) return symbol.declaration ? [symbol.declaration] : []
  const path = findNode(unit, offset)
  return path && analysis.config ? referencedElements(analysis, analysis.config, path) : []
}

/** An index into another array leads to its elements; a region leads to the regions of other cells over its memory. */
function referencedElements(analysis: Analysis, config: Config, { steps }: NodePath): readonly Span[] {
  const cell = cellOf(config)
  const field = steps.findLast(step => step.field)?.field?.name
  const holder = steps.findLast(({ value }) => value.kind === 'struct')?.value
  const device = cell.pci_devices.find(({ source }) => source === holder)
  const shared = device && field === regionsField(device) ? sharedRegions(device) : undefined
  if (shared) return elements(cell, 'mem_regions', shared.start, shared.end - shared.start)
  if (device && field === 'caps_start') return elements(cell, 'pci_caps', device.caps_start, device.num_caps)
  if (device)
    return peersOf(analysis.simulations, cell, device)
      .map(peer => spanOf(peer.device))
      .filter(isSpan)
  const region = cell.mem_regions.find(({ source }) => source === holder)
  return region ? overlappingRegions(analysis, cell, region) : []
}

export const spanOf = ({ source }: Located): Span | undefined => source?.origin && primarySpan(source.origin)
export const isSpan = (place: Span | undefined): place is Span => place !== undefined

function elements(cell: CellConfig, name: string, start: number, count: number): readonly Span[] {
  const items = cell.arrays.find(array => array.name === name)?.value.items.slice(start, start + count) ?? []
  return distinct(items.flatMap(({ origin }) => (origin ? [primarySpan(origin)] : [])))
}

/** Several elements of one macro stand in one place. */
export const distinct = (spans: readonly Span[]): readonly Span[] =>
  spans.filter((span, i) => spans.findIndex(({ file, start }) => file === span.file && start === span.start) === i)

/** Regions of the other cells of the scenarios that lie over the same memory. */
export function overlappingRegions({ simulations }: Analysis, cell: CellConfig, region: MemoryRegion): readonly Span[] {
  const others = new Set(simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  const regions = [...others]
    .filter(other => other !== cell)
    .flatMap(other => other.mem_regions.filter(candidate => overlap(phys(candidate), phys(region))))
  return distinct(regions.map(spanOf).filter(isSpan))
}

/** The struct of the value at an offset, or of the field whose name that is, where its header declares it. */
export function typeDefinitions({ unit }: Analysis, offset: number): readonly Span[] {
  const path = findNode(unit, offset)
  const types = path ? [path.object.type, ...path.steps.map(({ value }) => typeOf(value))] : []
  const struct = types.flatMap(type => (type && structIn(type)) ?? []).findLast(({ tag }) => tag !== undefined)
  return struct ? [primarySpan(struct.origin)] : []
}

const typeOf = (value: Value): CType | undefined =>
  value.kind === 'int' || value.kind === 'unknown' ? undefined : value.type

/** The struct a value is made of, be it an array of them. */
const structIn = (type: CType): StructType | undefined =>
  type.kind === 'array' ? structIn(type.element) : asStruct(type)

/** Includes that lead somewhere. */
export const links = ({ unit }: Analysis): readonly { readonly at: Span; readonly uri: string }[] =>
  unit.includes.flatMap(({ span: at, file }) => (file && at.file === unit.main ? [{ at, uri: file.uri }] : []))
