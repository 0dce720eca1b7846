import type { KnownLine } from '../known-line.ts'
import { commandLines } from './commands.ts'
import { deviceLines } from './devices.ts'
import { memoryLines } from './memory.ts'
import { pciLines } from './pci.ts'

/** The lines by what they are about, in reading order. */
export const chapters: readonly { readonly title: string; readonly lines: readonly KnownLine[] }[] = [
  { title: 'Memory and devices in memory', lines: memoryLines },
  { title: 'I/O ports and PCI', lines: pciLines },
  { title: 'IOMMUs, interrupts and CPUs', lines: deviceLines },
  { title: 'Commands, and what Linux logs about them', lines: commandLines },
]

export const knownLines: readonly KnownLine[] = chapters.flatMap(({ lines }) => lines)
