import { hypervisorRange } from '../../config/hypervisor-memory.ts'
import { at, atElement } from '../../config/places.ts'
import { isAligned, MiB } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import type { PoolItem } from '../../machine/page-pool.ts'
import type { Machine } from '../../machine/stage.ts'
import { count } from '../../text/words.ts'
import { failuresOf } from '../iommu/pvu.ts'
import type { RawFinding, SimulationRule } from '../rule.ts'
import page from './first-block.md'

const BLOCK = 2n * MiB
const PER_CPU = 'per-CPU data'

export const firstBlock: SimulationRule = {
  kind: 'simulation',
  code: 'JH273',
  id: 'first-block',
  title: 'Early data of the hypervisor beyond its first 2 MiB',
  severity: 'error',
  constraints: ['hv-mem-bootstrap-2m'],
  rests: ['extent'],
  page,
  *check(machine) {
    const failed = failuresOf(machine).find(({ outcome }) => outcome.by === 'init_bootstrap_pt')
    const { root } = machine.scenario
    if (failed && hypervisorRange(root) && isAligned(root.hypervisor_memory.phys_start, BLOCK))
      yield beyond(machine, failed.outcome.reason, failed.stage.state.pool.items)
  },
}

/** The numbers of the CPUs, or the size of what is hidden from the root page by page. */
function beyond({ scenario: { root } }: Machine, reason: string, items: readonly PoolItem[]): RawFinding {
  const array = arrayOf(root.root_cell, 'cpus')
  const highest = root.root_cell.cpus.at(-1) ?? 0
  const [largest] = items.toSorted((a, b) => b.pages - a.pages)
  const pages = `${count(largest?.pages ?? 0, 'page')} of them for ${largest?.what ?? 'nothing'}`
  return largest?.what === PER_CPU
    ? {
        span: array ? atElement(array, Math.floor(highest / 64)) : at(root.root_cell),
        headline: `CPU ${highest} moves early data of the hypervisor beyond its first 2 MiB`,
        notes: [`"jailhouse enable" freezes the machine: ${reason}`, `${pages} 0-${highest}, listed or not`],
        help: 'list the CPUs that exist, which Linux numbers without gaps',
      }
    : {
        span: at(root.hypervisor_memory, 'size'),
        headline: 'hypervisor memory is so large that its tables exceed the first 2 MiB',
        notes: [`"jailhouse enable" freezes the machine: ${reason}`, pages],
      }
}
