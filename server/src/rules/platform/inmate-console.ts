import {
  CON_ACCESS_MMIO,
  CON_TYPE_8250,
  CON_TYPE_NONE,
  MEM_COMM_REGION,
  MEM_READ,
  MEM_WRITE,
} from '../../config/constants.ts'
import { has, virt } from '../../config/ranges.ts'
import { at, hex } from '../places.ts'
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
    if (cell.isRoot || console.type === CON_TYPE_NONE) return
    const { address } = console
    if (console.flags & CON_ACCESS_MMIO) {
      const isMapped = cell.mem_regions.some(
        region => has(region, MEM_READ | MEM_WRITE) && virt(region).start <= address && address < virt(region).end,
      )
      if (!isMapped)
        yield {
          span: at(console, 'address'),
          headline: `console at ${hex(address)} is not mapped readable and writable`,
          notes: ['the first output of the inmate parks its CPU: "Unhandled data write"'],
          key: 'region',
        }
    } else if (console.type === CON_TYPE_8250 && cell.architecture === 'x86') {
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
