import type { CellConfig } from '../../../src/config/model.ts'
import { type Cell, type Failure, isFatal, type State } from '../../../src/machine/hypervisor.ts'
import type { PvuDevice, Tlb } from '../../../src/machine/iommu/pvu-device.ts'
import type { PvuEntry } from '../../../src/machine/iommu/pvu-entries.ts'
import { pvuState } from '../../../src/machine/iommu/ti-pvu.ts'
import type { AddressRun } from '../../../src/machine/paging/page-tables.ts'
import { runsOf } from '../../../src/machine/paging/runs.ts'
import type { SnapshotCell, SnapshotUnit } from './format.ts'

/** A state of the simulation in the shapes of the vector format. */

const hex = (value: bigint | number): string => `0x${value.toString(16)}`

export const ERRNO: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  E2BIG: 7,
  ENOMEM: 12,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ERANGE: 34,
}

export const rcOf = (failure: Failure | undefined): number | undefined =>
  isFatal(failure) ? undefined : failure ? -(ERRNO[failure.errno] ?? 0) : 0

export function snapshotUnits(state: { readonly units: State['units'] }): Record<string, SnapshotUnit> {
  const { devices, count } = pvuState(state)
  return Object.fromEntries(devices.slice(0, count).map((device, n) => [n, snapshotUnit(device)]))
}

const snapshotUnit = (device: PvuDevice): SnapshotUnit => ({
  fields: {
    num_tlbs: device.num_tlbs,
    num_entries: device.num_entries,
    free: device.free_tlb_count,
    enable: device.enable,
    virtid_map1: device.virtid_map1,
    virtid_map2: device.virtid_map2,
    log_dis: device.exception_logging_disable,
    log_ctrl: device.exception_logging_control,
  },
  tlbs: Object.fromEntries(device.tlbs.map((tlb, n) => [n, snapshotTlb(tlb)])),
})

const snapshotTlb = ({ enabled, loggingDisabled, chain, data, entries }: Tlb) => ({
  en: Number(enabled),
  log: Number(loggingDisabled),
  chain,
  data: hex(data),
  e: entries.flatMap((entry, index) =>
    entry ? [[index, hex(entry.virt), hex(entry.phys), entry.page, hex(entry.flags)]] : [],
  ),
})

export const snapshotPending = (entries: readonly PvuEntry[]): unknown[] =>
  entries.map(({ virt_addr, phys_addr, size, flags }) => [hex(virt_addr), hex(phys_addr), hex(size), hex(flags)])

export function snapshotCells(
  state: Pick<State, 'cells' | 'units'>,
  keys: ReadonlyMap<CellConfig, string>,
): Record<string, SnapshotCell> {
  const { pending } = pvuState(state)
  return Object.fromEntries(
    state.cells.map(cell => [keys.get(cell.config) ?? '?', snapshotCell(cell, pending.get(cell.id) ?? [])]),
  )
}

function snapshotCell(cell: Cell, pending: readonly PvuEntry[]): SnapshotCell {
  const { leaves } = cell.mm
  return {
    pending: snapshotPending(pending),
    state: cell.cell_state,
    loadable: cell.loadable,
    cpus: hex(cell.cpus.reduce((mask, cpu) => mask | (1n << BigInt(cpu)), 0n)),
    maps: maximalRuns(runsOf(cell.mm)),
    pt: cell.mm.tables,
    leaves: leaves.length === 4 ? leaves.slice(1) : [0, ...leaves.slice(1)],
    subpage: cell.mmio.regions
      .filter(({ handler }) => handler === 'subpage')
      .map(({ start, size, isDangling }) => [hex(start), hex(size), ...(isDangling ? ['dangling'] : [])]),
  }
}

const attributes = ({ grant: { flags } }: AddressRun): string =>
  `${flags & 1n ? 'R' : '-'}${flags & 2n ? 'W' : '-'}${flags & 0x10n ? 'D' : 'N'}`

function maximalRuns(runs: readonly AddressRun[]): unknown[] {
  const joined: { virt: bigint; phys: bigint | string; size: bigint; attr: string }[] = []
  for (const run of runs) {
    const { virt, size, grant } = run
    const phys = grant.kind === 'comm' || grant.kind === 'empty' ? grant.kind : run.phys
    const attr = attributes(run)
    const last = joined.at(-1)
    const continues =
      last?.attr === attr &&
      last.virt + last.size === virt &&
      (typeof last.phys === 'string' ? last.phys === phys : last.phys + last.size === phys)
    if (last && continues) last.size += size
    else joined.push({ virt, phys, size, attr })
  }
  return joined.map(({ virt, phys, size, attr }) => [
    hex(virt),
    typeof phys === 'string' ? phys : hex(phys),
    hex(size),
    attr,
  ])
}
