import { regionName } from '../../config/element-name.ts'
import { unitSizeIsEnd } from '../../config/end-for-size.ts'
import type { SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isAligned, phys } from '../../config/ranges.ts'
import type { PoolBudget } from '../../machine/queries/answers.ts'
import { poolBudget } from '../../machine/queries/pool-budget.ts'
import type { Machine } from '../../machine/stage.ts'
import { count, humanSize, interval } from '../../text/words.ts'
import { type Failed, failuresOf } from '../iommu/pvu.ts'
import type { SimulationRule } from '../rule.ts'
import page from './hypervisor-pool.md'

export const hypervisorPool: SimulationRule = {
  kind: 'simulation',
  code: 'JH263',
  id: 'hypervisor-pool',
  title: 'Hypervisor memory exhausted',
  severity: 'error',
  constraints: ['hv-mem-pool-exhausted', 'amd-devtable-memory'],
  complete: ['mem_regions'],
  page,
  *check(machine) {
    const [failed] = failuresOf(machine).filter(isOutOfPages)
    if (failed && !isOfWindows(machine.scenario.root)) yield outOfPages(machine, failed)
  },
}

/** Registers of no size and tables beside a page take endless pages, and are charged themselves. */
const isOfWindows = ({ platform_info, root_cell }: SystemConfig): boolean =>
  platform_info.iommu_units.some(unit => unitSizeIsEnd(unit) || (unit.base !== 0n && unit.size === 0)) ||
  root_cell.pci_devices.some(({ msix_address }) => !isAligned(msix_address))

const isOutOfPages = ({ outcome }: Failed): boolean =>
  outcome.errno === 'ENOMEM' &&
  outcome.by !== 'pvu_iommu_map_memory' &&
  outcome.by !== 'mmio_cell_init' &&
  outcome.cell?.counts.num_memory_regions !== 0

function outOfPages({ scenario, ...machine }: Machine, { stage, outcome }: Failed) {
  const before = machine.stages[stage.index - 1] ?? stage
  const spent = poolBudget({ scenario, ...machine }, before)
  const [costliest, ...others] = spent.regions
  const { hypervisor_memory } = scenario.root
  const whose = outcome.cell && !outcome.cell.isRoot ? ` of "${outcome.cell.name}"` : ''
  return {
    span: at(hypervisor_memory, 'size'),
    headline: `${stage.command.verb}${whose} exhausts the ${humanSize(hypervisor_memory.size)} of hypervisor memory`,
    notes: [
      spent.usable === 0
        ? `${humanSize(hypervisor_memory.size)} hold image and CPU data but no page tables: ${outcome.kind === 'hung' ? 'the machine freezes during enable' : '-ENOMEM'}`
        : `${outcome.kind === 'hung' ? 'the machine freezes' : '-ENOMEM'} with ${spent.used} of ${count(spent.usable, 'page')} in use: ${outcome.reason}`,
      ...(costliest ? [costText(costliest)] : []),
    ],
    help: 'enlarge it in steps of 2 MiB, together with the memory Linux reserves',
    related: [costliest, ...others]
      .slice(0, 4)
      .flatMap(cost => (cost ? [{ span: at(cost.region, 'phys_start'), text: costText(cost) }] : [])),
    key: outcome.cell?.name ?? '',
  }
}

function costText({ cell, region, tables, tablesIfAligned, splits }: PoolBudget['regions'][number]): string {
  const aligned =
    tablesIfAligned < tables ? ` (${tablesIfAligned} if virt_start and phys_start were aligned alike)` : ''
  const own = tables ? [`takes ${count(tables, 'page')} of tables${aligned}`] : []
  const split = splits ? [`splits large pages of the root into ${count(splits, 'page')} of tables`] : []
  return `${regionName(region, cell)} at ${interval(phys(region))} ${[...own, ...split].join(' and ')}`
}
