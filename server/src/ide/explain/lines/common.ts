import type { KnownLine, Suspect } from '../known-line.ts'

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
  cause:
    'regions are missing: an array shorter than its initializer, a count below its elements, or arrays in the wrong order',
  rules: ['excess-elements', 'count-mismatch', 'array-order'],
  remedy: 'make the array as long as its initializer, count it with ARRAY_SIZE, and keep the order of the header',
}
/** The same of ports and PCI devices. */
export const cutOffElements: Suspect = {
  ...cutOff,
  isSearched: true,
  cause:
    'elements are missing: an array shorter than its initializer, a count below its elements, or arrays in the wrong order',
}

/** A line that is searched for nowhere: what it means is all there is to say. */
export const plainLine = (
  form: string,
  by: string,
  pattern: RegExp,
  sample: string,
  meaning: string,
  verdict: KnownLine['verdict'],
  suspect: Suspect,
): KnownLine => ({ form, by, pattern, sample, meaning, verdict, suspects: [suspect] })
