import type { Analysis, Simulation } from '../../analyze.ts'
import { type CellConfig, cellOf, type StreamId } from '../../config/model.ts'
import type { DmaContext } from '../../machine/hypervisor.ts'
import { contextsOf } from '../../machine/queries/reach.ts'
import { hex } from '../../rules/places.ts'
import { type Block, text } from '../blocks.ts'
import { stageOf } from '../dma-effect.ts'
import type { NodePath } from '../node-path.ts'

/** Which IOMMUs know a stream id once its cell is there, and who else lists it. */
export function streamHover({ config, simulations }: Analysis, path: NodePath): readonly Block[] {
  if (!config) return []
  const cell = cellOf(config)
  const stream = streamAt(cell, path)
  const [first] = simulations
  if (!stream) return []
  if (!first) return [text('Which IOMMU it belongs to cannot be said without a root cell.')]
  const others = [first.scenario.root.root_cell, ...first.scenario.cells].filter(
    other => other !== cell && other.stream_ids.some(({ id }) => id === stream.id),
  )
  return [
    text(iommuText(first, cell, stream.id)),
    ...(others.length > 0 ? [text(`Also listed by ${others.map(({ name }) => `"${name}"`).join(', ')}.`)] : []),
  ]
}

function streamAt(cell: CellConfig, { steps }: NodePath): StreamId | undefined {
  const element = steps.find(({ parent }) =>
    cell.arrays.some(({ name, value }) => name === 'stream_ids' && value === parent),
  )
  return element && cell.stream_ids.find(({ origin }) => origin === element.value.origin)
}

function iommuText(simulation: Simulation, cell: CellConfig, id: number): string {
  const stage = stageOf(simulation, cell)
  if (!stage) return `"${cell.name}" does not come to be: no IOMMU is told.`
  const known = contextsOf(stage.state, simulation.scenario).filter(
    ({ streamId, owners }) => streamId === id && owners.includes(cell),
  )
  const byDriver = new Map<string, DmaContext[]>()
  for (const context of known) byDriver.set(context.driver, [...(byDriver.get(context.driver) ?? []), context])
  const words = [...byDriver].map(([driver, contexts]) => `${driver} ${contextWords(contexts)}`)
  return words.length > 0 ? `${words.join('; ')}.` : `No IOMMU knows a stream ${hex(id)}.`
}

function contextWords(contexts: readonly DmaContext[]): string {
  const units = contexts.map(({ unit }) => unit)
  const kinds = [...new Set(contexts.map(({ translation }) => translationWords(translation)))]
  return `(${units.length === 1 ? 'unit' : 'units'} ${units.join(', ')}): ${contexts[0]?.device ?? ''} ${kinds.join(', ')}`
}

/** An SMMU may walk other tables than those of the cell that lists the stream. */
function translationWords(translation: DmaContext['translation']): string {
  switch (translation.kind) {
    case 'blocked':
      return 'is blocked'
    case 'bypass':
      return 'bypasses it'
    case 'entries':
      return `is a virtid: ${translation.entries.length} TLB entries of its own, from TLB ${translation.tlbs.join('→')}`
    case 'tables':
      return `walks the page tables of "${translation.of.name}"`
    default:
      return translation satisfies never
  }
}
