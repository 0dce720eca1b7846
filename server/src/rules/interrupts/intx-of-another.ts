import { isArm } from '../../config/architecture.ts'
import type { CellConfig, Irqchip, PciDevice } from '../../config/model.ts'
import { hasPin, intxDevices, intxPin, lacksInterruptBase } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import type { Scenario } from '../../config/scenario.ts'
import { bdf, listed } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './intx-of-another.md'
import { atPin } from './pin-not-in-root.ts'
import { intxNote } from './words.ts'

/** Creating an inmate removes its pins from the root. */
export const intxOfAnother: ScenarioRule = {
  kind: 'scenario',
  code: 'JH463',
  id: 'intx-of-another',
  title: 'Interrupt of a shared-memory device granted to another cell',
  severity: 'error',
  constraints: ['ivshmem-irq-cross-cell'],
  page,
  *check(scenario) {
    const gicd_base = scenario.root.platform_info.arm?.gicd_base
    if (!isArm(scenario.root.root_cell)) return
    for (const { cell, other } of encounters(scenario)) {
      if (lacksInterruptBase(cell)) continue
      const lost = intxDevices(cell).flatMap((device): readonly Lost[] => {
        const pin = intxPin(cell, device)
        const chip = other.irqchips.find(chip => chip.address === gicd_base && hasPin(chip, pin))
        return chip ? [{ device, pin, chip }] : []
      })
      if (1 < lost.length) yield severalLost(cell, other, lost)
      else for (const each of lost) yield oneLost(cell, other, each)
    }
  },
}

interface Lost {
  readonly device: PciDevice
  readonly pin: number
  readonly chip: Irqchip
}

const oneLost = (cell: CellConfig, other: CellConfig, { device, pin, chip }: Lost): RawFinding => ({
  span: at(device, 'bdf'),
  headline: `interrupt ${pin} of ${bdf(device.bdf)} is granted to "${other.name}"`,
  notes: [`${intxNote(cell, device)}; it is delivered to "${other.name}"`],
  help: `change vpci_irq_base, or clear the bit in "${other.name}"`,
  related: [
    { span: at(cell, 'vpci_irq_base'), text: `SPIs of the virtual PCI host of "${cell.name}" begin here` },
    { span: atPin(chip, pin), text: `"${other.name}" is granted it here` },
  ],
  key: `${bdf(device.bdf)} ${other.name}`,
})

/** Several devices have nothing in common but where their interrupts begin. */
const severalLost = (cell: CellConfig, other: CellConfig, lost: readonly Lost[]): RawFinding => ({
  span: at(cell, 'vpci_irq_base'),
  headline: `interrupts ${listed(lost.map(({ pin }) => `${pin}`))} of virtual devices are granted to "${other.name}"`,
  notes: [`they are delivered to "${other.name}": devices ${listed(lost.map(({ device }) => bdf(device.bdf)))}`],
  help: `change vpci_irq_base, or clear the bits in "${other.name}"`,
  related: lost.map(({ pin, chip }) => ({ span: atPin(chip, pin), text: `"${other.name}" is granted ${pin} here` })),
  key: other.name,
})

/** Each cell with each inmate that exists beside it. */
function* encounters({ root, cells, together }: Scenario): Iterable<{ cell: CellConfig; other: CellConfig }> {
  for (const other of cells) {
    yield { cell: root.root_cell, other }
    if (together) for (const cell of cells) if (cell !== other) yield { cell, other }
  }
}
