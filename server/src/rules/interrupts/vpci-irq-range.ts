import { isArm } from '../../config/architecture.ts'
import { FIRST_SPECIAL, FIRST_SPI, intxDevices, lacksInterruptBase } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { bdf } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './vpci-irq-range.md'

export const vpciIrqRange: CellRule = {
  kind: 'cell',
  code: 'JH421',
  id: 'vpci-irq-range',
  title: 'Virtual PCI interrupts unset or out of range',
  severity: 'error',
  constraints: ['ivshmem-irq-base-range'],
  page,
  *check(cell) {
    const [device] = isArm(cell) ? intxDevices(cell) : []
    if (!device) return
    if (lacksInterruptBase(cell))
      yield {
        span: at(device),
        severity: 'warning',
        headline: `${bdf(device.bdf)} raises interrupts, but vpci_irq_base is not set`,
        notes: [`it counts as 0: the devices raise interrupts ${FIRST_SPI}-${FIRST_SPI + 3}, SPI 0 to 3`],
        help: 'set .vpci_irq_base to the first of four SPIs that no device uses',
        key: 'unset',
      }
    const last = (cell.vpci_irq_base ?? 0) + FIRST_SPI + 3
    if (last >= FIRST_SPECIAL)
      yield {
        span: at(cell, 'vpci_irq_base'),
        headline: `vpci_irq_base ${cell.vpci_irq_base} is out of range: it selects interrupts ${last - 3}-${last}`,
        notes: ['interrupts of a GIC end at 1019: the hypervisor writes past the registers of the distributor'],
      }
  },
}
