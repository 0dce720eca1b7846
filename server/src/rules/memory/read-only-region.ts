import {
  MEM_COMM_REGION,
  MEM_EXECUTE,
  MEM_IO,
  MEM_IO_WIDTHS,
  MEM_LOADABLE,
  MEM_READ,
  MEM_ROOTSHARED,
  MEM_WRITE,
} from '../../config/constants.ts'
import { regionName } from '../../config/element-name.ts'
import { sharesRegion } from '../../config/ivshmem.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { has, hasAny } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { CellRule } from '../rule.ts'
import page from './read-only-region.md'

/** `arch_map_memory_region` maps such pages without the write permission. Shared memory and single registers may be meant so. */
export const readOnlyRegion: CellRule = {
  kind: 'cell',
  code: 'JH219',
  id: 'read-only-region',
  title: 'Device or RAM without write access',
  severity: 'warning',
  constraints: [],
  charges: 'flags',
  rests: ['flags'],
  page,
  *check(cell) {
    for (const region of cell.mem_regions)
      if (isReadOnly(region) && !isMeant(cell, region))
        yield {
          span: at(region, 'flags'),
          headline: `${regionName(region)} is ${kindOf(region)}, but not writable`,
          notes: [`the first write parks the CPU: "${cell.architecture === 'x86' ? FATAL : 'Unhandled data write'}"`],
          key: keyOf(region),
          ...fixes(fixOf('Add JAILHOUSE_MEM_WRITE', addFlag(region, 'flags', 'JAILHOUSE_MEM_WRITE'), false)),
        }
  },
}

const FATAL = 'FATAL: Invalid MMIO/RAM write'

const isReadOnly = (region: MemoryRegion): boolean =>
  region.size > 0n && has(region, MEM_READ) && !hasAny(region, MEM_WRITE | MEM_COMM_REGION)

const kindOf = (region: MemoryRegion): string =>
  hasAny(region, MEM_IO) ? 'a device' : hasAny(region, MEM_LOADABLE) ? 'loadable' : 'executable'

/** Code of an inmate may lie in flash, into which no image is loaded. */
function isMeant(cell: CellConfig, region: MemoryRegion): boolean {
  if (cell.pci_devices.some(device => sharesRegion(device, region.index))) return true
  if (hasAny(region, MEM_IO)) return !cell.isRoot && mayBeReadOnly(cell, region)
  return !hasAny(region, cell.isRoot ? MEM_EXECUTE : MEM_LOADABLE)
}

/**
 * One register of an inmate, or what the root shares, may be there to be read; and so may all devices of an inmate that
 * writes to none. A UART that nothing can be written to is none.
 */
const mayBeReadOnly = (cell: CellConfig, region: MemoryRegion): boolean =>
  !UART.test(regionName(region)) &&
  (hasAny(region, MEM_ROOTSHARED | MEM_IO_WIDTHS) || !cell.mem_regions.some(other => has(other, MEM_IO | MEM_WRITE)))

const UART = /\buarts?\b/i
