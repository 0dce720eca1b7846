import { at } from '../places.ts'
import type { CellRule } from '../rule.ts'
import { FIRST_SPECIAL, FIRST_SPI, intxDevices, isArm } from './pins.ts'
import page from './vpci-irq-range.md'

export const vpciIrqRange: CellRule = {
  kind: 'cell',
  code: 'JH421',
  id: 'vpci-irq-range',
  title: 'The four interrupts of the virtual PCI host exist',
  severity: 'error',
  constraints: ['ivshmem-irq-base-range'],
  page,
  *check(cell) {
    const last = cell.vpci_irq_base + FIRST_SPI + 3
    if (isArm(cell) && intxDevices(cell).length && last >= FIRST_SPECIAL)
      yield {
        span: at(cell, 'vpci_irq_base'),
        headline: `vpci_irq_base ${cell.vpci_irq_base} gives the interrupts ${last - 3} to ${last}, but a GIC ends at 1019: the hypervisor writes past the registers of the distributor`,
      }
  },
}
