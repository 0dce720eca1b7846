import type { IommuUnit, StreamId, SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { driverOf } from '../../machine/iommu/drivers.ts'
import { iommuUnits } from '../../machine/iommu/iommu-units.ts'
import { count } from '../../text/words.ts'
import type { RawFinding } from '../rule.ts'

/** So many streams of one root that an IOMMU does not know are no slips: it is another IOMMU. */
const MIN_ODD = 3

/** What is said of the unit instead of each stream, where the root lists several that its kind does not know. */
export function oddStreams(
  { root_cell, ...root }: SystemConfig,
  isDriven: (unit: IommuUnit) => boolean,
  isOdd: (stream: StreamId) => boolean,
  note: string,
): RawFinding | undefined {
  const odd = root_cell.stream_ids.filter(isOdd)
  const unit = iommuUnits({ root_cell, ...root }).find(isDriven)
  if (!unit || odd.length < MIN_ODD) return undefined
  return {
    span: at(unit, 'type'),
    headline: `${count(odd.length, 'stream')} of the root cannot be those of the ${driverOf(unit)?.label ?? ''} IOMMU`,
    notes: [note],
    help: 'set the type of the IOMMU that the board has',
    related: odd.slice(0, MIN_ODD).map(stream => ({ span: at(stream), text: 'a stream' })),
    key: 'unit',
  }
}
