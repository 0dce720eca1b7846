import {
  PCI_CAP_ID_MSI,
  PCI_CAP_ID_MSIX,
  PCI_CAP_ID_PM,
  PCI_EXT_CAP,
  PCI_TYPE_IVSHMEM,
  PCICAPS_WRITE,
} from '../../config/constants.ts'
import type { CellConfig, PciCapability, PciDevice } from '../../config/model.ts'

/** Every list is read once for each of its elements. */
const MAX_LISTED = 256

/**
 * The capability that one list has too many, so that each later one is taken for its neighbour: the last is of no device,
 * and without this one those of a device agree better with each other and with its vectors.
 */
export function insertedCapability(cell: CellConfig): PciCapability | undefined {
  const { pci_caps: caps } = cell
  const devices = cell.pci_devices.filter(({ type, num_caps }) => type !== PCI_TYPE_IVSHMEM && 0 < num_caps)
  if (caps.length > MAX_LISTED || devices.length > MAX_LISTED || cell.incomplete.has('pci_caps')) return undefined
  const end = Math.max(...devices.map(({ caps_start, num_caps }) => caps_start + num_caps))
  if (end !== caps.length - 1) return undefined
  const saysVectors = devices.some(({ num_msi_vectors, num_msix_vectors }) => 0 < num_msi_vectors + num_msix_vectors)
  const readOnly = caps.filter(({ id, flags }) => WRITTEN.includes(id) && !(flags & PCICAPS_WRITE))
  const odd = readOnly.length === 1 ? readOnly[0] : undefined
  const conflictsOf = (list: readonly PciCapability[], lastEnd = end): number =>
    devices.reduce((sum, device) => {
      const ownEnd = device.caps_start + device.num_caps
      const own = list.slice(device.caps_start, ownEnd === end ? lastEnd : ownEnd)
      return (
        sum +
        conflictsAmong(own) +
        Number(odd !== undefined && own.includes(odd)) +
        (saysVectors ? contradictions(device, own) : 0)
      )
    }, 0)
  const now = conflictsOf(caps)
  if (now === 0) return undefined
  const without = caps.map((_, index) => conflictsOf(caps.toSpliced(index, 1)))
  const fewest = Math.min(...without)
  // Nothing is explained, or as well by a last device that counts one too few.
  if (Math.min(now, conflictsOf(caps, end + 1)) <= fewest) return undefined
  const likely = caps.filter((_, index) => without[index] === fewest)
  return likely.find(cap => isCopy(cap, caps[cap.index - 1])) ?? likely[0]
}

const isCopy = (cap: PciCapability, before: PciCapability | undefined): boolean =>
  before !== undefined && cap.id === before.id && cap.start === before.start && cap.len === before.len

/** Capabilities that a driver writes to. */
const WRITTEN: readonly number[] = [PCI_CAP_ID_PM, PCI_CAP_ID_MSI, PCI_CAP_ID_MSIX]

/** No capability, and those of the vendor: a device may have several. */
const SEVERAL: readonly number[] = [0, 9, PCI_EXT_CAP | 0xb]

/** Registers that two capabilities have, what stands twice, and what stands before what comes first. */
function conflictsAmong(caps: readonly PciCapability[]): number {
  const byStart = caps.toSorted((a, b) => a.start - b.start)
  const overlaps = byStart.filter(({ start }, i) => i > 0 && start < byStart[i - 1]!.start + byStart[i - 1]!.len)
  const single = caps.flatMap(({ id }) => (SEVERAL.includes(id) ? [] : id))
  const twice = single.length - new Set(single).size
  const disordered = caps.filter(({ id }, i) => i > 0 && (caps[i - 1]!.id & ~id & PCI_EXT_CAP) !== 0)
  return overlaps.length + twice + disordered.length
}

/** What the vectors of a device say of its capabilities. */
function contradictions({ num_msi_vectors, num_msix_vectors }: PciDevice, caps: readonly PciCapability[]): number {
  const lacks = (id: number, vectors: number) => Number(caps.some(cap => cap.id === id) !== 0 < vectors)
  return lacks(PCI_CAP_ID_MSI, num_msi_vectors) + lacks(PCI_CAP_ID_MSIX, num_msix_vectors)
}
