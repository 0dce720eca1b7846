import { at, atElement } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import type { CellRule } from '../rule.ts'
import page from './boot-cpu.md'

/** `jailhouse_cmd_cell_create` refuses it on x86: Linux cannot take the boot CPU offline. */
export const bootCpu: CellRule = {
  kind: 'cell',
  code: 'JH602',
  id: 'boot-cpu',
  title: 'Boot CPU assigned to an inmate',
  severity: 'error',
  constraints: ['cpu-zero-x86'],
  page,
  *check(cell) {
    if (cell.isRoot || cell.architecture !== 'x86' || !cell.cpus.includes(0)) return
    const array = arrayOf(cell, 'cpus')
    yield {
      span: array ? atElement(array, 0) : at(cell),
      headline: 'CPU 0 cannot be assigned to an inmate on x86',
      notes: [
        'Linux cannot offline the CPU it booted from; create fails with -EINVAL: "Cannot assign CPU 0 to other cells"',
      ],
      help: 'remove CPU 0 from the set',
    }
  },
}
