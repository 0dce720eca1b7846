import { spelledIn } from '../../c/problem.ts'
import type { Problem } from '../../c/unit.ts'
import { byWord } from '../../text/by-word.ts'
import type { RawFinding } from '../rule.ts'

/** What became of a name of an older `cell-config.h`. */
interface Renamed {
  /** The revision of the configuration format that knows it no more. */
  readonly since: number
  /** What to write today, as a note. */
  readonly today: string
  /** What may stand in its place as it is. */
  readonly replacement?: string
  /** Where it went, for the headline; a name without it is gone. */
  readonly became?: string
}

const renamed = (since: number, replacement: string): Renamed => ({
  since,
  today: `it is ${replacement} today`,
  replacement,
})

const moved = (since: number, today: string, became?: string): Renamed => ({ since, today, ...(became && { became }) })

/** Designators: those of nested structs can be written with a dot where they stood flat. */
const FIELDS = byWord<Renamed>({
  amd_bdf: renamed(12, 'amd.bdf'),
  amd_base_cap: renamed(12, 'amd.base_cap'),
  amd_msi_cap: renamed(12, 'amd.msi_cap'),
  amd_features: renamed(12, 'amd.features'),
  arm_mmu500: moved(13, 'each stream ID has its own mask, mmu500.mask_out'),
  sid_mask: moved(13, 'each stream ID has its own mask, mmu500.mask_out'),
  iommu_units: moved(13, 'it is a member of .platform_info for all architectures', 'moved to .platform_info'),
  pio_bitmap: moved(
    11,
    'ports are listed in struct jailhouse_pio pio_regions[], a PIO_RANGE for each run of 0 bits',
    'was replaced by .pio_regions',
  ),
  pio_bitmap_size: moved(
    11,
    'ports are listed in struct jailhouse_pio pio_regions[], a PIO_RANGE for each run of 0 bits',
    'was replaced by .num_pio_regions',
  ),
  shmem_region: moved(
    12,
    'use .shmem_regions_start, .shmem_dev_id and .shmem_peers, and regions for state table and sections',
    'was replaced by .shmem_regions_start',
  ),
  mmconfig_base: moved(
    1,
    'it is a member of .platform_info for all architectures',
    'moved to .platform_info.pci_mmconfig_base',
  ),
  mmconfig_end_bus: moved(
    1,
    'it is a member of .platform_info for all architectures',
    'moved to .platform_info.pci_mmconfig_end_bus',
  ),
})

const INTO_TYPE = 'the type of a console is in .type, apart from .flags:'

const CONSTANTS = byWord<Renamed>({
  JAILHOUSE_CELL_DEBUG_CONSOLE: renamed(9, 'JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED'),
  JAILHOUSE_CELL_UNMANAGED_EXIT: renamed(1, 'JAILHOUSE_CELL_PASSIVE_COMMREG'),
  JAILHOUSE_CON1_ACCESS_MMIO: renamed(9, 'JAILHOUSE_CON_ACCESS_MMIO'),
  JAILHOUSE_CON1_ACCESS_PIO: renamed(9, 'JAILHOUSE_CON_ACCESS_PIO'),
  JAILHOUSE_CON1_REGDIST_1: renamed(9, 'JAILHOUSE_CON_REGDIST_1'),
  JAILHOUSE_CON1_REGDIST_4: renamed(9, 'JAILHOUSE_CON_REGDIST_4'),
  JAILHOUSE_CON1_FLAG_MMIO: renamed(4, 'JAILHOUSE_CON_ACCESS_MMIO'),
  JAILHOUSE_CON1_FLAG_PIO: renamed(4, 'JAILHOUSE_CON_ACCESS_PIO'),
  JAILHOUSE_CON_FLAG_MMIO: renamed(3, 'JAILHOUSE_CON_ACCESS_MMIO'),
  JAILHOUSE_CON_FLAG_PIO: renamed(3, 'JAILHOUSE_CON_ACCESS_PIO'),
  JAILHOUSE_CON1_TYPE_MASK: moved(9, 'type and flags of a console are separate fields'),
  JAILHOUSE_CON2_TYPE_MASK: moved(9, 'type and flags of a console are separate fields'),
  JAILHOUSE_CON_TYPE_MASK: moved(3, 'type and flags of a console are separate fields'),
  JAILHOUSE_CON1_TYPE_UART_X86: moved(3, `${INTO_TYPE} JAILHOUSE_CON_TYPE_8250`),
  JAILHOUSE_CON_TYPE_UART_X86: renamed(3, 'JAILHOUSE_CON_TYPE_8250'),
  JAILHOUSE_CON1_TYPE_VGA: moved(
    10,
    'the VGA console was removed; JAILHOUSE_CON_TYPE_EFIFB is the console on the screen',
  ),
  JAILHOUSE_CON_TYPE_VGA: moved(
    10,
    'the VGA console was removed; JAILHOUSE_CON_TYPE_EFIFB is the console on the screen',
  ),
  JAILHOUSE_CON2_TYPE_ROOTPAGE: moved(9, 'it is a flag of the system: .flags = JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE'),
})

const TYPES = byWord<Renamed>({
  jailhouse_debug_console: renamed(9, 'jailhouse_console'),
})

/** What became of a word the newest header does not know. */
export function renameOf(name: string): Renamed | undefined {
  const known = FIELDS[name] ?? CONSTANTS[name] ?? TYPES[name]
  const [, type] = /^JAILHOUSE_CON1_TYPE_(\w+)$/.exec(name) ?? []
  return known ?? (type ? moved(9, `${INTO_TYPE} JAILHOUSE_CON_TYPE_${type}`) : undefined)
}

/** The fault for an unknown word that an older revision knew; it says what became of it instead of what looks alike. */
export function renamedFault(problem: Problem): RawFinding | undefined {
  const { span: at } = problem
  const name = spelledIn(problem)
  const rename = renameOf(name)
  if (!rename) return undefined
  const { since, today, replacement, became = replacement ? 'was renamed' : 'was removed' } = rename
  return {
    span: at,
    headline: `"${name}" ${became} in revision ${since}`,
    notes: [today],
    key: name,
    ...(replacement && {
      fixes: [{ title: `Replace with ${replacement}`, edits: [{ span: at, text: replacement }], preferred: true }],
    }),
  }
}
