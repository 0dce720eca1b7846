import { isArm, XAPIC_BASE } from '../../config/architecture.ts'
import { ramAtDistributor } from '../../config/gic.ts'
import type { ArmPlatform, CellConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isAligned, MiB } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex } from '../../text/words.ts'
import { otherDistributor } from '../memory/windows.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './root-irqchip-address.md'

const SKIPPED = 'the root cell gets none of these interrupts back from an inmate'

export const rootIrqchipAddress: SystemRule = {
  kind: 'system',
  code: 'JH404',
  id: 'root-irqchip-address',
  title: 'Wrong interrupt controller address of the root cell',
  severity: 'warning',
  constraints: [],
  page,
  *check(system) {
    const { root_cell } = system
    const { arm } = system.platform_info
    if (!isArm(root_cell)) yield* atLocalApic(root_cell)
    if (!isArm(root_cell) || !arm?.gicd_base || !isAligned(arm.gicd_base) || ramAtDistributor(system)) return
    const { gicd_base } = arm
    const other = otherDistributor(system)
    if (other !== undefined && !areLeftOver(arm, other)) yield contradicted(arm, other)
    else
      for (const chip of root_cell.irqchips)
        if (chip.address !== gicd_base && chip.address)
          yield {
            span: at(chip, 'address'),
            headline: `irqchip address ${hex(chip.address)} is not that of the GIC distributor (${hex(gicd_base)})`,
            notes: [`irqchip_cell_init skips the entry: ${SKIPPED}`],
            related: [{ span: at(arm, 'gicd_base'), text: 'the distributor' }],
            key: `${chip.index}`,
            ...fixes(fixOf(`Set the address to ${hex(gicd_base)}`, setField(chip, 'address', hex(gicd_base)), false)),
          }
  },
}

/** `ioapic_get_or_add_phys` takes whatever it reads there for the registers of an I/O APIC. */
function* atLocalApic({ irqchips }: CellConfig): Iterable<RawFinding> {
  for (const chip of irqchips)
    if (chip.address === XAPIC_BASE)
      yield {
        span: at(chip, 'address'),
        headline: `irqchip address ${hex(XAPIC_BASE)} is that of the local APIC, not of an I/O APIC`,
        notes: ['ioapic_get_or_add_phys reads the number of pins and the routes of its interrupts there'],
        help: 'the I/O APIC of most PCs is at 0xfec00000; /proc/iomem names it',
        key: `${chip.index}`,
      }
}

/** One GIC lies within a few MiB. */
const ONE_GIC = 16n * MiB

/** Where the other parts of the GIC are beside the distributor and far from what the irqchips say, these are left over. */
function areLeftOver({ gicd_base, gicr_base, gicc_base }: ArmPlatform, address: bigint): boolean {
  const part = gicr_base || gicc_base
  const isNear = (base: bigint) => part - base < ONE_GIC && base - part < ONE_GIC
  return part !== 0n && isNear(gicd_base) && !isNear(address)
}

/** What all irqchips of the root agree on is hardly wrong. */
const contradicted = (arm: ArmPlatform, other: bigint): RawFinding => ({
  span: at(arm, 'gicd_base'),
  headline: `gicd_base ${hex(arm.gicd_base)} is not the address of the irqchips (${hex(other)})`,
  notes: [`the hypervisor drives no distributor there; irqchip_cell_init skips the irqchips: ${SKIPPED}`],
  key: 'gicd_base',
  ...fixes(fixOf(`Set gicd_base to ${hex(other)}`, setField(arm, 'gicd_base', hex(other)), false)),
})
