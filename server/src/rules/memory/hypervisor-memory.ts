import { maxCpus } from '../../config/cpus.ts'
import { MAX_HYPERVISOR_MEMORY } from '../../config/hypervisor-memory.ts'
import type { SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { alignDown, alignUp, isAligned, KiB, MiB, PAGE_SIZE, rangeOf } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { count, hex, humanSize } from '../../text/words.ts'
import type { SystemRule } from '../rule.ts'
import page from './hypervisor-memory.md'
import { regionsOver } from './overlaps.ts'

type Architecture = NonNullable<SystemConfig['architecture']>

/** Image with its data, and the data of one CPU. */
const NEEDS: Readonly<Record<Architecture, { readonly core: bigint; readonly cpu: bigint }>> = {
  arm: { core: 22n * PAGE_SIZE, cpu: 16n * KiB },
  arm64: { core: 31n * PAGE_SIZE, cpu: 16n * KiB },
  x86: { core: 560n * PAGE_SIZE, cpu: 24n * KiB },
}

export const hypervisorMemory: SystemRule = {
  kind: 'system',
  code: 'JH240',
  id: 'hypervisor-memory',
  title: 'Unsuitable hypervisor memory',
  severity: 'error',
  constraints: ['hv-mem-too-small-driver', 'hv-mem-align-2m', 'hv-mem-align-page', 'hv-mem-too-large'],
  rests: ['extent'],
  page,
  *check(system) {
    const { hypervisor_memory: memory, architecture, root_cell } = system
    if (!architecture) return
    const { phys_start, size } = memory
    const { core, cpu } = NEEDS[architecture]
    const most = MAX_HYPERVISOR_MEMORY[architecture]
    const cpus = BigInt(Math.max(1, maxCpus(root_cell)))
    const alignment = alignmentOf(architecture)
    if (!isAligned(phys_start, alignment))
      yield {
        span: at(memory, 'phys_start'),
        headline: `hypervisor memory at ${hex(phys_start)} is not aligned to ${humanSize(alignment)}`,
        notes: [
          architecture === 'arm64'
            ? 'its first page table maps the 2 MiB block around it: "jailhouse enable" hangs without a message'
            : 'the hypervisor is looked up at the wrong address',
        ],
        help: wayOut(system, alignment),
        key: 'alignment',
      }
    else if (phys_start === 0n && size > 0n && !isWritten(memory, 'phys_start'))
      yield {
        span: at(memory),
        severity: 'warning',
        headline: 'hypervisor_memory has no .phys_start',
        notes: ['it reads as 0: the driver loads the hypervisor to the first pages of the machine, if it can map them'],
        help: 'set .phys_start to memory that is reserved from Linux',
        key: 'phys_start',
      }
    if (size <= core + cpus * cpu)
      yield {
        span: at(memory, 'size'),
        headline: `hypervisor memory (${humanSize(size)}) is too small`,
        notes: [
          `image and data of ${count(Number(cpus), 'CPU')} need about ${humanSize(core + cpus * cpu)}`,
          '"jailhouse enable" fails with -EINVAL and without a message',
        ],
        key: 'size',
      }
    else if (size > most)
      yield {
        span: at(memory, 'size'),
        headline: `hypervisor memory (${humanSize(size)}) exceeds its address space of ${humanSize(most)}`,
        notes: ["the hypervisor's own mappings overlap"],
        key: 'size',
      }
  },
}

const alignmentOf = (architecture: Architecture): bigint => (architecture === 'arm64' ? 2n * MiB : PAGE_SIZE)

/** The next address below or above, wherever no region of the root lies. */
const wayOut = (system: SystemConfig, alignment: bigint): string => {
  const free = alignedPlace(system, alignment)
  return free === undefined
    ? `move it to a multiple of ${humanSize(alignment)} where no region of the root lies`
    : `move it to ${hex(free)}`
}

function alignedPlace({ hypervisor_memory, root_cell }: SystemConfig, alignment: bigint): bigint | undefined {
  const { phys_start, size } = hypervisor_memory
  return [alignDown(phys_start, alignment), alignUp(phys_start, alignment)].find(
    start => regionsOver(root_cell, rangeOf(start, size)).length === 0,
  )
}

/** Whether the memory of the hypervisor begins beside its alignment, and could lie over nothing with it: this is one fault. */
export function isOnlyUnaligned(system: SystemConfig): boolean {
  const { architecture, hypervisor_memory } = system
  if (!architecture) return false
  const alignment = alignmentOf(architecture)
  return !isAligned(hypervisor_memory.phys_start, alignment) && alignedPlace(system, alignment) !== undefined
}
