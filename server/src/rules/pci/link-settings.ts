import { SHMEM_PROTO_VETH, SHMEM_PROTO_VIRTIO_BACK, SHMEM_PROTO_VIRTIO_FRONT } from '../../config/constants.ts'
import { isSectioned, type SectionedDevice } from '../../config/ivshmem.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { at, bdf, hex } from '../places.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './link-settings.md'
import { type Endpoint, joined } from './links.ts'

const COMPARED = [
  { field: 'shmem_peers', harm: 'they count output sections differently' },
  { field: 'num_msix_vectors', harm: 'one side waits for vectors the other does not raise' },
] as const

export const linkSettings: ScenarioRule = {
  kind: 'scenario',
  code: 'JH564',
  id: 'link-settings',
  title: 'Both ends of a shared-memory link agree',
  severity: 'warning',
  constraints: ['ivshmem-peer-count-mismatch', 'ivshmem-proto-virtio', 'ivshmem-proto-veth'],
  page,
  *check(scenario) {
    for (const { first, other } of joined(scenario)) {
      const ends = sectionedEnds(first, other)
      if (!ends) yield* otherProtocol(first, other)
      else {
        for (const { field, harm } of COMPARED)
          if (first.device[field] !== other.device[field]) yield disagreement(first, other, field, harm)
        yield* protocols(...ends)
      }
    }
  },
}

type Field = (typeof COMPARED)[number]['field']

const disagreement = (first: Endpoint, other: Endpoint, field: Field, harm: string): RawFinding => ({
  span: at(other.device, field),
  headline: `${bdf(other.device.bdf)} has ${field} ${other.device[field]} in "${other.cell.name}" and ${first.device[field]} in "${first.cell.name}": ${harm}; use one value`,
  related: [{ span: at(first.device, field), text: `"${first.cell.name}" has ${first.device[field]}` }],
  key: `${bdf(other.device.bdf)} ${field}`,
  ...fixes(
    fixOf(
      `Set ${field} to ${first.device[field]} as in "${first.cell.name}"`,
      setField(other.device, field, String(first.device[field])),
      false,
    ),
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
    headline: `${bdf(other.device.bdf)} speaks protocol ${hex(b)} in "${other.cell.name}" and ${hex(a)} in "${first.cell.name}": creating "${other.cell.name}" answers EINVAL; use one value`,
    related: [{ span: at(first.device, 'shmem_protocol'), text: `"${first.cell.name}" speaks ${hex(a)}` }],
    key: `${bdf(other.device.bdf)} protocol`,
  }
}

/** Network and custom protocols are spoken by both; of a virtio pair one is the front and one the back end. */
function* protocols(first: SectionedEnd, other: SectionedEnd): Iterable<RawFinding> {
  const [a, b] = [first.device.shmem_protocol, other.device.shmem_protocol]
  if (a === b ? !isVirtio(first.device) : fits(a, b)) {
    if (a === SHMEM_PROTO_VETH && other.device.shmem_peers !== 2) yield vethFault(other)
    return
  }
  yield {
    span: at(other.device, 'shmem_protocol'),
    headline: `${bdf(other.device.bdf)} speaks protocol ${hex(b)} in "${other.cell.name}" and ${hex(a)} in "${first.cell.name}": ${isVirtio(first.device) || isVirtio(other.device) ? 'virtio takes one front end (0x8000) and one back end (0xc000) of the same device type' : 'their drivers do not understand each other'}; let them match`,
    related: [{ span: at(first.device, 'shmem_protocol'), text: `"${first.cell.name}" speaks ${hex(a)}` }],
    key: `${bdf(other.device.bdf)} protocol`,
  }
}

const isVirtio = ({ shmem_protocol }: SectionedDevice): boolean => (shmem_protocol & SHMEM_PROTO_VIRTIO_FRONT) !== 0

const fits = (a: number, b: number): boolean =>
  (a & ~KIND) === (b & ~KIND) &&
  [a & KIND, b & KIND].toSorted((x, y) => x - y).join() === `${SHMEM_PROTO_VIRTIO_FRONT},${SHMEM_PROTO_VIRTIO_BACK}`

const vethFault = ({ cell, device }: SectionedEnd): RawFinding => ({
  span: at(device, 'shmem_peers'),
  headline: `the network ${bdf(device.bdf)} has ${device.shmem_peers} peers in "${cell.name}": Linux connects exactly two; use 2`,
  key: `${bdf(device.bdf)} veth`,
})
