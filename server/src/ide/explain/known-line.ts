/** A line that hypervisor, driver or tools print, and what a user can do about it. */
export interface KnownLine {
  /** As the source spells it, with what varies in words: `Unhandled data read at ADDRESS(BYTES)`. */
  readonly form: string
  /** Where it is printed: file and function. */
  readonly by: string
  /** Finds the line anywhere in a text. Named groups hold what varies; see `Varying`. */
  readonly pattern: RegExp
  /** A line as a console shows it. */
  readonly sample: string
  /** What has happened, in one or two sentences. */
  readonly meaning: string
  readonly verdict: Verdict
  /** Likeliest first. */
  readonly suspects: readonly Suspect[]
  /** The error that the line puts in words. */
  readonly errno?: string
  /** Follows what happened, or says whose CPU it was: worth nothing beside a line that says what happened. */
  readonly isContext?: true
  /** Matches what only a better known line says more of. */
  readonly isFallback?: true
  /** Printed in good order as well: worth nothing in a log while this is not so. */
  readonly matters?: (said: Varying) => boolean
  /** While it does not matter, it is no fault either. */
  readonly isOfGoodOrder?: true
  /** The function of the hypervisor that fails when the line is printed. */
  readonly refusedBy?: string
  /** How configurations are searched for what the line is about. */
  readonly search?: Search
}

/** Whether such a line comes out of the configuration: as a rule, sometimes, or never. */
export type Verdict = 'configuration' | 'perhaps' | 'elsewhere'

export interface Suspect {
  readonly cause: string
  /** Ids of the rules that would have found it. */
  readonly rules?: readonly string[]
  /** The rules see only part of it: where they are silent it may be so all the same. */
  readonly isOpen?: boolean
  /** The search of the configurations says it better, where it blames them. */
  readonly isSearched?: boolean
  /** Says that no region of the cell contains the address: not so where the search finds one. */
  readonly isUncovered?: boolean
  /** In the root, or in an inmate: said of no other, where the log names the cell. */
  readonly of?: 'root' | 'inmate'
  /** On machines of this kind only. */
  readonly on?: 'x86' | 'arm'
  /** Whether the numbers of the line speak for it. */
  readonly fits?: (decoded: Decoded) => boolean
  /** Whether they are what its rules tell of: then these explain the line, however mild they are by themselves. */
  readonly proves?: (decoded: Decoded) => boolean
  readonly remedy: string
}

/**
 * access: a CPU of a cell used `address`, as the cell sees it. machine: `address` is the machine's. port: I/O port.
 * pci: a device and a register. dma: a device was stopped. memory: the hypervisor's own. pool: its pages. command: a command was
 * answered with an error. refusal: a function failed. linux: the tool that boots Linux gave up. simulated: whether playing the commands prints the same.
 */
export type Search =
  | 'access'
  | 'machine'
  | 'port'
  | 'pci'
  | 'dma'
  | 'memory'
  | 'pool'
  | 'command'
  | 'refusal'
  | 'linux'
  | 'simulated'

/** What varies in a line, as printed. */
export interface Varying {
  readonly access?: string
  readonly address?: string
  readonly bytes?: string
  readonly port?: string
  /** What was last written to port 0xcf8. */
  readonly select?: string
  /** `bb:dd.f` */
  readonly device?: string
  readonly register?: string
  readonly capability?: string
  readonly unit?: string
  readonly reason?: string
  readonly info?: string
  readonly cell?: string
  readonly cpu?: string
  readonly used?: string
  readonly total?: string
  readonly verb?: string
  readonly errno?: string
  /** Bytes of a BAR. */
  readonly size?: string
  /** The same in the words of newer kernels. */
  readonly sizes?: string
  /** Why a CPU left its guest: decimal on Intel, hexadecimal on AMD. */
  readonly exit?: string
  readonly exitcode?: string
  /** Of a trap on ARM, hexadecimal. */
  readonly exceptionClass?: string
  /** Function id of a call of firmware, hexadecimal. */
  readonly smc?: string
}

/** Numbers of a line as numbers; all of them are printed in hexadecimal but sizes and counts. */
export interface Decoded {
  readonly write: boolean
  readonly address?: bigint
  readonly bytes?: number
  readonly port?: number
  /** Bus, device and function in sixteen bits. */
  readonly device?: number
  readonly register?: number
  readonly unit?: number
  readonly reason?: number
  /** What a VT-d unit recorded, without its lowest twelve bits. */
  readonly info?: bigint
  readonly cell?: string
  /** Bytes of a BAR. */
  readonly size?: number
  /** Why a CPU of Intel left its guest. */
  readonly exit?: number
  /** Of the page pool. */
  readonly isAlmostFull?: boolean
}

/** More than nine tenths of the page pool are used. */
export const isAlmostFull = ({ used = '0', total = '0' }: Varying): boolean => Number(used) * 10 > Number(total) * 9
