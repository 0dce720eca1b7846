import { isArm } from '../../config/architecture.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { FIRST_SPI, pinsOf } from '../../config/pins.ts'
import { message, type Words } from '../../text/message.ts'
import { runs } from '../../text/number-list.ts'
import { bdf, humanSize, interval } from '../../text/words.ts'
import { freeRanges } from '../completion/free-memory.ts'
import type { TreeNode } from './tree-model.ts'

const MAX_RANGES = 12

/** What the root has and no inmate beside it takes, alternatives counted together. */
export function freeNode(root: SystemConfig, inmates: readonly CellConfig[], id: string): TreeNode {
  const leaf = (label: Words, detail: Words, index: string): TreeNode => ({
    id: `${id} ${index}`,
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
      leaf(
        message('{0} of RAM', humanSize(range.end - range.start)),
        isKept
          ? message('{0}, no device of the root reaches it', interval(range))
          : message("{0}, the root's own", interval(range)),
        `RAM ${i}`,
      ),
    ),
    ...freeCpus(
      root.root_cell.cpus,
      inmates.flatMap(({ cpus }) => cpus),
    ).map(words => leaf(words, '', 'CPUs')),
    ...freeInterrupts(root.root_cell, inmates).map(words => leaf(words, '', 'interrupts')),
    ...freeSlots(root, inmates).map(words => leaf(words, message('free for a shared-memory link'), 'PCI')),
  ]
  return {
    id,
    kind: 'free',
    label: message('Free'),
    detail: message('what no inmate takes'),
    children,
  }
}

function freeCpus(all: readonly number[], taken: readonly number[]): readonly Words[] {
  const free = all.filter(each => !taken.includes(each))
  return free.length > 0 ? [message('CPU {0}', runs(free, '–', ', '))] : []
}

function freeInterrupts(root: CellConfig, inmates: readonly CellConfig[]): readonly Words[] {
  const pinsOfCell = ({ irqchips }: CellConfig) => irqchips.flatMap(pinsOf)
  const shift = isArm(root) ? FIRST_SPI : 0
  const taken = new Set(inmates.flatMap(pinsOfCell))
  const free = pinsOfCell(root).filter(pin => !taken.has(pin))
  const sorted = [...new Set(free.map(pin => pin - shift))].toSorted((a, b) => a - b)
  const words = runs(sorted, '–', ', ')
  if (sorted.length === 0) return []
  return [isArm(root) ? message('SPI {0}', words) : message('pin {0}', words)]
}

/** Functions 0 of the first bus of a virtual host bridge that no cell uses. */
function freeSlots({ platform_info, root_cell }: SystemConfig, inmates: readonly CellConfig[]): readonly string[] {
  if (!platform_info.pci_is_virtual) return []
  const used = new Set([root_cell, ...inmates].flatMap(({ pci_devices }) => pci_devices.map(device => device.bdf)))
  const free = Array.from({ length: 8 }, (_, slot) => slot << 3).filter(each => !used.has(each))
  return free.length > 0 ? [`PCI ${free.map(bdf).join(', ')}`] : []
}
