import { isArm } from '../../config/architecture.ts'
import type { CellConfig } from '../../config/model.ts'
import { owns } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { alignDown } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addPins } from '../../edit/pins.ts'
import { listed } from '../../text/words.ts'
import type { BoardRule, RawFinding } from '../rule.ts'
import page from './device-without-interrupt.md'
import { type Given, givenDevices, ownInterrupts, sharedLines } from './given-devices.ts'
import { basis, lineText, relatedFacts } from './words.ts'

/** Demos that poll their devices are granted no interrupt at all, and nothing is said of them. */
export const deviceWithoutInterrupt: BoardRule = {
  kind: 'board',
  code: 'JH941',
  id: 'device-without-interrupt',
  title: 'Device assigned without its interrupt',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    for (const cell of subject.scenario.cells.filter(isArm)) {
      if (ownInterrupts(cell).length === 0) continue
      const given = givenDevices(cell, subject)
      for (const each of given) if (!isExempt(each, given, cell)) yield* missing(cell, each)
    }
  },
}

/** Interrupt controllers hand lines on; of UARTs that share a page, the cell uses the one whose line it has. */
function isExempt({ device }: Given, given: readonly Given[], cell: CellConfig): boolean {
  const pageOf = (other: Given) => alignDown(other.device.windows[0]?.range.start ?? 0n)
  const hasNeighbour = given.some(
    other =>
      other.device !== device &&
      other.device.kind === 'uart' &&
      pageOf(other) === alignDown(device.windows[0]?.range.start ?? 0n) &&
      sharedLines(other.device).some(id => owns(cell, id)),
  )
  return device.isInterruptController || (device.kind === 'uart' && hasNeighbour)
}

function* missing(cell: CellConfig, { device, region }: Given): Iterable<RawFinding> {
  const lines = sharedLines(device)
  const lacking = lines.filter(id => !owns(cell, id))
  if (lacking.length === 0) return
  yield {
    span: at(region, 'phys_start'),
    headline: `"${cell.name}" has ${device.name}, but not its interrupt ${listed(lacking.map(lineText))}`,
    notes: ['its driver waits for an interrupt that never arrives', basis(device)],
    help: `grant ${listed(lacking.map(id => `ID ${id}`))} in pin_bitmap`,
    ...relatedFacts([device, `raises ${listed(lines.map(lineText))}`]),
    key: device.path,
    ...fixes(
      fixOf(
        `Grant ${lacking.length === 1 ? 'interrupt' : 'interrupts'} ${listed(lacking.map(String))}`,
        addPins(cell, lacking),
        false,
      ),
    ),
  }
}
