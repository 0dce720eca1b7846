import type { MemoryRegion } from '../../config/model.ts'
import type { PvuHardware } from '../hardware.ts'
import type { Draft } from '../hypervisor.ts'
import { PVU_PAGE_SIZES, type PvuEntry } from './pvu-entries.ts'

/** One PVU as the driver sees it: `struct pvu_dev` and the registers behind it, which outlive the hypervisor. */
export interface PvuDevice {
  /** Position in `iommu_units`. */
  readonly unit: number
  readonly num_tlbs: number
  readonly num_entries: number
  readonly max_virtid: number
  /** What the driver believes; see `flushTlb`. */
  readonly free_tlb_count: number
  readonly enable: number
  readonly virtid_map1: number
  readonly virtid_map2: number
  readonly exception_logging_disable: number
  readonly exception_logging_control: number
  readonly tlbs: readonly Tlb[]
}

/** A TLB: its registers and the driver's `tlb_data` word. */
export interface Tlb {
  readonly enabled: boolean
  readonly loggingDisabled: boolean
  /** Next TLB of the chain, 0 at its end. */
  readonly chain: number
  readonly data: number
  /** By index; holes are invalid entries. */
  readonly entries: readonly (TlbEntry | undefined)[]
}

/** A valid entry as programmed: addresses of 48 bits. */
export interface TlbEntry {
  readonly virt: bigint
  readonly phys: bigint
  /** Index into `PVU_PAGE_SIZES`. */
  readonly page: number
  readonly flags: number
  readonly region?: MemoryRegion
}

const u16 = (value: number): number => value & 0xffff

const resetTlb: Tlb = { enabled: false, loggingDisabled: false, chain: 0, data: 0, entries: [] }

export const unpowered = (unit: number): PvuDevice => ({
  unit,
  num_tlbs: 0,
  num_entries: 0,
  max_virtid: 0,
  free_tlb_count: 0,
  enable: 0,
  virtid_map1: 0,
  virtid_map2: 0,
  exception_logging_disable: 0,
  exception_logging_control: 0,
  tlbs: [],
})

/** What outlives the hypervisor: the registers, without the driver's variables. */
export const registersOf = ({ num_tlbs, num_entries, max_virtid, free_tlb_count, ...registers }: PvuDevice) => registers

/** The word array of the driver holds 64 TLBs; a 65th overwrites the free count behind it. */
const DRIVER_TLBS = 64

/** `pvu_init_device`. TLBs are switched off, but neither entries nor chain bits are cleared. */
export function initDevice(device: PvuDevice, { num_tlbs, num_entries }: PvuHardware, max_virtid: number): PvuDevice {
  if (num_tlbs <= max_virtid) return { ...device, num_tlbs, num_entries }
  const tlbs = Array.from({ length: num_tlbs }, (_, n): Tlb => {
    const data = n < max_virtid ? u16(n << num_entries) : 0
    return { ...(device.tlbs[n] ?? resetTlb), enabled: false, loggingDisabled: true, data }
  })
  const free_tlb_count = DRIVER_TLBS < num_tlbs ? 0 : num_tlbs - (max_virtid + 1)
  return {
    ...device,
    num_tlbs,
    num_entries,
    max_virtid,
    free_tlb_count,
    enable: 1,
    virtid_map1: 0,
    virtid_map2: max_virtid,
    exception_logging_disable: 0,
    exception_logging_control: 0,
    tlbs,
  }
}

/** A device while its registers are written. */
interface Writing extends Draft<PvuDevice> {
  readonly tlbs: Tlb[]
}

const open = (device: PvuDevice): Writing => ({ ...device, tlbs: [...device.tlbs] })

function write(device: Writing, n: number, change: Partial<Tlb>): void {
  const before = device.tlbs[n]
  if (before) device.tlbs[n] = { ...before, ...change }
}

/**
 * `pvu_tlb_flush`. The test for a chained TLB looks at the loop counter, `num_entries`, where the TLB's number is meant:
 * with the usual eight entries every flushed TLB counts as a chained one set free.
 */
function flushTlb(device: Writing, n: number): void {
  const { num_entries, max_virtid } = device
  const isKept = num_entries < max_virtid
  if (n < device.tlbs.length)
    device.tlbs[n] = isKept ? { ...resetTlb, data: u16(num_entries << num_entries) } : resetTlb
  if (!isKept) device.free_tlb_count = u16(device.free_tlb_count + 1)
}

/** `pvu_iommu_flush_context` on one unit: `while (tlbnum)` never runs for stream ID 0. */
export function flushContext(before: PvuDevice, virtid: number): PvuDevice {
  const device = open(before)
  for (let n = virtid; n !== 0; ) {
    const next = device.tlbs[n]?.chain ?? 0
    flushTlb(device, n)
    n = next
  }
  return device
}

/** `pvu_shutdown_device` */
export function shutdownDevice(before: PvuDevice): PvuDevice {
  const device = open(before)
  for (let n = 0; n < device.num_tlbs; n++) flushTlb(device, n)
  device.enable = 0
  return device
}

export interface Programmed {
  readonly device: PvuDevice
  /** `pvu_tlb_alloc` found no TLB: BUG(). */
  readonly outOfTlbs: boolean
}

/** `pvu_iommu_program_entries` on one unit: the entries fill TLB `virtid` and as many chained behind it as it takes. */
export function programDevice(before: PvuDevice, virtid: number, entries: readonly TlbEntry[]): Programmed {
  if (before.tlbs[virtid]?.enabled) return { device: before, outOfTlbs: false }
  const perTlb = before.num_entries || entries.length
  const device = open(before)
  let n = virtid
  for (let first = 0; first < entries.length; first += perTlb) {
    if (first > 0) {
      const next = device.tlbs.findIndex((tlb, other) => device.max_virtid < other && tlb.data === 0)
      if (next < 0) return { device, outOfTlbs: true }
      write(device, next, { data: u16(virtid << device.num_entries) })
      write(device, n, { chain: next, enabled: true, loggingDisabled: false })
      device.free_tlb_count = u16(device.free_tlb_count - 1)
      n = next
    }
    writeEntries(device, n, entries.slice(first, first + perTlb))
  }
  write(device, n, { enabled: true, loggingDisabled: false })
  return { device, outOfTlbs: false }
}

function writeEntries(device: Writing, n: number, entries: readonly TlbEntry[]): void {
  const tlb = device.tlbs[n] ?? resetTlb
  const data = u16(tlb.data | ((1 << entries.length) - 1))
  write(device, n, { data, entries: [...entries, ...tlb.entries.slice(entries.length)] })
}

/** `pvu_entry_write`: address bits above 47 are cut. */
export const asTlbEntry = ({ virt_addr, phys_addr, size, flags, region }: PvuEntry): TlbEntry => ({
  virt: BigInt.asUintN(48, virt_addr),
  phys: BigInt.asUintN(48, phys_addr),
  page: PVU_PAGE_SIZES.indexOf(size),
  flags,
  ...(region && { region }),
})

/** TLBs a stream's lookups go through, in order; none while its first one is off. */
export function chainOf(device: PvuDevice, virtid: number): readonly number[] {
  if (!device.tlbs[virtid]?.enabled) return []
  const chain = [virtid]
  for (let n = device.tlbs[virtid]?.chain ?? 0; n !== 0 && !chain.includes(n); n = device.tlbs[n]?.chain ?? 0)
    if (device.tlbs[n]?.enabled) chain.push(n)
    else break
  return chain
}
