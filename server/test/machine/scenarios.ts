import type { CellConfig } from '../../src/config/model.ts'
import { boot } from '../../src/machine/boot.ts'
import type { Hardware } from '../../src/machine/hardware.ts'
import type { Command, Machine } from '../../src/machine/stage.ts'
import type { Vector, VectorCell } from './vectors/format.ts'
import { type Recorded, recorded } from './vectors/scenario.ts'

/** Small systems for tests, written as text. */

export interface CellText {
  /** E.g. `0x80000000+2M rwxd`, with another virtual address `0x80000000>0x0+64K rw`. */
  readonly regions: string
  readonly sids?: readonly number[]
  readonly cpus?: string
  /** Answers messages through its communication region. */
  readonly isActive?: true
}

export interface SystemText {
  readonly pvus?: number
  readonly parange?: number
  readonly memory?: readonly [string, string]
  readonly root: CellText
  readonly cells?: Readonly<Record<string, CellText>>
}

const UNITS: Readonly<Record<string, bigint>> = { K: 1024n, M: 1024n ** 2n, G: 1024n ** 3n }

/** `r`ead `w`rite e`x`ecute `d`ma `i`o `c`omm `l`oadable `s`hared with root `n`o huge pages, `u`naligned, widths. */
const FLAGS: Readonly<Record<string, bigint>> = {
  r: 0x1n,
  w: 0x2n,
  x: 0x4n,
  d: 0x8n,
  i: 0x10n,
  c: 0x20n,
  l: 0x40n,
  s: 0x80n,
  n: 0x100n,
  u: 0x8000n,
  1: 0x10000n,
  2: 0x20000n,
  4: 0x40000n,
  8: 0x80000n,
}

export function bytes(text: string): bigint {
  const unit = UNITS[text.at(-1) ?? '']
  return unit ? BigInt(text.slice(0, -1)) * unit : BigInt(text)
}

function regionOf(line: string): [string, string, string, string] {
  const [, phys = '0', virt = phys, size = '0', letters = ''] =
    /^(\w+)(?:>(\w+))?\+(\w+)\s*(\w*)$/.exec(line.trim()) ?? []
  const flags = [...letters].reduce((all, letter) => all | (FLAGS[letter] ?? 0n), 0n)
  return [bytes(phys), bytes(virt), bytes(size), flags].map(value => `0x${value.toString(16)}`) as ReturnType<
    typeof regionOf
  >
}

const cellOf = (name: string, { regions, sids = [], cpus = '0x2', isActive }: CellText): VectorCell => ({
  name,
  stream_ids: sids,
  regions: regions.trim().split('\n').map(regionOf),
  cpus,
  flags: isActive ? '0x0' : '0x1',
})

export function system({
  pvus = 1,
  parange = 44,
  memory = ['0x8f000000', '4M'],
  root,
  cells = {},
}: SystemText): Recorded {
  const vector: Vector = {
    name: 'test',
    kind: 'lifecycle',
    system: {
      pvu_hw: { num_tlbs: 64, num_entries: 8 },
      cpu_parange: parange,
      hypervisor_memory: [memory[0], `0x${bytes(memory[1]).toString(16)}`],
      iommu_units: Array.from({ length: pvus }, (_, n) => ({
        type: 'pvu',
        base: `0x${(0x30f80000 + n * 0x1000).toString(16)}`,
        size: '0x1000',
        tlb_base: `0x${(0x36000000 + n * 0x40000).toString(16)}`,
        tlb_size: '0x40000',
      })),
      root: cellOf('root', { cpus: '0xf', ...root }),
    },
    cells: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cellOf(name, cell)])),
    ops: [],
    expect: [],
  }
  return recorded(vector)
}

/** Boots a system with commands as on a command line: `enable, create A, start A`. */
export function play(text: SystemText, commands?: string, hardware: Partial<Hardware> = {}): Machine {
  const { scenario, hardware: recordedHardware, cells } = system(text)
  return boot(scenario, {
    hardware: { ...recordedHardware, ...hardware },
    ...(commands !== undefined && { commands: commands.split(',').map(command => commandOf(command.trim(), cells)) }),
  })
}

function commandOf(text: string, cells: ReadonlyMap<string, CellConfig>): Command {
  const [verb = '', name = '', value] = text.split(/\s+/)
  if (verb === 'enable' || verb === 'disable') return { verb }
  const cell = cells.get(name)
  if (!cell) throw new Error(`no cell ${name}`)
  if (verb === 'cell_state') return { verb, cell, value: Number(value) }
  return { verb: verb as 'create', cell }
}
