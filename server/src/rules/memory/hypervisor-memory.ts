import { maxCpus } from '../../config/cpus.ts'
import type { SystemConfig } from '../../config/model.ts'
import { alignUp, isAligned, KiB, MiB, PAGE_SIZE } from '../../config/ranges.ts'
import { at, hex, humanSize } from '../places.ts'
import type { SystemRule } from '../rule.ts'
import page from './hypervisor-memory.md'

type Architecture = NonNullable<SystemConfig['architecture']>

/** Image with its data, the data of one CPU, and the room between the hypervisor's address and the next fixed one. */
const NEEDS: Readonly<Record<Architecture, { readonly core: bigint; readonly cpu: bigint; readonly most: bigint }>> = {
  arm: { core: 22n * PAGE_SIZE, cpu: 16n * KiB, most: 128n * MiB },
  arm64: { core: 31n * PAGE_SIZE, cpu: 16n * KiB, most: 0x3fe00000n },
  x86: { core: 560n * PAGE_SIZE, cpu: 24n * KiB, most: 256n * MiB - PAGE_SIZE },
}

export const hypervisorMemory: SystemRule = {
  kind: 'system',
  code: 'JH240',
  id: 'hypervisor-memory',
  title: 'The hypervisor has memory it can be loaded into',
  severity: 'error',
  constraints: ['hv-mem-too-small-driver', 'hv-mem-align-2m', 'hv-mem-align-page', 'hv-mem-too-large'],
  page,
  *check({ hypervisor_memory: memory, architecture, root_cell }) {
    if (!architecture) return
    const { phys_start, size } = memory
    const { core, cpu, most } = NEEDS[architecture]
    const cpus = BigInt(Math.max(1, maxCpus(root_cell)))
    const alignment = architecture === 'arm64' ? 2n * MiB : PAGE_SIZE
    if (!isAligned(phys_start, alignment))
      yield {
        span: at(memory, 'phys_start'),
        headline: `the hypervisor's memory at ${hex(phys_start)} is not a multiple of ${hex(alignment)}: ${architecture === 'arm64' ? 'its first page table maps the block of 2 MiB around it, and "enable" hangs without a word' : 'it is looked for at the wrong address'}; ${hex(alignUp(phys_start, alignment))} is`,
        key: 'alignment',
      }
    if (size <= core + cpus * cpu)
      yield {
        span: at(memory, 'size'),
        headline: `${humanSize(size)} is too little for the hypervisor: image and data of ${cpus} CPUs alone need about ${humanSize(core + cpus * cpu)}, and "enable" fails with EINVAL, without a message`,
        key: 'size',
      }
    else if (size > most)
      yield {
        span: at(memory, 'size'),
        headline: `${humanSize(size)} is more than the ${humanSize(most)} the hypervisor has addresses for: its own mappings overlap`,
        key: 'size',
      }
  },
}
