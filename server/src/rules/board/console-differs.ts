import { at, atFlag } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import type { BoardRule } from '../rule.ts'
import page from './console-differs.md'
import { consoleOf, distanceOf, typeName, typeNumber } from './consoles.ts'
import { basis } from './words.ts'

export const consoleDiffers: BoardRule = {
  kind: 'board',
  code: 'JH931',
  id: 'console-differs',
  title: 'Debug console of another type than its UART',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const { console, uart } = consoleOf(subject) ?? {}
    if (!console || !uart?.type) return
    const typeOfUart = typeName(typeNumber(uart.type))
    if (typeNumber(uart.type) !== console.type) {
      yield {
        span: at(console, 'type'),
        headline: `the console is ${typeName(console.type)}, but ${uart.name} is ${uart.compatible}`,
        notes: [`${uart.compatible} is driven by ${typeOfUart}`, basis(uart)],
        key: 'type',
        ...fixes(fixOf(`Set type to ${typeOfUart}`, setField(console, 'type', typeOfUart), false)),
      }
      return
    }
    const distance = distanceOf(console)
    if (uart.distance === undefined || uart.distance === distance) return
    const [spelled, right] = [`JAILHOUSE_CON_REGDIST_${distance}`, `JAILHOUSE_CON_REGDIST_${uart.distance}`]
    yield {
      span: atFlag(console, 'flags', spelled),
      headline: `registers of ${uart.name} lie ${uart.distance} bytes apart, the console uses ${distance}`,
      notes: [
        `${uart.compatible} with reg-shift ${uart.distance === 4 ? 2 : 0} needs ${right}: with ${spelled} nothing is printed`,
        basis(uart),
      ],
      help: `use ${right}`,
      key: 'distance',
    }
  },
}
