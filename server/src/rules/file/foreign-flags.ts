import {
  CELL_AARCH32,
  CELL_PASSIVE_COMMREG,
  CELL_TEST_DEVICE,
  CELL_VIRTUAL_CONSOLE_ACTIVE,
  CELL_VIRTUAL_CONSOLE_PERMITTED,
  SYS_VIRTUAL_DEBUG_CONSOLE,
} from '../../config/constants.ts'
import { cellOf } from '../../config/model.ts'
import { at, hex } from '../places.ts'
import type { ConfigRule, Fault } from '../rule.ts'
import page from './foreign-flags.md'

const CELL_FLAGS =
  CELL_PASSIVE_COMMREG | CELL_TEST_DEVICE | CELL_AARCH32 | CELL_VIRTUAL_CONSOLE_PERMITTED | CELL_VIRTUAL_CONSOLE_ACTIVE

export const foreignFlags: ConfigRule = {
  kind: 'config',
  code: 'JH130',
  id: 'foreign-flags',
  title: 'Flags stand in the field they are for',
  severity: 'warning',
  covers: ['sys-flags-unknown', 'cell-flags-unknown', 'flag-aarch32-arch', 'flag-aarch32-root', 'flag-test-device'],
  page,
  *check(config) {
    const cell = cellOf(config)
    if (config.kind === 'system' && config.flags & ~SYS_VIRTUAL_DEBUG_CONSOLE)
      yield {
        at: at(config, 'flags'),
        message: `${hex((config.flags & ~SYS_VIRTUAL_DEBUG_CONSOLE) >>> 0)} is no flag of a system and is ignored; flags of the root cell belong into .root_cell`,
      }
    if (cell.flags & ~CELL_FLAGS)
      yield {
        at: at(cell, 'flags'),
        message: `${hex((cell.flags & ~CELL_FLAGS) >>> 0)} is no JAILHOUSE_CELL flag and is ignored; is it a flag of a memory region, or of an older revision?`,
      }
    if (cell.flags & CELL_AARCH32) yield* aarch32(cell)
    if (cell.flags & CELL_TEST_DEVICE && cell.architecture && cell.architecture !== 'x86')
      yield {
        at: at(cell, 'flags'),
        severity: 'hint',
        message: 'JAILHOUSE_CELL_TEST_DEVICE has no effect: there is a test device on x86 only',
      }
  },
}

function* aarch32(cell: ReturnType<typeof cellOf>): Iterable<Fault> {
  if (cell.isRoot)
    yield {
      at: at(cell, 'flags'),
      severity: 'error',
      message: 'JAILHOUSE_CELL_AARCH32 on the root: a CPU that is parked or reset comes back to Linux in 32-bit state',
    }
  else if (cell.architecture && cell.architecture !== 'arm64')
    yield {
      at: at(cell, 'flags'),
      severity: 'hint',
      message:
        'JAILHOUSE_CELL_AARCH32 has no effect: it makes 32-bit cells of 64-bit ARM systems, whose .architecture stays JAILHOUSE_ARM64',
    }
}
