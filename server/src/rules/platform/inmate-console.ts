import { isArm } from '../../config/architecture.ts'
import {
  CELL_VIRTUAL_CONSOLE_ACTIVE,
  CELL_VIRTUAL_CONSOLE_PERMITTED,
  CON_ACCESS_MMIO,
  CON_TYPE_8250,
  CON_TYPE_HSCIF,
  CON_TYPE_NONE,
  CON_TYPE_PL011,
  CON_TYPE_SCIF,
  CON_TYPE_SCIFA,
  MEM_IO_8,
  MEM_IO_16,
  MEM_IO_32,
  MEM_IO_WIDTHS,
  MEM_READ,
  MEM_WRITE,
} from '../../config/constants.ts'
import { regionName, regionSeenAt } from '../../config/element-name.ts'
import type { CellConfig, Console, MemoryRegion } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { alignDown, has, hasAny, isSubPage, virt } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf, together } from '../../edit/change.ts'
import { addFlag } from '../../edit/flags.ts'
import { hex } from '../../text/words.ts'
import type { CellRule, RawFinding } from '../rule.ts'
import { lacksDistance, withoutDistance } from './console-distance.ts'
import page from './inmate-console.md'

/** `cell_start` copies the console into the communication region, where the inmate's library finds it. */
export const inmateConsole: CellRule = {
  kind: 'cell',
  code: 'JH702',
  id: 'inmate-console',
  title: 'Inaccessible inmate console',
  severity: 'warning',
  constraints: ['inmate-console-unmapped'],
  complete: ['mem_regions', 'pio_regions'],
  rests: ['extent', 'flags'],
  page,
  *check(cell) {
    const { console } = cell
    if (cell.isRoot) return
    if (CELL_VIRTUAL_CONSOLE_ACTIVE === lowBits(cell)) yield notPermitted(cell)
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
    if (isArm(cell) && lacksDistance(cell, console)) yield withoutDistance(console, 'JAILHOUSE_CON_')
    if (console.flags & CON_ACCESS_MMIO) {
      const region = regionOf(cell, address)
      const widths = region && isSubPage(region) ? missingWidths(cell, region) : []
      if (region && widths.length > 0) yield withoutWidths(cell, region, widths)
      if (!region)
        yield {
          span: at(console, 'address'),
          headline: `console at ${hex(address)} is not mapped readable and writable`,
          notes: ['the first output of the inmate parks its CPU: "Unhandled data write"'],
          related: regionsBeside(cell, address),
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
      // A length of 0 there is charged itself.
      if (!isOpen && !cell.pio_regions.some(({ base, length }) => base === port && length === 0))
        yield {
          span: at(console, 'address'),
          headline: `console ports [${hex(port)}, ${hex(port + 8)}) are not all granted to the cell`,
          notes: ['the first output of the inmate parks its CPU: "Invalid PIO"'],
          help: 'add the ports to pio_regions',
          key: 'ports',
        }
    }
  },
}

const lowBits = ({ flags }: CellConfig): number =>
  (flags & (CELL_VIRTUAL_CONSOLE_ACTIVE | CELL_VIRTUAL_CONSOLE_PERMITTED)) >>> 0

/** The header has it that one implies the other, but `cell_start` hands on each by itself. */
const notPermitted = (cell: CellConfig): RawFinding => ({
  span: at(cell, 'flags'),
  severity: 'information',
  headline: 'VIRTUAL_CONSOLE_ACTIVE has no effect without VIRTUAL_CONSOLE_PERMITTED',
  notes: ['the inmate library asks for PERMITTED first; the hypervisor answers calls of the console with -EPERM'],
  key: 'permitted',
  ...fixes(
    fixOf(
      'Add JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED',
      addFlag(cell, 'flags', 'JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED'),
      false,
    ),
  ),
})

export const regionOf = ({ mem_regions }: CellConfig, address: bigint): MemoryRegion | undefined =>
  mem_regions.findLast(
    region => has(region, MEM_READ | MEM_WRITE) && virt(region).start <= address && address < virt(region).end,
  )

/** What begins in the page of the console, in whatever way. */
const regionsBeside = (cell: CellConfig, address: bigint): NonNullable<RawFinding['related']> =>
  cell.mem_regions
    .filter(({ virt_start }) => alignDown(virt_start) === alignDown(address))
    .map(region => ({ span: at(region, 'virt_start'), text: regionSeenAt(region) }))

const WIDTHS = { 8: MEM_IO_8, 16: MEM_IO_16, 32: MEM_IO_32 } as const
type Width = keyof typeof WIDTHS

/** The drivers of the inmates' library that take the character in 8 bits and all else in 16; the others take 32. */
const NARROW: ReadonlySet<number> = new Set([CON_TYPE_HSCIF, CON_TYPE_SCIFA, CON_TYPE_SCIF])

function widthsOf({ type, divider }: Console): readonly Width[] {
  if (NARROW.has(type)) return [8, 16]
  // Of all drivers only that one sets the speed in other widths.
  return type === CON_TYPE_PL011 && divider !== 0 ? [8, 16, 32] : [32]
}

/** The widths the library's driver needs and a sub-page region does not permit; Linux has drivers for any width. */
function missingWidths({ name, console }: CellConfig, region: MemoryRegion): readonly Width[] {
  if (/linux/i.test(name) || !hasAny(region, MEM_IO_WIDTHS)) return []
  return widthsOf(console).filter(width => !has(region, WIDTHS[width]))
}

function withoutWidths(cell: CellConfig, region: MemoryRegion, widths: readonly Width[]): RawFinding {
  const names = widths.map(width => `JAILHOUSE_MEM_IO_${width}`)
  return {
    span: at(region, 'flags'),
    headline: `${regionName(region)} does not permit the ${widths.join('- and ')}-bit accesses of the console's driver`,
    notes: ['the first character of an inmate with upstream\'s library parks its CPU: "FATAL: Invalid MMIO read"'],
    related: [{ span: at(cell.console, 'type'), text: 'the console' }],
    key: 'width',
    ...fixes(
      fixOf(`Add ${names.join(' and ')}`, together(...names.map(name => addFlag(region, 'flags', name))), false),
    ),
  }
}
