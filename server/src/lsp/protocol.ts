/** What client and server say to each other beyond LSP. Shared with the client: types and names alone. */

import type { Place, SimpleBlock, Words } from '../ide/views/model.ts'

export type * from '../ide/views/model.ts'
export type * from '../ide/views/tree-model.ts'

/** Asked by the server of a client that offers its file systems (`fileReader` of the initialization options). */
export const READ_FILE = 'jailhouseWarden/readFile'
export const LIST_FOLDER = 'jailhouseWarden/listFolder'
/** All C files below a folder; asked only where the findings of the whole workspace are wanted. */
export const LIST_SOURCES = 'jailhouseWarden/listSources'
/** All files below a folder of facts: `DocumentUri` in, `FolderTree` or null out. */
export const LIST_BELOW = 'jailhouseWarden/listBelow'
/** For facts, which need not be text. */
export const READ_BYTES = 'jailhouseWarden/readBytes'

/** Asked by the client. */
export const STATUS = 'jailhouseWarden/status'
export const ROOT_CANDIDATES = 'jailhouseWarden/rootCandidates'
/** `SystemMapParams` in, `SystemMapAnswer` or null out: everything the system map and the lifecycle show, as JSON. */
export const SYSTEM_MAP = 'jailhouseWarden/systemMap'
/** Nothing in, a `SystemTree` out: the systems that open files belong to. */
export const SYSTEM_TREE = 'jailhouseWarden/systemTree'
/** `ChooseRootParams` in, a `WorkspaceEdit` of `jailhouse.json` or null out. */
export const CHOOSE_ROOT = 'jailhouseWarden/chooseRoot'
/** `ChooseFactsParams` in, a `WorkspaceEdit` of `jailhouse.json` or null out. */
export const CHOOSE_FACTS = 'jailhouseWarden/chooseFacts'
/** `HoverBlocksParams` in, a list of `Block` out: what a hover at a position says, before it becomes Markdown. */
export const HOVER_BLOCKS = 'jailhouseWarden/hoverBlocks'
export const SIMULATE = 'jailhouseWarden/simulate'
/** `ExplainParams` in, a list of `ExplainedBlock` out: what lines of a console or log mean, beside the cases of a file. */
export const EXPLAIN = 'jailhouseWarden/explain'
export const RULE_PAGE = 'jailhouseWarden/rulePage'
export const CELL_BYTES = 'jailhouseWarden/cellBytes'
export const ASSIGN_SPI = 'jailhouseWarden/assignSpi'
/** `DocumentUri` in, a list of `GivableDevice` out: devices of the machine that an inmate does not have wholly. */
export const DEVICES = 'jailhouseWarden/devices'
/** `GiveDeviceParams` in, an `AssignedSpi` out. */
export const GIVE_DEVICE = 'jailhouseWarden/giveDevice'
/** `DocumentUri` in, a list of `ReservationText` out: what has to be written elsewhere, so that Linux keeps off. */
export const RESERVATIONS = 'jailhouseWarden/reservations'
/** `NewRootParams` in, a `NewFiles` out. */
export const NEW_ROOT = 'jailhouseWarden/newRoot'
/** `DocumentUri` of a root in, a `CellChoices` or null out: what a new inmate of it can have. */
export const CELL_CHOICES = 'jailhouseWarden/cellChoices'
/** `NewCellParams` in, a `NewFiles` out. */
export const NEW_CELL = 'jailhouseWarden/newCell'

/** Told to a client that wants to know (`analyzedNotification`): the answers about open files may have changed. */
export const ANALYZED = 'jailhouseWarden/analyzed'

/** Schemes of the read-only documents the server provides through `workspace/textDocumentContent`. */
export const PAGE_SCHEME = 'jailhouse-warden-page'
export const BUILTIN_SCHEME = 'jailhouse-warden-builtin'

/** What a client may put into `initializationOptions`, beside the settings for clients without configuration. */
export interface InitializationOptions {
  readonly settings?: unknown
  readonly fileReader?: boolean
  readonly analyzedNotification?: boolean
  /** Commands the client has under `jailhouseWarden.`, for lenses to run: `simulate`. */
  readonly commands?: readonly string[]
}

export interface DocumentUri {
  readonly uri: string
}

export interface SystemMapParams extends DocumentUri {
  /** Position in `alternatives` of an answer; unless said, the first whose inmates lose isolation, or the first. */
  readonly alternative?: number
  /** `enable create:linux start:linux`; the whole life of all cells unless said. */
  readonly commands?: string
}

export interface ChooseRootParams extends DocumentUri {
  /** URI of the root cell; without it the file's name decides again. */
  readonly root?: string
}

export interface ChooseFactsParams extends DocumentUri {
  /** Files or folders of facts of the machine; none: comments and what lies beside the root decide again. */
  readonly facts: readonly string[]
}

/** A root a cell could run under, best fit first. */
export interface RootCandidateAnswer extends NamedUri {
  /** How many errors there are if it does; absent where there was no time to try it. */
  readonly errors?: number
  readonly isCurrent: boolean
}

export interface ExplainParams {
  /** A configuration: its system is compared with what is said. */
  readonly uri?: string
  /** What was printed: a line or a whole log. */
  readonly text: string
}

/** A block of a hover, or words about a place. */
export type ExplainedBlock = SimpleBlock | { readonly kind: 'place'; readonly text: string; readonly place: Place }

export interface HoverBlocksParams extends DocumentUri {
  readonly position: { readonly line: number; readonly character: number }
}

export interface FileText {
  readonly text: string
}

/** The bytes of a file. */
export interface FileBytes {
  readonly base64: string
}

/** The files in a folder. */
export interface FolderList {
  readonly uris: readonly string[]
}

/** All files below a folder, with their paths in it. */
export interface FolderTree {
  readonly files: readonly { readonly path: string; readonly uri: string }[]
}

/** What the status bar shows of a file. */
export interface Status {
  readonly kind: 'root' | 'cell'
  /** One short line. */
  readonly text: Words
  /** Why, in a sentence or two. */
  readonly detail: Words
  readonly root?: NamedUri
  /** The facts of the machine that it is checked with, and why these. */
  readonly facts?: { readonly text: Words; readonly detail: Words }
}

export interface NamedUri {
  readonly uri: string
  readonly name: string
}

/** Something to read, in Markdown. */
export interface Page {
  readonly title: string
  readonly markdown: string
}

/** Which shared peripheral interrupt a cell is to have. */
export interface AssignSpiParams extends DocumentUri {
  readonly spi: number
}

/** The edit that assigns an SPI and where it begins; with a reason it needs somebody's consent, without edit it is refused. */
export interface AssignedSpi<WorkspaceEdit, Range> {
  readonly edit?: WorkspaceEdit
  readonly range?: Range
  readonly reason?: string
}

/** The `.cell` as base64, or why there is none. */
export interface CellBytes {
  readonly base64?: string
  readonly reason?: string
}

/** A device of the machine, by its path in the tree. */
export interface GivableDevice {
  readonly path: string
  readonly name: string
  /** What the cell lacks of it: `1 region and SPI 41`. */
  readonly lacking: string
  /** What the root has to give up or leave alone. */
  readonly detail: string
}

export interface GiveDeviceParams extends DocumentUri {
  readonly device: string
}

/** Text for a device tree, a boot loader or a file of the target, and where it belongs. */
export interface ReservationText {
  readonly title: string
  readonly where: string
  readonly text: string
  readonly language: string
}

export interface NewRootParams {
  /** URIs of files or folders of facts. */
  readonly facts: readonly string[]
  readonly name: string
  /** `START,SIZE` of the memory for hypervisor and cells, where the facts leave it open. */
  readonly memory?: string
}

/** What a new inmate of a root can have; the first of each list is the default. */
export interface CellChoices {
  readonly root: string
  readonly kinds: readonly { readonly kind: CellKindName; readonly label: string }[]
  readonly cpus: readonly { readonly number: number; readonly detail: string; readonly isDefault: boolean }[]
  readonly sizes: readonly string[]
  readonly devices: readonly { readonly path: string; readonly name: string; readonly detail: string }[]
  /** Where to take its memory from is not said by the root: the user has to. */
  readonly needsMemory: boolean
}

export type CellKindName = 'bare-metal' | 'linux' | 'zephyr'

export interface NewCellParams extends DocumentUri {
  readonly name: string
  readonly kind: CellKindName
  readonly cpus: readonly number[]
  /** Such as `64M`. */
  readonly size?: string
  readonly memory?: string
  readonly devices: readonly string[]
}

/** New files as text, with what is left to their author; or what is missing to make them, or why they are not made. */
export interface NewFiles {
  readonly text?: string
  /** Device tree source, for Linux on ARM. */
  readonly tree?: string
  readonly notes?: readonly string[]
  readonly missing?: string
  readonly reason?: string
  /** The missing thing is a place in memory: ask for one and try again. */
  readonly isMemoryMissing?: boolean
}
