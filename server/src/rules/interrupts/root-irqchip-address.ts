import { isArm } from '../../config/architecture.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import type { SystemRule } from '../rule.ts'
import page from './root-irqchip-address.md'

export const rootIrqchipAddress: SystemRule = {
  kind: 'system',
  code: 'JH404',
  id: 'root-irqchip-address',
  title: 'Wrong interrupt controller address of the root cell',
  severity: 'warning',
  constraints: [],
  page,
  *check({ root_cell, platform_info }) {
    const { arm } = platform_info
    if (!isArm(root_cell) || !arm?.gicd_base) return
    const { gicd_base } = arm
    for (const chip of root_cell.irqchips)
      if (chip.address !== gicd_base && chip.address)
        yield {
          span: at(chip, 'address'),
          headline: `irqchip address ${hex(chip.address)} is not that of the GIC distributor (${hex(gicd_base)})`,
          notes: ['irqchip_cell_init skips the entry: the root cell gets none of these interrupts back from an inmate'],
          related: [{ span: at(arm, 'gicd_base'), text: 'the distributor' }],
          key: `${chip.index}`,
          ...fixes(fixOf(`Set the address to ${hex(gicd_base)}`, setField(chip, 'address', hex(gicd_base)), false)),
        }
  },
}
