import type { CellConfig } from './model.ts'

/** The CPUs of the root cell as the hypervisor numbers them: by their bits, or by their places in a list of physical ids. */
export const cpuIndices = ({ cpus, counts }: CellConfig): readonly number[] =>
  counts.cpu_set_size === undefined ? cpus.map((_, index) => index) : cpus

/** `max_cpus`: for how many CPUs the hypervisor keeps data. */
export const maxCpus = (root: CellConfig): number => Math.max(-1, ...cpuIndices(root)) + 1
