import type { Case } from '../../analyze.ts'
import type { SystemConfig } from '../../config/model.ts'
import { phys, type Range } from '../../config/ranges.ts'
import { boot } from '../../machine/machine.ts'
import { cpuReach, dmaReach } from '../../machine/queries/reach.ts'
import type { Machine } from '../../machine/stage.ts'
import { hex } from '../../rules/places.ts'

/** Whether the same commands end the same way and let the same CPUs and devices at the same memory. */
export function staysSame({ scenario, machine }: Case, root: SystemConfig): boolean {
  const other = boot({ ...scenario, root })
  const ranges = [scenario.root.root_cell, ...scenario.cells].flatMap(cell => cell.mem_regions.map(phys))
  return accessOf(machine, ranges) === accessOf(other, ranges)
}

/** Everything that can be observed of a machine, as text. */
const accessOf = ({ stages, scenario }: Machine, ranges: readonly Range[]): string =>
  stages
    .map(({ state, outcome }) => {
      const ends = outcome.kind === 'refused' ? `${outcome.by} ${outcome.errno}` : outcome.kind
      const reaches = ranges.flatMap(range => [
        ...joined(
          cpuReach(state, range).map(reach => ({
            ...reach,
            who: `${reach.cell.name} ${JSON.stringify(reach.access)} ${reach.trapsTo ?? ''}`,
          })),
        ),
        ...joined(
          dmaReach(state, scenario, range).map(reach => ({
            ...reach,
            who: `${reach.unit} ${reach.device} ${reach.through} ${reach.read} ${reach.write}`,
          })),
        ),
      ])
      return [ends, ...reaches.toSorted()].join('\n')
    })
    .join('\n\n')

/** `who virt phys`, pieces that continue each other as one. */
function joined(
  pieces: readonly { readonly who: string; readonly phys: Range; readonly virt: bigint }[],
): readonly string[] {
  const done: { readonly who: string; readonly virt: bigint; readonly start: bigint; end: bigint }[] = []
  for (const { who, phys: at, virt: seen } of pieces) {
    const last = done.findLast(piece => piece.who === who)
    if (last && last.end === at.start && last.virt + (at.start - last.start) === seen) last.end = at.end
    else done.push({ who, virt: seen, start: at.start, end: at.end })
  }
  return done.map(({ who, virt: seen, start, end }) => `${who} ${hex(seen)} ${hex(start)} ${hex(end)}`)
}
