import { isArm } from '../../config/architecture.ts'
import { CELL_PASSIVE_COMMREG, MEM_COMM_REGION, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import type { CellConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { has } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './comm-missing.md'

/** `cell_exchange_message` waits for a reply in the communication region. */
export const commMissing: CellRule = {
  kind: 'cell',
  code: 'JH221',
  id: 'comm-missing',
  title: 'Missing communication region',
  severity: 'error',
  constraints: ['comm-missing-active'],
  complete: ['mem_regions'],
  rests: ['flags'],
  page,
  *check(cell) {
    if (cell.isRoot || cell.flags & CELL_PASSIVE_COMMREG) return
    if (cell.mem_regions.some(region => has(region, MEM_COMM_REGION | MEM_READ | MEM_WRITE))) {
      if (!cell.msg_reply_timeout) yield unanswered(cell)
      return
    }
    const isBounded = cell.msg_reply_timeout !== 0n
    yield {
      span: at(cell, 'flags'),
      ...(isBounded && { severity: 'warning' as const }),
      headline: 'the cell has no communication region to answer shutdown requests',
      notes: [
        isBounded
          ? 'the cell is marked as failed when msg_reply_timeout expires'
          : 'cell_exchange_message waits forever for the reply, with the root suspended',
      ],
      help: 'add JAILHOUSE_CELL_PASSIVE_COMMREG',
      ...fixes(
        fixOf('Add JAILHOUSE_CELL_PASSIVE_COMMREG', addFlag(cell, 'flags', 'JAILHOUSE_CELL_PASSIVE_COMMREG'), false),
      ),
    }
  },
}

/** Linux looks at no message, nor does any of upstream's inmates but one of x86; programs of one's own may. */
function unanswered(cell: CellConfig): RawFinding {
  const isLinux = /linux/i.test(cell.name)
  return {
    span: at(cell, 'flags'),
    severity: isLinux || isArm(cell) ? 'warning' : 'hint',
    headline: isLinux
      ? 'a Linux cell does not answer shutdown requests, but is not marked as passive'
      : 'the root waits for the answers of this cell without end',
    notes: [
      `${isLinux ? '' : 'unless the inmate answers messages, '}the root hangs at shutdown, at destroy and when another cell is created`,
      `cell_exchange_message waits for a reply without end${cell.msg_reply_timeout === undefined ? '' : ': msg_reply_timeout is 0'}`,
    ],
    help: isLinux
      ? 'add JAILHOUSE_CELL_PASSIVE_COMMREG'
      : 'add JAILHOUSE_CELL_PASSIVE_COMMREG, or set msg_reply_timeout',
    key: 'unanswered',
    ...fixes(
      fixOf('Add JAILHOUSE_CELL_PASSIVE_COMMREG', addFlag(cell, 'flags', 'JAILHOUSE_CELL_PASSIVE_COMMREG'), isLinux),
    ),
  }
}
