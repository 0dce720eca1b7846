import { cellName } from '../../config/element-name.ts'
import type { CellConfig, StreamId } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setElement } from '../../edit/elements.ts'
import { hasUnitOf } from '../../machine/iommu/drivers.ts'
import { mmu500 } from '../../machine/iommu/mmu-500.ts'
import { hex } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './stream-mask.md'

/** Which streams a match register takes: those whose bits agree with `id` where `mask` has none. 15 bits each. */
interface Match {
  readonly id: number
  readonly mask: number
}

const matchOf = ({ id }: StreamId): Match => ({ id: id & 0x7fff, mask: (id >>> 16) & 0x7fff })

const meets = (a: Match, b: Match): boolean => ((a.id ^ b.id) & ~(a.mask | b.mask)) === 0

const isInside = (inner: Match, outer: Match): boolean =>
  (inner.mask & outer.mask) === inner.mask && ((inner.id ^ outer.id) & ~outer.mask) === 0

/** `arm_smmu_find_sme` */
export const streamMask: ScenarioRule = {
  kind: 'scenario',
  code: 'JH318',
  id: 'stream-mask',
  title: 'Conflicting stream matches of an SMMUv2',
  severity: 'error',
  constraints: ['smmuv2-overlap-partial', 'smmuv2-overlap-steal', 'smmuv2-exit-root-match'],
  page,
  *check({ root, cells }) {
    if (!hasUnitOf(root, mmu500)) return
    for (const cell of [root.root_cell, ...cells])
      for (const [i, stream] of cell.stream_ids.entries()) {
        const twin = cell.stream_ids.slice(0, i).find(earlier => meets(matchOf(stream), matchOf(earlier)))
        // The same one again changes nothing (JH335).
        if (twin && twin.id !== stream.id) yield ownFault(cell, stream, twin)
      }
    for (const [i, cell] of cells.entries())
      for (const stream of cell.stream_ids)
        for (const other of [root.root_cell, ...cells.slice(0, i)]) {
          const [twin] = other.stream_ids.filter(earlier => meets(matchOf(stream), matchOf(earlier)))
          if (twin && !(other.isRoot && twin.id === stream.id)) yield fault(cell, stream, other, twin)
        }
  },
}

function ownFault(cell: CellConfig, stream: StreamId, twin: StreamId): RawFinding {
  const isTaken = isInside(matchOf(stream), matchOf(twin))
  return {
    span: at(stream),
    headline: `${words(stream)} ${isTaken ? 'is part of' : 'overlaps'} an earlier stream match of this cell`,
    notes: [
      isTaken
        ? `the match register of ${words(twin)} is overwritten: only this stream is left of it`
        : `${cell.isRoot ? '"jailhouse enable"' : 'create'} fails with -EINVAL`,
    ],
    related: [{ span: at(twin), text: words(twin) }],
    key: `own ${hex(stream.id)}`,
  }
}

function fault(cell: CellConfig, stream: StreamId, other: CellConfig, twin: StreamId): RawFinding {
  const isTaken = isInside(matchOf(stream), matchOf(twin))
  const array = other.isRoot ? arrayOf(cell, 'stream_ids') : undefined
  return {
    span: at(stream),
    headline: `${words(stream)} ${relation(stream, twin, isTaken)} ${cellName(other)}`,
    notes: [
      isTaken
        ? `the match register of ${words(twin)} is overwritten: ${cellName(other)} has none of its streams any more`
        : 'create fails with -EINVAL',
    ],
    ...(other.isRoot && { help: 'list the same value in both cells' }),
    related: [{ span: at(twin), text: `${cellName(other)} lists ${words(twin)}` }],
    key: `${other.name} ${hex(stream.id)}`,
    ...fixes(
      fixOf(
        `Use ${hex(twin.id)} as in the root cell`,
        array && setElement(array, stream.index, `{ .id = ${hex(twin.id)} }`),
        false,
      ),
    ),
  }
}

function relation(stream: StreamId, twin: StreamId, isTaken: boolean): string {
  if (stream.id === twin.id) return 'is also assigned to'
  return isTaken ? 'is part of a stream match of' : 'overlaps a stream match of'
}

const words = (stream: StreamId): string => {
  const { id, mask } = matchOf(stream)
  return mask ? `stream ${hex(id)} with mask ${hex(mask)}` : `stream ${hex(id)}`
}
