import { isNamedForeign, ownBits } from '../../config/constant-names.ts'
import {
  CELL_AARCH32,
  CELL_TEST_DEVICE,
  CELL_VIRTUAL_CONSOLE_ACTIVE,
  CELL_VIRTUAL_CONSOLE_PERMITTED,
  MEM_COMM_REGION,
  SYS_VIRTUAL_DEBUG_CONSOLE,
} from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { unnamedCellFlags } from '../../config/flags.ts'
import { type CellConfig, cellOf, type SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { has, isSubPage, overlap, PAGE_SIZE, rangeOf, virt } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { hex } from '../../text/words.ts'
import type { ConfigRule, RawFinding } from '../rule.ts'
import page from './foreign-flags.md'

export const foreignFlags: ConfigRule = {
  kind: 'config',
  code: 'JH130',
  id: 'foreign-flags',
  title: 'Misplaced or ineffective flag',
  severity: 'warning',
  constraints: [
    'sys-flags-unknown',
    'cell-flags-unknown',
    'flag-aarch32-arch',
    'flag-aarch32-root',
    'flag-test-device',
    'flag-test-device-no-comm',
    'flag-test-device-page-mapped',
    'vconsole-active-implies-permitted',
    'rev-cell-flags',
  ],
  rests: ['flags'],
  page,
  *check(config) {
    const cell = cellOf(config)
    const unknown = config.kind === 'system' ? unnamedSystemFlags(config) : 0n
    if (unknown !== 0n && !isNamedForeign(cell, config, 'flags'))
      yield {
        span: at(config, 'flags'),
        headline: `${hex(unknown)} is not a JAILHOUSE_SYS flag`,
        notes: ['it is ignored; flags of the root cell belong in .root_cell'],
      }
    const unnamed = unnamedCellFlags(cell.header, cell.flags) & ~ownBits(cell, cell, 'flags')
    if (unnamed !== 0n && !isNamedForeign(cell, cell, 'flags'))
      yield {
        span: at(cell, 'flags'),
        headline: `${hex(unnamed)} is not a JAILHOUSE_CELL flag`,
        notes: ['it is ignored; it may be a flag of a memory region or of an older revision'],
      }
    if (cell.flags & CELL_AARCH32) yield* aarch32(cell)
    if (cell.flags & CELL_TEST_DEVICE) yield* testDevice(cell)
    if (cell.isRoot && cell.flags & CELL_VIRTUAL_CONSOLE_ACTIVE && !(cell.flags & CELL_VIRTUAL_CONSOLE_PERMITTED))
      yield {
        span: at(cell, 'flags'),
        severity: 'hint',
        headline: 'the root is not permitted to use its active virtual console',
        notes: ['the driver adds JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED for inmates only'],
        key: 'console',
        ...fixes(
          fixOf(
            'Add JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED',
            addFlag(cell, 'flags', 'JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED'),
          ),
        ),
      }
  },
}

/** Bits of a system that neither we nor the header in use have a name for. */
const unnamedSystemFlags = (system: SystemConfig): bigint =>
  BigInt(system.flags >>> 0) & ~BigInt(SYS_VIRTUAL_DEBUG_CONSOLE) & ~ownBits(system.root_cell, system, 'flags')

/** The page of the test device lies behind the first communication region, `testdev_get_mmio_base`. */
function* testDevice(cell: CellConfig): Iterable<RawFinding> {
  if (cell.architecture !== 'x86') {
    if (cell.architecture)
      yield {
        span: at(cell, 'flags'),
        severity: 'hint',
        headline: 'JAILHOUSE_CELL_TEST_DEVICE has no effect',
        notes: ['only x86 has the test device'],
        key: 'test device',
      }
    return
  }
  const comm = cell.mem_regions.find(region => has(region, MEM_COMM_REGION))
  if (!comm) {
    yield {
      span: at(cell, 'flags'),
      severity: 'error',
      headline: 'JAILHOUSE_CELL_TEST_DEVICE is set without a communication region',
      notes: ['the device follows that region; with CONFIG_TEST_DEVICE the hypervisor refuses the cell with -EINVAL'],
      key: 'test device',
    }
    return
  }
  const device = rangeOf(comm.virt_start + PAGE_SIZE, PAGE_SIZE)
  const cover = cell.mem_regions.find(region => !isSubPage(region) && overlap(virt(region), device))
  if (cover)
    yield {
      span: at(cover, 'virt_start'),
      headline: `${regionName(cover)} hides the test device at ${hex(device.start)}`,
      notes: ['the device follows the communication region; accesses to mapped memory do not trap'],
      help: 'move the region or the communication region',
      related: [{ span: at(comm, 'virt_start'), text: 'communication region' }],
      key: 'test device',
    }
}

function* aarch32(cell: CellConfig): Iterable<RawFinding> {
  if (cell.isRoot)
    yield {
      span: at(cell, 'flags'),
      severity: 'error',
      headline: 'JAILHOUSE_CELL_AARCH32 is set on the root cell',
      notes: ['a parked or reset CPU returns to Linux in 32-bit state'],
    }
  else if (cell.architecture && cell.architecture !== 'arm64')
    yield {
      span: at(cell, 'flags'),
      severity: 'hint',
      headline: 'JAILHOUSE_CELL_AARCH32 has no effect',
      notes: [
        'it selects 32-bit cells of 64-bit ARM systems, whose architecture stays JAILHOUSE_ARM64',
        'before revision 10 bit 0x4 was JAILHOUSE_CELL_TEST_DEVICE, which is 0x2 today',
      ],
    }
}
