import type { CellConfig } from '../../config/model.ts'
import { neighbours } from '../../config/scenario.ts'
import type { ScenarioRule } from '../rule.ts'
import { atPin } from './pin-not-in-root.ts'
import page from './pin-shared.md'
import { FIRST_SPI, hasPin, isArm, pinsOf } from './pins.ts'

export const pinShared: ScenarioRule = {
  kind: 'scenario',
  code: 'JH462',
  id: 'pin-shared',
  title: 'Cells that run together have interrupts of their own',
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
              headline: `interrupt${pins.length === 1 ? '' : 's'} ${pins.join(', ')} ${pins.length === 1 ? 'is' : 'are'} granted to "${first.name}" and to "${second.name}": both may configure ${pins.length === 1 ? 'it' : 'them'}, the cell created last receives, and destroying either gives to the root; grant each to one`,
              related: [{ span: atPin(twin, pins[0]), text: `"${first.name}" has it here` }],
              key: `${first.name} ${pins.join()}`,
            }
        }
  },
}

const isDelivered = (cell: CellConfig, pin: number): boolean => !isArm(cell) || FIRST_SPI <= pin
