import {
  CELL_AARCH32,
  CELL_TEST_DEVICE,
  CELL_VIRTUAL_CONSOLE_ACTIVE,
  CELL_VIRTUAL_CONSOLE_PERMITTED,
  MEM_COMM_REGION,
  SYS_VIRTUAL_DEBUG_CONSOLE,
} from '../../config/constants.ts'
import { unnamedCellFlags } from '../../config/flags.ts'
import { type CellConfig, cellOf } from '../../config/model.ts'
import { has, isSubPage, overlap, PAGE_SIZE, rangeOf, virt } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { at, describeVirt, hex } from '../places.ts'
import type { ConfigRule, RawFinding } from '../rule.ts'
import page from './foreign-flags.md'

export const foreignFlags: ConfigRule = {
  kind: 'config',
  code: 'JH130',
  id: 'foreign-flags',
  title: 'Flags stand in the field they are for',
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
  page,
  *check(config) {
    const cell = cellOf(config)
    if (config.kind === 'system' && config.flags & ~SYS_VIRTUAL_DEBUG_CONSOLE)
      yield {
        span: at(config, 'flags'),
        headline: `${hex((config.flags & ~SYS_VIRTUAL_DEBUG_CONSOLE) >>> 0)} is no flag of a system and is ignored; flags of the root cell belong into .root_cell`,
      }
    const unnamed = unnamedCellFlags(cell.header, cell.flags)
    if (unnamed !== 0n)
      yield {
        span: at(cell, 'flags'),
        headline: `${hex(unnamed)} is no JAILHOUSE_CELL flag and is ignored; is it a flag of a memory region, or of an older revision?`,
      }
    if (cell.flags & CELL_AARCH32) yield* aarch32(cell)
    if (cell.flags & CELL_TEST_DEVICE) yield* testDevice(cell)
    if (cell.isRoot && cell.flags & CELL_VIRTUAL_CONSOLE_ACTIVE && !(cell.flags & CELL_VIRTUAL_CONSOLE_PERMITTED))
      yield {
        span: at(cell, 'flags'),
        severity: 'hint',
        headline:
          'the root may not use the virtual console it is told is active: only for inmates the driver permits it as well; add JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED',
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

/** The page of the test device lies behind the first communication region, `testdev_get_mmio_base`. */
function* testDevice(cell: CellConfig): Iterable<RawFinding> {
  if (cell.architecture !== 'x86') {
    if (cell.architecture)
      yield {
        span: at(cell, 'flags'),
        severity: 'hint',
        headline: 'JAILHOUSE_CELL_TEST_DEVICE has no effect: there is a test device on x86 only',
        key: 'test device',
      }
    return
  }
  const comm = cell.mem_regions.find(region => has(region, MEM_COMM_REGION))
  if (!comm) {
    yield {
      span: at(cell, 'flags'),
      severity: 'error',
      headline:
        'JAILHOUSE_CELL_TEST_DEVICE without a communication region, behind which the device would lie: a hypervisor with CONFIG_TEST_DEVICE refuses the cell with EINVAL',
      key: 'test device',
    }
    return
  }
  const device = rangeOf(comm.virt_start + PAGE_SIZE, PAGE_SIZE)
  const cover = cell.mem_regions.find(region => !isSubPage(region) && overlap(virt(region), device))
  if (cover)
    yield {
      span: at(cover, 'virt_start'),
      headline: `${describeVirt(cover)} lies over the test device, which is at ${hex(device.start)} behind the communication region: its accesses never trap; move one`,
      related: [{ span: at(comm, 'virt_start'), text: 'the communication region' }],
      key: 'test device',
    }
}

function* aarch32(cell: CellConfig): Iterable<RawFinding> {
  if (cell.isRoot)
    yield {
      span: at(cell, 'flags'),
      severity: 'error',
      headline: 'JAILHOUSE_CELL_AARCH32 on the root: a CPU that is parked or reset comes back to Linux in 32-bit state',
    }
  else if (cell.architecture && cell.architecture !== 'arm64')
    yield {
      span: at(cell, 'flags'),
      severity: 'hint',
      headline:
        'JAILHOUSE_CELL_AARCH32 has no effect: it makes 32-bit cells of 64-bit ARM systems, whose .architecture stays JAILHOUSE_ARM64 (before revision 10 its bit 0x4 was JAILHOUSE_CELL_TEST_DEVICE, today 0x2)',
    }
}
