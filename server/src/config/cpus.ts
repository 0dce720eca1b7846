import type { CellConfig } from './model.ts'

/** The CPUs of the root cell as the hypervisor numbers them: by their bits, or by their places in a list of physical ids. */
export const cpuIndices = ({ cpus, counts }: CellConfig): readonly number[] =>
  counts.cpu_set_size === undefined ? cpus.map((_, index) => index) : cpus

/** Where the first CPU of a cell begins. Before revision 5 there is no choice: at 0 on ARM, at the BIOS's entry on x86. */
export function entryOf({ cpu_reset_address, architecture }: CellConfig): bigint | undefined {
  if (cpu_reset_address !== undefined) return cpu_reset_address
  return architecture === 'x86' ? undefined : 0n
}

/** `max_cpus`: for how many CPUs the hypervisor keeps data. */
export const maxCpus = (root: CellConfig): number => Math.max(-1, ...cpuIndices(root)) + 1

/** Numbers are given without gaps; a few CPUs in a row may be offline. */
const MAX_GAP = 16

/** For how many CPUs, if those far behind the others do not exist. */
export function likelyCpus(root: CellConfig): number {
  const numbers = cpuIndices(root)
  const gap = numbers.findIndex((cpu, index) => MAX_GAP < cpu - (numbers[index - 1] ?? cpu))
  return gap < 0 ? maxCpus(root) : (numbers[gap - 1] ?? -1) + 1
}
