import { isArm } from '../../config/architecture.ts'
import { intxDevices, intxPin } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { bdf } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './intx-twice.md'

export const intxTwice: CellRule = {
  kind: 'cell',
  code: 'JH422',
  id: 'intx-twice',
  title: 'Interrupt shared by two shared-memory devices',
  severity: 'hint',
  constraints: ['ivshmem-irq-collision'],
  page,
  *check(cell) {
    if (!isArm(cell)) return
    const owners = new Map<number, number>()
    for (const device of intxDevices(cell)) {
      const pin = intxPin(cell, device)
      const first = owners.get(pin)
      if (first === undefined) owners.set(pin, device.bdf)
      else
        yield {
          span: at(device, 'bdf'),
          headline: `${bdf(device.bdf)} shares interrupt ${pin} with ${bdf(first)}`,
          notes: ['the lower two bits of the device number select one of four; each interrupt runs both handlers'],
          key: bdf(device.bdf),
        }
    }
  },
}
