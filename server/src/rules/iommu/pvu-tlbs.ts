import { at } from '../../config/places.ts'
import { pvuState } from '../../machine/iommu/ti-pvu.ts'
import { budget } from '../../machine/queries/budget.ts'
import type { Machine } from '../../machine/stage.ts'
import { count } from '../../text/words.ts'
import type { RawFinding, SimulationRule } from '../rule.ts'
import { costText, type Failed, failuresOf, hasTopic, pvuStreams, verbOf } from './pvu.ts'
import page from './pvu-tlbs.md'

/** The check before mapping counts the chain of one stream; `config_commit` builds one for each. */
export const pvuTlbs: SimulationRule = {
  kind: 'simulation',
  code: 'JH305',
  id: 'pvu-tlbs',
  title: 'Not enough PVU TLBs',
  severity: 'error',
  constraints: ['pvu-tlb-chain-single', 'pvu-tlb-chain-total', 'pvu-chain-cost'],
  complete: ['mem_regions'],
  page,
  *check(machine) {
    for (const failed of failuresOf(machine))
      if (failed.outcome.by === 'pvu_tlb_alloc' || (hasTopic(failed, 'pvu-tlbs') && failed.outcome.region?.size))
        yield* tooFew(machine, failed)
  },
}

function* tooFew(machine: Machine, { stage, outcome }: Failed): Iterable<RawFinding> {
  const { cell } = outcome
  const { entries, pvu } = budget(machine, stage)
  const spent = entries.find(entry => entry.cell === cell)
  const [unit] = pvu
  if (!cell || !spent || !unit) return
  const [first] = pvuStreams(cell)
  const { length } = spent.streamIds
  const needed = spent.streamIds.length * spent.chainPerStream
  const before = machine.stages[stage.index - 1]
  const taken = before ? chained(before.state) : 0
  const end =
    outcome.kind === 'crashed'
      ? `${verbOf(stage)} passes every check, then BUG() in pvu_tlb_alloc stops the machine`
      : `${verbOf(stage)} fails with -EINVAL`
  yield {
    span: at(first ?? cell, first ? '' : 'name'),
    headline: `${count(length, 'stream')} of this cell ${length === 1 ? 'needs' : 'need'} ${needed} more PVU TLBs, but ${unit.chainable - taken} of ${unit.chainable} are left`,
    notes: [
      `each of streams ${spent.streamIds.join(', ')} takes ${spent.chainPerStream} TLBs beside the first for ${spent.needed} entries`,
      end,
    ],
    help: 'list fewer streams, or use fewer entries',
    related: spent.regions.slice(0, 3).map(cost => ({ span: at(cost.region, 'size'), text: costText(cost) })),
    key: cell.name,
  }
}

/** TLBs of the first unit that are chained behind another one. */
function chained(state: Machine['stages'][number]['state']): number {
  const [device] = pvuState(state).devices
  return device ? device.tlbs.slice(device.max_virtid + 1).filter(({ data }) => data !== 0).length : 0
}
