import { isArm } from '../../config/architecture.ts'
import {
  CON_ACCESS_MMIO,
  MEM_EXECUTE,
  MEM_IO,
  MEM_IO_WIDTHS,
  MEM_LOADABLE,
  MEM_READ,
  MEM_WRITE,
} from '../../config/constants.ts'
import { regionAt, regionName } from '../../config/element-name.ts'
import type { CellConfig, Console, MemoryRegion } from '../../config/model.ts'
import { at, keyOf } from '../../config/places.ts'
import { contains, hasAny, isSubPage, phys, type Range, rangeOf } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './device-as-memory.md'
import { realRegions } from './root-cover.ts'

/** `arch_map_memory_region` of ARM takes one of two memory types by this flag. */
export const deviceAsMemory: ScenarioRule = {
  kind: 'scenario',
  code: 'JH228',
  id: 'device-as-memory',
  title: 'Device mapped as normal memory',
  severity: 'warning',
  constraints: [],
  page,
  *check({ root: { root_cell, debug_console }, cells }) {
    if (!isArm(root_cell)) return
    const devices = realRegions(root_cell).filter(region => hasAny(region, MEM_IO))
    yield* rootDevices(root_cell, debug_console, cells)
    for (const cell of cells) yield* deviceOfWidth(cell)
    for (const cell of cells)
      for (const region of realRegions(cell)) {
        if (hasAny(region, MEM_IO) || isSubPage(region) || isOfWidth(region, cell)) continue
        // Where it is meant to be is not known (JH225).
        if (region.phys_start === 0n && !isWritten(region, 'phys_start')) continue
        const outer = devices.find(device => contains(phys(device), phys(region)))
        if (outer && !holdsMemory(outer, cell))
          yield {
            ...asMemory(region, cell, 'is a device in the root, but'),
            related: [{ span: at(outer, 'flags'), text: regionAt(outer, root_cell) }],
          }
      }
  },
}

const asMemory = (region: MemoryRegion, cell: CellConfig, why: string): RawFinding => ({
  span: at(region, 'flags'),
  headline: `${regionName(region)} ${why} lacks JAILHOUSE_MEM_IO`,
  notes: ['it is mapped as normal memory: accesses may be cached, merged and reordered'],
  key: `${cell.name} ${keyOf(region)}`,
  ...fixes(fixOf('Add JAILHOUSE_MEM_IO', addFlag(region, 'flags', 'JAILHOUSE_MEM_IO'))),
})

/** What the root neither executes nor lends, and where its console or a device of an inmate is. */
function* rootDevices(root: CellConfig, console: Console, cells: readonly CellConfig[]): Iterable<RawFinding> {
  yield* deviceOfWidth(root)
  const consoles = console.address && console.flags & CON_ACCESS_MMIO ? [rangeOf(console.address, 1n)] : []
  const inner = cells.flatMap(cell => realRegions(cell).filter(region => hasAny(region, MEM_IO)))
  for (const region of realRegions(root)) {
    if ((region.flags & ~MEM_IO_WIDTHS) !== (MEM_READ | MEM_WRITE) || isSubPage(region) || isOfWidth(region, root))
      continue
    const holds = (range: Range) => contains(phys(region), range)
    const device = inner.find(device => holds(phys(device)))
    if (consoles.some(holds)) yield asMemory(region, root, 'holds the debug console, but')
    else if (device)
      yield {
        ...asMemory(region, root, 'holds a device of an inmate, but'),
        related: [{ span: at(device, 'flags'), text: regionName(device) }],
      }
  }
}

/** A width is given to registers; some trees give it to all of their devices, and JAILHOUSE_MEM_IO to none. */
const isOfWidth = (region: MemoryRegion, cell: CellConfig): boolean =>
  hasAny(region, MEM_IO_WIDTHS) &&
  !hasAny(region, MEM_IO) &&
  !isSubPage(region) &&
  cell.mem_regions.some(other => hasAny(other, MEM_IO_WIDTHS) && hasAny(other, MEM_IO) && !isSubPage(other))

const deviceOfWidth = (cell: CellConfig): readonly RawFinding[] =>
  realRegions(cell)
    .filter(region => isOfWidth(region, cell))
    .map(region => asMemory(region, cell, 'has an access width, but'))

/** Tightly coupled and on-chip memory may lie among registers that the root maps as one window. */
const holdsMemory = (outer: MemoryRegion, cell: CellConfig): boolean =>
  cell.mem_regions.some(region => hasAny(region, MEM_EXECUTE | MEM_LOADABLE) && contains(phys(outer), phys(region)))
