import type { PciDevice } from '../config/model.ts'

/** Regions an ivshmem device takes from `shmem_regions_start` on: state table, common section, one output section a peer. */
export const shmemRegions = (device: PciDevice): number => 2 + device.shmem_peers
