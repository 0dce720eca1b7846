import type { SystemConfig } from '../../config/model.ts'
import type { Range } from '../../config/ranges.ts'
import type { Device, Platform, Uart } from '../../platform/model.ts'
import type { Link } from './cell-link.ts'
import type { NewFile } from './made.ts'
import type { Region } from './regions.ts'

export type CellKind = 'bare-metal' | 'linux' | 'zephyr'

export interface CellOptions {
  readonly name: string
  readonly kind: CellKind
  readonly cpus?: readonly number[]
  /** Bytes of RAM. */
  readonly size?: bigint
  /** Where to take it, if the root does not say. */
  readonly memory?: Range
  /** Names or paths of devices in the tree. */
  readonly devices: readonly string[]
}

export interface NewCell extends NewFile {
  /** Device tree source, for Linux on ARM. */
  readonly tree?: string
}

/** What a cell is made of, for the configuration and its tree. */
export interface CellPlan {
  readonly root: SystemConfig
  readonly options: CellOptions
  readonly platform: Platform | undefined
  readonly cpus: readonly number[]
  readonly regions: readonly Region[]
  readonly resetAddress?: bigint
  readonly devices: readonly Device[]
  readonly console: Uart | undefined
  readonly link: Link | undefined
  /** SPI of the first line of the virtual PCI host. */
  readonly lines: number | undefined
  readonly isPc: boolean
}
