import type { CellConfig } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'
import { at, bdf } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './intx-of-another.md'
import { atPin } from './pin-not-in-root.ts'
import { hasPin, intxDevices, intxPin, isArm } from './pins.ts'

/** An inmate takes its pins from the root, so what it lists is nobody else's. */
export const intxOfAnother: ScenarioRule = {
  kind: 'scenario',
  code: 'JH463',
  id: 'intx-of-another',
  title: 'Shared-memory devices raise interrupts of their own cell',
  severity: 'error',
  constraints: ['ivshmem-irq-cross-cell'],
  page,
  *check(scenario) {
    const { gicd_base } = scenario.root.platform_info.arm
    if (!isArm(scenario.root.root_cell)) return
    for (const { cell, other } of encounters(scenario))
      for (const device of intxDevices(cell)) {
        const pin = intxPin(cell, device)
        const chip = other.irqchips.find(chip => chip.address === gicd_base && hasPin(chip, pin))
        if (chip)
          yield {
            span: at(device, 'bdf'),
            headline: `${bdf(device.bdf)} of "${cell.name}" raises interrupt ${pin} (vpci_irq_base ${cell.vpci_irq_base} + 32 + slot ${(device.bdf >> 3) & 3}), which "${other.name}" takes: it is delivered there; give "${cell.name}" another vpci_irq_base, or take the bit from "${other.name}"`,
            related: [
              {
                span: at(cell, 'vpci_irq_base'),
                text: `interrupts of the virtual devices of "${cell.name}" begin here`,
              },
              { span: atPin(chip, pin), text: `"${other.name}" takes it here` },
            ],
            key: `${bdf(device.bdf)} ${other.name}`,
          }
      }
  },
}

/** Each cell with each inmate that exists beside it. */
function* encounters({ root, cells, together }: Scenario): Iterable<{ cell: CellConfig; other: CellConfig }> {
  for (const other of cells) {
    yield { cell: root.root_cell, other }
    if (together) for (const cell of cells) if (cell !== other) yield { cell, other }
  }
}
