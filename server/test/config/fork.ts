import { builtinHeaders, revisions } from '../../src/config/headers/index.ts'

/** One array behind the descriptor of a header of a fork, as its accessors step over it. */
export interface ForkArray {
  readonly name: string
  readonly count: string
  /** Type of an element. */
  readonly type: string
  /** The count is in bytes. */
  readonly isBytes?: true
}

export const UPSTREAM: readonly ForkArray[] = [
  { name: 'cpu_set', count: 'cpu_set_size', type: 'unsigned long', isBytes: true },
  { name: 'mem_regions', count: 'num_memory_regions', type: 'struct jailhouse_memory' },
  { name: 'cache_regions', count: 'num_cache_regions', type: 'struct jailhouse_cache' },
  { name: 'irqchips', count: 'num_irqchips', type: 'struct jailhouse_irqchip' },
  { name: 'pio', count: 'num_pio_regions', type: 'struct jailhouse_pio' },
  { name: 'pci_devices', count: 'num_pci_devices', type: 'struct jailhouse_pci_device' },
  { name: 'pci_caps', count: 'num_pci_caps', type: 'struct jailhouse_pci_capability' },
  { name: 'stream_ids', count: 'num_stream_ids', type: 'union jailhouse_stream_id' },
]

/** A `cell-config.h` of revision 14 with other arrays, and with structs and constants of its own. */
export function forkHeader(arrays: readonly ForkArray[], own = ''): string {
  const newest = revisions[0]!
  const headers = builtinHeaders(newest)
  const desc = headers.get('jailhouse/parts/cell-desc-14.h')!
  const counts = arrays.map(({ count }) => `__u32 ${count};`).join('\n')
  const fields = desc.replace(/__u32 cpu_set_size[\s\S]*?__u32 vpci_irq_base/, `${counts}\n__u32 vpci_irq_base`)
  const header = headers
    .get('jailhouse/cell-config.h')!
    .replace('#include <jailhouse/parts/cell-desc-14.h>', `${own}\n${fields}`)
  return header.replace(/#endif\s*$/, `${accessors(arrays)}\n#endif\n`)
}

function accessors(arrays: readonly ForkArray[]): string {
  const bytes = ({ count, type, isBytes }: ForkArray) => `cell->${count}${isBytes ? '' : ` * sizeof(${type})`}`
  const size = `static inline __u32 jailhouse_cell_config_size(struct jailhouse_cell_desc *cell)
{
  return sizeof(struct jailhouse_cell_desc) + ${arrays.map(bytes).join(' + ')};
}`
  const each = arrays.map(({ name, type }, i) => {
    const before = arrays[i - 1]
    const place = before
      ? `(void *)jailhouse_cell_${before.name}(cell) + ${bytes(before)}`
      : '(const void *)cell + sizeof(struct jailhouse_cell_desc)'
    return `static inline const ${type} *jailhouse_cell_${name}(const struct jailhouse_cell_desc *cell)
{
  return (const ${type} *)(${place});
}`
  })
  return [size, ...each].join('\n\n')
}
