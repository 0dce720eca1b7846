import type { KnownLine } from '../known-line.ts'
import { commandLines, otherAnswer } from './commands.ts'
import { cpuLines } from './cpus.ts'
import { armLines } from './cpus-arm.ts'
import { x86Lines } from './cpus-x86.ts'
import { deviceLines } from './devices.ts'
import { forkLines } from './forks.ts'
import { generatorLines } from './generator.ts'
import { linuxLines } from './linux.ts'
import { memoryLines } from './memory.ts'
import { messageLines } from './messages.ts'
import { pciLines } from './pci.ts'
import { otherTraceback, toolLines } from './tools.ts'
import { traceLines, unknownTrace } from './traces.ts'

/** The lines by what they are about, in reading order. */
export const chapters: readonly { readonly title: string; readonly lines: readonly KnownLine[] }[] = [
  { title: 'Memory and devices in memory', lines: memoryLines },
  { title: 'I/O ports and PCI', lines: pciLines },
  { title: 'IOMMUs and interrupts', lines: deviceLines },
  { title: 'CPUs', lines: [...cpuLines, ...x86Lines, ...armLines] },
  { title: 'Commands', lines: [...commandLines, otherAnswer] },
  { title: 'What Linux logs about the driver', lines: messageLines },
  { title: 'Linux in a cell, and what loads driver and tools', lines: linuxLines },
  { title: 'Forks of Jailhouse', lines: forkLines },
  { title: 'The tools in Python', lines: [...toolLines, ...generatorLines, otherTraceback] },
  { title: 'Errors that the hypervisor traces', lines: [...traceLines, unknownTrace] },
]

export const knownLines: readonly KnownLine[] = chapters.flatMap(({ lines }) => lines)
