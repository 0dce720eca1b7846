import type { CellConfig } from '../../config/model.ts'
import { arrayOf, at, atElement, count } from '../places.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './cpu-set.md'

/** `cell_init` keeps larger sets in a page of their own. */
const MOST_BYTES = 4096

export const cpuSet: CellRule = {
  kind: 'cell',
  code: 'JH601',
  id: 'cpu-set',
  title: 'A cell has CPUs',
  severity: 'error',
  constraints: [
    'cpu-set-size-zero-root',
    'cpu-set-size-zero-inmate',
    'cpu-set-empty-inmate',
    'cpu-set-size-too-big',
    'cpu-set-size-align',
  ],
  page,
  *check(cell) {
    const array = arrayOf(cell, 'cpus')
    const field = array?.entry.count ?? 'cpu_set_size'
    if (cell.cpus.length === 0 && !cell.incomplete.has('cpus'))
      yield array && 0 < array.counted
        ? { ...none(cell, field, 'no CPU is set'), span: atElement(array, 0) }
        : none(cell, field, `${field} is 0`)
    const size = cell.counts.cpu_set_size
    if (size === undefined) return
    if (size > MOST_BYTES)
      yield {
        span: at(cell, 'cpu_set_size'),
        headline: `a CPU set has at most ${MOST_BYTES} bytes, not ${size}: refused with EINVAL`,
        key: 'size',
      }
    else if (size % (cell.architecture === 'arm' ? 4 : 8) !== 0)
      yield {
        span: at(cell, 'cpu_set_size'),
        severity: 'warning',
        headline: `a CPU set of ${count(size, 'byte')} is no whole number of words: the driver reads whole ones, and takes bytes of the first memory region for CPUs`,
        key: 'alignment',
      }
  },
}

const none = (cell: CellConfig, field: string, what: string): RawFinding => ({
  span: at(cell, field),
  headline: `"${cell.name}" has no CPUs, ${what}: ${cell.isRoot ? '"enable" fails with EINVAL' : 'starting it writes into memory of the hypervisor where the first CPU would be'}`,
  key: 'none',
})
