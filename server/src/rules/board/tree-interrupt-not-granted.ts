import { isArm } from '../../config/architecture.ts'
import { hasPin, misplacedChip, owns } from '../../config/pins.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addPins } from '../../edit/pins.ts'
import type { Board, Device } from '../../platform/model.ts'
import type { BoardRule } from '../rule.ts'
import { sharedLines } from './given-devices.ts'
import page from './tree-interrupt-not-granted.md'
import { atFact, treeDevices, treesOf } from './trees.ts'
import { atArray, basis, lineName } from './words.ts'

export const treeInterruptNotGranted: BoardRule = {
  kind: 'board',
  code: 'JH951',
  id: 'tree-interrupt-not-granted',
  title: 'Device tree of a cell with an unassigned interrupt',
  severity: 'warning',
  constraints: [],
  complete: ['irqchips'],
  page,
  *check(subject) {
    for (const { cell, tree } of treesOf(subject)) {
      const misplaced = misplacedChip(cell)
      const moved = misplaced && { ...misplaced.chip, pin_base: misplaced.base }
      for (const device of isArm(cell) ? treeDevices(tree) : [])
        for (const id of sharedLines(device)) {
          // What a wrong pin_base keeps from the cell is charged there (JH420).
          if (owns(cell, id) || (moved && hasPin(moved, id))) continue
          yield {
            span: spanOf(device, tree) ?? atFact(device, cell, 'irqchips'),
            headline: `${device.name} waits for ${lineName(id)}, which "${cell.name}" is not granted`,
            notes: ['the interrupt never arrives', basis(device)],
            help: `set the bit of ID ${id} in pin_bitmap`,
            ...(device.span && {
              related: [{ span: atArray(cell, 'irqchips'), text: `interrupts of "${cell.name}"` }],
            }),
            key: `${cell.name} ${id}`,
            ...fixes(fixOf(`Grant interrupt ${id} to "${cell.name}"`, addPins(cell, [id]), false)),
          }
        }
    }
  },
}

/** The property rather than the node, where the tree is source. */
const spanOf = (device: Device, { nodes }: Board) => nodes.byPath.get(device.path)?.properties.get('interrupts')?.span
