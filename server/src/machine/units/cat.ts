import type { Unit } from '../hypervisor.ts'

/** `hypervisor/arch/x86/cat.c` on a CPU without cache allocation, where `cache_regions` have no effect. */
export const cat: Unit = {
  name: 'Cache Allocation Technology',
  init: () => undefined,
  cell_init: () => undefined,
  cell_exit: () => {},
  shutdown: () => {},
  mmio_count_regions: () => 0,
}
