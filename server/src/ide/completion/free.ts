import type { Analysis } from '../../analyze.ts'
import { IOMMU_PVU } from '../../config/constants.ts'
import { type CellConfig, cellOf, type SystemConfig } from '../../config/model.ts'
import { phys, type Range, without } from '../../config/ranges.ts'
import { bdf, describeRange, hex } from '../../rules/places.ts'
import type { Path } from './context.ts'

export interface FreeValue {
  readonly text: string
  readonly detail: string
}

/** Values for a field that nothing else in this system has. */
export function freeValues(analysis: Analysis, path: Path): readonly FreeValue[] {
  const find = finders[[path.struct, ...path.field].filter(Boolean).join('.')] ?? finders[String(path.steps[0])]
  return find && analysis.config ? find(sideOf(analysis)) : []
}

/** The system as one cell sees it. */
interface Side {
  readonly own: CellConfig
  readonly root: SystemConfig | undefined
  /** The cells that stand beside it in some scenario, root included. */
  readonly others: readonly CellConfig[]
}

function sideOf({ config, cases }: Analysis): Side {
  const own = cellOf(config!)
  const all = new Set(cases.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  const root = config?.kind === 'system' ? config : cases[0]?.scenario.root
  return { own, root, others: [...all].filter(cell => cell !== own) }
}

const finders: Readonly<Record<string, (side: Side) => readonly FreeValue[]>> = {
  'jailhouse_pci_device.bdf': freeSlots,
  'jailhouse_memory.phys_start': freeMemory,
  'jailhouse_memory.virt_start': freeMemory,
  'jailhouse_stream_id.id': freeStreams,
  stream_ids: freeStreams,
  cpus: freeCpus,
}

/** Slots of bus 0 without a device of this cell. */
function freeSlots({ own }: Side): readonly FreeValue[] {
  const taken = new Set(own.pci_devices.map(device => device.bdf >> 3))
  return Array.from({ length: 32 }, (_, slot) => slot)
    .filter(slot => !taken.has(slot))
    .slice(0, 4)
    .map(slot => ({ text: `${slot} << 3`, detail: `${bdf(slot << 3)} is free in this cell` }))
}

/** Memory of the root that no cell beside it has and that is large enough to matter, largest first. */
function freeMemory({ own, root, others }: Side): readonly FreeValue[] {
  if (own.isRoot || !root) return []
  const taken = [...own.mem_regions, ...others.filter(cell => !cell.isRoot).flatMap(cell => cell.mem_regions)]
  const holes = [...taken.map(phys), phys(root.hypervisor_memory)]
  return root.root_cell.mem_regions
    .filter(region => (region.flags & 0x14n) === 0x4n)
    .flatMap(region =>
      holes.reduce((left, hole) => left.flatMap(range => without(range, hole)), [phys(region)] as readonly Range[]),
    )
    .toSorted((a, b) => (b.end - b.start < a.end - a.start ? -1 : 1))
    .slice(0, 4)
    .map(range => ({ text: hex(range.start), detail: `RAM of the root that is free: ${describeRange(range)}` }))
}

/** Ids the PVU knows that no cell lists; other IOMMUs have too many to guess. */
function freeStreams({ own, root, others }: Side): readonly FreeValue[] {
  if (!root?.platform_info.iommu_units.some(unit => unit.type === IOMMU_PVU)) return []
  const taken = new Set([own, ...others].flatMap(cell => cell.stream_ids.map(({ id }) => id)))
  return [1, 2, 3, 4, 5, 6, 7]
    .filter(id => !taken.has(id))
    .map(id => ({ text: hex(id), detail: `PVU stream id ${id}: free` }))
}

/** CPUs of the root that no other cell takes. */
function freeCpus({ own, root, others }: Side): readonly FreeValue[] {
  if (own.isRoot || !root) return []
  const taken = new Set(others.filter(cell => !cell.isRoot).flatMap(cell => cell.cpus))
  return root.root_cell.cpus
    .filter(cpu => cpu !== 0 && !taken.has(cpu))
    .toReversed()
    .map(cpu => ({ text: hex(1n << BigInt(cpu)), detail: `CPU ${cpu} of the root` }))
}
