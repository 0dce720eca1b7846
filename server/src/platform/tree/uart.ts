import type { UartType } from '../model.ts'
import { matches, number, strings, type TreeNode } from './node.ts'

/** UARTs of device trees and the drivers that Jailhouse has for them. */

interface Driver {
  readonly type: UartType
  /** Bytes between registers; `shift` takes it from `reg-shift`. */
  readonly distance?: 4 | 'shift'
}

const DRIVERS: readonly (readonly [readonly string[], Driver])[] = [
  [
    ['nvidia,tegra*-uart', 'ti,am654-uart', 'ti,omap*-uart', 'brcm,bcm2835-aux-uart', 'mrvl,pxa-uart'],
    { type: '8250', distance: 4 },
  ],
  [['snps,dw-apb-uart', 'ns16550a', 'ns16550', 'fsl,ns16550', 'mrvl,mmp-uart'], { type: '8250', distance: 'shift' }],
  [['arm,pl011', 'arm,sbsa-uart'], { type: 'PL011' }],
  [['cdns,uart-r1p8', 'cdns,uart-r1p12', 'xlnx,xuartps'], { type: 'XUARTPS' }],
  [['marvell,armada-3700-uart'], { type: 'MVEBU' }],
  [['renesas,hscif*'], { type: 'HSCIF' }],
  [['renesas,scifa*'], { type: 'SCIFA' }],
  [['renesas,scif*'], { type: 'SCIF' }],
  [['fsl,imx21-uart', 'fsl,imx6q-uart'], { type: 'IMX' }],
  [['fsl,imx7ulp-lpuart', 'fsl,imx8qxp-lpuart', 'fsl,imx93-lpuart', 'fsl,imx95-lpuart'], { type: 'IMX_LPUART' }],
]

/** The driver for a node, by the first of its `compatible` strings that is known, and the string. */
export function uartDriver(
  node: TreeNode,
): { readonly compatible: string; readonly type: UartType; readonly distance?: 1 | 4 } | undefined {
  for (const compatible of strings(node, 'compatible')) {
    const driver = DRIVERS.find(([patterns]) => patterns.some(pattern => matches(compatible, pattern)))?.[1]
    if (!driver) continue
    const { type, distance } = driver
    if (distance === undefined) return { compatible, type }
    const isWide = distance === 4 || number(node, 'reg-shift') === 2
    return { compatible, type, distance: isWide ? 4 : 1 }
  }
  return undefined
}

/** A node that looks like a UART, whether Jailhouse drives it or not. */
export const isUart = (node: TreeNode): boolean =>
  uartDriver(node) !== undefined || /^(serial|uart)(@|$)/.test(node.name)
