import type { Case } from '../../analyze.ts'
import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { phys, type Range, virt } from '../../config/ranges.ts'
import { boot } from '../../machine/machine.ts'
import { cpuReach, dmaReach } from '../../machine/queries/reach.ts'
import type { Machine } from '../../machine/stage.ts'
import { dropElement } from '../../rules/fixes/arrays.ts'
import { together } from '../../rules/fixes/change.ts'
import { setField } from '../../rules/fixes/fields.ts'
import { arrayOf, hex } from '../../rules/places.ts'
import { sharesRegion } from '../ivshmem.ts'
import type { Refactoring, Stand } from './refactoring.ts'

/** Two regions of the root that continue each other as one, where simulating shows that nothing changes. */
export function mergeRegions({ analysis, spot }: Stand): readonly Refactoring[] {
  const { config, cases } = analysis
  const array = config?.kind === 'system' ? arrayOf(config.root_cell, 'mem_regions') : undefined
  const index = spot.steps.find(({ parent }) => parent === array?.value)?.index
  if (config?.kind !== 'system' || !array || index === undefined) return []
  const regions = config.root_cell.mem_regions
  const [first, second] = [index, index + 1].map(wanted => regions.find(region => region.index === wanted))
  if (!first || !second || !continues(first, second) || isShared(config.root_cell, second)) return []
  const merged = withMerged(config, first, second)
  if (cases.length === 0 || !cases.every(each => isSame(each, merged))) return []
  const change = together(
    setField(first, 'size', hex(first.size + second.size)),
    dropElement(config.root_cell, array, second.index),
    ...movedBack(config.root_cell, second),
  )
  return change
    ? [{ title: 'Merge with the region behind it: same access at every stage', kind: 'rewrite', edits: change.edits }]
    : []
}

const continues = (a: MemoryRegion, b: MemoryRegion): boolean =>
  0n < a.size && 0n < b.size && a.flags === b.flags && phys(a).end === b.phys_start && virt(a).end === b.virt_start

/** Shared-memory devices find their regions by index. */
const isShared = ({ pci_devices }: CellConfig, { index }: MemoryRegion): boolean =>
  pci_devices.some(device => sharesRegion(device, index - 1) || sharesRegion(device, index))

const movedBack = (cell: CellConfig, { index }: MemoryRegion) =>
  cell.pci_devices
    .filter(device => device.type === PCI_TYPE_IVSHMEM && index < device.shmem_regions_start)
    .map(device => setField(device, 'shmem_regions_start', String(device.shmem_regions_start - 1)))

function withMerged(root: SystemConfig, first: MemoryRegion, second: MemoryRegion): SystemConfig {
  const cell = root.root_cell
  const mem_regions = cell.mem_regions
    .filter(region => region !== second)
    .map((region, index) => ({ ...region, index, ...(region === first && { size: first.size + second.size }) }))
  const pci_devices = cell.pci_devices.map(device => ({
    ...device,
    ...(second.index < device.shmem_regions_start && { shmem_regions_start: device.shmem_regions_start - 1 }),
  }))
  return { ...root, root_cell: { ...cell, mem_regions, pci_devices } }
}

/** Whether the same commands end the same way and let the same CPUs and devices at the same memory. */
function isSame({ scenario, machine }: Case, root: SystemConfig): boolean {
  const other = boot({ ...scenario, root })
  const ranges = [scenario.root.root_cell, ...scenario.cells].flatMap(cell => cell.mem_regions.map(phys))
  return accessOf(machine, ranges) === accessOf(other, ranges)
}

/** Everything that can be observed of a machine, as text. */
const accessOf = ({ stages, scenario }: Machine, ranges: readonly Range[]): string =>
  stages
    .map(({ state, outcome }) => {
      const ends = outcome.kind === 'refused' ? `${outcome.by} ${outcome.errno}` : outcome.kind
      const reaches = ranges.flatMap(range => [
        ...joined(
          cpuReach(state, range).map(reach => ({
            ...reach,
            who: `${reach.cell.name} ${JSON.stringify(reach.access)}`,
          })),
        ),
        ...joined(
          dmaReach(state, scenario, range).map(reach => ({
            ...reach,
            who: `${reach.unit} ${reach.device} ${reach.through} ${reach.read} ${reach.write}`,
          })),
        ),
      ])
      return [ends, ...reaches].join('\n')
    })
    .join('\n\n')

/** `who virt phys`, pieces that continue each other as one. */
function joined(
  pieces: readonly { readonly who: string; readonly phys: Range; readonly virt: bigint }[],
): readonly string[] {
  const done: { readonly who: string; readonly virt: bigint; readonly start: bigint; end: bigint }[] = []
  for (const { who, phys: at, virt: seen } of pieces) {
    const last = done.findLast(piece => piece.who === who)
    if (last && last.end === at.start && last.virt + (at.start - last.start) === seen) last.end = at.end
    else done.push({ who, virt: seen, start: at.start, end: at.end })
  }
  return done.map(({ who, virt: seen, start, end }) => `${who} ${hex(seen)} ${hex(start)} ${hex(end)}`)
}
