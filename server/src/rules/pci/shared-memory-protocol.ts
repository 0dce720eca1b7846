import { SHMEM_PROTO_CUSTOM, SHMEM_PROTO_VETH } from '../../config/constants.ts'
import { sectionedDevices } from '../../config/ivshmem.ts'
import { at } from '../../config/places.ts'
import { type Sections, sectionsOf } from '../../config/section-fit.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, count, hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './shared-memory-protocol.md'

/** `JAILHOUSE_SHMEM_PROTO_VETH` before revision 12. */
const OLD_VETH = 0x0100

export const sharedMemoryProtocol: CellRule = {
  kind: 'cell',
  code: 'JH525',
  id: 'shared-memory-protocol',
  title: 'Unusable shared-memory protocol',
  severity: 'warning',
  rests: ['peers'],
  constraints: ['ivshmem-proto-reserved', 'rev-shmem-protocol-values'],
  page,
  *check(cell) {
    for (const device of sectionedDevices(cell)) {
      const { shmem_protocol: protocol } = device
      if (protocol <= SHMEM_PROTO_VETH || protocol >= SHMEM_PROTO_CUSTOM) continue
      yield {
        span: at(device, 'shmem_protocol'),
        headline: `protocol ${hex(protocol)} of ${bdf(device.bdf)} is reserved`,
        notes: [
          'no driver binds to it',
          ...(protocol === OLD_VETH ? ['it was JAILHOUSE_SHMEM_PROTO_VETH before revision 12'] : []),
        ],
        key: bdf(device.bdf),
        ...fixes(
          protocol === OLD_VETH
            ? fixOf('Use JAILHOUSE_SHMEM_PROTO_VETH', setField(device, 'shmem_protocol', 'JAILHOUSE_SHMEM_PROTO_VETH'))
            : undefined,
        ),
      }
    }
    for (const sections of sectionsOf(cell))
      if (sections.device.shmem_protocol === SHMEM_PROTO_VETH) yield* network(sections)
  },
}

/** What the Linux network driver expects. */
function* network({ device, common, outputs }: Sections): Iterable<RawFinding> {
  const mismatch = (field: string, message: string): RawFinding => ({
    span: at(device, field),
    headline: `network device ${bdf(device.bdf)} ${message}`,
    key: `${bdf(device.bdf)} ${field}`,
    ...(field === 'shmem_peers' && { charges: 'peers' as const }),
  })
  if (device.shmem_peers !== 2) yield mismatch('shmem_peers', `has ${count(device.shmem_peers, 'peer')} instead of 2`)
  if (![0, 2].includes(device.num_msix_vectors))
    yield mismatch('num_msix_vectors', `has ${count(device.num_msix_vectors, 'MSI-X vector')} instead of 2`)
  if (common.size !== 0n) yield mismatch('shmem_regions_start', `has a common section (region ${common.index})`)
  if (outputs.some(({ size }) => size === 0n)) yield mismatch('shmem_regions_start', 'has an empty output section')
}
