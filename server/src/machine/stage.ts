import type { CellConfig } from '../config/model.ts'
import type { Scenario } from '../config/scenario.ts'
import type { Hardware } from './hardware.ts'
import type { Arch, ConsoleLine, Crash, Refusal, State } from './hypervisor.ts'

/** What a user asks of the hypervisor. `shutdown` is what `jailhouse cell shutdown` does: set loadable without an image. */
export type Command = { readonly verb: 'enable' } | { readonly verb: 'disable' } | CellCommand

export type CellCommand =
  | { readonly verb: 'create' | 'set_loadable' | 'start' | 'shutdown' | 'destroy'; readonly cell: CellConfig }
  /** The cell itself writes its `cell_state`. */
  | { readonly verb: 'cell_state'; readonly cell: CellConfig; readonly value: number }

export type Outcome = { readonly kind: 'done' } | Refusal | Crash

/** One command and how things stand after it. */
export interface Stage {
  readonly index: number
  readonly command: Command
  readonly outcome: Outcome
  /** Lines the command printed on the hypervisor console. */
  readonly console: readonly ConsoleLine[]
  readonly state: State
}

/** What a scenario becomes: one stage after each command. After a crash there are no further stages. */
export interface Machine {
  readonly scenario: Scenario
  readonly hardware: Hardware
  readonly arch: Arch
  readonly stages: readonly Stage[]
}
