import { PCI_TYPE_DEVICE, PCI_TYPE_IVSHMEM } from '../../src/config/constants.ts'
import type {
  Architecture,
  CellConfig,
  IommuUnit,
  PciDevice,
  PioRegion,
  PlatformInfo,
  StreamId,
  SystemConfig,
  X86Platform,
} from '../../src/config/model.ts'
import { boot } from '../../src/machine/boot.ts'
import { defaultHardware, type Hardware } from '../../src/machine/hardware.ts'
import type { Command, Machine, Stage } from '../../src/machine/stage.ts'
import { type CellText, system } from './scenarios.ts'

/** Systems with other IOMMUs than PVUs, written as text. */

export interface DeviceText {
  readonly bdf: number
  readonly iommu?: number
  readonly msi?: number
  readonly msix?: number
  readonly msixAt?: bigint
  /** `shmem_regions_start`, `shmem_dev_id`, `shmem_peers` of a virtual device. */
  readonly shmem?: readonly [number, number, number]
  /** `shmem_region` of a virtual device before revision 12b, and its `shmem_protocol`. */
  readonly region?: number
  readonly protocol?: number
  /** Before revision 1. */
  readonly noProtocol?: boolean
}

export interface BoardCell extends CellText {
  readonly id?: number
  readonly devices?: readonly DeviceText[]
  /** First port and number of ports. */
  readonly ports?: readonly (readonly [number, number])[]
  /** Address, id and `pin_base` of I/O APICs. */
  readonly irqchips?: readonly (readonly [bigint, number, number?])[]
}

export interface BoardText {
  readonly arch?: Architecture
  readonly revision?: number
  readonly memory?: readonly [string, string]
  readonly iommus?: readonly Partial<IommuUnit>[]
  readonly platform?: Partial<PlatformInfo>
  readonly x86?: Partial<X86Platform>
  readonly root: BoardCell
  readonly cells?: Readonly<Record<string, BoardCell>>
  readonly hardware?: Partial<Hardware>
}

const deviceOf = (text: DeviceText, index: number): PciDevice => ({
  index,
  type: text.shmem || text.region !== undefined ? PCI_TYPE_IVSHMEM : PCI_TYPE_DEVICE,
  iommu: text.iommu ?? 0,
  domain: 0,
  bdf: text.bdf,
  bar_mask: [],
  caps_start: 0,
  num_caps: 0,
  num_msi_vectors: text.msi ?? 0,
  msi_64bits: 0,
  msi_maskable: 0,
  num_msix_vectors: text.msix ?? 0,
  msix_region_size: text.msixAt ? 0x1000 : 0,
  msix_address: text.msixAt ?? 0n,
  shmem_region: text.region,
  shmem_regions_start: text.shmem?.[0],
  shmem_dev_id: text.shmem?.[1],
  shmem_peers: text.shmem?.[2],
  shmem_protocol: text.noProtocol ? undefined : (text.protocol ?? 0),
})

const portsOf = ([base, length]: readonly [number, number], index: number): PioRegion => ({ index, base, length })

const streamOf = (id: number, index: number): StreamId => ({ index, id })

function withDevices(config: CellConfig, text: BoardCell, architecture: Architecture): CellConfig {
  const irqchips = (text.irqchips ?? []).map(([address, id, pin_base = 0], index) => ({
    index,
    address,
    id,
    pin_base,
    pin_bitmap: [],
  }))
  return {
    ...config,
    architecture,
    irqchips,
    stream_ids: (text.sids ?? []).map(streamOf),
    pci_devices: (text.devices ?? []).map(deviceOf),
    pio_regions: (text.ports ?? []).map(portsOf),
  }
}

const noUnit: Omit<IommuUnit, 'index'> = {
  type: 0,
  base: 0n,
  size: 0,
  amd: { bdf: 0, base_cap: 0, msi_cap: 0, features: 0 },
  tipvu: { tlb_base: 0n, tlb_size: 0 },
}

/** Units lie one behind the other; those of 4 KiB where they say no size. */
const unitsOf = (units: readonly Partial<IommuUnit>[]): readonly IommuUnit[] =>
  Array.from({ length: 8 }, (_, index) => {
    const unit = units[index]
    return unit
      ? { ...noUnit, base: 0xfd000000n + BigInt(index) * 0x100000n, size: 0x1000, ...unit, index }
      : { ...noUnit, index }
  })

export interface Board {
  readonly root: SystemConfig
  readonly cells: ReadonlyMap<string, CellConfig>
}

export function board(text: BoardText): Board {
  const { arch = 'arm64', memory, root, cells = {} } = text
  const plain = system({ pvus: 0, root, cells, ...(memory && { memory }) })
  const base = plain.scenario.root
  const { platform_info } = base
  return {
    root: {
      ...base,
      architecture: arch,
      revision: text.revision ?? base.revision,
      platform_info: {
        ...platform_info,
        iommu_units: unitsOf(text.iommus ?? []),
        x86: { ...platform_info.x86, vtd_interrupt_limit: 256, ...text.x86 },
        ...text.platform,
      },
      root_cell: withDevices(base.root_cell, root, arch),
    },
    cells: new Map(
      Object.entries(cells).map(([name, cell]) => [name, withDevices(plain.cells.get(name) as CellConfig, cell, arch)]),
    ),
  }
}

/** Boots a board with commands as on a command line; without any, all cells through their whole life. */
export function playBoard(text: BoardText, commands?: string): Machine {
  const { root, cells } = board(text)
  const ids = new Map(
    Object.entries(text.cells ?? {}).flatMap(([name, { id }]) =>
      id === undefined ? [] : [[cells.get(name) as CellConfig, id] as const],
    ),
  )
  return boot(
    { root, cells: [...cells.values()], together: true },
    {
      hardware: { ...defaultHardware, ...text.hardware },
      ids,
      ...(commands !== undefined && { commands: commands.split(',').map(command => commandOf(command.trim(), cells)) }),
    },
  )
}

function commandOf(text: string, cells: ReadonlyMap<string, CellConfig>): Command {
  const [verb = '', name = ''] = text.split(/\s+/)
  if (verb === 'enable' || verb === 'disable') return { verb }
  const cell = cells.get(name)
  if (!cell) throw new Error(`no cell ${name}`)
  return { verb: verb as 'create', cell }
}

export const lastOf = ({ stages }: Machine): Stage => stages.at(-1) as Stage

/** How a command ended: `done`, or what refused it and with which error. */
export const outcomeText = ({ outcome }: Stage): string =>
  outcome.kind === 'done' ? 'done' : `${outcome.by}: ${outcome.kind === 'refused' ? outcome.errno : 'crash'}`

/** Lines of the console of all stages, without the steps every system takes. */
export const linesOf = ({ stages }: Machine): readonly string[] =>
  stages
    .flatMap(({ console }) => console.map(({ text }) => text))
    .filter(text => !/^(Initializing unit|Activating|Created|Started|Closing|Shutting)|can be loaded$/.test(text))

/** Pages of the pool by what they are for. */
export const pagesOf = ({ state }: Stage, what: string): number =>
  state.pool.items.filter(item => item.what === what).reduce((sum, { pages }) => sum + pages, 0)
