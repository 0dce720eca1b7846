import { isArm } from '../../config/architecture.ts'
import type { CellConfig } from '../../config/model.ts'
import { FIRST_SPI, hasPin, pinsOf } from '../../config/pins.ts'
import { neighbours } from '../../config/scenario.ts'
import type { ScenarioRule } from '../rule.ts'
import { atPin } from './pin-not-in-root.ts'
import page from './pin-shared.md'
import { named } from './words.ts'

export const pinShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH462',
  id: 'pin-shared',
  title: 'Interrupt granted to two cells',
  severity: 'error',
  constraints: ['irqchip-pin-shared'],
  page,
  *check(scenario) {
    for (const { first, second } of neighbours(scenario))
      for (const chip of second.irqchips)
        for (const twin of first.irqchips.filter(({ address }) => address === chip.address && address)) {
          const pins = pinsOf(chip).filter(pin => hasPin(twin, pin) && isDelivered(second, pin))
          if (pins[0] !== undefined)
            yield {
              span: atPin(chip, pins[0]),
              headline: `${named(pins)} ${pins.length === 1 ? 'is' : 'are'} also granted to "${first.name}"`,
              notes: [
                'both cells can configure them, but only the one created last receives them',
                'destroying either cell passes them to the root cell',
              ],
              help: 'grant each interrupt to one cell',
              related: [{ span: atPin(twin, pins[0]), text: `"${first.name}" is granted it here` }],
              key: `${first.name} ${pins.join()}`,
            }
        }
  },
}

const isDelivered = (cell: CellConfig, pin: number): boolean => !isArm(cell) || FIRST_SPI <= pin
