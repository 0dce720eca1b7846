import { MEM_LOADABLE } from '../../config/constants.ts'
import type { CellConfig } from '../../config/model.ts'
import { FIRST_SPI, owns } from '../../config/pins.ts'
import { contains, MiB, rangeOf } from '../../config/ranges.ts'
import { isOfSameBoard, lettersInCommon } from '../../config/same-board.ts'
import type { Machine } from '../../machine/machine.ts'
import type { Board, Device, Platform } from '../../platform/model.ts'
import { nameOf } from '../../text/uri.ts'

/** Which device tree is which cell's: the one it is said to be, else by what it says. */
export function treeFor(cell: CellConfig, machine: Machine, platform: Platform): Board | undefined {
  const assigned = platform.cellTrees.find(({ cells }) => cells?.includes(cell.file.uri))
  if (assigned) return assigned
  const free = platform.cellTrees.filter(({ cells }) => !cells)
  const given = free.filter(({ isFound }) => !isFound)
  if (given.length === 1 && machine.scenario.cells.length === 1) return given[0]
  const found = canHoldLinux(cell) ? free.filter(tree => tree.isFound && isPlausible(tree, cell, machine)) : []
  return bestOf(given, cell, machine) ?? bestOf(found, cell, machine)
}

/** The smallest that loads a kernel: demos without an operating system have less, and no tree. */
const MIN_RAM_OF_LINUX = 8n * MiB

/** Systems that need none; their cells are often copies of one of Linux. */
const WITHOUT_TREE = /zephyr|rtos|rtems|vxworks|bare/i

const canHoldLinux = ({ mem_regions, name, file }: CellConfig): boolean =>
  !WITHOUT_TREE.test(`${name} ${nameOf(file.uri)}`) &&
  mem_regions.some(({ flags, size }) => (flags & MEM_LOADABLE) !== 0n && MIN_RAM_OF_LINUX <= size)

/**
 * The tree that says most of what the cell has; of equal ones that whose name has most in common with the cell's. Of those
 * that nobody has named, boards of one kind differ in less than names do.
 */
function bestOf(trees: readonly Board[], cell: CellConfig, machine: Machine): Board | undefined {
  const rated = trees
    .map(tree => ({
      tree,
      score: scoreOf(likenessOf(tree, cell, machine)),
      common: lettersInCommon(tree.source.uri, cell.file.uri),
    }))
    .filter(({ score }) => 0 < score)
    .toSorted((a, b) => b.score - a.score || b.common - a.common)
  const ofBoard = rated.filter(({ tree: { isFound, source } }) => isFound && isOfSameBoard(source.uri, cell.file.uri))
  const [best, second] = ofBoard.length > 0 ? ofBoard : rated
  return best && (!second || second.score < best.score || second.common < best.common) ? best.tree : undefined
}

/** In what a tree agrees with a cell; undefined where it says nothing. */
interface Likeness {
  readonly gic?: boolean
  readonly ecam?: boolean
  readonly virtualInterrupt?: boolean
  /** Shares of its devices that the cell reaches, and of their interrupts that it is granted. */
  readonly windows?: number
  readonly interrupts?: number
}

function likenessOf({ gic, pciHosts, devices }: Board, cell: CellConfig, { scenario }: Machine): Likeness {
  const { arm, pci_mmconfig_base } = scenario.root.platform_info
  const enabled = devices.filter(({ enabled }) => enabled)
  const own = enabled.filter(({ kind }) => kind !== 'gic' && kind !== 'pci-host')
  const windows = own.flatMap(({ windows }) => windows.slice(0, 1))
  const lines = own.flatMap(linesOf).filter(id => FIRST_SPI <= id)
  const ecam = pciHosts.find(({ enabled }) => enabled)?.ecam
  const [virtual] = enabled.filter(({ kind }) => kind === 'pci-host').flatMap(linesOf)
  const reached = windows.filter(({ range }) =>
    cell.mem_regions.some(({ virt_start, size }) => contains(rangeOf(virt_start, size), rangeOf(range.start, 1n))),
  )
  return {
    ...(gic && { gic: gic.gicd.start === arm?.gicd_base }),
    ...(ecam && { ecam: ecam.start === pci_mmconfig_base }),
    ...(virtual !== undefined && { virtualInterrupt: virtual === FIRST_SPI + (cell.vpci_irq_base ?? 0) }),
    ...(windows.length > 0 && { windows: reached.length / windows.length }),
    ...(lines.length > 0 && { interrupts: lines.filter(id => owns(cell, id)).length / lines.length }),
  }
}

const linesOf = ({ interrupts }: Device): readonly number[] =>
  interrupts.flatMap(each => (each.kind === 'gic' ? [each.id] : []))

/** What is unknown counts half. */
function scoreOf({ gic, ecam, virtualInterrupt, windows = 0.5, interrupts = 0.5 }: Likeness): number {
  if (gic === false) return 0
  const worth = (is: boolean | undefined) => (is === undefined ? 0.5 : Number(is))
  return worth(gic) + worth(ecam) + worth(virtualInterrupt) + windows * 2 + interrupts
}

/** Nobody has named the tree: it is for this machine, and for a cell with most of its devices or its virtual interrupts. */
function isPlausible(tree: Board, cell: CellConfig, machine: Machine): boolean {
  if (tree.gic?.gicd.start !== machine.scenario.root.platform_info.arm?.gicd_base) return false
  const { gic = false, ecam = false, virtualInterrupt = false, windows = 0 } = likenessOf(tree, cell, machine)
  return gic && (ecam || isOfSameBoard(tree.source.uri, cell.file.uri)) && (virtualInterrupt || 0.5 <= windows)
}
