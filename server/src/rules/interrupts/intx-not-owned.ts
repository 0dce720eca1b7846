import { isArm } from '../../config/architecture.ts'
import { FIRST_SPECIAL, FIRST_SPI, intxDevices, intxPin, lacksInterruptBase, owns } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import { grant } from './grant.ts'
import page from './intx-not-owned.md'
import { intxNote } from './words.ts'

/** `arch_ivshmem_update_intx` makes a physical SPI pending, no matter which cell owns it. */
export const intxNotOwned: CellRule = {
  kind: 'cell',
  code: 'JH420',
  id: 'intx-not-owned',
  title: 'Interrupt of a shared-memory device not granted to its cell',
  severity: 'warning',
  constraints: ['ivshmem-irq-not-owned', 'ivshmem-irq-base-offset'],
  complete: ['irqchips'],
  rests: ['bdf'],
  page,
  *check(cell) {
    // Where a pin_base is refused, no cell is created that could lack interrupts.
    if (!isArm(cell) || lacksInterruptBase(cell) || cell.irqchips.some(({ pin_base }) => pin_base % 32 !== 0)) return
    const devices = intxDevices(cell).filter(device => intxPin(cell, device) < FIRST_SPECIAL)
    const missing = devices.filter(device => !owns(cell, intxPin(cell, device)))
    const looksOff = missing.length > 0 && missing.every(device => owns(cell, intxPin(cell, device) - FIRST_SPI))
    for (const device of missing) {
      const pin = intxPin(cell, device)
      yield {
        span: at(device, 'bdf'),
        headline: `interrupt ${pin} of ${bdf(device.bdf)} is not granted to this cell`,
        notes: [
          `${intxNote(cell, device)}; it is never delivered, or to another cell`,
          ...(looksOff ? [`interrupt ${pin - FIRST_SPI} is granted: vpci_irq_base may be off by 32`] : []),
        ],
        related: [{ span: at(cell, 'vpci_irq_base'), text: `SPIs of this cell's virtual PCI host begin here` }],
        key: bdf(device.bdf),
        ...fixes(
          // Which of bdf, vpci_irq_base, pin_base and bitmap is wrong only the author knows.
          fixOf(`Grant interrupt ${pin}`, grant(cell, pin), false),
          looksOff && FIRST_SPI <= (cell.vpci_irq_base ?? 0)
            ? fixOf(
                `Set vpci_irq_base to ${cell.vpci_irq_base} - 32`,
                setField(cell, 'vpci_irq_base', `${cell.vpci_irq_base} - 32`),
                false,
              )
            : undefined,
        ),
      }
    }
  },
}
