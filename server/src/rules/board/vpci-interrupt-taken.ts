import { isArm } from '../../config/architecture.ts'
import type { CellConfig, PciDevice } from '../../config/model.ts'
import { FIRST_SPI, intxDevices, intxPin } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { type Change, fixes, fixOf, together } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { movePins } from '../../edit/pins.ts'
import type { Device, Fact, InterruptUse } from '../../platform/model.ts'
import { bdf } from '../../text/words.ts'
import type { BoardRule, BoardSubject, RawFinding } from '../rule.ts'
import { freeInterrupts } from './free-interrupts.ts'
import page from './vpci-interrupt-taken.md'
import { basis, gicLines, lineText, relatedFacts } from './words.ts'

/** By the lines that devices really raise; lines of unused slots disturb nobody. */
export const vpciInterruptTaken: BoardRule = {
  kind: 'board',
  code: 'JH940',
  id: 'vpci-interrupt-taken',
  title: 'Virtual PCI raises the interrupt of a device',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const { root, cells } = subject.scenario
    for (const cell of [root.root_cell, ...cells].filter(isArm))
      for (const device of intxDevices(cell)) yield* taken(cell, device, subject)
  },
}

function* taken(cell: CellConfig, device: PciDevice, subject: BoardSubject): Iterable<RawFinding> {
  const { platform } = subject
  const id = intxPin(cell, device)
  const owner = platform.devices.find(({ enabled, interrupts }) => enabled && gicLines(interrupts).includes(id))
  const use = platform.interruptsInUse?.find(
    ({ id: used, controller, actions }) => controller === 'gic' && used === id && !/ivshmem/.test(actions),
  )
  const dynamic = platform.dynamicInterrupts.find(({ first, end }) => first <= id && id < end)
  if (!owner && !use) {
    if (dynamic && platform.board)
      yield {
        ...finding(
          cell,
          device,
          `${lineText(id)} of ${bdf(device.bdf)} may be handed out by ${dynamic.by}`,
          platform.board,
          subject,
        ),
        severity: 'information',
      }
    return
  }
  const fact = owner ?? use
  if (fact) yield finding(cell, device, headline(id, device, owner, use), fact, subject)
}

const headline = (id: number, device: PciDevice, owner: Device | undefined, use: InterruptUse | undefined): string =>
  `${lineText(id)} of the virtual device ${bdf(device.bdf)} is that of ${owner?.name ?? use?.actions ?? ''}`

function finding(cell: CellConfig, device: PciDevice, words: string, fact: Fact, subject: BoardSubject): RawFinding {
  const [free] = freeInterrupts(subject, 4)
  const base = free === undefined ? undefined : free.first - FIRST_SPI
  const moved = base === undefined ? undefined : movedTo(cell, base)
  return {
    span: at(cell, 'vpci_irq_base'),
    headline: words,
    notes: [
      `vpci_irq_base ${cell.vpci_irq_base} + slot ${(device.bdf >> 3) & 3}: SPI ${intxPin(cell, device) - FIRST_SPI} is raised for both`,
      ...(base === undefined
        ? []
        : [
            `SPIs ${base} to ${(free?.end ?? 0) - FIRST_SPI - 1} are free: no device names them, and the root is granted them`,
          ]),
      basis(fact),
    ],
    ...(moved ? {} : { help: 'choose lines that no device of the machine uses' }),
    ...relatedFacts([fact, 'its other user']),
    key: `${cell.name} ${bdf(device.bdf)}`,
    ...fixes(fixOf(`Move virtual PCI to SPI ${base}`, moved, false)),
  }
}

/** The root is granted the lines that are free; an inmate has to be given those that its devices raise. */
function movedTo(cell: CellConfig, base: number): Change | undefined {
  const written = setField(cell, 'vpci_irq_base', String(base))
  if (cell.isRoot) return written
  const lines = intxDevices(cell).map(device => intxPin(cell, device))
  const from = FIRST_SPI + (cell.vpci_irq_base ?? 0)
  return together(
    written,
    movePins(
      cell,
      lines,
      lines.map(id => id - from + FIRST_SPI + base),
    ),
  )
}
