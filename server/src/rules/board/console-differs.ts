import type { Console } from '../../config/model.ts'
import { at, atFlag } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import type { Uart } from '../../platform/model.ts'
import type { BoardRule, RawFinding } from '../rule.ts'
import page from './console-differs.md'
import { consoleOf, consolesOfCells, distanceOf, typeName, typeNumber } from './consoles.ts'
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
    const own = consoleOf(subject)
    for (const { console, uart, cell } of [...(own ? [own] : []), ...consolesOfCells(subject)]) {
      const finding = uart && differenceOf(console, uart)
      if (finding) yield cell ? { ...finding, key: `${cell.name} ${finding.key}` } : finding
    }
  },
}

function differenceOf(console: Console, uart: Uart): RawFinding | undefined {
  if (!uart.type) return undefined
  const typeOfUart = typeName(typeNumber(uart.type))
  if (typeNumber(uart.type) !== console.type)
    return {
      span: at(console, 'type'),
      headline: `the console is ${typeName(console.type)}, but ${uart.name} is ${uart.compatible}`,
      notes: [`${uart.compatible} is driven by ${typeOfUart}`, basis(uart)],
      key: 'type',
      ...fixes(fixOf(`Set type to ${typeOfUart}`, setField(console, 'type', typeOfUart), false)),
    }
  const distance = distanceOf(console)
  if (uart.distance === undefined || uart.distance === distance) return undefined
  const [spelled, right] = [`JAILHOUSE_CON_REGDIST_${distance}`, `JAILHOUSE_CON_REGDIST_${uart.distance}`]
  return {
    span: atFlag(console, 'flags', spelled),
    headline: `registers of ${uart.name} lie ${uart.distance} bytes apart, the console uses ${distance}`,
    notes: [
      `${uart.compatible} with reg-shift ${uart.distance === 4 ? 2 : 0} needs ${right}: with ${spelled} nothing is printed`,
      basis(uart),
    ],
    help: `use ${right}`,
    key: 'distance',
  }
}
