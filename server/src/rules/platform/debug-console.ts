import { isArm } from '../../config/architecture.ts'
import { MMIO_NAMES } from '../../config/bind-cell.ts'
import { isNamedForeign } from '../../config/constant-names.ts'
import {
  CON_ACCESS_MMIO,
  CON_FB_1920x1080,
  CON_TYPE_8250,
  CON_TYPE_EFIFB,
  CON_TYPE_NONE,
} from '../../config/constants.ts'
import type { Header } from '../../config/header.ts'
import type { Console, SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { alignUp, MiB, PAGE_SIZE, rangeOf } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { addFlag } from '../../edit/flags.ts'
import { hex, interval } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import { lacksDistance, withoutDistance } from './console-distance.ts'
import page from './debug-console.md'

const SILENT = 'the hypervisor prints nothing, not even its errors'

/** The highest type the drivers of ARM know, `JAILHOUSE_CON_TYPE_SCIF`. */
const LAST_OF_ARM = 10

export const debugConsole: SystemRule = {
  kind: 'system',
  code: 'JH701',
  id: 'debug-console',
  title: 'Unusable debug console',
  severity: 'warning',
  constraints: [
    'console-arm-needs-mmio',
    'console-type-unsupported',
    'console-mmio-size-zero',
    'console-mmio-crosses-page',
    'console-arm64-2m',
    'console-efifb-size',
    'console-pio-range',
    'console-gate-nr',
    'console-clock-reg-arch',
  ],
  page,
  *check(system) {
    const { debug_console: console, architecture, root_cell } = system
    if (isForeignType(console, root_cell.header)) return
    if (console.ownType) yield* ofItsDay(system, console)
    if (!(architecture || isArm(system)) || !console.source?.fields.has('type')) return
    if (console.type === CON_TYPE_NONE) {
      if (console.address !== 0n && !isWritten(console, 'type')) yield withoutType(console)
      return
    }
    yield* architecture === 'x86' ? onX86(console) : onArm(console, architecture ?? 'ARM')
    if (console.flags & CON_ACCESS_MMIO) yield* mapped(system)
    if (isArm(system) && lacksDistance(root_cell, console)) yield withoutDistance(console, 'JAILHOUSE_CON_')
    yield* clock(system)
  },
}

/** A type that only the header in use has a name for: which driver it means is not known here. */
const isForeignType = ({ type }: Console, header: Header): boolean =>
  LAST_OF_ARM < type && [...header.constants('JAILHOUSE_CON_TYPE_').values()].includes(BigInt(type))

/** Whether the hypervisor has a driver for its type, and the type is named by what is one. */
export const isDriven = ({ debug_console: console, architecture, root_cell }: SystemConfig): boolean =>
  (architecture === 'x86' ? ON_X86.has(console.type) : isOnArm(console.type)) &&
  !isNamedForeign(root_cell, console, 'type')

const ON_X86: ReadonlySet<number> = new Set([CON_TYPE_8250, CON_TYPE_EFIFB])
const isOnArm = (type: number): boolean => type !== CON_TYPE_EFIFB && type <= LAST_OF_ARM

function* onX86(console: Console): Iterable<RawFinding> {
  const isMapped = console.flags & CON_ACCESS_MMIO
  if (!ON_X86.has(console.type)) yield unsupported(console, 'x86')
  else if (console.type === CON_TYPE_8250 && !isMapped && console.address > 0xfff8n)
    yield {
      span: at(console, 'address'),
      severity: 'error',
      headline: `console address ${hex(console.address)} is not an I/O port`,
      notes: ['the upper bits of the address are ignored'],
      help: 'add JAILHOUSE_CON_ACCESS_MMIO if the registers are in memory',
      key: 'port',
    }
  if (console.type !== CON_TYPE_EFIFB) return
  const needed = console.flags & CON_FB_1920x1080 ? 0x7e9000 : 0x300000
  if (!isMapped || console.size < needed)
    yield {
      span: at(console, isMapped ? 'size' : 'flags'),
      severity: 'error',
      headline: isMapped
        ? `console size ${hex(console.size)} is too small for the framebuffer (${hex(needed)})`
        : 'framebuffer console lacks JAILHOUSE_CON_ACCESS_MMIO',
      notes: ['the hypervisor faults while it prints'],
      key: 'framebuffer',
    }
}

function* onArm(console: Console, architecture: string): Iterable<RawFinding> {
  if (!isOnArm(console.type)) yield unsupported(console, architecture)
  else if (!(console.flags & CON_ACCESS_MMIO)) yield withoutAccess(console, 'JAILHOUSE_CON_ACCESS_MMIO')
}

/**
 * Before revision 10 `arch_dbg_write_init` of ARM wanted the access flag of its day, and took the type out of the flags.
 * Until flags tell the distance of its registers, they are 4 bytes apart.
 */
function* ofItsDay(system: SystemConfig, console: Console): Iterable<RawFinding> {
  if (!isArm(system)) return
  const { header } = system.root_cell
  const name = MMIO_NAMES.find(each => header.constant(each) !== undefined)
  if (name && !(console.flags & CON_ACCESS_MMIO)) yield withoutAccess(console, name)
  const isOf8250 = header.constant('JAILHOUSE_CON1_TYPE_8250') === BigInt(console.ownType ?? 0)
  const isOpen = header.constant('JAILHOUSE_CON1_REGDIST_4') !== undefined
  if (isOf8250 && isOpen && lacksDistance(system.root_cell, console)) yield withoutDistance(console, 'JAILHOUSE_CON1_')
}

const withoutAccess = (console: Console, flag: string): RawFinding => ({
  span: at(console, 'flags'),
  headline: `debug console lacks ${flag}`,
  notes: [SILENT],
  key: 'access',
  ...fixes(fixOf(`Add ${flag}`, addFlag(console, 'flags', flag))),
})

const withoutType = (console: Console): RawFinding => ({
  span: at(console, 'address'),
  headline: 'debug console has an address but no type',
  notes: [`.type reads as JAILHOUSE_CON_TYPE_NONE: ${SILENT}`],
  help: 'set .type to the UART of the board, as JAILHOUSE_CON_TYPE_8250',
  key: 'type',
})

const unsupported = (console: Console, architecture: string): RawFinding => ({
  span: at(console, 'type'),
  headline: `console type ${console.type} has no driver on ${architecture}`,
  notes: [SILENT],
  key: 'type',
})

function* mapped({ debug_console: console, architecture }: SystemConfig): Iterable<RawFinding> {
  const offset = console.address % PAGE_SIZE
  const size = BigInt(console.size)
  const registers = rangeOf(console.address, size)
  if (size === 0n)
    yield {
      span: at(console, 'size'),
      severity: 'error',
      headline: 'debug console has size 0',
      notes: [
        architecture === 'arm64'
          ? 'the registers are not mapped: the hypervisor faults at its first message'
          : '"jailhouse enable" fails: "Unable to map hypervisor debug console"',
      ],
      key: 'size',
      ...fixes(fixOf('Set .size to 0x1000', setField(console, 'size', '0x1000'))),
    }
  else if (architecture === 'arm64' && (console.address % (2n * MiB)) + size > 2n * MiB)
    yield {
      span: at(console, 'size'),
      severity: 'error',
      headline: `debug console ${interval(registers)} crosses a 2 MiB boundary`,
      notes: ["the hypervisor's own mapping behind the 2 MiB reserved for the console is overwritten"],
      key: 'block',
    }
  else if (offset + size > alignUp(size))
    yield {
      span: at(console, 'size'),
      headline: `debug console ${interval(registers)} ends in an unmapped page`,
      notes: ['the size is counted from the start of the first page'],
      key: 'page',
    }
}

function* clock({ debug_console: console, architecture }: SystemConfig): Iterable<RawFinding> {
  if (console.clock_reg === 0n) return
  if (console.gate_nr > 31)
    yield {
      span: at(console, 'gate_nr'),
      severity: 'error',
      headline: `gate_nr ${console.gate_nr} is out of range: a clock register has 32 bits`,
      help: `add ${hex((console.gate_nr >> 5) * 4)} to clock_reg and set gate_nr to ${console.gate_nr % 32}`,
      key: 'gate',
    }
  else if (architecture !== 'arm')
    yield {
      span: at(console, 'clock_reg'),
      severity: 'hint',
      headline: `clock_reg is not intended for ${architecture}`,
      notes: ['clock gates are meant for 32-bit ARM, but the driver sets this one as well'],
      key: 'clock',
    }
}
