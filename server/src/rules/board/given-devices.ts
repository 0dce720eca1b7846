import { isArm } from '../../config/architecture.ts'
import { MEM_ROOTSHARED } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { FIRST_SPI, intxDevices, pinsOf } from '../../config/pins.ts'
import { contains, has, phys, rangeOf } from '../../config/ranges.ts'
import type { Device } from '../../platform/model.ts'
import type { BoardSubject } from '../rule.ts'
import { neededWindows } from './subject.ts'
import { gicLines } from './words.ts'

/** Which devices a cell is given, by its regions. */

/** The region of a cell that holds the first registers of a window. */
export const regionAt = (cell: CellConfig, address: bigint): MemoryRegion | undefined =>
  cell.mem_regions.find(region => contains(phys(region), rangeOf(address, 1n)))

export interface Given {
  readonly device: Device
  /** Of its first window. */
  readonly region: MemoryRegion
}

/** Devices of which the cell has the beginning of every window, for itself. */
export function givenDevices(cell: CellConfig, { platform }: BoardSubject): readonly Given[] {
  return platform.devices.flatMap(device => {
    const windows = neededWindows(device)
    const regions = windows.map(({ range }) => regionAt(cell, range.start))
    const [first] = regions
    const isWhole = regions.every(region => region && !has(region, MEM_ROOTSHARED))
    return first && isWhole && ['device', 'uart', 'quiet'].includes(device.kind) ? [{ device, region: first }] : []
  })
}

/** Interrupts that are granted for something else than the virtual PCI host. */
export function ownInterrupts(cell: CellConfig): readonly number[] {
  const first = FIRST_SPI + (cell.vpci_irq_base ?? 0)
  // All four lines of the host belong to it, used or not.
  const isOfHost = (id: number) => intxDevices(cell).length > 0 && isArm(cell) && first <= id && id < first + 4
  return cell.irqchips.flatMap(pinsOf).filter(id => !isOfHost(id))
}

export const sharedLines = (device: Device): readonly number[] => gicLines(device.interrupts).filter(id => 32 <= id)
