import { arrayOf, at, atElement } from '../places.ts'
import type { CellRule } from '../rule.ts'
import page from './boot-cpu.md'

/** `jailhouse_cmd_cell_create` refuses it on x86: Linux cannot take the boot CPU offline. */
export const bootCpu: CellRule = {
  kind: 'cell',
  code: 'JH602',
  id: 'boot-cpu',
  title: 'The root keeps the boot CPU',
  severity: 'error',
  constraints: ['cpu-zero-x86'],
  page,
  *check(cell) {
    if (cell.isRoot || cell.architecture !== 'x86' || !cell.cpus.includes(0)) return
    const array = arrayOf(cell, 'cpus')
    yield {
      span: array ? atElement(array, 0) : at(cell),
      headline: `"${cell.name}" takes CPU 0, which Linux boots from and cannot give away: the driver says "Cannot assign CPU 0 to other cells" and refuses it with EINVAL`,
    }
  },
}
