import { SHMEM_PROTO_VETH, SHMEM_PROTO_VIRTIO_BACK, SHMEM_PROTO_VIRTIO_FRONT } from '../../config/constants.ts'
import { cellName } from '../../config/element-name.ts'
import { type Endpoint, isSectioned, MAX_PEERS, MAX_VECTORS, type SectionedDevice } from '../../config/ivshmem.ts'
import type { PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { linkedPairs } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, hex } from '../../text/words.ts'
import { OF_REGIONS, type RawFinding, type ScenarioRule } from '../rule.ts'
import page from './link-settings.md'

const COMPARED = [
  { field: 'shmem_peers', harm: 'the two cells expect a different number of output sections' },
  { field: 'num_msix_vectors', harm: 'one end waits for vectors that the other does not raise' },
] as const

export const linkSettings: ScenarioRule = {
  kind: 'scenario',
  code: 'JH564',
  id: 'link-settings',
  title: 'Mismatched ends of a shared-memory link',
  severity: 'warning',
  rests: [...OF_REGIONS, 'peers'],
  constraints: ['ivshmem-peer-count-mismatch', 'ivshmem-proto-virtio', 'ivshmem-proto-veth'],
  page,
  *check(scenario) {
    for (const { first, other } of linkedPairs(scenario)) {
      const ends = sectionedEnds(first, other)
      if (!ends) yield* otherProtocol(first, other)
      else {
        for (const { field, harm } of COMPARED)
          if (first.device[field] !== other.device[field] && !isInvalid(other.device, field))
            yield disagreement(first, other, field, harm)
        yield* protocols(...ends)
      }
    }
  },
}

/** Counts that no device can have are reported on the device itself. */
const isInvalid = (device: PciDevice, field: Field): boolean => {
  const value = device[field] ?? 0
  return field === 'shmem_peers' ? value === 0 || MAX_PEERS < value : MAX_VECTORS < value
}

type Field = (typeof COMPARED)[number]['field']

const isBeyond = ({ shmem_dev_id = 0, shmem_peers = 0 }: PciDevice): boolean => shmem_peers <= shmem_dev_id

const NO_SECTION = 'its shmem_dev_id is out of range: it has no output section and is not visible to its peers'

const disagreement = (first: Endpoint, other: Endpoint, field: Field, harm: string): RawFinding => ({
  span: at(other.device, field),
  headline: `${field} ${other.device[field]} of ${bdf(other.device.bdf)} differs from ${cellName(first.cell)}`,
  notes: [harm, ...(field === 'shmem_peers' && isBeyond(other.device) ? [NO_SECTION] : [])],
  related: [{ span: at(first.device, field), text: `${cellName(first.cell)} has ${first.device[field]}` }],
  key: `${bdf(other.device.bdf)} ${field}`,
  ...(field === 'shmem_peers' && { charges: 'peers' as const }),
  ...fixes(
    fixOf(`Set ${field} to ${first.device[field]}`, setField(other.device, field, String(first.device[field])), false),
  ),
})

const KIND = 0xc000

interface SectionedEnd extends Endpoint {
  readonly device: SectionedDevice
}

const isSectionedEnd = (end: Endpoint): end is SectionedEnd => isSectioned(end.device)

function sectionedEnds(first: Endpoint, other: Endpoint): readonly [SectionedEnd, SectionedEnd] | undefined {
  return isSectionedEnd(first) && isSectionedEnd(other) ? [first, other] : undefined
}

/** Before revision 12b both ends have one protocol, or the second is refused. */
function* otherProtocol(first: Endpoint, other: Endpoint): Iterable<RawFinding> {
  const [a, b] = [first.device.shmem_protocol, other.device.shmem_protocol]
  if (a === undefined || b === undefined || a === b) return
  yield {
    span: at(other.device, 'shmem_protocol'),
    severity: 'error',
    ...differentProtocols(first, other, 'create fails with -EINVAL'),
    help: 'use the same protocol',
    key: `${bdf(other.device.bdf)} protocol`,
  }
}

/** Network and custom protocols are equal at both ends; a virtio pair has a front and a back end. */
function* protocols(first: SectionedEnd, other: SectionedEnd): Iterable<RawFinding> {
  const [a, b] = [first.device.shmem_protocol, other.device.shmem_protocol]
  if (a === b ? !isVirtio(first.device) : fits(a, b)) {
    if (a === SHMEM_PROTO_VETH && other.device.shmem_peers !== 2) yield vethFault(other)
    return
  }
  yield {
    span: at(other.device, 'shmem_protocol'),
    ...differentProtocols(
      first,
      other,
      isVirtio(first.device) || isVirtio(other.device)
        ? 'virtio requires a front end (0x8000) and a back end (0xc000) of the same device type'
        : 'the drivers are incompatible',
    ),
    key: `${bdf(other.device.bdf)} protocol`,
  }
}

const differentProtocols = (first: Endpoint, other: Endpoint, note: string) => ({
  headline: `protocol ${hex(other.device.shmem_protocol ?? 0)} of ${bdf(other.device.bdf)} does not match ${cellName(first.cell)}`,
  notes: [note],
  related: [
    {
      span: at(first.device, 'shmem_protocol'),
      text: `${cellName(first.cell)} has ${hex(first.device.shmem_protocol ?? 0)}`,
    },
  ],
})

const isVirtio = ({ shmem_protocol }: SectionedDevice): boolean => (shmem_protocol & SHMEM_PROTO_VIRTIO_FRONT) !== 0

const fits = (a: number, b: number): boolean =>
  (a & ~KIND) === (b & ~KIND) &&
  [a & KIND, b & KIND].toSorted((x, y) => x - y).join() === `${SHMEM_PROTO_VIRTIO_FRONT},${SHMEM_PROTO_VIRTIO_BACK}`

const vethFault = ({ device }: SectionedEnd): RawFinding => ({
  span: at(device, 'shmem_peers'),
  headline: `shmem_peers ${device.shmem_peers} of network device ${bdf(device.bdf)} is not 2`,
  notes: ['the Linux driver connects exactly two peers'],
  key: `${bdf(device.bdf)} veth`,
})
