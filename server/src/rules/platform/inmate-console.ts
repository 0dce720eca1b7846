import { isArm } from '../../config/architecture.ts'
import {
  CON_ACCESS_MMIO,
  CON_TYPE_8250,
  CON_TYPE_NONE,
  MEM_COMM_REGION,
  MEM_READ,
  MEM_WRITE,
} from '../../config/constants.ts'
import type { CellConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { has, virt } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { hex } from '../../text/words.ts'
import type { CellRule } from '../rule.ts'
import page from './inmate-console.md'

/** `cell_start` copies the console into the communication region, where the inmate's library finds it. */
export const inmateConsole: CellRule = {
  kind: 'cell',
  code: 'JH702',
  id: 'inmate-console',
  title: 'Inaccessible inmate console',
  severity: 'warning',
  constraints: ['inmate-console-unmapped', 'inmate-console-no-comm'],
  complete: ['mem_regions', 'pio_regions'],
  page,
  *check(cell) {
    const { console } = cell
    if (cell.isRoot) return
    const { address } = console
    if (console.type === CON_TYPE_NONE) {
      if (address !== 0n && console.source?.fields.has('type') && !isWritten(console, 'type'))
        yield {
          span: at(console, 'address'),
          headline: 'console has an address but no type',
          notes: ['.type reads as JAILHOUSE_CON_TYPE_NONE: the inmate prints nothing'],
          help: 'set .type to the UART of the board, as JAILHOUSE_CON_TYPE_8250',
          key: 'type',
        }
      return
    }
    if (console.flags & CON_ACCESS_MMIO) {
      if (!isMapped(cell, address))
        yield {
          span: at(console, 'address'),
          headline: `console at ${hex(address)} is not mapped readable and writable`,
          notes: ['the first output of the inmate parks its CPU: "Unhandled data write"'],
          key: 'region',
        }
    } else if (isArm(cell))
      yield {
        span: at(console, 'flags'),
        headline: 'console lacks JAILHOUSE_CON_ACCESS_MMIO, and ARM has no I/O ports',
        notes: ["upstream's inmate library maps the address all the same; code that heeds the flag prints nothing"],
        key: 'access',
        ...fixes(fixOf('Add JAILHOUSE_CON_ACCESS_MMIO', addFlag(console, 'flags', 'JAILHOUSE_CON_ACCESS_MMIO'))),
      }
    else if (console.type === CON_TYPE_8250 && cell.architecture === 'x86') {
      const port = Number(address)
      const isOpen = cell.pio_regions.some(({ base, length }) => base <= port && port + 8 <= base + length)
      if (!isOpen)
        yield {
          span: at(console, 'address'),
          headline: `console ports [${hex(port)}, ${hex(port + 8)}) are not all granted to the cell`,
          notes: ['the first output of the inmate parks its CPU: "Invalid PIO"'],
          help: 'add the ports to pio_regions',
          key: 'ports',
        }
    }
    if (!cell.mem_regions.some(region => has(region, MEM_COMM_REGION)))
      yield {
        span: at(console, 'type'),
        severity: 'hint',
        headline: 'console has no effect without a communication region',
        notes: ['the inmate reads its console settings from there'],
        key: 'comm',
      }
  },
}

const isMapped = ({ mem_regions }: CellConfig, address: bigint): boolean =>
  mem_regions.some(
    region => has(region, MEM_READ | MEM_WRITE) && virt(region).start <= address && address < virt(region).end,
  )
