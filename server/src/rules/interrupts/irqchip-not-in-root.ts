import type { Irqchip, SystemConfig } from '../../config/model.ts'
import { fixes, fixOf } from '../fixes/change.ts'
import { setField } from '../fixes/fields.ts'
import { at, hex } from '../places.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './irqchip-not-in-root.md'

export const irqchipNotInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH460',
  id: 'irqchip-not-in-root',
  title: 'An inmate names the interrupt controller of its root',
  severity: 'warning',
  constraints: ['irqchip-address-mismatch', 'irqchip-x86-not-in-root'],
  complete: ['root.irqchips'],
  page,
  *check({ root, cells }) {
    const known = addressesIn(root)
    if (known.length === 0) return
    for (const cell of cells)
      for (const chip of cell.irqchips)
        if (chip.address && !known.includes(chip.address))
          yield {
            span: at(chip, 'address'),
            headline: `"${root.root_cell.name}" has no interrupt controller at ${hex(chip.address)} but at ${known.map(hex).join(', ')}: ${consequence(root, chip)}`,
            key: `${chip.index}`,
            ...fixes(onlyOne(known, chip)),
          }
  },
}

const addressesIn = ({ architecture, platform_info, root_cell }: SystemConfig): readonly bigint[] =>
  architecture === 'x86'
    ? [...new Set(root_cell.irqchips.map(({ address }) => address))]
    : [platform_info.arm.gicd_base].filter(address => address !== 0n)

const consequence = ({ architecture }: SystemConfig, { pin_base }: Irqchip): string =>
  architecture === 'x86'
    ? 'the cell gets it all the same, and the root neither gives up its pins nor gets them back'
    : `the entry is skipped without a word, and the cell gets none of its interrupts from ${pin_base} on`

const onlyOne = (known: readonly bigint[], chip: Irqchip) => {
  const [address, ...more] = known
  return address === undefined || more.length
    ? undefined
    : fixOf(`Set the address to ${hex(address)}`, setField(chip, 'address', hex(address)))
}
