import { isArm } from '../../config/architecture.ts'
import { FIRST_SPECIAL, FIRST_SPI, intxDevices } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import type { CellRule } from '../rule.ts'
import page from './vpci-irq-range.md'

export const vpciIrqRange: CellRule = {
  kind: 'cell',
  code: 'JH421',
  id: 'vpci-irq-range',
  title: 'Virtual PCI interrupts out of range',
  severity: 'error',
  constraints: ['ivshmem-irq-base-range'],
  page,
  *check(cell) {
    const last = (cell.vpci_irq_base ?? 0) + FIRST_SPI + 3
    if (isArm(cell) && intxDevices(cell).length && last >= FIRST_SPECIAL)
      yield {
        span: at(cell, 'vpci_irq_base'),
        headline: `vpci_irq_base ${cell.vpci_irq_base} is out of range: it selects interrupts ${last - 3}-${last}`,
        notes: ['interrupts of a GIC end at 1019: the hypervisor writes past the registers of the distributor'],
      }
  },
}
