import { isArm } from '../../config/architecture.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { FIRST_SPI, pinsOf } from '../../config/pins.ts'
import { runs } from '../../text/number-list.ts'
import { bdf, describeRange } from '../../text/words.ts'
import { freeRanges } from '../completion/free-memory.ts'
import type { TreeNode } from './tree-model.ts'

const MAX_RANGES = 12

/** What the root has and no inmate beside it takes, alternatives counted together. */
export function freeNode(root: SystemConfig, inmates: readonly CellConfig[], id: string): TreeNode {
  const leaf = (label: string, detail: string, index: number): TreeNode => ({
    id: `${id} ${index} ${label}`,
    kind: 'free',
    label,
    detail,
    children: [],
  })
  const memory = freeRanges(
    root,
    inmates.flatMap(({ mem_regions }) => mem_regions),
  ).slice(0, MAX_RANGES)
  const children = [
    ...memory.map(({ range, isKept }, i) =>
      leaf(describeRange(range), isKept ? 'RAM, no device of the root reaches it' : "RAM of the root's own", i),
    ),
    ...freeNumbers(
      'CPU',
      root.root_cell.cpus,
      inmates.flatMap(({ cpus }) => cpus),
    ).map(words => leaf(words, '', 100)),
    ...freeInterrupts(root.root_cell, inmates).map(words => leaf(words, '', 101)),
    ...freeSlots(root, inmates).map(words => leaf(words, 'free for a shared-memory link', 102)),
  ]
  return {
    id,
    kind: 'free',
    label: 'Free',
    detail: 'what no inmate takes',
    children,
  }
}

function freeNumbers(what: string, all: readonly number[], taken: readonly number[]): readonly string[] {
  const free = all.filter(each => !taken.includes(each))
  return free.length > 0 ? [`${what} ${runs(free, '–', ', ')}`] : []
}

function freeInterrupts(root: CellConfig, inmates: readonly CellConfig[]): readonly string[] {
  const pinsOfCell = ({ irqchips }: CellConfig) => irqchips.flatMap(pinsOf)
  const shift = isArm(root) ? FIRST_SPI : 0
  const taken = new Set(inmates.flatMap(pinsOfCell))
  const free = pinsOfCell(root).filter(pin => !taken.has(pin))
  const sorted = [...new Set(free.map(pin => pin - shift))].toSorted((a, b) => a - b)
  return sorted.length > 0 ? [`${isArm(root) ? 'SPI' : 'pin'} ${runs(sorted, '–', ', ')}`] : []
}

/** Functions 0 of the first bus of a virtual host bridge that no cell uses. */
function freeSlots({ platform_info, root_cell }: SystemConfig, inmates: readonly CellConfig[]): readonly string[] {
  if (!platform_info.pci_is_virtual) return []
  const used = new Set([root_cell, ...inmates].flatMap(({ pci_devices }) => pci_devices.map(device => device.bdf)))
  const free = Array.from({ length: 8 }, (_, slot) => slot << 3).filter(each => !used.has(each))
  return free.length > 0 ? [`PCI ${free.map(bdf).join(', ')}`] : []
}
