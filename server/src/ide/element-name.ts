import type { StructValue, Value } from '../c/value.ts'
import { bdf, hex, humanSize } from '../rules/places.ts'
import { flagNames } from './flags.ts'

/** What an element of an array is, by the values that tell it from its neighbours: an address, a device, a pin range. */
export function elementName(value: Value): string {
  if (value.kind === 'int') return hex(value.value)
  if (value.kind !== 'struct') return ''
  const name = namers[value.type.tag ?? '']
  return name ? name(value) : ''
}

const field = (value: StructValue, name: string): bigint => {
  const found = value.fields.get(name)?.value
  return found?.kind === 'int' ? found.value : 0n
}

const PCI_TYPES = ['', 'device', 'bridge', 'ivshmem']

const namers: Readonly<Record<string, (value: StructValue) => string>> = {
  jailhouse_memory: value =>
    `${hex(field(value, 'phys_start'))} ${humanSize(field(value, 'size'))} ${flagNames(field(value, 'flags')).join(' ')}`.trim(),
  jailhouse_irqchip: value => `${hex(field(value, 'address'))} pins from ${field(value, 'pin_base')}`,
  jailhouse_pci_device: value =>
    `${bdf(Number(field(value, 'bdf')))} ${PCI_TYPES[Number(field(value, 'type'))] ?? ''}`.trim(),
  jailhouse_pci_capability: value => `capability ${hex(field(value, 'id'))} at ${hex(field(value, 'start'))}`,
  jailhouse_pio: value => `ports ${hex(field(value, 'base'))} +${hex(field(value, 'length'))}`,
  jailhouse_cache: value => `ways ${field(value, 'start')} +${field(value, 'size')}`,
  jailhouse_stream_id: value => hex(field(value, 'id')),
  jailhouse_iommu: value => `type ${field(value, 'type')} at ${hex(field(value, 'base'))}`,
}
