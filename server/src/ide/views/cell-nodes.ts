import { isArm } from '../../config/architecture.ts'
import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, Located } from '../../config/model.ts'
import { FIRST_SPI, pinsOf } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { phys } from '../../config/ranges.ts'
import { type Message, message, type Words } from '../../text/message.ts'
import { runs } from '../../text/number-list.ts'
import { primarySpan } from '../../text/origin.ts'
import { bdf, describeRange, hex } from '../../text/words.ts'
import { flagNames } from '../flags.ts'
import { regionName } from './boxes.ts'
import { placeProperty, type ToPlace } from './place.ts'
import type { TreeNode, TreeNodeKind } from './tree-model.ts'

/** More elements of one kind are counted, not listed. */
const MAX_LISTED = 500

/** What a cell has, kind by kind; kinds of which it has nothing are left out. */
export function cellNodes(cell: CellConfig, id: string, toPlace: ToPlace): readonly TreeNode[] {
  const leaf = (kind: TreeNodeKind, index: number, label: Words, detail: Words, located: Located): TreeNode => ({
    id: `${id} ${kind} ${index}`,
    kind,
    label,
    detail,
    ...placeProperty(at(located), toPlace),
    children: [],
  })
  const group = (label: Message, children: readonly TreeNode[]): readonly TreeNode[] => {
    if (children.length === 0) return []
    const rest = children.length - MAX_LISTED
    const more = {
      id: `${id} ${label.text} more`,
      kind: 'group',
      label: message('{0} more', rest),
      children: [],
    } as const
    const shown = rest > 0 ? [...children.slice(0, MAX_LISTED), more] : children
    return [{ id: `${id} ${label.text}`, kind: 'group', label, detail: `${children.length}`, children: shown }]
  }
  return [
    ...group(
      message('Memory'),
      cell.mem_regions.map(region => leaf('region', region.index, regionName(region), regionDetail(region), region)),
    ),
    ...cpuNode(cell, id),
    ...group(
      message('Interrupts'),
      cell.irqchips.map(chip =>
        leaf('interrupt', chip.index, interruptWords(cell, pinsOf(chip)), hex(chip.address), chip),
      ),
    ),
    ...group(
      message('PCI devices and links'),
      cell.pci_devices.map(device =>
        device.type === PCI_TYPE_IVSHMEM
          ? leaf('link', device.index, bdf(device.bdf), linkDetail(device), device)
          : leaf('device', device.index, bdf(device.bdf), '', device),
      ),
    ),
    ...group(
      message('Streams'),
      cell.stream_ids.map(
        (stream): TreeNode => ({
          id: `${id} stream ${stream.index}`,
          kind: 'stream',
          label: hex(stream.id),
          ...(stream.origin && { place: toPlace(primarySpan(stream.origin)) }),
          children: [],
        }),
      ),
    ),
    ...group(
      message('I/O ports'),
      cell.pio_regions.map(({ index, base, length, ...located }) =>
        leaf('port', index, length > 1 ? `${hex(base)} – ${hex(base + length - 1)}` : hex(base), '', located),
      ),
    ),
  ]
}

const regionDetail = (region: CellConfig['mem_regions'][number]): string =>
  `${describeRange(phys(region))} ${flagNames(region.flags).join(' ')}`.trim()

const cpuNode = ({ cpus }: CellConfig, id: string): readonly TreeNode[] =>
  cpus.length === 0
    ? []
    : [{ id: `${id} cpus`, kind: 'cpu', label: message('CPU {0}', runs(cpus, '–', ', ')), detail: '', children: [] }]

/** SPIs where there is a GIC, pins of an I/O APIC elsewhere. */
function interruptWords(cell: CellConfig, pins: readonly number[]): Words {
  if (pins.length === 0) return message('none')
  const shift = isArm(cell) ? FIRST_SPI : 0
  const words = runs(
    pins.map(pin => pin - shift),
    '–',
    ', ',
  )
  return isArm(cell) ? message('SPI {0}', words) : message('pin {0}', words)
}

const linkDetail = ({ shmem_dev_id, shmem_peers }: CellConfig['pci_devices'][number]): Words =>
  shmem_peers === undefined
    ? message('shared memory')
    : message('shared memory, peer {0} of {1}', shmem_dev_id ?? 0, shmem_peers)
