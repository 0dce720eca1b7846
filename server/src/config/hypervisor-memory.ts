import type { Architecture, SystemConfig } from './model.ts'
import { alignDown, MiB, PAGE_SIZE, type Range } from './ranges.ts'

/** The room between the address the hypervisor runs at and the next fixed one. */
export const MAX_HYPERVISOR_MEMORY: Readonly<Record<Architecture, bigint>> = {
  arm: 128n * MiB,
  arm64: 0x3fe00000n,
  x86: 256n * MiB - PAGE_SIZE,
}

/** The pages of the hypervisor; undefined where its memory has a size that is wrong whatever lies beside it. */
export function hypervisorRange({ architecture, hypervisor_memory }: SystemConfig): Range | undefined {
  const { phys_start, size } = hypervisor_memory
  if (architecture && MAX_HYPERVISOR_MEMORY[architecture] < size) return undefined
  const start = alignDown(phys_start)
  return { start, end: start + size }
}
