import type { Analysis, Simulation } from '../../analyze.ts'
import { type CellConfig, cellOf, type StreamId } from '../../config/model.ts'
import { type ShortName, shortNames } from '../../config/short-names.ts'
import type { DmaContext } from '../../machine/hypervisor.ts'
import { contextsOf } from '../../machine/queries/reach.ts'
import { runs } from '../../text/number-list.ts'
import { hex } from '../../text/words.ts'
import { type Block, lines, title } from '../blocks.ts'
import { shortDriver } from '../device-words.ts'
import { stageOf } from '../dma-effect.ts'
import type { NodePath } from '../node-path.ts'

/** Which IOMMUs know a stream id once its cell is there, and who else lists it. */
export function streamHover({ config, simulations }: Analysis, path: NodePath): readonly Block[] {
  if (!config) return []
  const cell = cellOf(config)
  const stream = streamAt(cell, path)
  const [first] = simulations
  if (!stream) return []
  if (!first) return [title('Not simulated: no root cell is known')]
  const { scenario } = first
  const others = [scenario.root.root_cell, ...scenario.cells].filter(
    other => other !== cell && other.stream_ids.some(({ id }) => id === stream.id),
  )
  const short = shortNames(scenario)
  const known = driversOf(first, cell, stream.id)
  return [
    title(verdictOf(stream, stageOf(first, cell) !== undefined, known, others.map(short))),
    ...(known.length > 0
      ? [lines(...known.map(([driver, contexts]) => `${driver}: ${contextWords(contexts, short)}`))]
      : []),
  ]
}

type KnownBy = readonly (readonly [string, readonly DmaContext[]])[]

function verdictOf({ id }: StreamId, exists: boolean, known: KnownBy, others: readonly string[]): string {
  if (!exists) return '⚠ its cell is not created'
  if (others.length > 0) return `⚠ stream ${hex(id)} is also listed by ${others.join(', ')}`
  if (known.length === 0) return `⚠ no IOMMU knows stream ${hex(id)}`
  const blocking = known.filter(([, contexts]) => contexts.every(({ translation }) => translation.kind === 'blocked'))
  if (blocking.length > 0) return `⚠ stream ${hex(id)} is blocked by ${blocking.map(([driver]) => driver).join(', ')}`
  return `stream ${hex(id)} of ${known.map(([driver]) => driver).join(', ')}`
}

function streamAt(cell: CellConfig, { steps }: NodePath): StreamId | undefined {
  const element = steps.find(({ parent }) =>
    cell.arrays.some(({ name, value }) => name === 'stream_ids' && value === parent),
  )
  return element && cell.stream_ids.find(({ origin }) => origin === element.value.origin)
}

/** What the IOMMUs make of a stream of the cell, by driver. */
function driversOf(simulation: Simulation, cell: CellConfig, id: number): KnownBy {
  const stage = stageOf(simulation, cell)
  if (!stage) return []
  const byDriver = new Map<string, DmaContext[]>()
  for (const context of contextsOf(stage.state, simulation.scenario)) {
    if (context.streamId !== id || !context.owners.includes(cell)) continue
    const name = shortDriver(context.driver)
    byDriver.set(name, [...(byDriver.get(name) ?? []), context])
  }
  return [...byDriver]
}

function contextWords(contexts: readonly DmaContext[], short: ShortName): string {
  const units = contexts.map(({ unit }) => unit).toSorted((a, b) => a - b)
  const kinds = new Set(contexts.map(({ translation }) => translationWords(translation, short)))
  return `${[...kinds].join(', ')} (${units.length === 1 ? 'unit' : 'units'} ${runs(units, '-', ', ')})`
}

/** An SMMU may walk other tables than those of the cell that lists the stream. */
function translationWords(translation: DmaContext['translation'], short: ShortName): string {
  switch (translation.kind) {
    case 'blocked':
      return 'blocked'
    case 'bypass':
      return 'bypassed'
    case 'entries':
      return `${translation.entries.length} entries of its own, from TLB ${translation.tlbs.join('→')}`
    case 'tables':
      return `walks the page tables of ${short(translation.of)}`
    default:
      return translation satisfies never
  }
}
