import type { Suspect } from '../known-line.ts'

/** Suspects of several lines. */

export const reservation: Suspect = {
  cause: 'the memory of the hypervisor is not reserved, or reserved elsewhere',
  rules: ['hypervisor-memory-in-use', 'hypervisor-overlap'],
  isOpen: true,
  remedy:
    'compare hypervisor_memory with /proc/iomem; reserve it: a reserved-memory node of the device tree, memmap= on x86',
}
export const revision: Suspect = {
  cause: 'configuration and driver were built from different versions of Jailhouse',
  rules: ['revision', 'pair-mismatch'],
  isOpen: true,
  remedy: 'build .cell files and driver from one tree',
}
export const notOn: Suspect = { cause: 'Jailhouse is not enabled', remedy: 'run "jailhouse enable" first' }
export const cutOff: Suspect = {
  cause: 'regions are missing: an array shorter than its initializer, or a count below its elements',
  rules: ['excess-elements', 'count-mismatch'],
  remedy: 'make the array as long as its initializer, and count it with ARRAY_SIZE',
}
