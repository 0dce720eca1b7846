import { memoize } from '../text/memo.ts'
import { PCI_TYPE_IVSHMEM } from './constants.ts'
import type { CellConfig, Irqchip, PciDevice } from './model.ts'
import { isWritten } from './written.ts'

/** Bits of one entry, as upstream's header has it: four words of 32 pins. */
export const PINS_PER_CHIP = 128

export const pinsPerChip = ({ pin_bitmap }: Irqchip): number => 32 * pin_bitmap.length

/** A macro of ours: the bits of `irq_bitmap` in the hypervisor of the tree, where they are not 1024. */
export const IRQ_BITMAP_BITS = '__irq_bitmap_bits'

/** Entries that reach beyond this interrupt are refused (`irqchip_cell_init`). */
export const irqBits = ({ header }: CellConfig): number => Number(header.constant(IRQ_BITMAP_BITS) ?? 1024n)

/** Software and private interrupts of a GIC; shared ones (SPIs) begin behind them. */
export const FIRST_SPI = 32
/** An entry that begins later reaches beyond the last interrupt of a GIC; upstream's hypervisor refuses it. */
export const LAST_PIN_BASE = 896
/** From here on interrupt numbers have special meanings. */
export const FIRST_SPECIAL = 1020

/** The interrupts an entry grants, by their absolute numbers. */
export const pinsOf = memoize((chip: Irqchip): readonly number[] =>
  chip.pin_bitmap.flatMap((_, word) => pinsOfWord(chip, word)),
)

/** Those of one word of its bitmap. */
export function pinsOfWord(chip: Irqchip, word: number): readonly number[] {
  const pins: number[] = []
  for (let pin = chip.pin_base + 32 * word, rest = (chip.pin_bitmap[word] ?? 0) >>> 0; rest !== 0; pin++, rest >>>= 1)
    if (rest & 1) pins.push(pin)
  return pins
}

/** Whether an entry has a bit for an interrupt, set or not. */
const hasBitFor = (chip: Irqchip, pin: number): boolean =>
  chip.pin_base <= pin && pin < chip.pin_base + pinsPerChip(chip)

/** The word of the bitmap in which that bit is. */
export const wordOf = ({ pin_base }: Irqchip, pin: number): number => (pin - pin_base) >> 5

/** The name of that word as a field. */
export const wordPath = (chip: Irqchip, pin: number): `pin_bitmap[${number}]` => `pin_bitmap[${wordOf(chip, pin)}]`

/** The first entry of a cell that has a bit for an interrupt. */
export const chipFor = ({ irqchips }: CellConfig, pin: number): Irqchip | undefined =>
  irqchips.find(chip => hasBitFor(chip, pin))

export const hasPin = (chip: Irqchip, pin: number): boolean =>
  hasBitFor(chip, pin) && ((chip.pin_bitmap[wordOf(chip, pin)] ?? 0) >>> ((pin - chip.pin_base) & 31)) % 2 === 1

export const owns = (cell: CellConfig, pin: number): boolean => cell.irqchips.some(chip => hasPin(chip, pin))

/** The shared-memory devices that raise INTx: those without MSI-X vectors. Before revision 1 none does. */
export const intxDevices = (cell: CellConfig): readonly PciDevice[] =>
  cell.vpci_irq_base === undefined
    ? []
    : cell.pci_devices.filter(({ type, num_msix_vectors }) => type === PCI_TYPE_IVSHMEM && num_msix_vectors === 0)

/** Whether the first interrupt of the virtual PCI host is left out: then it is SPI 0, which nobody means. */
export const lacksInterruptBase = (cell: CellConfig): boolean =>
  cell.vpci_irq_base === 0 && !isWritten(cell, 'vpci_irq_base')

/** The interrupt such a device raises; `ivshmem_reset` turns INTA to INTD by the device number. */
export const intxPin = (cell: CellConfig, device: Pick<PciDevice, 'bdf'>): number =>
  FIRST_SPI + (cell.vpci_irq_base ?? 0) + ((device.bdf >> 3) & 3)

/** An entry that would grant interrupts which the cell lacks, if its `pin_base` were 32 higher or lower. */
export function chipOffBy32(
  { irqchips }: CellConfig,
  pins: readonly number[],
): { readonly chip: Irqchip; readonly base: number } | undefined {
  for (const chip of irqchips)
    for (const base of [chip.pin_base - 32, chip.pin_base + 32]) {
      const moved = { ...chip, pin_base: base }
      if (FIRST_SPI <= base && pins.every(pin => hasPin(moved, pin))) return { chip, base }
    }
  return undefined
}

/** The one `vpci_irq_base` with which all shared-memory devices of a cell have interrupts that it is granted. */
export function grantedBase(cell: CellConfig): number | undefined {
  const slots = intxDevices(cell).map(({ bdf }) => (bdf >> 3) & 3)
  const [slot] = slots
  if (slot === undefined) return undefined
  const bases = new Set(cell.irqchips.flatMap(pinsOf).map(pin => pin - slot - FIRST_SPI))
  const fitting = [...bases].filter(base => 0 <= base && slots.every(each => owns(cell, base + FIRST_SPI + each)))
  return fitting.length === 1 ? fitting[0] : undefined
}

/** The entry that its `pin_base` keeps from granting the interrupts of all shared-memory devices. */
export function misplacedChip(
  cell: CellConfig,
): { readonly chip: Irqchip; readonly base: number; readonly pins: readonly number[] } | undefined {
  const pins = lacksInterruptBase(cell) ? [] : intxDevices(cell).map(device => intxPin(cell, device))
  if (pins.length === 0 || pins.some(pin => owns(cell, pin))) return undefined
  const found = chipOffBy32(cell, pins)
  return found && { ...found, pins }
}

/** Entries that have bits for the same interrupts as an earlier one of their interrupt controller, each with one of those. */
export const chipsTwice = memoize((cell: CellConfig): readonly (readonly [Irqchip, Irqchip])[] => {
  const earlier = new Map<string, Irqchip[]>()
  return cell.irqchips.flatMap(chip => {
    if (chip.address === 0n) return []
    const pins = pinsPerChip(chip)
    const place = Math.floor(chip.pin_base / pins)
    const near = (by: number) => earlier.get(`${chip.address} ${place + by}`) ?? []
    const other = [...near(0), ...near(-1), ...near(1)].find(
      ({ pin_base }) => Math.abs(chip.pin_base - pin_base) < pins,
    )
    addExtreme(earlier, `${chip.address} ${place}`, chip)
    return other ? [[other, chip] as const] : []
  })
})

/** Of entries whose interrupts begin close to each other the first and the last: another one that meets any meets these. */
function addExtreme(earlier: Map<string, Irqchip[]>, name: string, chip: Irqchip): void {
  const [first = chip, last = first] = earlier.get(name) ?? []
  earlier.set(name, [chip.pin_base < first.pin_base ? chip : first, last.pin_base < chip.pin_base ? chip : last])
}
