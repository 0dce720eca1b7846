import { type SectionedDevice, sectionedDevices } from '../../config/ivshmem.ts'
import type { CellConfig, SystemConfig } from '../../config/model.ts'
import { FIRST_SPI, intxDevices, pinsOf } from '../../config/pins.ts'
import type { Platform } from '../../platform/model.ts'
import { hex } from '../../text/words.ts'
import { element, field } from './c-source.ts'
import { NET_SIZE } from './regions.ts'

/** The cell's end of the root's network link. */

export interface Link {
  readonly device: SectionedDevice
  /** Of the state table. */
  readonly start: bigint
}

const VETH = 1

/** A link of two ends in the layout of `JAILHOUSE_SHMEM_NET_REGIONS`, whose other end nobody has. */
export function freeLink({ root_cell }: SystemConfig, cells: readonly CellConfig[]): Link | undefined {
  for (const device of sectionedDevices(root_cell)) {
    const taken = cells.some(cell => sectionedDevices(cell).some(({ bdf }) => bdf === device.bdf))
    const sections = Array.from({ length: 4 }, (_, i) =>
      root_cell.mem_regions.find(({ index }) => index === device.shmem_regions_start + i),
    )
    const [table, common, first, second] = sections
    const isNet =
      device.shmem_protocol === VETH &&
      device.shmem_peers === 2 &&
      device.shmem_dev_id === 0 &&
      table?.size === 0x1000n &&
      common?.size === 0n &&
      first?.size === 0x7f000n &&
      second?.size === 0x7f000n &&
      second.phys_start + 0x7f000n === table.phys_start + NET_SIZE - 0x1000n
    if (isNet && !taken && table) return { device, start: table.phys_start }
  }
  return undefined
}

export const linkText = ({ device }: Link): string =>
  element('network link to the root', [
    field('type', 'JAILHOUSE_PCI_TYPE_IVSHMEM'),
    ...(device.iommu === 0 ? [] : [field('iommu', device.iommu)]),
    field('domain', device.domain ?? 0),
    field('bdf', hex(device.bdf)),
    field(
      'bar_mask',
      device.num_msix_vectors > 0 ? 'JAILHOUSE_IVSHMEM_BAR_MASK_MSIX' : 'JAILHOUSE_IVSHMEM_BAR_MASK_INTX',
    ),
    ...(device.num_msix_vectors > 0 ? [field('num_msix_vectors', device.num_msix_vectors)] : []),
    field('shmem_regions_start', 0),
    field('shmem_dev_id', 1),
    field('shmem_peers', 2),
    field('shmem_protocol', 'JAILHOUSE_SHMEM_PROTO_VETH'),
  ])

const LINES = 4

/** SPI of four lines in a row that the root has and nobody uses, from behind the root's own on. */
export function freeLines(
  { root_cell }: SystemConfig,
  cells: readonly CellConfig[],
  platform: Platform | undefined,
): number | undefined {
  const granted = new Set(root_cell.irqchips.flatMap(pinsOf))
  const used = new Set([
    ...(platform?.board?.namedInterrupts ?? []),
    ...cells.flatMap(cell => cell.irqchips.flatMap(pinsOf)),
  ])
  const own = FIRST_SPI + (root_cell.vpci_irq_base ?? 0)
  if (intxDevices(root_cell).length > 0) for (let i = 0; i < LINES; i++) used.add(own + i)
  const isFree = (id: number) =>
    Array.from({ length: LINES }, (_, i) => id + i).every(each => granted.has(each) && !used.has(each))
  const ids = [...granted].toSorted((a, b) => a - b)
  const found = ids.find(id => own + LINES <= id && isFree(id)) ?? ids.find(isFree)
  return found === undefined ? undefined : found - FIRST_SPI
}
