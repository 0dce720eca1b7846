import type { Simulation } from '../../analyze.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { overlap, phys, type Range } from '../../config/ranges.ts'
import { devicesIn } from '../../platform/devices.ts'
import type { Device, Platform } from '../../platform/model.ts'
import { allClaims } from '../../platform/read/iomem.ts'
import { gicLines } from '../../rules/board/words.ts'
import { describeRange } from '../../text/words.ts'

/** What facts of the machine add to a hover: which devices a region holds, and whose an interrupt is. */

const platformIn = (simulations: readonly Simulation[]): Platform | undefined =>
  simulations.find(({ platform }) => platform)?.platform

/** Devices are named up to this number. */
const MAX_NAMED = 6

/** The devices of the machine in a region, with what tells whether Linux uses them; so many lines at most. */
export function deviceLines(
  simulations: readonly Simulation[],
  region: MemoryRegion,
  limit: number,
): readonly string[] {
  const platform = platformIn(simulations)
  if (!platform || region.size === 0n) return []
  const range = phys(region)
  const found = devicesIn(platform, range)
  const lines = [
    ...found.map(device => deviceText(device, range)),
    ...memoryLines(platform, range),
    ...barLines(platform, range),
  ]
  return counted(lines, Math.min(limit, MAX_NAMED))
}

/** Lines up to a limit, the last of which counts those it leaves out. */
function counted(lines: readonly string[], limit: number): readonly string[] {
  if (lines.length <= limit) return lines
  const shown = lines.slice(0, Math.max(0, limit - 1))
  return [...shown, `and ${lines.length - shown.length} more.`].slice(0, limit)
}

function deviceText(
  { name, compatible, enabled, windows, interrupts, driver, usedBy, source }: Device,
  range: Range,
): string {
  const window = windows.find(each => overlap(each.range, range))
  const lines = gicLines(interrupts).map(lineText)
  const words = [
    `\`${name}\``,
    compatible[0] === undefined ? '' : `(${compatible[0]})`,
    window ? `at ${describeRange(window.range)}` : '',
    enabled ? '' : 'disabled',
    lines.length > 0 ? lines.slice(0, 4).join(', ') : '',
    driver === undefined ? '' : driver === 'none' ? 'no driver' : `driver ${driver}`,
    usedBy.length > 0 ? `serves ${usedBy.length} others` : '',
    source.provenance === 'live' ? '' : `by a packaged tree`,
  ]
  return `${words.filter(Boolean).join(' ')}.`
}

const lineText = (id: number): string => (id < 32 ? `PPI ${id - 16}` : `SPI ${id - 32}`)

/** What Linux calls this memory. */
const memoryLines = ({ claimed = [], reserved }: Platform, range: Range): readonly string[] => [
  ...claimed
    .filter(claim => claim.name === 'System RAM' && overlap(claim.range, range))
    .map(claim => `System RAM ${describeRange(claim.range)} of Linux.`),
  ...reserved
    .filter(each => overlap(each.range, range))
    .map(
      ({ name, range: all, noMap }) =>
        `Reserved: \`${name}\` ${describeRange(all)}${noMap === false ? ' without no-map' : ''}.`,
    ),
]

/** BARs of PCI devices, and the driver that has claimed them. */
const barLines = ({ claimed = [] }: Platform, range: Range): readonly string[] =>
  [...allClaims(claimed)]
    .filter(({ name, range: bar }) => /^[0-9a-f]{4}:[0-9a-f]{2}:/.test(name) && overlap(bar, range))
    .map(
      ({ name, range: bar, children }) =>
        `PCI ${name} at ${describeRange(bar)}${children[0] ? `, driver ${children[0].name}` : ''}.`,
    )

/** Whose the interrupts are on this machine. */
export function interruptLines(simulations: readonly Simulation[], ids: readonly number[]): readonly string[] {
  const platform = platformIn(simulations)
  if (!platform) return []
  const lines = ids.flatMap(id => {
    const owners = platform.devices.filter(({ interrupts }) => gicLines(interrupts).includes(id))
    const names = owners.map(({ name, enabled }) => `\`${name}\`${enabled ? '' : ' (disabled)'}`)
    return names.length > 0 ? [`ID ${id} = ${lineText(id)}: ${names.join(', ')}.`] : []
  })
  return counted(lines, MAX_NAMED)
}

/** The four lines of a virtual PCI host, and who else uses each. */
export function virtualLines(simulations: readonly Simulation[], cell: CellConfig): readonly string[] {
  const first = 32 + (cell.vpci_irq_base ?? 0)
  return interruptLines(simulations, [first, first + 1, first + 2, first + 3])
}
