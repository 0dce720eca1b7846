import {
  MEM_COMM_REGION,
  MEM_DMA,
  MEM_EXECUTE,
  MEM_IO,
  MEM_READ,
  MEM_ROOTSHARED,
  MEM_WRITE,
} from '../../config/constants.ts'
import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { at, atElement } from '../../config/places.ts'
import { has, hasAny } from '../../config/ranges.ts'
import { arrayOf } from '../../config/written.ts'
import { hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import page from './linux-devices.md'

const RAM = MEM_READ | MEM_WRITE | MEM_EXECUTE | MEM_DMA
const UARTS: readonly number[] = [0x3f8, 0x2f8, 0x3e8, 0x2e8]
const IOAPIC = 0xfec00000n
/** Entries of the e820 map in the kernel's zero page. */
const MAX_E820 = 128

/** What `jailhouse cell linux` passes to a kernel, `x86_gen_setup_data` and `X86ZeroPage`. */
export const linuxDevices: CellRule = {
  kind: 'cell',
  code: 'JH731',
  id: 'linux-devices',
  title: 'Device unknown to the Linux inmate',
  severity: 'hint',
  constraints: ['pio-linux-uart-bit', 'linux-x86-ioapic', 'linux-x86-e820'],
  rests: ['extent'],
  page,
  *check(cell) {
    if (cell.isRoot || cell.architecture !== 'x86' || !/linux/i.test(cell.name)) return
    yield* ports(cell)
    const [chip] = cell.irqchips
    if (chip && !cell.irqchips.some(({ address }) => address === IOAPIC))
      yield {
        span: at(chip, 'address'),
        headline: `the Linux inmate does not use the IOAPIC at ${hex(chip.address)}`,
        notes: [`"jailhouse cell linux" passes only an IOAPIC at ${hex(IOAPIC)} to the kernel`],
        key: 'ioapic',
      }
    yield* memoryMap(cell)
  },
}

function* ports(cell: CellConfig): Iterable<RawFinding> {
  for (const region of cell.pio_regions) {
    const uart = UARTS.find(base => region.base <= base && base + 8 <= region.base + region.length)
    if (uart !== undefined && !(region.base === uart && region.length === 8))
      yield {
        span: at(region, 'base'),
        headline: `the Linux inmate does not use the UART at ports [${hex(uart)}, ${hex(uart + 8)})`,
        notes: ['"jailhouse cell linux" recognizes a UART only by a region of exactly its 8 ports'],
        help: `list ports [${hex(uart)}, ${hex(uart + 8)}) as a region of their own`,
        key: hex(region.base),
      }
  }
}

const isListed = (region: MemoryRegion): boolean =>
  has(region, MEM_COMM_REGION) || (has(region, RAM) && !hasAny(region, MEM_IO | MEM_ROOTSHARED))

function* memoryMap(cell: CellConfig): Iterable<RawFinding> {
  const beyond = cell.mem_regions.filter(isListed)[MAX_E820]
  const array = arrayOf(cell, 'mem_regions')
  if (beyond && array)
    yield {
      span: atElement(array, beyond.index),
      severity: 'error',
      headline: `the cell has more RAM regions than the kernel's memory map has entries (${MAX_E820})`,
      notes: ['"jailhouse cell linux" fails: "Too many memory regions"'],
      help: 'merge adjacent regions',
      key: 'e820',
    }
}
