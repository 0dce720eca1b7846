import type { CellConfig } from '../config/model.ts'

/** Bytes at revision 14; older revisions differ by a few, which rarely makes a page. */
const CELL_DESC = 132
const SYSTEM_WITHOUT_CELL = 356

/** `jailhouse_cell_config_size` */
export function cellConfigSize({ counts }: CellConfig): number {
  const arrays =
    counts.cpu_set_size +
    32 * counts.num_memory_regions +
    12 * counts.num_cache_regions +
    32 * counts.num_irqchips +
    4 * counts.num_pio_regions +
    56 * counts.num_pci_devices +
    8 * counts.num_pci_caps +
    4 * counts.num_stream_ids
  return CELL_DESC + arrays
}

/** `jailhouse_system_config_size` */
export const systemConfigSize = (root: CellConfig): number => SYSTEM_WITHOUT_CELL + cellConfigSize(root)
