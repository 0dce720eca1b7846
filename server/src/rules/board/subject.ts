import { sharedMemoryDevices, sharedRegions } from '../../config/ivshmem.ts'
import type { CellConfig } from '../../config/model.ts'
import { contains, overlap, type Range, rangeOf } from '../../config/ranges.ts'
import type { Cell, State } from '../../machine/hypervisor.ts'
import type { Machine } from '../../machine/machine.ts'
import { cpuReachOf } from '../../machine/queries/reach.ts'
import type { Board, Device, Fact, Platform, Window } from '../../platform/model.ts'
import { memoize } from '../../text/memo.ts'
import { subtract } from '../../text/range-set.ts'
import type { BoardSubject } from '../rule.ts'
import { treeFor } from './choose-tree.ts'

/** What board rules ask again and again: who reaches a window after which command, and which device is which. */

export const boardSubject = (machine: Machine, platform: Platform): BoardSubject => {
  const { scenario } = machine
  const trees = new Map<CellConfig, Board>()
  for (const cell of scenario.cells) {
    const tree = treeFor(cell, machine, platform)
    if (tree) trees.set(cell, tree)
  }
  return { scenario, machine, platform, trees }
}

/** Another architecture; or both interrupt controller and console lie elsewhere. */
export function isOtherMachine({ scenario, platform }: BoardSubject): boolean {
  const { architecture, platform_info, debug_console } = scenario.root
  if (architecture && platform.architecture && architecture !== platform.architecture) return true
  const { gic, uarts } = platform
  const isGicDifferent = gic !== undefined && gic.gicd.start !== platform_info.arm?.gicd_base
  return isGicDifferent && uarts.length > 0 && uarts.every(({ range }) => range.start !== debug_console.address)
}

const done = (machine: Machine, verb: string): State | undefined =>
  machine.stages.findLast(({ command, outcome }) => command.verb === verb && outcome.kind === 'done')?.state

/** After `jailhouse enable`; undefined where that fails. */
export const afterEnable = (machine: Machine): State | undefined => done(machine, 'enable')

/** After the last cell was created. */
export const afterCreate = (machine: Machine): State | undefined => done(machine, 'create')

export const rootIn = (state: State): Cell | undefined => state.cells.find(({ config }) => config.isRoot)

/** Whether the CPUs of a cell reach the byte at a physical address; the root's where Linux looks for it. */
export function reaches(cell: Cell, address: bigint): boolean {
  return cpuReachOf(cell, rangeOf(address, 1n)).some(
    ({ access, virt, phys }) => (access.read || access.write) && (!cell.config.isRoot || virt === phys.start),
  )
}

/** The parts of a range that the root does not reach with the access asked for. */
export function lackedBy(cell: Cell, range: Range, isRam = false): readonly Range[] {
  const reached = cpuReachOf(cell, range)
    .filter(({ access, virt, phys }) => virt === phys.start && (isRam ? access.write && access.execute : access.read))
    .map(({ phys }) => phys)
  return subtract([range], reached)
}

export const isLive = ({ source }: Fact): boolean => source.provenance === 'live'

/** Windows that drivers can do without: debugging and error counters. */
const isOptional = ({ name }: Window): boolean =>
  name !== undefined && (name === 'debug_messages' || /-ecc$/.test(name))

/** The window by which a device is judged. */
export const mainWindow = ({ windows }: Device): Window | undefined =>
  windows.find(window => !isOptional(window)) ?? windows[0]

/** Windows whose absence hurts: not those of debugging and counters, nor large ones of flash. */
export const neededWindows = ({ windows }: Device): readonly Window[] => {
  const FLASH_SIZE = 0x1000000n
  return windows.filter(
    window => !isOptional(window) && !(window.index === 1 && FLASH_SIZE <= window.range.end - window.range.start),
  )
}

/** Enabled devices with registers that Linux' drivers touch: not interrupt controllers, nor what only debuggers use. */
export const checkedDevices = memoize((subject: BoardSubject): readonly Device[] =>
  subject.platform.devices.filter(
    device =>
      device.enabled &&
      device.windows.length > 0 &&
      !['gic', 'its', 'msi-frame', 'trace'].includes(device.kind) &&
      !isListedUnit(device, subject) &&
      !isInterceptedHost(device, subject),
  ),
)

function isListedUnit({ windows }: Device, { scenario }: BoardSubject): boolean {
  const units = scenario.root.platform_info.iommu_units.filter(({ base }) => base !== 0n)
  return windows.some(({ range }) =>
    units.some(
      ({ base, size, tipvu }) =>
        overlap(range, rangeOf(base, BigInt(size) || 1n)) ||
        (tipvu.tlb_base !== 0n && overlap(range, rangeOf(tipvu.tlb_base, BigInt(tipvu.tlb_size)))),
    ),
  )
}

/** The configuration space that the hypervisor moderates. */
function isInterceptedHost({ kind, windows }: Device, { scenario }: BoardSubject): boolean {
  const { pci_mmconfig_base: base } = scenario.root.platform_info
  return kind === 'pci-host' && base !== 0n && windows.some(({ range }) => contains(range, rangeOf(base, 1n)))
}

/** Regions of a cell that its shared-memory devices use. */
export function sharedMemoryOf(cell: CellConfig): ReadonlySet<number> {
  const indices = new Set<number>()
  for (const device of sharedMemoryDevices(cell)) {
    const { start, end } = sharedRegions(device) ?? { start: 0, end: 0 }
    for (let i = start; i < end; i++) indices.add(i)
  }
  return indices
}
