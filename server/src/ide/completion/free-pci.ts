import { MEM_WRITE, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { sharesRegion } from '../../config/ivshmem.ts'
import type { CellConfig, PciDevice } from '../../config/model.ts'
import { has, phys } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { bdf, describeRange, hex } from '../../text/words.ts'
import type { CellView, FreeValue } from './cell-view.ts'
import type { Path } from './context.ts'

/** A shared-memory device of another cell that this cell has no end of yet. */
export interface OpenLink {
  readonly cell: CellConfig
  readonly device: PciDevice
}

function openLinks({ own, others }: CellView, index?: string | number): readonly OpenLink[] {
  const taken = new Set(own.pci_devices.filter(device => device.index !== index).map(device => device.bdf))
  return others.flatMap(cell =>
    cell.pci_devices
      .filter(device => device.type === PCI_TYPE_IVSHMEM && !taken.has(device.bdf))
      .map(device => ({ cell, device })),
  )
}

/** Ends of links that are open, then slots of bus 0 without a device of this cell or of hardware. */
export function freeSlots(view: CellView, { steps }: Path): readonly FreeValue[] {
  const { own, others } = view
  const links = openLinks(view, steps[1])
  const used = [own, ...others].flatMap(({ pci_devices }) => pci_devices)
  const taken = new Set(
    used.filter(device => own.pci_devices[Number(steps[1])] !== device).map(device => device.bdf >> 3),
  )
  const free = Array.from({ length: 32 }, (_, slot) => slot).filter(slot => !taken.has(slot))
  return [
    ...links.map(({ cell, device }) => ({
      text: slotText(device.bdf),
      detail: `${bdf(device.bdf)}: shared memory with ${cell.name}`,
    })),
    ...free.slice(0, 4).map(slot => ({ text: slotText(slot << 3), detail: `${bdf(slot << 3)}: no device has it` })),
  ]
}

/** `14 << 3`, or with a bus `0x100 | (14 << 3)`. */
export function slotText(at: number): string {
  const slot = `${(at >> 3) & 0x1f} << 3`
  const bus = at & ~0xff
  return bus === 0 ? slot : `${hex(bus)} | (${slot})`
}

/** Where the root has its virtual PCI host; then the domains in use. */
export function domains({ own, root, others }: CellView): readonly FreeValue[] {
  const virtual = root?.platform_info.pci_is_virtual ? [root.platform_info.pci_domain] : []
  const used = [own, ...others].flatMap(cell => cell.pci_devices.map(({ domain }) => domain))
  return [...new Set([...virtual, ...used])].map(domain => ({
    text: String(domain),
    detail: virtual.includes(domain) ? 'domain of the virtual PCI host' : 'domain in use',
  }))
}

/** Ids that no other cell has on the link of the device at hand. */
export const freeDeviceIds = (view: CellView, path: Path): readonly FreeValue[] => idsOnLink(view, bdfAt(view, path))

/** The bdf of the device at hand, which half-typed may be in no model. */
function bdfAt({ own }: CellView, { steps }: Path): number {
  const device = arrayOf(own, 'pci_devices')?.value.items[Number(steps[1])]
  const at = device?.kind === 'struct' ? device.fields.get('bdf')?.value : undefined
  return at?.kind === 'int' ? Number(at.value) : 0
}

function idsOnLink({ others }: CellView, link: number): readonly FreeValue[] {
  const peers = peersOn(others, link)
  const most = Math.max(2, ...peers.map(({ shmem_peers = 0 }) => shmem_peers))
  const detail = peers.length > 0 ? `free on the link at ${bdf(link)}` : 'a new link'
  return Array.from({ length: most }, (_, id) => id)
    .filter(id => !peers.some(({ shmem_dev_id }) => shmem_dev_id === id))
    .map(id => ({ text: String(id), detail }))
}

const peersOn = (cells: readonly CellConfig[], link: number): readonly PciDevice[] =>
  cells.flatMap(cell => cell.pci_devices).filter(({ type, bdf: at }) => type === PCI_TYPE_IVSHMEM && at === link)

/** As many as the other ends of the link say. */
export function linkPeers(view: CellView, path: Path): readonly FreeValue[] {
  const counts = new Set(peersOn(view.others, bdfAt(view, path)).map(({ shmem_peers }) => shmem_peers))
  return counts.size > 0
    ? [...counts].map(peers => ({ text: String(peers), detail: 'as the other ends of the link say' }))
    : [{ text: '2', detail: 'this cell and a peer' }]
}

/** Where a state table may be, read-only as it is, that no other device of the cell counts among its own. */
export const freeSections = ({ own }: CellView, { steps }: Path): readonly FreeValue[] =>
  own.mem_regions
    .filter(region => 0n < region.size && !has(region, MEM_WRITE))
    .filter(({ index }) => !own.pci_devices.some(device => device.index !== steps[1] && sharesRegion(device, index)))
    .map(region => ({ text: String(region.index), detail: `region ${region.index}: ${describeRange(phys(region))}` }))

/** A slot of bus 0 that no device of the system is in. */
export function freeBdf({ own, others }: CellView): number | undefined {
  const taken = new Set([own, ...others].flatMap(cell => cell.pci_devices.map(({ bdf }) => bdf >> 3)))
  return Array.from({ length: 32 }, (_, slot) => slot)
    .filter(slot => !taken.has(slot))
    .map(slot => slot << 3)[0]
}
