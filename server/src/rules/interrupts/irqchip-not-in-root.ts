import { XAPIC_BASE } from '../../config/architecture.ts'
import type { Irqchip, SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './irqchip-not-in-root.md'

export const irqchipNotInRoot: ScenarioRule = {
  kind: 'scenario',
  code: 'JH460',
  id: 'irqchip-not-in-root',
  title: 'Interrupt controller unknown to the root cell',
  severity: 'warning',
  constraints: ['irqchip-address-mismatch', 'irqchip-x86-not-in-root'],
  complete: ['root.irqchips'],
  page,
  *check({ root, cells }) {
    const known = addressesIn(root)
    if (known.length === 0) return
    for (const cell of cells)
      for (const chip of cell.irqchips)
        if (chip.address && !known.includes(chip.address) && !isListed(root, chip))
          yield {
            span: at(chip, 'address'),
            headline: `the root cell has no interrupt controller at ${hex(chip.address)}`,
            notes: [consequence(root, chip), `the root cell has ${known.map(hex).join(', ')}`],
            key: `${chip.index}`,
            ...fixes(onlyOne(known, chip)),
          }
  },
}

/** No I/O APIC is where the local APIC is (JH404). */
const addressesIn = ({ architecture, platform_info, root_cell }: SystemConfig): readonly bigint[] =>
  architecture === 'x86'
    ? [...new Set(root_cell.irqchips.map(({ address }) => address).filter(address => address !== XAPIC_BASE))]
    : [platform_info.arm?.gicd_base ?? 0n].filter(address => address !== 0n)

/** What the root lists as well is wrong in the root or its `gicd_base`, and said there (JH404). */
const isListed = ({ root_cell }: SystemConfig, { address }: Irqchip): boolean =>
  root_cell.irqchips.some(chip => chip.address === address)

const consequence = ({ architecture }: SystemConfig, { pin_base }: Irqchip): string =>
  architecture === 'x86'
    ? 'the IOAPIC is assigned anyway, but its pins are neither removed from the root cell nor returned to it'
    : `irqchip_cell_init skips the entry: the cell gets none of its interrupts from ${pin_base} on`

const onlyOne = (known: readonly bigint[], chip: Irqchip) => {
  const [address, ...more] = known
  return address === undefined || more.length
    ? undefined
    : fixOf(`Set the address to ${hex(address)}`, setField(chip, 'address', hex(address)))
}
