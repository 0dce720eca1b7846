import type { Irqchip } from '../../config/model.ts'
import {
  type Cell,
  type Draft,
  type Failure,
  type Hypervisor,
  refusal,
  rootOf,
  type Unit,
  unitState,
} from '../hypervisor.ts'
import { paging_map_device } from '../memory.ts'
import { mmio_region_register } from '../mmio.ts'

/** `hypervisor/arch/x86/ioapic.c`, as far as it takes memory, traps accesses and refuses. */

/** `sizeof(struct cell_ioapic)` is 48; a cell's list has one page. */
const MAX_CHIPS = Math.floor(4096 / 48)

/** Addresses of the I/O APICs that somebody listed so far; they stay mapped. */
type PhysIoapics = readonly bigint[]

const none: PhysIoapics = Object.freeze([])

/** `ioapic_get_or_add_phys`: VT-d asks first, in order to reserve interrupts for its pins. */
export function ioapic_get_or_add_phys(hv: Hypervisor, chip: Irqchip): Failure | undefined {
  const { address } = chip
  const known = unitState(hv, ioapic, none)
  if (known.includes(address)) return undefined
  if (known.length === MAX_CHIPS)
    return refusal('ioapic_get_or_add_phys', 'ERANGE', `more than ${MAX_CHIPS} I/O APICs`, { entry: chip })
  if (!paging_map_device(hv, address, 4096))
    return refusal('ioapic_get_or_add_phys', 'ENOMEM', 'an I/O APIC cannot be mapped', { entry: chip })
  hv.units.set(ioapic, [...known, address])
  return undefined
}

const chipList = (cell: Cell) => ({ what: 'list of I/O APICs', cell: cell.config })

function cell_init(hv: Hypervisor, cell: Draft<Cell>): Failure | undefined {
  const { irqchips } = cell.config
  const about = { cell: cell.config }
  if (irqchips.length === 0) return undefined
  if (MAX_CHIPS < irqchips.length)
    return refusal('ioapic_cell_init', 'ERANGE', `more than ${MAX_CHIPS} irqchips`, about)
  if (!hv.pool.take(1, chipList(cell)))
    return refusal('ioapic_cell_init', 'ENOMEM', 'no page left for the list of I/O APICs', about)
  for (const chip of irqchips) {
    const failure = ioapic_get_or_add_phys(hv, chip)
    if (failure) {
      cell_exit(hv, cell)
      return failure
    }
    if (chip.pin_base !== 0) return lostList(hv, cell, chip)
    mmio_region_register(hv, cell, { start: chip.address, size: 0x1000n, handler: 'I/O APIC' })
  }
  return undefined
}

/** On this path the list is not freed, and a unit whose cell_init fails gets no cell_exit. */
function lostList(hv: Hypervisor, cell: Cell, chip: Irqchip): Failure {
  hv.pool.give(1, chipList(cell))
  hv.pool.charge(1, { what: 'leaked: I/O APIC lists of refused cells' })
  return refusal('ioapic_cell_init', 'EINVAL', `pin_base is ${chip.pin_base}; an I/O APIC has its pins from 0`, {
    cell: cell.config,
    entry: chip,
  })
}

function cell_exit(hv: Hypervisor, cell: Draft<Cell>): void {
  if (cell.config.irqchips.length > 0) hv.pool.give(1, chipList(cell))
}

export const ioapic: Unit = {
  name: 'IOAPIC',
  load: hv => {
    hv.units.set(ioapic, none)
  },
  init: hv => {
    const root = rootOf(hv)
    return root && cell_init(hv, root)
  },
  cell_init,
  cell_exit,
  shutdown: () => {},
  mmio_count_regions: (_hv, { irqchips }) => irqchips.length,
}
