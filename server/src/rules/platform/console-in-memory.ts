import { isArm } from '../../config/architecture.ts'
import { CON_ACCESS_MMIO, CON_TYPE_EFIFB, CON_TYPE_NONE, MEM_EXECUTE, MEM_IO } from '../../config/constants.ts'
import { regionAt } from '../../config/element-name.ts'
import type { CellConfig, Console, MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { has, hasAny, rangeOf } from '../../config/ranges.ts'
import { regionsMeeting } from '../../machine/overlaps.ts'
import { hex } from '../../text/words.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './console-in-memory.md'
import { regionOf } from './inmate-console.ts'

/** Memory that the root executes from is RAM: `paging_init` and the inmate library map a UART wherever `.address` says. */
export const consoleInMemory: ScenarioRule = {
  kind: 'scenario',
  code: 'JH765',
  id: 'console-in-memory',
  title: 'Misplaced console in memory of the root cell',
  severity: 'warning',
  constraints: [],
  rests: ['extent', 'flags'],
  page,
  *check({ root: { debug_console, root_cell }, cells }) {
    if (!tellsDevices(root_cell)) return
    const memory = isUart(debug_console) ? memoryAt(root_cell, debug_console.address) : undefined
    if (memory)
      yield {
        ...inMemory(debug_console, debug_console.address, root_cell, memory),
        notes: ['the hypervisor writes its messages into that memory, and what it reads there may stop it for good'],
        key: 'debug',
      }
    for (const cell of cells) {
      const { console } = cell
      const region = isUart(console) ? regionOf(cell, console.address) : undefined
      const address = region && console.address - region.virt_start + region.phys_start
      const memory = address === undefined ? undefined : memoryAt(root_cell, address)
      if (address !== undefined && memory)
        yield {
          ...inMemory(console, address, root_cell, memory),
          notes: ['the cell writes its output into that memory and prints nothing'],
          key: cell.name,
        }
    }
  },
}

/** A framebuffer may be memory. */
const isUart = ({ type, flags, address }: Console): boolean =>
  type !== CON_TYPE_NONE && type !== CON_TYPE_EFIFB && (flags & CON_ACCESS_MMIO) !== 0 && address !== 0n

/** Some trees execute from everything, devices included: there, nothing tells what is memory. */
const tellsDevices = (root: CellConfig): boolean =>
  root.mem_regions.some(region => (isArm(root) ? hasAny(region, MEM_IO) : !hasAny(region, MEM_EXECUTE)))

const memoryAt = (root: CellConfig, address: bigint): MemoryRegion | undefined => {
  const regions = regionsMeeting(root.mem_regions, rangeOf(address, 1n))
  return regions.some(region => !isMemory(region)) ? undefined : regions[0]
}

const isMemory = (region: MemoryRegion): boolean => has(region, MEM_EXECUTE) && !hasAny(region, MEM_IO)

const inMemory = (console: Console, address: bigint, root: CellConfig, memory: MemoryRegion): RawFinding => ({
  span: at(console, 'address'),
  headline: `the console's UART at ${hex(address)} lies in memory of the root cell`,
  help: 'set .address to where the CPU sees the registers: device trees may write addresses of a bus',
  related: [{ span: at(memory, 'flags'), text: regionAt(memory, root) }],
})
