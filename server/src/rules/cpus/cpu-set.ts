import type { CellConfig } from '../../config/model.ts'
import { at, atElement } from '../../config/places.ts'
import { arrayOf } from '../../config/written.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './cpu-set.md'

/** `cell_init` keeps larger sets in a page of their own. */
const MAX_BYTES = 4096

export const cpuSet: CellRule = {
  kind: 'cell',
  code: 'JH601',
  id: 'cpu-set',
  title: 'Missing or invalid CPU set',
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
        ? { ...none(cell, field, 'no CPU is assigned to this cell'), span: atElement(array, 0) }
        : none(cell, field, `${field} is 0`)
    const size = cell.counts.cpu_set_size
    if (size === undefined) return
    if (size > MAX_BYTES)
      yield {
        span: at(cell, 'cpu_set_size'),
        headline: `cpu_set_size ${size} exceeds the maximum of ${MAX_BYTES} bytes`,
        notes: [
          cell.isRoot && cell.architecture === 'arm64'
            ? '"jailhouse enable" freezes the machine: cell_init fails before irqchip_cpu_shutdown can be called'
            : `${cell.isRoot ? '"jailhouse enable"' : 'create'} fails with -EINVAL in cell_init`,
        ],
        key: 'size',
      }
    else if (size % (cell.architecture === 'arm' ? 4 : 8) !== 0)
      yield {
        span: at(cell, 'cpu_set_size'),
        severity: 'warning',
        headline: `cpu_set_size ${size} is not a multiple of the word size`,
        notes: ['the driver reads whole words, so bytes of the first memory region count as CPUs'],
        key: 'alignment',
      }
  },
}

const none = (cell: CellConfig, field: string, headline: string): RawFinding => ({
  span: at(cell, field),
  headline,
  notes: [
    cell.isRoot
      ? '"jailhouse enable" fails with -EINVAL'
      : 'start overwrites hypervisor memory, where the per-CPU data of the first CPU would be',
  ],
  key: 'none',
})
