import { CON_ACCESS_MMIO } from '../../config/constants.ts'
import type { Hardware } from '../hardware.ts'
import {
  type Arch,
  type Cell,
  type Crash,
  type Draft,
  type Failure,
  type Hypervisor,
  hang,
  type Refusal,
  refusal,
  type Unit,
} from '../hypervisor.ts'
import { driversOn } from '../iommu/drivers.ts'
import { changeHvTables, hvContent, iommu_config_commit, pageOf } from '../memory.ts'
import type { Level, TableFormat } from '../paging/page-tables.ts'
import { paging_create } from '../paging/paging.ts'
import { PRIVATE_MAPPINGS } from '../setup.ts'
import { irqchip, irqchip_cpu_init } from '../units/irqchip.ts'
import { pci } from '../units/pci.ts'
import {
  arm_init_early,
  cell_create,
  cell_destroy,
  faultText,
  frozenAtReturn,
  levelsFromOne,
  map_memory_region,
  parkedText,
  reset_cpu,
  unmap_memory_region,
} from './arm-common.ts'

/** `hypervisor/arch/arm64`. */

const levelsFromZero: readonly Level[] = [
  { span: 2 ** 27, leaf: false },
  { span: 2 ** 18, leaf: true },
  { span: 2 ** 9, leaf: true },
  { span: 1, leaf: true },
]

const fourLevels: TableFormat = {
  levels: levelsFromZero,
  rootEntries: 512,
  rootPages: 1,
  physPages: 2 ** 36,
  addressBits: 64,
}

/** `arm_s2_paging_alt`: below 44 bits the walk starts at level 1, in concatenated tables and without 1 GiB blocks. */
const threeLevels = (parange: number): TableFormat => {
  const rootPages = parange > 39 ? 2 ** (parange - 39) : 1
  return { ...fourLevels, levels: levelsFromOne, rootEntries: 512 * rootPages, rootPages }
}

export const tableFormat = ({ cpuParange }: Hardware): TableFormat =>
  44 <= cpuParange ? fourLevels : threeLevels(cpuParange)

/** `arch_init_early`: the trampoline page under its own address, then what arm does. */
function init_early(hv: Hypervisor, root: Draft<Cell>): Failure | undefined {
  const trampoline = pageOf(hv.scenario.root.hypervisor_memory.phys_start, fourLevels)
  const isMapped = changeHvTables(hv, writer => paging_create(writer, trampoline, trampoline, 1, hvContent(false)))
  if (!isMapped) return refusal('arch_init_early', 'ENOMEM', 'the page pool is used up before any region is mapped')
  return arm_init_early(hv, root)
}

/** Until a CPU has tables of its own it runs on `bootstrap_pt`, which maps one block of 2 MiB. */
const BLOCK = 512

/** What `entry.S` needs: the block holds the hypervisor from its start to the last page taken until then. */
function frozenAtEntry(hv: Hypervisor, failure: Failure | undefined): Crash | undefined {
  const { hypervisor_memory: region, debug_console, root_cell } = hv.scenario.root
  if (pageOf(region.phys_start, fourLevels) % BLOCK !== 0 || region.phys_start % 4096n !== 0n)
    return hang('init_bootstrap_pt', 'hypervisor_memory does not begin at a multiple of 2 MiB', { region })
  const pages = Math.ceil(hv.hardware.coreSize.arm64 / 4096) + hv.pool.used
  if (BLOCK < pages)
    return hang('init_bootstrap_pt', `${pages} pages are in use before the MMU is set up; the first 512 are mapped`, {
      region,
    })
  if (debug_console.flags & CON_ACCESS_MMIO && debug_console.size === 0)
    return hang('arch_cpu_init', 'debug_console has size 0: its registers are no longer mapped', {
      cell: root_cell,
      entry: debug_console,
    })
  return failure?.kind === 'refused' && isBeforeIrqchip(hv) ? withoutIrqchip(failure) : undefined
}

/** The first CPU sets the functions of the irqchip once its own mappings are there. */
const isBeforeIrqchip = ({ pool }: Hypervisor): boolean => !pool.holds(PRIVATE_MAPPINGS)

/** `arch_cpu_restore` calls `irqchip.cpu_shutdown` whatever has failed. */
const withoutIrqchip = (refusal: Refusal): Crash => ({
  ...refusal,
  kind: 'hung',
  reason: `${refusal.reason}: -${refusal.errno} is not returned, since the CPUs hang in irqchip_cpu_shutdown`,
})

const units: readonly Unit[] = [irqchip, ...driversOn('arm64'), pci]

export const arm64: Arch = {
  name: 'arm64',
  units: () => units,
  tableFormat,
  hvTableFormat: fourLevels,
  jailhouseBase: 0xffffc0200000n,
  remapBase: 0xff8000000000n,
  cellPages: 2,
  percpuPages: 4,
  mmioEntrySize: 32,
  smallCpuSet: 8,
  frozenAtEntry,
  faultText,
  frozenAtReturn,
  parkedText,
  reset_cpu,
  pagesPerOnlineCpu: 3,
  init_early,
  first_cpu_init: irqchip_cpu_init,
  cell_create,
  cell_destroy,
  map_memory_region,
  unmap_memory_region,
  config_commit: iommu_config_commit,
}
