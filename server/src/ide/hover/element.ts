import type { Analysis } from '../../analyze.ts'
import { cellOf, type MemoryRegion } from '../../config/model.ts'
import { arrayOf } from '../../config/written.ts'
import { primarySpan } from '../../text/origin.ts'
import { type Block, type HoverContent, text, title } from '../blocks.ts'
import { elementSummary } from '../element-summary.ts'
import { type NodePath, pathOf, type Step } from '../node-path.ts'
import { deviceHover } from './device.ts'
import { irqchipHover } from './pins.ts'
import { regionHover } from './region.ts'

/** Anywhere in an element of an array between its fields: what the element is and what becomes of it. */
export function elementHover(analysis: Analysis, path: NodePath, offset: number): HoverContent | undefined {
  const step = path.steps.findLast(({ value }) => value.kind === 'struct' && value.type.tag !== undefined)
  if (step?.value.kind !== 'struct' || !step.value.origin) return undefined
  const at = primarySpan(step.value.origin)
  const region = regionOf(analysis, path)
  if (region) return { at, blocks: regionHover(analysis, region, offset) }
  const name = elementSummary(step.value)
  if (name === '') return undefined
  const heading = headingOf(path, step, name)
  const [verdict, ...more] = isRegion(step) && step.index !== undefined ? [NOT_COUNTED] : meaningOf(analysis, step)
  if (verdict?.kind === 'title') return { at, blocks: [verdict, text(heading), ...more] }
  return { at, blocks: [title(heading), ...(verdict ? [verdict, ...more] : [])] }
}

/** The region of the model whose element the path leads into, if the count of its cell reaches it. */
export function regionOf(analysis: Analysis, { steps }: NodePath): MemoryRegion | undefined {
  const source = steps.find(({ value }) => value.kind === 'struct' && value.type.tag === 'jailhouse_memory')?.value
  if (!analysis.config || !source) return undefined
  const cell = cellOf(analysis.config)
  const { counted = Number.POSITIVE_INFINITY } = arrayOf(cell, 'mem_regions') ?? {}
  return cell.mem_regions.find(region => region.source === source && region.index < counted)
}

/** A region outside of arrays has a field of its own. */
function headingOf({ steps }: NodePath, step: Step, name: string): string {
  const { index, field } = step
  if (!isRegion(step)) return `${pathOf(steps.slice(0, steps.indexOf(step) + 1))}: ${name}`
  return index === undefined ? `${field?.name}: ${name}` : `region ${index}: ${name}`
}

/** A region in an array is read as far as the count goes. */
const NOT_COUNTED = title('⚠ not counted: the hypervisor does not read it')

const isRegion = ({ value }: Step): boolean => value.kind === 'struct' && value.type.tag === 'jailhouse_memory'

function meaningOf(analysis: Analysis, { value }: Step): readonly Block[] {
  if (!analysis.config) return []
  const cell = cellOf(analysis.config)
  const device = cell.pci_devices.find(({ source }) => source === value)
  const chip = cell.irqchips.find(({ source }) => source === value)
  if (device) return deviceHover(analysis, cell, device)
  return chip ? irqchipHover(analysis, cell, chip) : []
}
