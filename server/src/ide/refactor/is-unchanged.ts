import type { Simulation } from '../../analyze.ts'
import type { SystemConfig } from '../../config/model.ts'
import type { Range } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import type { DmaContext, State } from '../../machine/hypervisor.ts'
import { boot } from '../../machine/machine.ts'
import type { CpuReach, DmaReach } from '../../machine/queries/answers.ts'
import { contextsOf, cpuReach, dmaReachOf, isDmaRestricted, type Shown, shownBy } from '../../machine/queries/reach.ts'
import type { Machine } from '../../machine/stage.ts'
import { addTo } from '../../text/groups.ts'
import { memoize } from '../../text/memo.ts'
import { coalesce } from '../../text/range-set.ts'
import { hex } from '../../text/words.ts'

/** Whether with another root the same commands end the same way and let the same CPUs and devices at the same memory. */
export const isUnchanged = ({ scenario, machine }: Simulation, root: SystemConfig): boolean =>
  accessOf(machine) === accessOf(boot({ ...scenario, root }, { hardware: machine.hardware }))

const EVERYWHERE: Range = { start: 0n, end: 1n << 64n }

/** Everything that can be observed of a machine, as text. */
const accessOf = memoize(({ stages, scenario }: Machine): string =>
  stages
    .map(({ state, outcome }) => {
      const ends = outcome.kind === 'refused' ? `${outcome.by} ${outcome.errno}` : outcome.kind
      return [ends, ...cpuWords(state), ...dmaWords(state, scenario)].join('\n')
    })
    .join('\n\n'),
)

const cpuWords = (state: State): readonly string[] =>
  mergedRanges(cpuReach(state, EVERYWHERE), ({ cell, access, trapsTo = '' }) => {
    const { read, write, execute, device } = access
    return [cell.name, read, write, execute, device, trapsTo].join(' ')
  })

/** Devices that are shown the same tables or entries are reported in one. */
function dmaWords(state: State, scenario: Scenario): readonly string[] {
  if (!isDmaRestricted(state)) return ['no IOMMU']
  const together = new Map<Shown, DmaContext[]>()
  for (const context of contextsOf(state, scenario)) {
    addTo(together, shownBy(context.translation), context)
  }
  return [...together.values()].flatMap(contexts => {
    const names = contexts.map(({ unit, device }) => `${unit} ${device}`)
    const reach = mergedRanges(dmaReachOf(contexts[0]!, EVERYWHERE), each =>
      [each.through, each.read, each.write].join(' '),
    )
    return names.map(name => `${name}: ${reach.join(', ')}`)
  })
}

interface OwnedRange extends Range {
  readonly who: string
  readonly virt: bigint
}

/** `who virt phys` in ascending order, parts that continue each other as one. */
function mergedRanges<Reach extends CpuReach | DmaReach>(
  reaches: readonly Reach[],
  nameOf: (reach: Reach) => string,
): readonly string[] {
  const ranges = reaches.map((reach): OwnedRange => ({ who: nameOf(reach), virt: reach.virt, ...reach.phys }))
  const merged = coalesce(
    ranges.toSorted((a, b) => compare(a.who, b.who) || compare(a.virt, b.virt)),
    (last, next) =>
      last.who === next.who && last.end === next.start && last.virt + (last.end - last.start) === next.virt,
    (last, next) => ({ ...last, end: next.end }),
  )
  return merged.map(({ who, virt, start, end }) => `${who} ${hex(virt)} ${hex(start)} ${hex(end)}`)
}

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : b < a ? 1 : 0)
