import { type Analysis, sectionsOf, simulationsOf } from '../../analyze.ts'
import { commentBefore } from '../../c/raw/comments.ts'
import { regionsField, sharesRegion } from '../../config/ivshmem.ts'
import { type CellConfig, cellOf, type Located, type MemoryRegion, type PciDevice } from '../../config/model.ts'
import { at, firstLine, noSpan } from '../../config/places.ts'
import { overlap, phys } from '../../config/ranges.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import { nameOf } from '../../text/uri.ts'
import { elementSummary } from '../element-summary.ts'
import { peersOf } from '../link-peers.ts'
import { findNode } from '../node-path.ts'

/** A cell, or something it lists, as data a client may keep: the file of the cell, the array, the index. */
export interface ResourceId {
  readonly cell: string
  /** Its name, where the file holds several. */
  readonly name?: string
  readonly array?: 'mem_regions' | 'pci_devices'
  readonly index?: number
}

export interface Resource {
  readonly id: ResourceId
  readonly name: string
  readonly detail: string
  readonly range: Span
  readonly selection: Span
}

/** Somebody who has to do with a resource, and where he says so. */
export interface Use {
  readonly from: Resource
  readonly spans: readonly Span[]
}

/** The region or device an offset is in, else the cell. */
export function resourceAt({ unit, config }: Analysis, offset: number): Resource | undefined {
  const path = findNode(unit, offset)
  if (!config || !path) return undefined
  const cell = cellOf(config)
  const isHere = ({ source }: Located) => source !== undefined && path.steps.some(({ value }) => value === source)
  const region = cell.mem_regions.find(isHere)
  const device = cell.pci_devices.find(isHere)
  if (region) return ofElement(cell, 'mem_regions', region)
  return device ? ofElement(cell, 'pci_devices', device) : ofCell(cell)
}

/** Who uses a resource: of memory every cell that lists some of it and the devices that share it, of a link its ends. */
export function usesOf(analysis: Analysis, id: ResourceId): readonly Use[] {
  const { cell, region, device } = resolve(analysis, id)
  if (cell && region) return [...listersOf(cellsOf(analysis), region), ...sharersOf(cell, region)]
  if (!cell || !device) return []
  const peers = peersOf(simulationsOf(analysis), cell, device).map(peer =>
    ofElement(peer.cell, 'pci_devices', peer.device),
  )
  return [{ from: ofCell(cell), spans: [headAt(device)] }, ...peers.map(from => ({ from, spans: [from.selection] }))]
}

/** What a resource is made of: a cell of regions and devices, a shared-memory device of its sections. */
export function partsOf(analysis: Analysis, id: ResourceId): readonly Resource[] {
  const { cell, device } = resolve(analysis, id)
  if (!cell || (id.array && !device)) return []
  const regions = cell.mem_regions.filter(({ index }) => !device || sharesRegion(device, index))
  return [
    ...regions.map(region => ofElement(cell, 'mem_regions', region)),
    ...(device ? [] : cell.pci_devices.map(each => ofElement(cell, 'pci_devices', each))),
  ]
}

function resolve(analysis: Analysis, { cell: uri, name, array, index }: ResourceId) {
  const cell = cellsOf(analysis).find(each => each.file.uri === uri && idOf(each).name === name)
  const region = array === 'mem_regions' ? cell?.mem_regions.find(each => each.index === index) : undefined
  const device = array === 'pci_devices' ? cell?.pci_devices.find(each => each.index === index) : undefined
  return { cell, region, device }
}

const cellsOf = (analysis: Analysis): readonly CellConfig[] => [
  ...new Set(
    sectionsOf(analysis).flatMap(({ config, simulations }) => [
      ...(config ? [cellOf(config)] : []),
      ...simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]),
    ]),
  ),
]

const idOf = ({ file, extent, name }: CellConfig): ResourceId => ({ cell: file.uri, ...(extent && { name }) })

const listersOf = (cells: readonly CellConfig[], region: MemoryRegion): readonly Use[] =>
  cells.flatMap(cell => {
    const places = cell.mem_regions.filter(other => overlap(phys(other), phys(region))).map(headAt)
    return places.length > 0 ? [{ from: ofCell(cell), spans: places }] : []
  })

const sharersOf = (cell: CellConfig, region: MemoryRegion): readonly Use[] =>
  cell.pci_devices
    .filter(device => sharesRegion(device, region.index))
    .map(device => ({ from: ofElement(cell, 'pci_devices', device), spans: [at(device, regionsField(device))] }))

const headAt = ({ source }: Located): Span => (source?.origin ? firstLine(primarySpan(source.origin)) : noSpan)

function ofCell(cell: CellConfig): Resource {
  const whole = cell.whole?.origin ? primarySpan(cell.whole.origin) : noSpan
  const name = at(cell, 'name')
  const isInside = name.file === whole.file && whole.start <= name.start && name.end <= whole.end
  const selection = isInside ? name : firstLine(whole)
  const detail = cell.isRoot ? 'root cell' : 'cell'
  return { id: idOf(cell), name: cell.name || nameOf(cell.file.uri), detail, range: whole, selection }
}

function ofElement(
  cell: CellConfig,
  array: 'mem_regions' | 'pci_devices',
  element: MemoryRegion | PciDevice,
): Resource {
  const range = element.source?.origin ? primarySpan(element.source.origin) : noSpan
  const what = element.source ? elementSummary(element.source) : ''
  const comment = commentBefore(range.file, range.start)
  const name = comment === undefined ? `[${element.index}] ${what}` : `[${element.index}] ${comment}: ${what}`
  const id = { ...idOf(cell), array, index: element.index }
  return { id, name, detail: cell.name, range, selection: firstLine(range) }
}
