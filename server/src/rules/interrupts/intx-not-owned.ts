import { isArm } from '../../config/architecture.ts'
import type { CellConfig, PciDevice } from '../../config/model.ts'
import {
  chipFor,
  chipOffBy32,
  chipsTwice,
  FIRST_SPECIAL,
  FIRST_SPI,
  grantedBase,
  intxDevices,
  intxPin,
  lacksInterruptBase,
  owns,
  wordPath,
} from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, listed } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import { grant } from './grant.ts'
import page from './intx-not-owned.md'
import { intxNote, named } from './words.ts'

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
    // Nor is it known what a root lacks of which two entries have the same interrupts (JH403).
    if (cell.isRoot && chipsTwice(cell).length > 0) return
    const devices = intxDevices(cell).filter(device => intxPin(cell, device) < FIRST_SPECIAL)
    const missing = devices.filter(device => !owns(cell, intxPin(cell, device)))
    const looksOff = missing.length > 0 && missing.every(device => owns(cell, intxPin(cell, device) - FIRST_SPI))
    if (1 < missing.length && missing.length === devices.length) {
      yield ofAll(cell, missing, looksOff)
      return
    }
    for (const device of missing) {
      const pin = intxPin(cell, device)
      yield {
        span: at(device, 'bdf'),
        headline: `interrupt ${pin} of ${bdf(device.bdf)} is not granted to this cell`,
        notes: [
          `${intxNote(cell, device)}; it is never delivered, or to another cell`,
          ...(looksOff ? [`interrupt ${pin - FIRST_SPI} is granted: vpci_irq_base may be off by 32`] : []),
        ],
        related: [
          { span: at(cell, 'vpci_irq_base'), text: `SPIs of this cell's virtual PCI host begin here` },
          ...grantsOf(cell, [pin]),
        ],
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

/** Where the first of these interrupts is that could be granted: which one is wrong, that or its number, is not known. */
function grantsOf(cell: CellConfig, pins: readonly number[]): NonNullable<RawFinding['related']> {
  const pin = pins.find(each => chipFor(cell, each))
  const chip = pin === undefined ? undefined : chipFor(cell, pin)
  return pin === undefined || !chip
    ? []
    : [{ span: at(chip, wordPath(chip, pin)), text: `interrupt ${pin} would be granted here` }]
}

/** Where no device has its interrupt, the first of them is wrong, or all that the cell is granted. */
function ofAll(cell: CellConfig, devices: readonly PciDevice[], looksOff: boolean): RawFinding {
  const pins = devices.map(device => intxPin(cell, device))
  const shifted = chipOffBy32(cell, pins)
  const base = cell.vpci_irq_base ?? 0
  const granted = shifted || cell.isRoot || looksOff ? undefined : grantedBase(cell)
  const chip = granted === undefined ? undefined : chipFor(cell, granted + FIRST_SPI)
  return {
    span: shifted ? at(shifted.chip, 'pin_base') : at(cell, 'vpci_irq_base'),
    headline: `${named(pins)} of ${listed(devices.map(device => bdf(device.bdf)))} are not granted to this cell`,
    notes: [
      'they are never delivered, or to another cell',
      ...(looksOff ? [`those 32 before are granted: vpci_irq_base may be off by 32`] : []),
      ...(granted === undefined
        ? []
        : [`vpci_irq_base may be off: with ${granted} all have interrupts that are granted`]),
      ...(shifted ? [`with pin_base ${shifted.base} this entry grants them`] : []),
    ],
    related: [
      ...devices.slice(0, 4).map(device => ({ span: at(device, 'bdf'), text: intxNote(cell, device) })),
      ...(chip && granted !== undefined
        ? [
            {
              span: at(chip, wordPath(chip, granted + FIRST_SPI)),
              text: `interrupt ${granted + FIRST_SPI} is granted here`,
            },
          ]
        : grantsOf(cell, pins)),
    ],
    key: devices.map(device => bdf(device.bdf)).join(),
    ...fixes(
      ...(shifted
        ? [fixOf(`Set pin_base to ${shifted.base}`, setField(shifted.chip, 'pin_base', String(shifted.base)), false)]
        : []),
      granted === undefined
        ? undefined
        : fixOf(`Set vpci_irq_base to ${granted}`, setField(cell, 'vpci_irq_base', `${granted}`), false),
      ...pins.map(pin => fixOf(`Grant interrupt ${pin}`, grant(cell, pin), false)),
      looksOff && FIRST_SPI <= base
        ? fixOf(`Set vpci_irq_base to ${base} - 32`, setField(cell, 'vpci_irq_base', `${base} - 32`), false)
        : undefined,
    ),
  }
}
