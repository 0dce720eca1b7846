import { CON_ACCESS_MMIO } from '../../config/constants.ts'
import type { SystemConfig } from '../../config/model.ts'
import { alignUp } from '../../config/ranges.ts'
import type { Change } from '../../edit/change.ts'
import { fillStruct } from '../../edit/fields.ts'
import type { Platform, Uart } from '../../platform/model.ts'
import { hex } from '../../text/words.ts'
import { distanceOf, typeName, typeNumber } from './consoles.ts'

/** A change with the title it is offered under. */
export interface TitledChange {
  readonly title: string
  readonly change: Change | undefined
}

/** Linux' own console, else the only one that Jailhouse drives. */
function uartOf({ uarts, board }: Platform): Uart | undefined {
  const driven = uarts.filter(({ enabled, type, isPort }) => enabled && type && !isPort)
  return driven.find(({ path }) => path === board?.stdout) ?? (driven.length === 1 ? driven[0] : undefined)
}

/** `debug_console` as the UART of Linux' console needs it; nothing where it is so already. */
export function consoleChange(root: SystemConfig, platform: Platform): TitledChange | undefined {
  const { debug_console: console } = root
  const uart = uartOf(platform)
  if (!uart?.type) return undefined
  const { range } = uart
  const distance = uart.distance ?? 4
  const isSame =
    console.address === range.start &&
    console.type === typeNumber(uart.type) &&
    (console.flags & CON_ACCESS_MMIO) !== 0 &&
    (uart.distance === undefined || distanceOf(console) === distance)
  if (isSame) return undefined
  const room = alignUp(range.start + 1n) - range.start
  const size = range.end - range.start < room ? range.end - range.start : room
  const change = fillStruct(root, 'debug_console', console, [
    { path: 'address', text: hex(range.start) },
    { path: 'size', text: hex(size) },
    { path: 'type', text: typeName(typeNumber(uart.type)) },
    { path: 'flags', text: `JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_${distance}` },
  ])
  return { title: `Fill debug_console from ${uart.name}`, change }
}
