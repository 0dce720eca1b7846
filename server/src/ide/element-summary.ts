import type { StructValue, Value } from '../c/values/value.ts'
import { MEM_COMM_REGION } from '../config/constants.ts'
import { hasAny } from '../config/ranges.ts'
import { constantsFor } from '../config/reference/index.ts'
import { byWord } from '../text/by-word.ts'
import { bdf, hex, humanSize } from '../text/words.ts'
import { flagNames } from './flags.ts'

/** What an element of an array is, by the values that tell it from its neighbours: an address, a device, a pin range. */
export function elementSummary(value: Value): string {
  if (value.kind === 'int') return hex(value.value)
  if (value.kind !== 'struct') return ''
  const name = namers[value.type.tag ?? '']
  return name ? name(value) : ''
}

const field = (value: StructValue, name: string): bigint => {
  const found = value.fields.get(name)?.value
  return found?.kind === 'int' ? found.value : 0n
}

const PCI_TYPES: readonly string[] = ['', 'device', 'bridge', 'ivshmem']

/** Links without a common section have an empty region for it; a communication region is where the cell sees it. */
function regionName(value: StructValue): string {
  const flags = field(value, 'flags')
  const start = field(value, hasAny({ flags }, MEM_COMM_REGION) ? 'virt_start' : 'phys_start')
  const size = field(value, 'size')
  if (start === 0n && size === 0n) return 'empty'
  return `${hex(start)} ${humanSize(size)} ${flagNames(flags).join(' ')}`.trim()
}

function portsName(value: StructValue): string {
  const [base, length] = [field(value, 'base'), field(value, 'length')]
  return length <= 1n ? `port ${hex(base)}` : `ports ${hex(base)}–${hex(base + length - 1n)}`
}

const EXTENDED = 0x8000n
const PREFIX = /^PCI_(EXT_)?CAP_ID_/

/** `MSI` by the constants of the format; those of extended configuration space count anew. */
function capabilityName(id: bigint): string {
  const known = constantsFor('jailhouse_pci_capability', 'id').find(
    ({ name, value }) =>
      value !== undefined &&
      PREFIX.test(name) &&
      BigInt(value) === (id & ~EXTENDED) &&
      name.startsWith('PCI_EXT') === (id & EXTENDED) > 0n,
  )
  return known ? known.name.replace(PREFIX, '') : `capability ${hex(id)}`
}

const namers = byWord<(value: StructValue) => string>({
  jailhouse_memory: regionName,
  jailhouse_irqchip: value => `${hex(field(value, 'address'))} pins from ${field(value, 'pin_base')}`,
  jailhouse_pci_device: value =>
    `${bdf(Number(field(value, 'bdf')))} ${PCI_TYPES[Number(field(value, 'type'))] ?? ''}`.trim(),
  jailhouse_pci_capability: value => `${capabilityName(field(value, 'id'))} at ${hex(field(value, 'start'))}`,
  jailhouse_pio: portsName,
  jailhouse_cache: value => `ways ${field(value, 'start')} +${field(value, 'size')}`,
  jailhouse_stream_id: value => hex(field(value, 'id')),
  jailhouse_iommu: value => `type ${field(value, 'type')} at ${hex(field(value, 'base'))}`,
})
