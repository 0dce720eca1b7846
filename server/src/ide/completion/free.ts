import type { Reading } from '../../analyze.ts'
import type { Counts } from '../../config/model.ts'
import { hasUnitOf } from '../../machine/iommu/drivers.ts'
import { tiPvu } from '../../machine/iommu/ti-pvu.ts'
import { byWord } from '../../text/by-word.ts'
import { count, hex } from '../../text/words.ts'
import { type CellView, cellView, type FreeValue } from './cell-view.ts'
import type { Path } from './context.ts'
import { freeBases, freeInterrupts, freePins, gic } from './free-interrupts.ts'
import { freeMemory, freeSizes, resetAddresses, virtualStarts } from './free-memory.ts'
import { domains, freeDeviceIds, freeSections, freeSlots, linkPeers } from './free-pci.ts'
import { machineValues } from './machine-values.ts'
import { machineWindows } from './machine-windows.ts'

/** Values for a field that nothing else in this system has. */
export function freeValues(reading: Reading, path: Path): readonly FreeValue[] {
  const find = providers[[path.struct, ...path.field].filter(Boolean).join('.')] ?? providers[String(path.steps[0])]
  const view = cellView(reading)
  if (!view) return []
  const isAddress = path.struct === 'jailhouse_memory' && path.field.join('.') === 'phys_start'
  const ofMachine = machineValues(reading, view, path)
  const known = new Set(ofMachine.map(({ text }) => text))
  return [
    ...ofMachine,
    ...(find?.(view, path) ?? []).filter(({ text }) => !known.has(text)),
    ...(isAddress ? machineWindows(reading, view) : []),
  ]
}

const providers = byWord<(view: CellView, path: Path) => readonly FreeValue[]>({
  'jailhouse_pci_device.bdf': freeSlots,
  'jailhouse_pci_device.domain': domains,
  'jailhouse_pci_device.shmem_dev_id': freeDeviceIds,
  'jailhouse_pci_device.shmem_peers': linkPeers,
  'jailhouse_pci_device.shmem_regions_start': freeSections,
  'jailhouse_irqchip.address': gic,
  'jailhouse_irqchip.pin_base': freeBases,
  'jailhouse_irqchip.pin_bitmap': freePins,
  'jailhouse_cell_desc.vpci_irq_base': freeInterrupts,
  'jailhouse_cell_desc.cpu_set_size': countOf('cpu_set_size'),
  'jailhouse_cell_desc.num_memory_regions': countOf('num_memory_regions'),
  'jailhouse_cell_desc.num_cache_regions': countOf('num_cache_regions'),
  'jailhouse_cell_desc.num_irqchips': countOf('num_irqchips'),
  'jailhouse_cell_desc.num_pio_regions': countOf('num_pio_regions'),
  'jailhouse_cell_desc.num_pci_devices': countOf('num_pci_devices'),
  'jailhouse_cell_desc.num_pci_caps': countOf('num_pci_caps'),
  'jailhouse_cell_desc.num_stream_ids': countOf('num_stream_ids'),
  'jailhouse_memory.phys_start': freeMemory,
  'jailhouse_memory.virt_start': virtualStarts,
  'jailhouse_memory.size': freeSizes,
  'jailhouse_cell_desc.cpu_reset_address': resetAddresses,
  'jailhouse_stream_id.id': freeStreams,
  stream_ids: freeStreams,
  cpus: freeCpus,
})

/** The length of the array a field counts, by its name. */
function countOf(field: keyof Counts) {
  return ({ own }: CellView, { object }: Path): readonly FreeValue[] =>
    own.arrays
      .filter(({ entry }) => entry.count === field)
      .map(({ entry, member, length }) => ({
        text: entry.unit === 'byte' ? `sizeof(${object}.${member})` : `ARRAY_SIZE(${object}.${member})`,
        detail: count(length, 'element'),
      }))
}

/** Ids the PVU knows that no cell lists, then those the root could hand over. */
function freeStreams({ own, root, others }: CellView): readonly FreeValue[] {
  const hasPvu = root !== undefined && hasUnitOf(root, tiPvu)
  const taken = new Set([own, ...others].flatMap(cell => cell.stream_ids.map(({ id }) => id)))
  const withInmates = new Set(
    [own, ...others.filter(cell => !cell.isRoot)].flatMap(cell => cell.stream_ids.map(({ id }) => id)),
  )
  const virtids = hasPvu ? [1, 2, 3, 4, 5, 6, 7].filter(id => !taken.has(id)) : []
  const ofRoot = own.isRoot ? [] : (root?.root_cell.stream_ids ?? []).filter(({ id }) => !withInmates.has(id))
  return [
    ...virtids.map(id => ({ text: hex(id), detail: `virtid ${id} of the PVU, which no cell lists` })),
    ...ofRoot.slice(0, 16).map(({ id }) => ({ text: hex(id), detail: "the root's, no other cell takes it" })),
  ]
}

const BITS_PER_WORD = 64

/** CPUs of the root that no other cell takes; the first, which most systems keep and x86 must, comes last. */
function freeCpus({ own, root, others }: CellView, { steps }: Path): readonly FreeValue[] {
  if (own.isRoot || !root) return []
  const word = Number(steps[1] ?? 0)
  const taken = new Set([own, ...others.filter(cell => !cell.isRoot)].flatMap(cell => cell.cpus))
  return root.root_cell.cpus
    .filter(cpu => Math.floor(cpu / BITS_PER_WORD) === word && !taken.has(cpu))
    .filter(cpu => cpu !== 0 || own.architecture !== 'x86')
    .toReversed()
    .map(cpu => ({ text: hex(1n << BigInt(cpu % BITS_PER_WORD)), detail: `CPU ${cpu} of the root` }))
}
