/**
 * Facts about the machine that no configuration states. The defaults are what the boards of the upstream tree have;
 * where boards differ the default is the one that costs more (a Cortex-A72 with 1 GiB leaves that may have to be split).
 */
export interface Hardware {
  /** Physical address bits of the CPUs (`ID_AA64MMFR0_EL1.PARange`): 40 on Cortex-A35/A53/A55, 44 on A57/A72. */
  readonly cpuParange: number
  /** What the config register of each PVU reports, by number of the PVU; the last one stands for further ones. */
  readonly pvu: readonly PvuHardware[]
  readonly smmuV3: {
    /** IDR0.ST_LVL: stream tables of two levels. */
    readonly twoLevel: boolean
    /** IDR1.SIDSIZE. */
    readonly sidBits: number
  }
  readonly mmu500: {
    /** IDR0.NUMSMRG. */
    readonly streamMatchGroups: number
    /** IDR1.NUMCB. */
    readonly contextBanks: number
  }
  /**
   * Leaf sizes the second-stage tables and VT-d may use on x86. The vendor counts where no IOMMU unit tells it: AMD,
   * since on Intel such a configuration is refused.
   */
  readonly x86: {
    readonly vendor: 'intel' | 'amd'
    readonly pages1G: boolean
    readonly pages2M: boolean
    readonly vtdLevels: number
    /** Domain ids all VT-d units have (CAP.ND); 65536 unless said. */
    readonly vtdDomains?: number
    /** Pins of an I/O APIC; 24 unless said. */
    readonly ioapicPins?: number
    /** Entries of the interrupt remapping table Linux uses already; none unless said. */
    readonly linuxIrEntries?: number
    /** EFR.SegSup of the AMD IOMMUs: device tables come in 2^n segments; one, the largest, unless said. */
    readonly amdSegmentBits?: number
  }
  /** Where the driver places a cell's configuration for `create`; taken to be memory the root cell can read. */
  readonly configAddress?: bigint
  /** Bytes of the hypervisor image up to its page pool, by architecture; depends on the build. */
  readonly coreSize: { readonly arm64: number; readonly arm: number; readonly x86: number }
}

/** The machine as it is usual, with CPUs of another physical address width. */
export const hardwareWith = (cpuParange: number | undefined): Hardware =>
  byParange.get(cpuParange ?? defaultHardware.cpuParange) ?? defaultHardware

/** NTLB and NENT of a PVU's config register. */
export interface PvuHardware {
  readonly num_tlbs: number
  readonly num_entries: number
}

export const defaultHardware: Hardware = {
  cpuParange: 44,
  pvu: [{ num_tlbs: 64, num_entries: 8 }],
  smmuV3: { twoLevel: true, sidBits: 16 },
  mmu500: { streamMatchGroups: 128, contextBanks: 128 },
  x86: { vendor: 'amd', pages1G: true, pages2M: true, vtdLevels: 3 },
  coreSize: { arm64: 31 * 4096, arm: 22 * 4096, x86: 560 * 4096 },
}

/** One object a width: what was remembered of a machine holds. */
const byParange: ReadonlyMap<number, Hardware> = new Map([
  ...[32, 36, 40, 42, 48, 52].map((cpuParange): [number, Hardware] => [cpuParange, { ...defaultHardware, cpuParange }]),
  [defaultHardware.cpuParange, defaultHardware],
])
