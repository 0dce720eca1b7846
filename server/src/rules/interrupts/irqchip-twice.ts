import { isArm } from '../../config/architecture.ts'
import { shortElementName } from '../../config/element-name.ts'
import type { Irqchip } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './irqchip-twice.md'

const name = (chip: Irqchip): string => shortElementName(chip, 'irqchip')

/** `irqchip_cell_init` of ARM joins what entries grant: one of them most likely has the wrong `pin_base`. */
export const irqchipTwice: CellRule = {
  kind: 'cell',
  code: 'JH423',
  id: 'irqchip-twice',
  title: 'Two irqchip entries for the same interrupts',
  severity: 'warning',
  constraints: [],
  page,
  *check(cell) {
    if (!isArm(cell)) return
    const firsts = new Map<string, Irqchip>()
    for (const chip of cell.irqchips) {
      const place = `${chip.address} ${chip.pin_base}`
      const twin = firsts.get(place)
      if (!twin) firsts.set(place, chip)
      if (twin && chip.address !== 0n)
        yield {
          span: at(chip, 'pin_base'),
          headline: `${name(chip)} has the address and pin_base of ${name(twin)}`,
          notes: [
            `the cell is granted what both entries list from interrupt ${chip.pin_base} of ${hex(chip.address)} on`,
          ],
          help: 'set the pin_base that was meant, or merge the entries',
          related: [{ span: at(twin, 'pin_base'), text: name(twin) }],
          key: `${chip.index}`,
        }
    }
  },
}
