import { commentsIn, commentWords } from '../../c/raw/comments.ts'
import { isArm } from '../../config/architecture.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { overlap, phys } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { fixOf } from '../../edit/change.ts'
import type { Device, Platform } from '../../platform/model.ts'
import { consoleChange } from '../../rules/board/fill-console.ts'
import { gicChange } from '../../rules/board/fill-gic.ts'
import { giveDevice, isNothing, partsLacking, partsText } from '../../rules/board/give-device.ts'
import { gicLines } from '../../rules/board/words.ts'
import { lineEnd, lineStart } from '../../text/lines.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

/** What the facts of the machine let an editor write: devices into cells, its console and its interrupt controller into the root. */

/** A cell beside its root and the facts of their machine. */
export interface BoardCell {
  readonly cell: CellConfig
  readonly root: SystemConfig
  readonly platform: Platform
}

/** An inmate with facts; undefined where there are none. */
export function boardCell({ config, simulations }: RefactorContext['analysis']): BoardCell | undefined {
  const simulation = simulations.find(({ platform }) => platform)
  if (config?.kind !== 'cell' || !simulation?.platform || !isArm(config)) return undefined
  return { cell: config, root: simulation.scenario.root, platform: simulation.platform }
}

/** Kinds of devices that a cell may be given. */
const GIVABLE: ReadonlySet<Device['kind']> = new Set(['device', 'uart', 'quiet'])

/** Devices that the cell does not have wholly, with what it lacks. */
export function givableDevices({ cell, root, platform }: BoardCell) {
  return platform.devices
    .filter(({ kind, windows }) => GIVABLE.has(kind) && windows.length > 0)
    .map(device => ({ device, lacking: partsLacking(cell, root, device, platform) }))
    .filter(({ lacking }) => !isNothing(lacking))
}

/** A region, a word of pins or a comment at the cursor speaks of few devices: those are offered. */
const MAX_OFFERED = 4

/** What the cell lacks of the devices that the place at hand speaks of. */
export function giveDevicesHere(context: RefactorContext): readonly Refactoring[] {
  const stand = boardCell(context.analysis)
  if (!stand) return []
  return givableDevices(stand)
    .filter(({ device }) => isMeant(device, stand, context))
    .slice(0, MAX_OFFERED)
    .flatMap(({ device, lacking }) => {
      const change = giveDevice(stand.cell, stand.root, device, stand.platform)
      const title = `Give ${device.name} to this cell (${partsText(lacking)})`
      return change ? [{ title, kind: 'rewrite' as const, edits: change.edits }] : []
    })
}

/** A device with registers in the region, whose interrupt is in the word, or that a comment of the line names. */
function isMeant(device: Device, { cell }: BoardCell, { path, analysis, offset }: RefactorContext): boolean {
  const within = (name: 'mem_regions' | 'irqchips') =>
    path.steps.find(({ parent }) => parent === arrayOf(cell, name)?.value)?.index
  const region = cell.mem_regions.find(({ index }) => index === within('mem_regions'))
  if (region && device.windows.some(({ range }) => overlap(range, phys(region)))) return true
  const chip = cell.irqchips.find(({ index }) => index === within('irqchips'))
  const isInChip = (id: number) => chip !== undefined && chip.pin_base <= id && id < chip.pin_base + 128
  const { main } = analysis.unit
  const [start, end] = [lineStart(main.text, offset), lineEnd(main.text, offset)]
  const words = commentsIn(main)
    .filter(comment => comment.start < end && start < comment.end)
    .map(comment => commentWords(comment) ?? '')
  const isNamed = words.some(text => text.includes(device.name) || text.includes(device.path))
  return isNamed || (region === undefined && gicLines(device.interrupts).some(id => isInChip(id) && isSet(cell, id)))
}

const isSet = (cell: CellConfig, id: number): boolean =>
  cell.irqchips.some(({ pin_base, pin_bitmap }) => {
    const word = pin_bitmap[(id - pin_base) >> 5]
    return word !== undefined && ((word >>> ((id - pin_base) & 31)) & 1) === 1
  })

/** `debug_console` and `platform_info.arm` from the machine, at the fields or where they are not written yet. */
export function fillFromFacts({ analysis, path }: RefactorContext): readonly Refactoring[] {
  const { config, simulations } = analysis
  const platform = simulations.find(each => each.platform)?.platform
  if (config?.kind !== 'system' || !platform) return []
  const isAt = (value: unknown) => path.steps.some(step => step.value === value)
  const { debug_console: console, platform_info: info } = config
  const last = path.steps.at(-1)
  const isOutside = last?.parent === config.source || last?.value === config.source
  const fill = [
    ...(isAt(console.source) || isOutside ? [consoleChange(config, platform)] : []),
    ...(isAt(info.source) || isOutside ? [gicChange(config, platform)] : []),
  ]
  return fill.flatMap(made => {
    const fix = made && fixOf(made.title, made.change)
    return fix ? [{ title: fix.title, kind: 'rewrite' as const, edits: fix.edits }] : []
  })
}
