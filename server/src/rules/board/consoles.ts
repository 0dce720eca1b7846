import { CON_ACCESS_MMIO, CON_TYPE_NONE } from '../../config/constants.ts'
import type { Console } from '../../config/model.ts'
import type { Uart, UartType } from '../../platform/model.ts'
import type { BoardSubject } from '../rule.ts'

/** `JAILHOUSE_CON_TYPE_*` by their numbers. */
const TYPES: Readonly<Record<UartType, number>> = {
  '8250': 2,
  PL011: 3,
  XUARTPS: 4,
  MVEBU: 5,
  HSCIF: 6,
  SCIFA: 7,
  IMX: 8,
  IMX_LPUART: 9,
  SCIF: 10,
}

export const typeNumber = (type: UartType): number => TYPES[type]

export const typeName = (value: number): string =>
  `JAILHOUSE_CON_TYPE_${Object.entries(TYPES).find(([, number]) => number === value)?.[0] ?? value}`

const REGDIST_4 = 0x2

export const distanceOf = ({ flags }: Console): 1 | 4 => (flags & REGDIST_4 ? 4 : 1)

/** The console of the hypervisor, if it has one that facts can tell about, and the UART at its address. */
export function consoleOf({
  scenario,
  platform,
}: BoardSubject): { readonly console: Console; readonly uart: Uart | undefined } | undefined {
  const { debug_console: console } = scenario.root
  if (console.type === CON_TYPE_NONE || console.address === 0n) return undefined
  const isPort = (console.flags & CON_ACCESS_MMIO) === 0
  // i.MX has its registers in the first page of a larger window.
  const uart = platform.uarts.find(
    ({ range, isPort: port = false }) => port === isPort && range.start === console.address,
  )
  return { console, uart }
}
