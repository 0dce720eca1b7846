import { isArm } from '../../config/architecture.ts'
import { PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import type { CellConfig, Located } from '../../config/model.ts'
import { FIRST_SPI, pinsOf } from '../../config/pins.ts'
import { at } from '../../config/places.ts'
import { phys } from '../../config/ranges.ts'
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
  const leaf = (kind: TreeNodeKind, index: number, label: string, detail: string, located: Located): TreeNode => ({
    id: `${id} ${kind} ${index}`,
    kind,
    label,
    detail,
    ...placeProperty(at(located), toPlace),
    children: [],
  })
  const group = (label: string, children: readonly TreeNode[], detail = `${children.length}`): readonly TreeNode[] => {
    if (children.length === 0) return []
    const rest = children.length - MAX_LISTED
    const more = { id: `${id} ${label} more`, kind: 'group', label: `${rest} more`, children: [] } as const
    const shown = rest > 0 ? [...children.slice(0, MAX_LISTED), more] : children
    return [{ id: `${id} ${label}`, kind: 'group', label, detail, children: shown }]
  }
  return [
    ...group(
      'Memory',
      cell.mem_regions.map(region => leaf('region', region.index, regionName(region), regionDetail(region), region)),
    ),
    ...cpuNode(cell, id),
    ...group(
      'Interrupts',
      cell.irqchips.map(chip =>
        leaf('interrupt', chip.index, interruptWords(cell, pinsOf(chip)), hex(chip.address), chip),
      ),
    ),
    ...group(
      'PCI devices and links',
      cell.pci_devices.map(device =>
        device.type === PCI_TYPE_IVSHMEM
          ? leaf('link', device.index, bdf(device.bdf), linkDetail(device), device)
          : leaf('device', device.index, bdf(device.bdf), '', device),
      ),
    ),
    ...group(
      'Streams',
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
      'I/O ports',
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
    : [{ id: `${id} cpus`, kind: 'cpu', label: `CPU ${runs(cpus, '–', ', ')}`, detail: `${cpus.length}`, children: [] }]

/** SPIs where there is a GIC, pins of an I/O APIC elsewhere. */
function interruptWords(cell: CellConfig, pins: readonly number[]): string {
  if (pins.length === 0) return 'none'
  return isArm(cell)
    ? `SPI ${runs(
        pins.map(pin => pin - FIRST_SPI),
        '–',
        ', ',
      )}`
    : `pin ${runs(pins, '–', ', ')}`
}

const linkDetail = ({ shmem_dev_id, shmem_peers }: CellConfig['pci_devices'][number]): string =>
  shmem_peers === undefined ? 'shared memory' : `shared memory, peer ${shmem_dev_id} of ${shmem_peers}`
