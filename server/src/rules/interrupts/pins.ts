import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, Irqchip, PciDevice } from '../../config/model.ts'
import { numberList } from '../../text/number-list.ts'

/** Bits of one entry: four words of 32 pins. */
export const PINS_PER_CHIP = 128

/** Software and private interrupts of a GIC; shared ones (SPIs) begin behind them. */
export const FIRST_SPI = 32
/** From here on interrupt numbers have special meanings. */
export const FIRST_SPECIAL = 1020

/** The interrupts an entry grants, by their absolute numbers. */
export function pinsOf(chip: Irqchip): readonly number[] {
  const pins: number[] = []
  for (const [index, word] of chip.pin_bitmap.entries())
    for (let bit = 0, rest = word >>> 0; rest !== 0; bit++, rest >>>= 1)
      if (rest & 1) pins.push(chip.pin_base + 32 * index + bit)
  return pins
}

export const hasPin = (chip: Irqchip, pin: number): boolean => {
  const offset = pin - chip.pin_base
  return 0 <= offset && offset < PINS_PER_CHIP && ((chip.pin_bitmap[offset >> 5] ?? 0) >>> (offset & 31)) % 2 === 1
}

/** `interrupt 50`, `interrupts 160-170` */
export const named = (pins: readonly number[]): string => `interrupt${pins.length === 1 ? '' : 's'} ${numberList(pins)}`

/** Where the number of an INTx interrupt comes from. */
export const intxNote = (cell: CellConfig, device: PciDevice): string =>
  `${intxPin(cell, device)} = vpci_irq_base ${cell.vpci_irq_base} + 32 + slot ${(device.bdf >> 3) & 3}`

export const owns = (cell: CellConfig, pin: number): boolean => cell.irqchips.some(chip => hasPin(chip, pin))

/** The shared-memory devices that raise INTx: those without MSI-X vectors. Before revision 1 none does. */
export const intxDevices = (cell: CellConfig): readonly PciDevice[] =>
  cell.vpci_irq_base === undefined
    ? []
    : cell.pci_devices.filter(({ type, num_msix_vectors }) => type === PCI_TYPE_IVSHMEM && num_msix_vectors === 0)

/** The interrupt such a device raises; `ivshmem_reset` turns INTA to INTD by the device number. */
export const intxPin = (cell: CellConfig, device: PciDevice): number =>
  FIRST_SPI + (cell.vpci_irq_base ?? 0) + ((device.bdf >> 3) & 3)

export const isArm = (cell: CellConfig): boolean => cell.architecture === 'arm' || cell.architecture === 'arm64'
