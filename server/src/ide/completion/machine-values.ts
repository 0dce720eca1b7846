import type { Reading } from '../../analyze.ts'
import { isArm } from '../../config/architecture.ts'
import { FIRST_SPI } from '../../config/pins.ts'
import { contains, phys } from '../../config/ranges.ts'
import type { Platform } from '../../platform/model.ts'
import { gicFields } from '../../rules/board/fill-gic.ts'
import { freeInterrupts, type Lines } from '../../rules/board/free-interrupts.ts'
import { hex } from '../../text/words.ts'
import type { CellView, FreeValue } from './cell-view.ts'
import type { Path } from './context.ts'

/** What the facts of the machine say for a field, by the last word of its path. */
export function machineValues(reading: Reading, view: CellView, { struct, field }: Path): readonly FreeValue[] {
  const { scenario, platform } = reading.simulations.find(each => each.platform) ?? {}
  const name = field.at(-1) ?? ''
  if (!scenario || !platform) return []
  if (name === 'vpci_irq_base') return freeLines({ scenario, platform })
  if (struct === 'jailhouse_stream_id') return streams(view, platform)
  if (!view.own.isRoot) return []
  if (name === 'address' && field.length <= 2) return consoles(platform)
  if (name === 'pci_mmconfig_base') return spaces(platform)
  return gicValues(platform, name)
}

/** Of every run its first four lines. */
const freeLines = (subject: Lines): readonly FreeValue[] =>
  freeInterrupts(subject, 4)
    .slice(0, 3)
    .map(({ first, end }) => ({
      text: String(first - FIRST_SPI),
      detail: `SPI ${first - FIRST_SPI} to ${end - 1 - FIRST_SPI}: no device names them, the root has them`,
    }))

const consoles = ({ uarts, board }: Platform): readonly FreeValue[] =>
  uarts
    .filter(({ enabled, type, isPort }) => enabled && type && !isPort)
    .toSorted((a, b) => Number(b.path === board?.stdout) - Number(a.path === board?.stdout))
    .map(({ range, name, path, type }) => ({
      text: hex(range.start),
      detail: [name, type, ...(path === board?.stdout ? ['stdout-path'] : [])].join(', '),
    }))

/** Where the hypervisor may find the machine's own configuration space. */
const spaces = ({ pciHosts, mmconfig = [], devices }: Platform): readonly FreeValue[] => [
  ...mmconfig
    .filter(({ segment }) => segment === 0)
    .map(({ base }) => ({ text: hex(base), detail: 'MCFG of the machine, segment 0' })),
  // Other hosts call a window their configuration space that shows one device at a time.
  ...pciHosts.flatMap(({ enabled, ecam, name, path }) =>
    enabled && ecam && devices.some(each => each.path === path && each.compatible.includes('pci-host-ecam-generic'))
      ? [{ text: hex(ecam.start), detail: `ECAM of ${name}` }]
      : [],
  ),
]

function gicValues({ gic }: Platform, name: string): readonly FreeValue[] {
  const found = gic && gicFields(gic).find(({ path }) => path === name)
  if (!gic || found?.value === undefined) return []
  return [{ text: found.isNumber ? String(found.value) : hex(found.value), detail: `${gic.path} of the machine` }]
}

/** Streams of devices that the cell has and does not list. */
function streams({ own }: CellView, { devices }: Platform): readonly FreeValue[] {
  if (!isArm(own)) return []
  const listed = new Set(own.stream_ids.map(({ id }) => id))
  return devices
    .filter(
      ({ enabled, windows: [first] }) =>
        enabled && first && own.mem_regions.some(region => contains(phys(region), first.range)),
    )
    .flatMap(({ streams, name }) => streams.map(({ id }) => ({ id, name })))
    .filter(({ id }) => !listed.has(id))
    .map(({ id, name }) => ({ text: hex(id), detail: name }))
}
