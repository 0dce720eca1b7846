import { PCI_EXT_CAP } from '../../config/constants.ts'
import { isSharedMemory } from '../../config/ivshmem.ts'
import type { CellConfig, PciCapability, PciDevice } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import type { PciFunction } from '../../platform/model.ts'
import { bdf, hex, listed } from '../../text/words.ts'
import type { BoardRule, RawFinding } from '../rule.ts'
import page from './pci-capability.md'
import { basis } from './words.ts'

export const pciCapability: BoardRule = {
  kind: 'board',
  code: 'JH964',
  id: 'pci-capability',
  title: 'Capabilities or BARs differ from the device',
  severity: 'warning',
  constraints: [],
  complete: ['root.pci_caps'],
  page,
  *check({ platform, scenario }) {
    const { root_cell, architecture } = scenario.root
    if (architecture !== 'x86') return
    for (const device of root_cell.pci_devices.filter(each => !isSharedMemory(each))) {
      const fact = platform.pci?.find(({ bdf: address, segment }) => segment === 0 && address === device.bdf)
      if (!fact) continue
      yield* capabilities(device, fact, root_cell)
      yield* vectors(device, fact)
      yield* bars(device, fact)
    }
  },
}

const finding = (
  device: PciDevice,
  fact: PciFunction,
  headline: string,
  key: string,
  ...notes: string[]
): RawFinding => ({
  span: at(device),
  headline,
  notes: [...notes, basis(fact)],
  key: `${bdf(device.bdf)} ${key}`,
})

function* capabilities(device: PciDevice, fact: PciFunction, { pci_caps }: CellConfig): Iterable<RawFinding> {
  if (!fact.capabilities) return
  const own = pci_caps.filter(({ index }) => device.caps_start <= index && index < device.caps_start + device.num_caps)
  const isSame = (cap: PciCapability, { id, isExtended, start }: NonNullable<PciFunction['capabilities']>[number]) =>
    cap.start === start && (cap.id & ~PCI_EXT_CAP) === id && ((cap.id & PCI_EXT_CAP) !== 0) === isExtended
  const missing = fact.capabilities.filter(real => !own.some(cap => isSame(cap, real)))
  // Entries without an id are meant: registers that are no capability.
  const extra = own.filter(cap => cap.id !== 0 && !fact.capabilities?.some(real => isSame(cap, real)))
  const text = ({ id, start }: { readonly id: number; readonly start: number }) => `${hex(id)} at ${hex(start)}`
  if (missing.length > 0)
    yield finding(
      device,
      fact,
      `${bdf(device.bdf)} lacks capability ${listed(missing.map(text), 2)}`,
      'missing',
      'what no capability covers is read-only for the root: drivers cannot set the device up',
    )
  if (extra.length > 0)
    yield finding(
      device,
      fact,
      `${bdf(device.bdf)} has no capability ${listed(extra.map(text), 2)}`,
      'extra',
      'registers of something else are opened for writing there',
    )
}

function* vectors(device: PciDevice, fact: PciFunction): Iterable<RawFinding> {
  if (!fact.capabilities) return
  const { msi, msix } = fact
  const name = bdf(device.bdf)
  if (msi && device.num_msi_vectors !== msi.vectors)
    yield finding(
      device,
      fact,
      `num_msi_vectors of ${name} is ${device.num_msi_vectors}, the device has ${msi.vectors}`,
      'msi',
    )
  if (msi && (device.msi_64bits !== 0) !== msi.is64)
    yield finding(
      device,
      fact,
      `msi_64bits of ${name} is ${device.msi_64bits}, the device says ${Number(msi.is64)}`,
      'msi64',
    )
  if (msix && device.num_msix_vectors !== msix.vectors)
    yield finding(
      device,
      fact,
      `num_msix_vectors of ${name} is ${device.num_msix_vectors}, the device has ${msix.vectors}`,
      'msix',
    )
  else if (msix && device.msix_address !== msix.table.start)
    yield finding(
      device,
      fact,
      `msix_address of ${name} is ${hex(device.msix_address)}, the table is at ${hex(msix.table.start)}`,
      'table',
    )
}

function* bars(device: PciDevice, fact: PciFunction): Iterable<RawFinding> {
  const wrong = (fact.barMask ?? []).findIndex((mask, i) => (device.bar_mask[i] ?? 0) >>> 0 !== mask >>> 0)
  if (wrong < 0) return
  const [has, is] = [device.bar_mask[wrong] ?? 0, fact.barMask?.[wrong] ?? 0]
  yield finding(
    device,
    fact,
    `bar_mask[${wrong}] of ${bdf(device.bdf)} is ${hex(has)}, the device has ${hex(is)}`,
    `bar ${wrong}`,
  )
}
