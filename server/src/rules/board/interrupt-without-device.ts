import { isArm } from '../../config/architecture.ts'
import { hasPin } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { fixes } from '../../edit/change.ts'
import { atPin } from '../interrupts/pin-not-in-root.ts'
import type { BoardRule } from '../rule.ts'
import { giving } from './give-device.ts'
import { ownInterrupts, regionAt, sharedLines } from './given-devices.ts'
import page from './interrupt-without-device.md'
import { basis, lineText, relatedFacts } from './words.ts'

/** The interrupt goes to the cell at `create`: the root's driver waits for it in vain. */
export const interruptWithoutDevice: BoardRule = {
  kind: 'board',
  code: 'JH942',
  id: 'interrupt-without-device',
  title: 'Interrupt assigned without its device',
  severity: 'warning',
  constraints: [],
  complete: ['mem_regions'],
  page,
  *check({ platform, scenario }) {
    for (const cell of scenario.cells.filter(isArm))
      for (const id of ownInterrupts(cell)) {
        const devices = platform.devices.filter(device => device.windows.length > 0 && sharedLines(device).includes(id))
        const enabled = devices.filter(device => device.enabled)
        const isItsOwn = devices.some(({ windows }) => windows.some(({ range }) => regionAt(cell, range.start)))
        const [owner] = enabled
        if (!owner || isItsOwn) continue
        const chip = cell.irqchips.find(each => hasPin(each, id))
        yield {
          span: chip ? atPin(chip, id) : at(cell),
          headline: `"${cell.name}" takes ${lineText(id)} of ${owner.name} from the root`,
          notes: ['from create on the root does not get this interrupt', basis(owner)],
          help: `take bit ${id % 32} out, or give ${owner.name} to the cell`,
          ...relatedFacts([owner, `raises ${lineText(id)}`]),
          key: `${cell.name} ${id}`,
          ...fixes(giving(cell, scenario.root, owner, platform)),
        }
      }
  },
}
