import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { bdf, hex } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './ioapic-id.md'
import { basis } from './words.ts'

/** `id` is the unit in the upper half and, in the lower, the requester by which DMAR or IVRS name the chip. */
export const ioapicId: BoardRule = {
  kind: 'board',
  code: 'JH961',
  id: 'ioapic-id',
  title: 'I/O APIC differs from the ACPI tables',
  severity: 'warning',
  constraints: [],
  page,
  *check({ platform, scenario }) {
    const { root_cell, architecture } = scenario.root
    const { ioapics } = platform
    const [first] = ioapics ?? []
    if (architecture !== 'x86' || !ioapics || !first) return
    for (const chip of root_cell.irqchips) {
      const fact = ioapics.find(({ address }) => address === chip.address)
      if (!fact) {
        yield {
          span: at(chip, 'address'),
          headline: `no I/O APIC of the machine is at ${hex(chip.address)}`,
          notes: [`MADT lists ${ioapics.map(({ address }) => hex(address)).join(', ')}`, basis(first)],
          key: `address ${chip.index}`,
        }
        continue
      }
      const unit = platform.iommus.find(({ scopes }) =>
        scopes.some(({ kind, enumerationId }) => kind === 'ioapic' && enumerationId === fact.enumerationId),
      )
      const scope = unit?.scopes.find(
        ({ kind, enumerationId }) => kind === 'ioapic' && enumerationId === fact.enumerationId,
      )
      if (!unit || !scope || scope.path) continue
      const expected = (unit.index << 16) | scope.bdf
      if (chip.id === expected) continue
      yield {
        span: at(chip, 'id'),
        headline: `id of the I/O APIC at ${hex(chip.address)} is ${hex(chip.id)}, the tables say ${hex(expected)}`,
        notes: [
          `unit ${unit.index} remaps it as requester ${bdf(scope.bdf)}: with another id its interrupts are dropped`,
          basis(unit, fact),
        ],
        key: `id ${chip.index}`,
        ...fixes(fixOf(`Set .id to ${hex(expected)}`, setField(chip, 'id', hex(expected)), false)),
      }
    }
  },
}
