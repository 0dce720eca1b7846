import { CON_ACCESS_MMIO, CON_TYPE_NONE } from '../../config/constants.ts'
import type { Console } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import { typeName } from '../board/consoles.ts'
import type { ScenarioRule } from '../rule.ts'
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
    for (const { name, console } of cells)
      if (isSameUart(console, debug_console) && console.type !== debug_console.type)
        yield {
          span: at(console, 'type'),
          headline: `the console at ${hex(console.address)} has another type than the debug console`,
          notes: [
            `the hypervisor drives this UART as ${typeName(debug_console.type)}, "${name}" as ${typeName(console.type)}`,
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
        }
  },
}

const isSameUart = (console: Console, other: Console): boolean =>
  console.type !== CON_TYPE_NONE &&
  other.type !== CON_TYPE_NONE &&
  console.address !== 0n &&
  console.address === other.address &&
  (console.flags & CON_ACCESS_MMIO) === (other.flags & CON_ACCESS_MMIO)
