import {
  CON_ACCESS_MMIO,
  CON_FB_1920x1080,
  CON_TYPE_8250,
  CON_TYPE_EFIFB,
  CON_TYPE_NONE,
} from '../../config/constants.ts'
import type { Console, SystemConfig } from '../../config/model.ts'
import { alignUp, MiB, PAGE_SIZE } from '../../config/ranges.ts'
import { fixes, fixOf } from '../fixes/change.ts'
import { setField } from '../fixes/fields.ts'
import { addFlag } from '../fixes/flags.ts'
import { at, hex } from '../places.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './debug-console.md'

/** The highest type the drivers of ARM know, `JAILHOUSE_CON_TYPE_SCIF`. */
const LAST_OF_ARM = 10

export const debugConsole: SystemRule = {
  kind: 'system',
  code: 'JH701',
  id: 'debug-console',
  title: 'The hypervisor has a console it can write to',
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
    const { debug_console: console, architecture } = system
    if (!architecture || console.type === CON_TYPE_NONE || !console.source?.fields.has('type')) return
    yield* architecture === 'x86' ? onX86(console) : onArm(console, architecture)
    if (console.flags & CON_ACCESS_MMIO) yield* mapped(system)
    yield* clock(system)
  },
}

function* onX86(console: Console): Iterable<RawFinding> {
  const isMapped = console.flags & CON_ACCESS_MMIO
  if (console.type !== CON_TYPE_8250 && console.type !== CON_TYPE_EFIFB) yield unsupported(console, 'x86')
  else if (console.type === CON_TYPE_8250 && !isMapped && console.address > 0xfff8n)
    yield {
      span: at(console, 'address'),
      severity: 'error',
      headline: `${hex(console.address)} is no I/O port: the upper bits are cut off; is JAILHOUSE_CON_ACCESS_MMIO missing?`,
      key: 'port',
    }
  if (console.type !== CON_TYPE_EFIFB) return
  const needed = console.flags & CON_FB_1920x1080 ? 0x7e9000 : 0x300000
  if (!isMapped || console.size < needed)
    yield {
      span: at(console, isMapped ? 'size' : 'flags'),
      severity: 'error',
      headline: isMapped
        ? `the picture has ${hex(needed)} bytes, but size is ${hex(console.size)}: the hypervisor faults while it prints`
        : 'a framebuffer is memory: without JAILHOUSE_CON_ACCESS_MMIO the hypervisor faults while it prints',
      key: 'framebuffer',
    }
}

function* onArm(console: Console, architecture: string): Iterable<RawFinding> {
  if (console.type === CON_TYPE_EFIFB || console.type > LAST_OF_ARM) yield unsupported(console, architecture)
  else if (!(console.flags & CON_ACCESS_MMIO))
    yield {
      span: at(console, 'flags'),
      headline: 'without JAILHOUSE_CON_ACCESS_MMIO the hypervisor prints nothing on ARM: no error is ever seen; add it',
      key: 'access',
      ...fixes(fixOf('Add JAILHOUSE_CON_ACCESS_MMIO', addFlag(console, 'flags', 'JAILHOUSE_CON_ACCESS_MMIO'))),
    }
}

const unsupported = (console: Console, architecture: string): RawFinding => ({
  span: at(console, 'type'),
  headline: `there is no driver for console type ${console.type} on ${architecture}: the hypervisor prints nothing, and no error is ever seen`,
  key: 'type',
})

function* mapped({ debug_console: console, architecture }: SystemConfig): Iterable<RawFinding> {
  const offset = console.address % PAGE_SIZE
  const size = BigInt(console.size)
  if (size === 0n)
    yield {
      span: at(console, 'size'),
      severity: 'error',
      headline: `the console has size 0, so nothing is mapped: ${architecture === 'arm64' ? 'the hypervisor faults at its first message' : '"enable" fails with "Unable to map hypervisor debug console"'}; set .size to 0x1000`,
      key: 'size',
      ...fixes(fixOf('Set .size to 0x1000', setField(console, 'size', '0x1000'))),
    }
  else if (architecture === 'arm64' && (console.address % (2n * MiB)) + size > 2n * MiB)
    yield {
      span: at(console, 'size'),
      severity: 'error',
      headline: `${hex(size)} bytes from ${hex(console.address)} on reach past the 2 MiB kept for the console: the hypervisor's own mapping is overwritten`,
      key: 'block',
    }
  else if (offset + size > alignUp(size))
    yield {
      span: at(console, 'size'),
      headline: `${hex(size)} bytes from ${hex(console.address)} on end in a page that is not mapped: the size is counted from the start of the page`,
      key: 'page',
    }
}

function* clock({ debug_console: console, architecture }: SystemConfig): Iterable<RawFinding> {
  if (console.clock_reg === 0n) return
  if (console.gate_nr > 31)
    yield {
      span: at(console, 'gate_nr'),
      severity: 'error',
      headline: `gate ${console.gate_nr} is beyond the 32 bits of a clock register: add ${hex((console.gate_nr >> 5) * 4)} to clock_reg and use gate ${console.gate_nr % 32}`,
      key: 'gate',
    }
  else if (architecture !== 'arm')
    yield {
      span: at(console, 'clock_reg'),
      severity: 'hint',
      headline: 'clock gates are meant for 32-bit ARM; the driver sets this one all the same',
      key: 'clock',
    }
}
