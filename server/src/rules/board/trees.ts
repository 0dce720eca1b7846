import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { contains, rangeOf, virt } from '../../config/ranges.ts'
import type { Board, Device, Fact } from '../../platform/model.ts'
import type { Span } from '../../text/source-file.ts'
import type { BoardSubject } from '../rule.ts'
import { atArray } from './words.ts'

/** Trees of cells: what their Linux will touch, beside what the cell is given. */
export function* treesOf({ trees }: BoardSubject): Iterable<{ readonly cell: CellConfig; readonly tree: Board }> {
  for (const [cell, tree] of trees) yield { cell, tree }
}

/** In the tree where that is source; else at the regions of the cell. */
export const atFact = (
  { span }: Fact,
  cell: CellConfig,
  array: 'mem_regions' | 'irqchips' | 'cpus' | 'pci_devices',
): Span => span ?? atArray(cell, array)

/** Enabled devices with registers: not the controller and the host, which the hypervisor provides. */
export const treeDevices = ({ devices }: Board): readonly Device[] =>
  devices.filter(({ enabled, kind }) => enabled && kind !== 'gic' && kind !== 'pci-host' && kind !== 'its')

/** The region in which a cell sees an address. */
export const regionSeenAt = (cell: CellConfig, address: bigint): MemoryRegion | undefined =>
  cell.mem_regions.find(region => contains(virt(region), rangeOf(address, 1n)))
