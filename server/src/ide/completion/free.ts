import type { Analysis } from '../../analyze.ts'
import { IOMMU_PVU, MEM_DMA, MEM_EXECUTE, MEM_IO, PCI_TYPE_IVSHMEM } from '../../config/constants.ts'
import { type CellConfig, cellOf, type MemoryRegion, type PciDevice, type SystemConfig } from '../../config/model.ts'
import { has, hasAny, phys, type Range, sizeOfRange, without } from '../../config/ranges.ts'
import { FIRST_SPECIAL, FIRST_SPI, intxDevices, intxPin, isArm, owns } from '../../rules/interrupts/pins.ts'
import { arrayOf, bdf, describeRange, hex } from '../../rules/places.ts'
import type { Path } from './context.ts'

export interface FreeValue {
  readonly text: string
  readonly detail: string
}

/** Values for a field that nothing else in this system has. */
export function freeValues(analysis: Analysis, path: Path): readonly FreeValue[] {
  const find = finders[[path.struct, ...path.field].filter(Boolean).join('.')] ?? finders[String(path.steps[0])]
  return find && analysis.config ? find(sideOf(analysis), path) : []
}

/** The system as one cell sees it. */
interface Side {
  readonly own: CellConfig
  readonly root: SystemConfig | undefined
  /** The cells that stand beside it in some scenario, root included. */
  readonly others: readonly CellConfig[]
}

function sideOf({ config, cases }: Analysis): Side {
  const own = cellOf(config!)
  const all = new Set(cases.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  const root = config?.kind === 'system' ? config : cases[0]?.scenario.root
  return { own, root, others: [...all].filter(cell => cell !== own) }
}

const finders: Readonly<Record<string, (side: Side, path: Path) => readonly FreeValue[]>> = {
  'jailhouse_pci_device.bdf': freeSlots,
  'jailhouse_pci_device.domain': domains,
  'jailhouse_pci_device.shmem_dev_id': freeDeviceIds,
  'jailhouse_irqchip.pin_bitmap': freePins,
  'jailhouse_cell_desc.vpci_irq_base': freeInterrupts,
  'jailhouse_memory.phys_start': freeMemory,
  'jailhouse_memory.virt_start': freeMemory,
  'jailhouse_stream_id.id': freeStreams,
  stream_ids: freeStreams,
  cpus: freeCpus,
}

/** Shared-memory devices of the others that have no peer here, then slots of bus 0 without a device of this cell. */
function freeSlots({ own, others }: Side): readonly FreeValue[] {
  const taken = new Set(own.pci_devices.map(device => device.bdf >> 3))
  const slot = (number: number, detail: string): FreeValue => ({ text: `${number} << 3`, detail })
  const lonely = others.flatMap(cell =>
    cell.pci_devices
      .filter(({ type, bdf: at }) => type === PCI_TYPE_IVSHMEM && !taken.has(at >> 3))
      .map(device => slot(device.bdf >> 3, `${bdf(device.bdf)}: shared memory with ${cell.name}`)),
  )
  const known = new Set(lonely.map(({ text }) => text))
  const free = Array.from({ length: 32 }, (_, number) => number)
    .filter(number => !taken.has(number) && !known.has(`${number} << 3`))
    .slice(0, 4)
    .map(number => slot(number, `${bdf(number << 3)} is free in this cell`))
  return [...lonely, ...free]
}

/** Where the root has its virtual PCI host; then the domains in use. */
function domains({ own, root, others }: Side): readonly FreeValue[] {
  const virtual = root?.platform_info.pci_is_virtual ? [root.platform_info.pci_domain] : []
  const used = [own, ...others].flatMap(cell => cell.pci_devices.map(({ domain }) => domain))
  return [...new Set([...virtual, ...used])].map(domain => ({
    text: String(domain),
    detail: virtual.includes(domain) ? 'domain of the virtual PCI host' : 'domain in use',
  }))
}

/** Ids that no other cell has on the link of the device at hand, which half-typed may be in no model. */
function freeDeviceIds({ own, others }: Side, { steps }: Path): readonly FreeValue[] {
  const device = arrayOf(own, 'pci_devices')?.value.items[Number(steps[1])]
  const at = device?.kind === 'struct' ? device.fields.get('bdf')?.value : undefined
  const link = at?.kind === 'int' ? Number(at.value) : 0
  const peers = others.flatMap(cell => cell.pci_devices).filter(other => isOnLink(other, link))
  const detail = peers.length > 0 ? `free on the link at ${bdf(link)}` : 'a new link'
  return [0, 1, 2, 3]
    .filter(id => !peers.some(({ shmem_dev_id }) => shmem_dev_id === id))
    .map(id => ({ text: String(id), detail }))
}

const isOnLink = (device: PciDevice, link: number): boolean => device.type === PCI_TYPE_IVSHMEM && device.bdf === link

/** Interrupts of the word at hand: those the cell's virtual devices raise, then those of the root nobody else takes. */
function freePins({ own, others }: Side, { steps }: Path): readonly FreeValue[] {
  const chip = own.irqchips.find(({ index }) => index === steps[1])
  if (!chip || !isArm(own)) return []
  const first = chip.pin_base + 32 * Number(steps.at(-1))
  const isHere = (pin: number) => first <= pin && pin < first + 32 && !owns(own, pin)
  const raised = intxDevices(own)
    .map(device => intxPin(own, device))
    .filter(isHere)
  const inmates = others.filter(cell => !cell.isRoot)
  const free = Array.from({ length: 32 }, (_, bit) => first + bit).filter(
    pin => isHere(pin) && others.some(cell => cell.isRoot && owns(cell, pin)) && !inmates.some(cell => owns(cell, pin)),
  )
  const value = (pin: number, detail: string): FreeValue => ({
    text: `1 << (${pin - FIRST_SPI} - ${first - FIRST_SPI})`,
    detail,
  })
  return [
    ...[...new Set(raised)].map(pin => value(pin, `SPI ${pin - FIRST_SPI}: raised by a shared-memory device`)),
    ...free.slice(0, 8).map(pin => value(pin, `SPI ${pin - FIRST_SPI}: the root's, no other cell takes it`)),
  ]
}

/** Four interrupts in a row that no other cell has: INTx of virtual devices is not to meet a real one. */
function freeInterrupts({ own, others }: Side): readonly FreeValue[] {
  if (!isArm(own)) return []
  const last = FIRST_SPECIAL - FIRST_SPI - INTX
  const isFree = (spi: number) => !others.some(cell => owns(cell, FIRST_SPI + spi))
  return Array.from({ length: last }, (_, spi) => spi)
    .filter(spi => spi % INTX === 0 && [0, 1, 2, 3].every(line => isFree(spi + line)))
    .slice(0, 4)
    .map(spi => ({ text: String(spi), detail: `SPI ${spi} to ${spi + INTX - 1}: no other cell has them` }))
}

/** INTA to INTD. */
const INTX = 4

/**
 * RAM of the root that no cell beside it has: first what lies next to the hypervisor's memory or is out of reach of the
 * root's devices, as a window reserved for inmates is; then the largest.
 */
function freeMemory({ own, root, others }: Side): readonly FreeValue[] {
  if (own.isRoot || !root) return []
  const taken = [...own.mem_regions, ...others.filter(cell => !cell.isRoot).flatMap(cell => cell.mem_regions)]
  const holes = [...taken.map(phys), phys(root.hypervisor_memory)]
  return root.root_cell.mem_regions
    .filter(region => has(region, MEM_EXECUTE) && !hasAny(region, MEM_IO))
    .flatMap(region => {
      const reserved = isReserved(root, region)
      const free = holes.reduce((left, hole) => left.flatMap(range => without(range, hole)), [
        phys(region),
      ] as readonly Range[])
      return free.map(range => ({ range, reserved }))
    })
    .toSorted((a, b) => Number(b.reserved) - Number(a.reserved) || Number(sizeOfRange(b.range) - sizeOfRange(a.range)))
    .slice(0, 4)
    .map(({ range, reserved }) => ({
      text: hex(range.start),
      detail: `${reserved ? 'reserved' : 'RAM'} of the root that is free: ${describeRange(range)}`,
    }))
}

function isReserved({ hypervisor_memory, platform_info }: SystemConfig, region: MemoryRegion): boolean {
  const [own, hypervisor] = [phys(region), phys(hypervisor_memory)]
  const hasPvu = platform_info.iommu_units.some(({ type }) => type === IOMMU_PVU)
  return own.start === hypervisor.end || own.end === hypervisor.start || (hasPvu && !has(region, MEM_DMA))
}

/** Ids the PVU knows that no cell lists; other IOMMUs have too many to guess. */
function freeStreams({ own, root, others }: Side): readonly FreeValue[] {
  if (!root?.platform_info.iommu_units.some(unit => unit.type === IOMMU_PVU)) return []
  const taken = new Set([own, ...others].flatMap(cell => cell.stream_ids.map(({ id }) => id)))
  return [1, 2, 3, 4, 5, 6, 7]
    .filter(id => !taken.has(id))
    .map(id => ({ text: hex(id), detail: `PVU stream id ${id}: free` }))
}

/** CPUs of the root that no other cell takes. */
function freeCpus({ own, root, others }: Side): readonly FreeValue[] {
  if (own.isRoot || !root) return []
  const taken = new Set(others.filter(cell => !cell.isRoot).flatMap(cell => cell.cpus))
  return root.root_cell.cpus
    .filter(cpu => cpu !== 0 && !taken.has(cpu))
    .toReversed()
    .map(cpu => ({ text: hex(1n << BigInt(cpu)), detail: `CPU ${cpu} of the root` }))
}
