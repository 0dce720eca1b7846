import { FIRST_SPECIAL, FIRST_SPI, intxDevices, intxPin, pinsOf } from '../../config/pins.ts'
import type { BoardSubject } from '../rule.ts'
import { gicLines } from './words.ts'

/** What uses interrupts: cells and devices. */
export type Lines = Pick<BoardSubject, 'scenario' | 'platform'>

/** Interrupt IDs `[first, end)` that nothing uses: granted to the root, named by no node, in no range handed out. */
export function freeInterrupts(subject: Lines, atLeast: number): readonly { first: number; end: number }[] {
  const { scenario, platform } = subject
  const taken = takenInterrupts(subject)
  const last = platform.spiCount === undefined ? FIRST_SPECIAL : FIRST_SPI + platform.spiCount
  const granted = new Set(scenario.root.root_cell.irqchips.flatMap(pinsOf))
  const highest = Math.max(
    0,
    ...platform.devices.filter(({ enabled }) => enabled).flatMap(({ interrupts }) => gicLines(interrupts)),
  )
  const runs: { first: number; end: number }[] = []
  for (let id = FIRST_SPI; id < last; id++) {
    if (!granted.has(id) || taken(id)) continue
    const run = runs.at(-1)
    if (run?.end === id && id !== highest + 1) run.end++
    else runs.push({ first: id, end: id + 1 })
  }
  // Lines above all that the tree names are the least likely to be wired to something it does not describe.
  const long = runs.filter(({ first, end }) => atLeast <= end - first)
  return [...long.filter(({ first }) => highest < first), ...long.filter(({ first }) => first <= highest)]
}

function takenInterrupts({ scenario, platform }: Lines): (id: number) => boolean {
  const used = new Set(platform.board?.namedInterrupts ?? [])
  for (const { id, controller } of platform.interruptsInUse ?? []) if (controller === 'gic') used.add(id)
  // A host has four lines, whichever of them its devices raise today.
  for (const cell of [scenario.root.root_cell, ...scenario.cells])
    for (const device of intxDevices(cell)) used.add(intxPin(cell, device))
  return id => used.has(id) || platform.dynamicInterrupts.some(({ first, end }) => first <= id && id < end)
}
