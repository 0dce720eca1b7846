import type { CellConfig, PciDevice } from '../../config/model.ts'
import { intxPin } from '../../config/pins.ts'
import { numberList } from '../../text/number-list.ts'

/** `interrupt 50`, `interrupts 160-170` */
export const named = (pins: readonly number[]): string => `interrupt${pins.length === 1 ? '' : 's'} ${numberList(pins)}`

/** Where the number of an INTx interrupt comes from. */
export const intxNote = (cell: CellConfig, device: PciDevice): string =>
  `${intxPin(cell, device)} = vpci_irq_base ${cell.vpci_irq_base} + 32 + slot ${(device.bdf >> 3) & 3}`
