import { CON_ACCESS_MMIO, CON_REGDIST_4, CON_TYPE_8250, CON_TYPE_NONE } from '../../config/constants.ts'
import type { Console } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { type Change, fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import { typeName } from '../board/consoles.ts'
import type { RawFinding, ScenarioRule } from '../rule.ts'
import page from './console-types-differ.md'
import { isDriven } from './debug-console.ts'

/** One UART has one driver: `cell_start` hands the type to the inmate, `uart_init` takes the other for the hypervisor. */
export const consoleTypesDiffer: ScenarioRule = {
  kind: 'scenario',
  code: 'JH764',
  id: 'console-types-differ',
  title: 'One UART with two console types',
  severity: 'warning',
  constraints: [],
  page,
  *check({ root, cells }) {
    const { debug_console } = root
    if (!isDriven(root)) return
    for (const { name, console } of cells) {
      if (!isSameUart(console, debug_console)) continue
      if (console.type !== debug_console.type) yield otherType(name, console, debug_console)
      else if (has8250Distance(console) && isFar(console) !== isFar(debug_console))
        yield otherDistance(name, console, debug_console)
    }
  },
}

const otherType = (cell: string, console: Console, debug_console: Console): RawFinding => ({
  span: at(console, 'type'),
  headline: `the console at ${hex(console.address)} has another type than the debug console`,
  notes: [
    `the hypervisor drives this UART as ${typeName(debug_console.type)}, "${cell}" as ${typeName(console.type)}`,
    'one of the two prints nothing',
  ],
  related: [{ span: at(debug_console, 'type'), text: 'the debug console' }],
  key: 'type',
  ...fixes(
    fixOf(
      `Set type to ${typeName(debug_console.type)}`,
      setField(console, 'type', typeName(debug_console.type)),
      false,
    ),
  ),
})

/** The one driver that asks how far apart registers are. */
const has8250Distance = ({ type, flags }: Console): boolean => type === CON_TYPE_8250 && (flags & CON_ACCESS_MMIO) !== 0

const isFar = ({ flags }: Console): boolean => (flags & CON_REGDIST_4) !== 0

const otherDistance = (cell: string, console: Console, debug_console: Console): RawFinding => ({
  span: at(console, 'flags'),
  headline: `the console at ${hex(console.address)} has another register distance than the debug console`,
  notes: [
    `the hypervisor takes the registers of this UART as ${distance(debug_console)}, "${cell}" as ${distance(console)}`,
    'one of the two prints nothing',
  ],
  related: [{ span: at(debug_console, 'flags'), text: 'the debug console' }],
  key: 'distance',
  ...fixes(fixOf('Take the register distance of the debug console', withDistance(console, debug_console), false)),
})

/** Where nothing else is among the flags. */
const withDistance = (console: Console, other: Console): Change | undefined =>
  (console.flags & ~(CON_ACCESS_MMIO | CON_REGDIST_4)) === 0
    ? setField(console, 'flags', `JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_${isFar(other) ? 4 : 1}`)
    : undefined

const distance = (console: Console): string => (isFar(console) ? '4 bytes apart' : '1 byte apart')

const isSameUart = (console: Console, other: Console): boolean =>
  console.type !== CON_TYPE_NONE &&
  other.type !== CON_TYPE_NONE &&
  console.address !== 0n &&
  console.address === other.address &&
  (console.flags & CON_ACCESS_MMIO) === (other.flags & CON_ACCESS_MMIO)
