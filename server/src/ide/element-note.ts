import type { Analysis } from '../analyze.ts'
import { cellOf, type MemoryRegion } from '../config/model.ts'
import { primarySpan } from '../text/origin.ts'
import { deviceNote } from './device-note.ts'
import { elementName } from './element-name.ts'
import { pathOf, type Spot, type Step } from './locate.ts'
import { type Block, type Note, text, title } from './note.ts'
import { chipNote } from './pins.ts'
import { regionNote } from './region-note.ts'

/** Anywhere in an element of an array between its fields: what the element is and what becomes of it. */
export function elementNote(analysis: Analysis, spot: Spot): Note | undefined {
  const step = spot.steps.findLast(({ value }) => value.kind === 'struct' && value.type.tag !== undefined)
  if (step?.value.kind !== 'struct' || !step.value.origin) return undefined
  const at = primarySpan(step.value.origin)
  const region = regionOf(analysis, spot)
  if (region) return { at, blocks: regionNote(analysis, region) }
  const name = elementName(step.value)
  return name === '' ? undefined : { at, blocks: [...headOf(spot, step, name), ...meaningOf(analysis, step)] }
}

/** The region of the model whose element the spot is in. */
export function regionOf(analysis: Analysis, { steps }: Spot): MemoryRegion | undefined {
  const source = steps.find(({ value }) => value.kind === 'struct' && value.type.tag === 'jailhouse_memory')?.value
  if (!analysis.config || !source) return undefined
  return cellOf(analysis.config).mem_regions.find(region => region.source === source)
}

/** A region in an array is read as far as the count goes; one outside of arrays has a field of its own. */
function headOf({ steps }: Spot, step: Step, name: string): readonly Block[] {
  const { value, index, field } = step
  const isRegion = value.kind === 'struct' && value.type.tag === 'jailhouse_memory'
  if (!isRegion) return [title(`${pathOf(steps.slice(0, steps.indexOf(step) + 1))}: ${name}`)]
  if (index === undefined) return [title(`${field?.name}: ${name}`)]
  return [title(`region ${index}: ${name}`), text('Nothing counts it: the hypervisor does not read it.')]
}

function meaningOf(analysis: Analysis, { value }: Step): readonly Block[] {
  if (!analysis.config) return []
  const cell = cellOf(analysis.config)
  const device = cell.pci_devices.find(({ source }) => source === value)
  const chip = cell.irqchips.find(({ source }) => source === value)
  if (device) return deviceNote(analysis, cell, device)
  return chip ? chipNote(analysis, cell, chip) : []
}
