import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import type { ResidualAccess } from '../../machine/queries/answers.ts'
import type { Machine, Stage } from '../../machine/stage.ts'
import { isOfNoDevice } from '../../rules/iommu/pvu.ts'
import { residuesOf } from '../../rules/iommu/residues.ts'
import type { Finding } from '../../rules/rule.ts'
import { addTo } from '../../text/groups.ts'
import { memoize } from '../../text/memo.ts'
import { primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import { hex } from '../../text/words.ts'
import { deviceMessage } from '../device-words.ts'
import { type Column, isOfDevices } from './columns.ts'
import type { MapFinding, MapLoss } from './model.ts'

/** What losses refer to: who is in which column, and where regions are drawn. */
export interface LossContext {
  readonly machine: Machine
  readonly columns: readonly Column[]
  readonly boxOf: ReadonlyMap<MemoryRegion, number>
  readonly cells: readonly CellConfig[]
  readonly findings: readonly MapFinding[]
  /** The same findings as the rules made them. */
  readonly faults: readonly Finding[]
}

/** Memory of one cell that others reach after a stage: one loss for each column, region and granting region. */
export function lossesAt(context: LossContext, stage: Stage): readonly MapLoss[] {
  const groups = new Map<string, ResidualAccess[]>()
  for (const residue of residuesBy(context.machine).get(stage) ?? [])
    for (const column of columnsOf(context, residue)) {
      const key = `${column} ${hex(residue.phys.start)} ${hex(residue.phys.end)} ${keyOf(context, residue)}`
      addTo(groups, key, residue)
    }
  return [...groups].map(([key, residues]) => lossOf(context, Number.parseInt(key, 10), residues))
}

const residuesBy = memoize((machine: Machine): ReadonlyMap<Stage, readonly ResidualAccess[]> => {
  const found = new Map<Stage, ResidualAccess[]>()
  for (const residue of residuesOf(machine)) {
    if (isOfNoDevice(machine, residue)) continue
    const known = found.get(residue.stage)
    if (known) known.push(residue)
    else found.set(residue.stage, [residue])
  }
  return found
})

const keyOf = ({ boxOf }: LossContext, { region, grantedBy }: ResidualAccess): string =>
  `${boxOf.get(region)} ${grantedBy && boxOf.get(grantedBy)}`

function columnsOf({ columns }: LossContext, { actor }: ResidualAccess): readonly number[] {
  const isIt =
    actor.kind === 'cpu'
      ? ({ column, cell }: Column) => column.kind === 'cpu' && cell === actor.cell
      : isOfDevices(actor.owners, actor.driver)
  return columns.flatMap((column, i) => (isIt(column) ? [i] : []))
}

function lossOf(context: LossContext, column: number, residues: readonly ResidualAccess[]): MapLoss {
  const { boxOf, cells } = context
  const { owner, region, grantedBy, phys: range } = residues[0]!
  const [box, granted] = [region, grantedBy].map(each => each && boxOf.get(each))
  const devices = deviceMessage(residues.flatMap(({ actor }) => (actor.kind === 'dma' ? [actor] : [])).map(identity))
  const finding = findingAbout(context, residues, [granted, box])
  return {
    start: hex(range.start),
    end: hex(range.end),
    column,
    owner: cells.indexOf(owner),
    ...(owner.isRoot && { standsForMore: true }),
    canWrite: residues.some(({ write }) => write),
    ...(box !== undefined && { box }),
    ...(granted !== undefined && { grantedBy: granted }),
    ...(devices !== '' && { devices }),
    ...(finding !== undefined && { finding }),
  }
}

const identity = ({ device, streamId }: { readonly device: string; readonly streamId?: number }) => ({
  device,
  ...(streamId !== undefined && { streamId }),
})

const ISOLATION = /^JH[23]/

/**
 * The finding about a loss: one about memory or DMA that speaks of both regions, or of a stream that reaches it, or of
 * one of the regions.
 */
function findingAbout(
  { findings, faults }: LossContext,
  residues: readonly ResidualAccess[],
  [granted, box]: readonly (number | undefined)[],
): number | undefined {
  const speaksOf = (index: number, wanted: number | undefined) =>
    wanted !== undefined && findings[index]!.boxes.includes(wanted)
  const streams = residues.flatMap(streamSpans)
  const candidates = findings.flatMap(({ code, severity }, i) =>
    ISOLATION.test(code) && severity !== 'hint' ? [i] : [],
  )
  const isGrave = (i: number) => findings[i]!.severity === 'error' || findings[i]!.severity === 'warning'
  return (
    candidates.find(i => isGrave(i) && speaksOf(i, granted) && speaksOf(i, box)) ??
    candidates.find(i => streams.some(span => holds(span, faults[i]!.span))) ??
    candidates.find(i => isGrave(i) && (speaksOf(i, granted) || speaksOf(i, box)))
  )
}

/** Where the stream of a residue is written. */
const streamSpans = ({ actor }: ResidualAccess): readonly Span[] =>
  actor.kind === 'cpu'
    ? []
    : actor.owners
        .flatMap(({ stream_ids }) => stream_ids)
        .flatMap(({ id, origin }) => (id === actor.streamId && origin ? [primarySpan(origin)] : []))

const holds = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end
