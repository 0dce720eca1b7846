import type { CellConfig, DeclaredArray, SystemConfig } from '../config/model.ts'

/** Bytes at revision 14, for configurations that no header describes. */
const CELL_DESC = 132
const SYSTEM_WITHOUT_CELL = 356

/** `jailhouse_cell_config_size` */
export function jailhouse_cell_config_size({ counts, arrays, source }: CellConfig): number {
  const known =
    (counts.cpu_set_size ?? 0) +
    32 * counts.num_memory_regions +
    12 * (counts.num_cache_regions ?? 0) +
    32 * counts.num_irqchips +
    4 * (counts.num_pio_regions ?? 0) +
    56 * counts.num_pci_devices +
    8 * counts.num_pci_caps +
    4 * (counts.num_stream_ids ?? 0)
  const others = arrays.filter(({ entry }) => !Object.hasOwn(counts, entry.count))
  return (source?.type.size ?? CELL_DESC) + known + others.reduce((sum, array) => sum + bytesOf(array), 0)
}

const bytesOf = ({ entry, counted, elementSize }: DeclaredArray): number =>
  entry.unit === 'byte' ? counted : counted * elementSize

/** `jailhouse_system_config_size` */
export function jailhouse_system_config_size({ root_cell, source }: SystemConfig): number {
  const system = source && root_cell.source ? source.type.size - root_cell.source.type.size : SYSTEM_WITHOUT_CELL
  return system + jailhouse_cell_config_size(root_cell)
}
