import type { Platform } from './model.ts'

/** What Jailhouse needs of a machine and its kernel, as far as facts tell. */
export interface Requirement {
  readonly name: string
  readonly met: 'yes' | 'no' | 'unknown'
  /** What says so, or what would. */
  readonly reason: string
}

type Answer = Pick<Requirement, 'met' | 'reason'>

const yes = (reason: string): Answer => ({ met: 'yes', reason })
const no = (reason: string): Answer => ({ met: 'no', reason })
const unknown = (reason: string): Answer => ({ met: 'unknown', reason })

export function requirementsOf(platform: Platform): readonly Requirement[] {
  const list = platform.architecture === 'x86' ? ON_X86 : ON_ARM
  return [...list, ...ALWAYS].map(([name, ask]) => ({ name, ...ask(platform) }))
}

type Question = readonly [name: string, ask: (platform: Platform) => Answer]

const logValue = ({ log }: Platform, about: Platform['log'][number]['about']): string | undefined =>
  log.find(fact => fact.about === about)?.value

const ON_ARM: readonly Question[] = [
  [
    'kernel started in EL2',
    platform => {
      const level = logValue(platform, 'exception-level')
      if (level === undefined) return unknown('see the kernel log: "CPU: All CPU(s) started at EL2"')
      return level === 'EL2' || level === 'HYP' ? yes('kernel log') : no(`kernel log: started at ${level}`)
    },
  ],
  [
    'PSCI by SMC',
    platform => {
      const method = platform.board?.psci?.method
      if (method !== undefined)
        return method === 'smc' ? yes('/psci in the device tree') : no(`/psci uses ${method || 'no method'}`)
      const version = logValue(platform, 'psci')
      if (version !== undefined) return unknown(`${version} by the kernel log, which does not state the method`)
      return unknown('no /psci node; boot loaders add it to the live tree')
    },
  ],
  [
    'interrupt controller supported by the driver',
    ({ gic, board }) => {
      if (!board) return unknown('needs a device tree')
      if (!gic) return no('no GIC in the device tree')
      return gic.isKnownToDriver
        ? yes(`GICv${gic.version} at ${gic.path}`)
        : no(`${gic.path} is not among arm,gic-v3, arm,gic-400, arm,cortex-a15-gic and arm,cortex-a7-gic`)
    },
  ],
  [
    '#address-cells at the root',
    ({ board }) => (board ? yes(`${board.addressCells}`) : unknown('needs a device tree')),
  ],
]

const ON_X86: readonly Question[] = [
  [
    'virtualization by the CPU',
    ({ machine }) => {
      const found = machine?.virtualization
      if (found === undefined) return unknown('needs /proc/cpuinfo')
      return found === 'none' ? no('/proc/cpuinfo has neither vmx nor svm') : yes(`${found} in /proc/cpuinfo`)
    },
  ],
  [
    'IOMMU',
    ({ iommus, log, sources }) => {
      const kinds = new Set(iommus.filter(({ kind }) => kind === 'intel' || kind === 'amd').map(({ kind }) => kind))
      if (kinds.size > 0) return yes(`${kinds.has('intel') ? 'DMAR' : 'IVRS'} table`)
      if (log.some(({ about }) => about === 'iommu')) return yes('kernel log')
      return sources.some(({ name }) => name.includes('acpi/tables'))
        ? no('no DMAR or IVRS table')
        : unknown('needs ACPI tables')
    },
  ],
  [
    'IOMMU not used by Linux',
    ({ commandLine, iommus, kernelOptions }) => {
      if (iommus.some(({ kind }) => kind === 'amd')) return yes('AMD: units may stay in use')
      if (!commandLine) return unknown('needs the kernel command line')
      const value = commandLine.find(({ name }) => name === 'intel_iommu')?.value
      if (value === 'off') return yes('intel_iommu=off')
      if (value !== undefined) return no(`intel_iommu=${value}: "jailhouse enable" fails with -EBUSY`)
      const isDefault = kernelOptions?.get('CONFIG_INTEL_IOMMU_DEFAULT_ON')
      if (isDefault === 'y') return no('CONFIG_INTEL_IOMMU_DEFAULT_ON without intel_iommu=off')
      return isDefault === 'n' ? yes('CONFIG_INTEL_IOMMU_DEFAULT_ON is not set') : unknown('give intel_iommu=off')
    },
  ],
]

const option = (name: string): Question => [
  `CONFIG_${name}`,
  ({ kernelOptions }) => {
    if (!kernelOptions) return unknown('needs /proc/config.gz or /boot/config-*')
    const value = kernelOptions.get(`CONFIG_${name}`)
    return value === 'y' || value === 'm' ? yes(`=${value}`) : no('is not set')
  },
]

const ALWAYS: readonly Question[] = [
  [
    'memory reserved',
    ({ reserved, commandLine, claimed }) => {
      const own = reserved.find(({ name }) => /jailhouse|hypervisor|inmate/.test(name))
      if (own) return own.noMap === false ? no(`${own.name} lacks no-map, so it stays busy`) : yes(own.name)
      const parameter = commandLine?.find(({ name }) => name === 'memmap' || name === 'mem')
      if (parameter) return yes(`${parameter.name}=${parameter.value ?? ''}`)
      return claimed ? unknown('nothing is reserved by name') : unknown('needs /proc/iomem')
    },
  ],
  option('KALLSYMS_ALL'),
  [
    'CONFIG_OF_OVERLAY',
    platform => (platform.architecture === 'x86' ? yes('not needed on x86') : option('OF_OVERLAY')[1](platform)),
  ],
  [
    'CONFIG_PCI_HOST_GENERIC',
    platform => (platform.architecture === 'x86' ? yes('not needed on x86') : option('PCI_HOST_GENERIC')[1](platform)),
  ],
]
