import type { CellConfig, SystemConfig } from '../../config/model.ts'
import type { Device, Platform } from '../../platform/model.ts'
import { gicLines } from '../../rules/board/words.ts'
import { hex, humanSize } from '../../text/words.ts'
import { memoryForCells } from './cell-memory.ts'
import type { CellKind } from './cell-plan.ts'

/** What a new inmate of a root can have, for whoever has to choose. */
export interface Choices {
  readonly kinds: readonly { readonly kind: CellKind; readonly label: string }[]
  readonly cpus: readonly { readonly number: number; readonly detail: string; readonly isDefault: boolean }[]
  readonly sizes: readonly string[]
  readonly devices: readonly { readonly path: string; readonly name: string; readonly detail: string }[]
  /** The root does not say which memory is for cells. */
  readonly needsMemory: boolean
}

export function choicesFor(root: SystemConfig, cells: readonly CellConfig[], platform: Platform | undefined): Choices {
  const areas = memoryForCells(root, cells, platform).flat()
  const largest = areas.reduce((most, { start, end }) => (most < end - start ? end - start : most), 0n)
  return {
    kinds: [
      { kind: 'bare-metal', label: 'Bare metal' },
      { kind: 'linux', label: 'Linux' },
      { kind: 'zephyr', label: 'Zephyr' },
    ],
    cpus: cpusOf(root, cells, platform),
    sizes: SIZES.filter(({ size }) => size <= largest).map(({ text }) => text),
    devices: devicesFor(cells, platform),
    needsMemory: areas.length === 0,
  }
}

const SIZES: readonly { readonly text: string; readonly size: bigint }[] = [
  '1M',
  '8M',
  '16M',
  '64M',
  '128M',
  '256M',
  '512M',
  '1G',
].map(text => ({
  text,
  size: BigInt(Number.parseInt(text, 10)) << (text.endsWith('G') ? 30n : 20n),
}))

/** The last that nobody has is taken unless another is chosen: Linux boots on the first. */
function cpusOf(root: SystemConfig, cells: readonly CellConfig[], platform: Platform | undefined): Choices['cpus'] {
  const { cpus } = root.root_cell
  const ownerOf = (cpu: number) => cells.find(cell => cell.cpus.includes(cpu))
  const free = cpus.filter(cpu => !ownerOf(cpu)).slice(1)
  return cpus.map(number => {
    const owner = ownerOf(number)
    const core = platform?.cpus?.find(cpu => cpu.number === number)?.compatible
    const words = [core, owner && `also in "${owner.name}"`, number === cpus[0] ? 'boots the root' : undefined]
    return { number, detail: words.filter(Boolean).join(', '), isDefault: number === free.at(-1) }
  })
}

/** Consoles first; then what nobody uses. */
function devicesFor(cells: readonly CellConfig[], platform: Platform | undefined): Choices['devices'] {
  const rank = ({ kind, enabled, isProvider }: Device) =>
    (kind === 'uart' ? 0 : 4) + (enabled ? 1 : 0) + (isProvider ? 2 : 0)
  return (platform?.devices ?? [])
    .filter(({ kind, windows }) => ['device', 'uart', 'quiet'].includes(kind) && windows.length > 0)
    .filter(({ path }) => platform?.board?.stdout !== path)
    .filter(device => !cells.some(cell => hasDevice(cell, device)))
    .toSorted((a, b) => rank(a) - rank(b))
    .map(device => ({ path: device.path, name: device.name, detail: deviceDetail(device) }))
}

const hasDevice = ({ mem_regions }: CellConfig, { windows }: Device): boolean =>
  windows.every(({ range }) =>
    mem_regions.some(({ phys_start, size }) => phys_start <= range.start && range.start < phys_start + size),
  )

/** `arm,pl011, 4 KiB at 0x9010000, SPI 8, used by Linux`. */
export function deviceDetail({ compatible, windows, interrupts, enabled }: Device): string {
  const [first] = windows
  const lines = gicLines(interrupts).filter(id => 32 <= id)
  return [
    compatible[0],
    first && `${humanSize(first.range.end - first.range.start)} at ${hex(first.range.start)}`,
    ...lines.slice(0, 3).map(id => `SPI ${id - 32}`),
    enabled ? 'enabled for Linux' : 'not used by Linux',
  ]
    .filter(Boolean)
    .join(', ')
}
