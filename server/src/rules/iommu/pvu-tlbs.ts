import { pvuState } from '../../machine/iommu/ti-pvu.ts'
import { budget } from '../../machine/queries/budget.ts'
import type { Machine } from '../../machine/stage.ts'
import { at } from '../places.ts'
import type { RawFinding, SimulationRule } from '../rule.ts'
import { costText, type Failed, failuresOf, hasTopic, pvuStreams } from './pvu.ts'
import page from './pvu-tlbs.md'

/** The check before mapping counts the chain of one stream; `config_commit` builds one for each. */
export const pvuTlbs: SimulationRule = {
  kind: 'simulation',
  code: 'JH305',
  id: 'pvu-tlbs',
  title: 'The PVU has TLBs to chain for every stream',
  severity: 'error',
  constraints: ['pvu-tlb-chain-single', 'pvu-tlb-chain-total', 'pvu-chain-cost'],
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
  const wanted = spent.streamIds.length * spent.chainPerStream
  const before = machine.stages[stage.index - 1]
  const taken = before ? chained(before.state) : 0
  const end =
    outcome.kind === 'crashed'
      ? `${stage.command.verb} passes every check and ends in BUG() in pvu_tlb_alloc, which stops the machine`
      : `${stage.command.verb} answers EINVAL`
  yield {
    span: at(first ?? cell, first ? '' : 'name'),
    headline: `${spent.needed} PVU entries for each of the ${spent.streamIds.length} streams ${spent.streamIds.join(', ')} of "${cell.name}" take ${spent.chainPerStream} TLBs beside the first, ${wanted} in all, and ${unit.chainable - taken} of ${unit.chainable} are left: ${end}; list fewer streams or make fewer entries`,
    related: spent.regions.slice(0, 3).map(cost => ({ span: at(cost.region, 'size'), text: costText(cost) })),
    key: cell.name,
  }
}

/** TLBs of the first unit that are chained behind another one. */
function chained(state: Machine['stages'][number]['state']): number {
  const [device] = pvuState(state).devices
  return device ? device.tlbs.slice(device.max_virtid + 1).filter(({ data }) => data !== 0).length : 0
}
