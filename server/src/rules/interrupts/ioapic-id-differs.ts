import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { driversOf } from '../../machine/iommu/drivers.ts'
import { hex } from '../../text/words.ts'
import type { ScenarioRule } from '../rule.ts'
import page from './ioapic-id-differs.md'

/** `vtd_cell_init` sets a region of remapping entries aside for each id; `ioapic_reg_write` takes that of the cell's own entry. */
export const ioapicIdDiffers: ScenarioRule = {
  kind: 'scenario',
  code: 'JH465',
  id: 'ioapic-id-differs',
  title: 'IOAPIC with another id than in the root cell',
  severity: 'warning',
  constraints: [],
  page,
  *check({ root, cells }) {
    if (root.architecture !== 'x86' || !driversOf(root).some(({ remapsInterrupts }) => remapsInterrupts)) return
    for (const cell of cells)
      for (const chip of cell.irqchips) {
        const twin = root.root_cell.irqchips.find(({ address }) => address === chip.address)
        if (!twin || twin.id === chip.id) continue
        yield {
          span: at(chip, 'id'),
          headline: `id ${hex(chip.id)} of the IOAPIC at ${hex(chip.address)} differs from the root cell (${hex(twin.id)})`,
          notes: [
            'VT-d drops interrupts whose source is not the id in their remapping entry: the cell gets none of its pins',
          ],
          related: [{ span: at(twin, 'id'), text: `the root cell has id ${hex(twin.id)}` }],
          key: `${chip.index}`,
          ...fixes(fixOf(`Set the id to ${hex(twin.id)}`, setField(chip, 'id', hex(twin.id)), false)),
        }
      }
  },
}
