import { MEM_COMM_REGION, MEM_IO, MEM_READ, MEM_WRITE } from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { entryRegionOf } from '../../config/image-region.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { has, hasAny } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { CellRule } from '../rule.ts'
import page from './no-access.md'

const READ = 'JAILHOUSE_MEM_READ'

/** ARM maps such a page without permissions; on x86 the entry counts as absent (bit 0 is the read permission). */
export const noAccess: CellRule = {
  kind: 'cell',
  code: 'JH210',
  id: 'no-access',
  title: 'Region without read access',
  severity: 'warning',
  constraints: ['mem-no-access', 'mem-write-without-read-x86', 'mem-no-read-x86-present', 'pvu-no-dma-execute'],
  charges: 'flags',
  rests: ['flags'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions) {
      if (region.size === 0n || has(region, MEM_READ)) continue
      const isWritable = hasAny(region, MEM_WRITE)
      const flags = isWritable || !hasAny(region, MEM_IO) ? READ : `${READ} | JAILHOUSE_MEM_WRITE`
      yield {
        span: at(region, 'flags'),
        ...((isUnusable(cell, region) || entryRegionOf(cell) === region) && { severity: 'error' as const }),
        headline: `${regionName(region)} is ${isWritable ? 'writable but not readable' : 'neither readable nor writable'}`,
        notes: [
          entryRegionOf(cell) === region && cell.architecture !== 'x86'
            ? 'the cell starts there, and the first read parks the CPU: "Unhandled data read"'
            : isWritable && cell.architecture !== 'x86'
              ? 'writes succeed; the first read parks the CPU: "Unhandled data read"'
              : isWritable
                ? 'x86 page tables cannot express this: VT-x stops with an EPT misconfiguration, AMD-V maps nothing'
                : 'the first access parks the CPU',
        ],
        key: keyOf(region),
        ...fixes(fixOf(`Add ${flags}`, addFlag(region, 'flags', flags))),
      }
    }
  },
}

/** x86 has no entry for it. */
const isUnusable = (cell: CellConfig, region: MemoryRegion): boolean =>
  cell.architecture === 'x86' && has(region, MEM_WRITE) && !has(region, MEM_COMM_REGION)
