import { CON_ACCESS_MMIO, CON_REGDIST_4, CON_TYPE_NONE } from '../../config/constants.ts'
import type { CellConfig, Console } from '../../config/model.ts'
import type { Platform, Uart, UartType } from '../../platform/model.ts'
import type { BoardSubject } from '../rule.ts'
import { regionSeenAt } from './trees.ts'

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

export const distanceOf = ({ flags }: Console): 1 | 4 => (flags & CON_REGDIST_4 ? 4 : 1)

/** The console of the hypervisor, if it has one that facts can tell about, and the UART at its address. */
export function consoleOf({ scenario, platform }: BoardSubject): ConsoleOfUart | undefined {
  const { debug_console: console } = scenario.root
  return isSet(console) ? { console, uart: uartAt(console, console.address, platform) } : undefined
}

/** The consoles of cells, and the UARTs behind the addresses at which the cells see them. */
export function* consolesOfCells({ scenario, platform }: BoardSubject): Iterable<ConsoleOfUart> {
  for (const cell of scenario.cells) {
    const { console } = cell
    if (!isSet(console)) continue
    const region = regionSeenAt(cell, console.address)
    const address = region ? console.address - region.virt_start + region.phys_start : console.address
    yield { console, cell, uart: uartAt(console, address, platform) }
  }
}

interface ConsoleOfUart {
  readonly console: Console
  readonly uart: Uart | undefined
  /** Absent for the hypervisor's own. */
  readonly cell?: CellConfig
}

const isSet = ({ type, address }: Console): boolean => type !== CON_TYPE_NONE && address !== 0n

function uartAt({ flags }: Console, address: bigint, { uarts }: Platform): Uart | undefined {
  const isPort = (flags & CON_ACCESS_MMIO) === 0
  // i.MX has its registers in the first page of a larger window.
  return uarts.find(({ range, isPort: port = false }) => port === isPort && range.start === address)
}
