import type { Analysis } from '../../analyze.ts'
import { cellOf, type MemoryRegion } from '../../config/model.ts'
import { primarySpan } from '../../text/origin.ts'
import { type Block, type HoverContent, text, title } from '../blocks.ts'
import { elementName } from '../element-name.ts'
import { type NodePath, pathOf, type Step } from '../node-path.ts'
import { deviceHover } from './device.ts'
import { irqchipHover } from './pins.ts'
import { regionHover } from './region.ts'

/** Anywhere in an element of an array between its fields: what the element is and what becomes of it. */
export function elementHover(analysis: Analysis, path: NodePath): HoverContent | undefined {
  const step = path.steps.findLast(({ value }) => value.kind === 'struct' && value.type.tag !== undefined)
  if (step?.value.kind !== 'struct' || !step.value.origin) return undefined
  const at = primarySpan(step.value.origin)
  const region = regionOf(analysis, path)
  if (region) return { at, blocks: regionHover(analysis, region) }
  const name = elementName(step.value)
  return name === '' ? undefined : { at, blocks: [...headingOf(path, step, name), ...meaningOf(analysis, step)] }
}

/** The region of the model whose element the path leads into. */
export function regionOf(analysis: Analysis, { steps }: NodePath): MemoryRegion | undefined {
  const source = steps.find(({ value }) => value.kind === 'struct' && value.type.tag === 'jailhouse_memory')?.value
  if (!analysis.config || !source) return undefined
  return cellOf(analysis.config).mem_regions.find(region => region.source === source)
}

/** A region in an array is read as far as the count goes; one outside of arrays has a field of its own. */
function headingOf({ steps }: NodePath, step: Step, name: string): readonly Block[] {
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
  if (device) return deviceHover(analysis, cell, device)
  return chip ? irqchipHover(analysis, cell, chip) : []
}
