import type { ObjectDefinition } from '../c/unit.ts'
import type { CType, StructType } from '../c/values/types.ts'
import type { StructValue } from '../c/values/value.ts'
import { memoize, memoizeAll } from '../text/memo.ts'
import { isIoapic } from './bind-cell.ts'
import { CELL_AARCH32, CON_TYPE_EFIFB, CON_TYPE_NONE, IOMMU_AMD, IOMMU_INTEL, MEM_COMM_REGION } from './constants.ts'
import { gicVersion } from './gic.ts'
import type { Header } from './header.ts'
import type {
  Architecture,
  ArchitectureChoice,
  ArmPlatform,
  CellConfig,
  Config,
  MemoryRegion,
  PlatformInfo,
  SystemConfig,
} from './model.ts'
import { FIRST_SPI } from './pins.ts'

/** For which machine a configuration is made: `.architecture`, or before revision 14 what else it shows. */

const ARCHITECTURES: readonly Architecture[] = ['x86', 'arm', 'arm64']
const ARMS: readonly Architecture[] = ['arm', 'arm64']

type Candidates = readonly Architecture[]

/**
 * What a descriptor states, unless all that is written beside it says otherwise; else the most that contents and folder of
 * the file betray.
 */
export function chooseArchitecture(
  descriptor: StructValue,
  object: ObjectDefinition,
  header: Header,
  evidence: readonly Candidates[],
): ArchitectureChoice {
  const field = descriptor.fields.get('architecture')?.value
  const isStated = field?.kind === 'int' && field.origin !== undefined
  const stated = isStated ? ARCHITECTURES[Number(field.value)] : undefined
  const candidates = evidence.reduce<Candidates>(narrowed, ARCHITECTURES)
  const contradicted = stated !== undefined && isContradicted(stated, evidence) ? { stated } : undefined
  if (isStated && !contradicted)
    return { architecture: stated, by: 'field', candidates, ...foreign(header, field.value) }
  const folders = object.nameAt.spelled.file.uri.split('/')
  const own = isStated ? undefined : ownPlatform(descriptor, header, folders)
  if (own !== undefined) return { architecture: undefined, by: 'contents', candidates: [], foreign: own }
  const [only, ...others] = candidates
  if (others.length === 0) return { architecture: only, by: 'contents', candidates, ...contradicted }
  const folder = folders.findLast(part => (ARCHITECTURES as string[]).includes(part))
  const named = candidates.find(architecture => architecture === folder)
  if (named) return { architecture: named, by: 'folder', candidates, ...contradicted }
  // A field that is not written is 0, and 0 is x86.
  const isZero = field !== undefined && candidates.includes('x86')
  return { architecture: isZero ? 'x86' : undefined, by: 'nothing', candidates, ...contradicted }
}

/** One slip of the contents is no proof; where these contradict each other nothing is. */
const MIN_EVIDENCE = 2

function isContradicted(stated: Architecture, evidence: readonly Candidates[]): boolean {
  const possible = ARCHITECTURES.filter(architecture => evidence.every(each => each.includes(architecture)))
  const against = evidence.filter(each => !each.includes(stated))
  return possible.length > 0 && MIN_EVIDENCE <= against.length
}

/** Evidence that contradicts what came before it is not heard. */
function narrowed(candidates: Candidates, evidence: Candidates): Candidates {
  const left = candidates.filter(architecture => evidence.includes(architecture))
  return left.length > 0 ? left : candidates
}

/** An architecture that only the header in use knows, by the name it gives it. */
function foreign(header: Header, value: bigint): { readonly foreign?: string } {
  if (value < BigInt(ARCHITECTURES.length)) return {}
  const [name] = [...header.constants('JAILHOUSE_')].find(
    ([name, number]) => number === value && /^JAILHOUSE_[A-Z0-9]+$/.test(name),
  ) ?? [undefined]
  return name === undefined ? {} : { foreign: name }
}

/**
 * A machine that only a fork knows, before its header had a number for it: of those whose platform shares the place of
 * x86 and ARM in `platform_info`, the one that a root describes, or whose folder a file lies in.
 */
function ownPlatform(descriptor: StructValue, header: Header, folders: readonly string[]): string | undefined {
  const platform = descriptor.fields.get('platform_info')?.value
  const written = platform?.kind === 'struct' ? platform.fields : undefined
  return ownPlatforms(header).find(name => written?.get(name)?.designator || folders.includes(name))
}

const ownPlatforms = memoize((header: Header): readonly string[] => {
  const platform = memberOf(header.typeOf('jailhouse_system'), 'platform_info')
  const [machines] = platform?.members.flatMap(({ name, type }) =>
    name === undefined && type.kind === 'union' && type.members.some(each => each.name === 'arm') ? [type] : [],
  ) ?? [undefined]
  return (
    machines?.members.flatMap(({ name = 'x86', type }) =>
      type.kind === 'struct' && name !== 'x86' && name !== 'arm' ? [name] : [],
    ) ?? []
  )
})

function memberOf(type: CType | undefined, name: string): StructType | undefined {
  if (type?.kind !== 'struct') return undefined
  const member = type.members.find(each => each.name === name)?.type
  return member?.kind === 'struct' ? member : undefined
}

export const evidenceOfPlatform = (platform: PlatformInfo): readonly Candidates[] => [
  ...(platform.source?.fields.get('x86')?.designator ? [['x86'] as const] : []),
  ...platform.iommu_units
    .flatMap(({ type }) => (type === 0 ? [] : ([UNITS_OF_PCS.has(type) ? 'x86' : 'arm64'] as const)))
    .map(architecture => [architecture]),
  ...(platform.arm ? evidenceOfGic(platform.arm) : []),
]

function evidenceOfGic(arm: ArmPlatform): readonly Candidates[] {
  if (3 <= gicVersion(arm)) return [['arm64']]
  return arm.gicd_base !== 0n ? [ARMS] : []
}

/** The hypervisor drives all others on arm64 alone. */
const UNITS_OF_PCS: ReadonlySet<number> = new Set([IOMMU_AMD, IOMMU_INTEL])

export const evidenceOfCell = (cell: CellConfig): readonly Candidates[] => [
  ...(cell.pio_regions.length > 0 ? [['x86'] as const] : []),
  ...(cell.flags & CELL_AARCH32 ? [['arm64'] as const] : []),
  ...cell.irqchips.flatMap(({ address, pin_base }) => {
    if (isIoapic(address)) return [['x86'] as const]
    return FIRST_SPI <= pin_base ? [ARMS] : []
  }),
  ...(cell.vpci_irq_base ? [ARMS] : []),
  ...evidenceOfConsole(cell),
  ...cell.mem_regions.flatMap(evidenceOfRegion),
]

/** Addresses beyond 32 bits, and where the library of upstream's inmates looks for the communication region. */
function evidenceOfRegion({ virt_start, size, flags }: MemoryRegion): readonly Candidates[] {
  if (1n << 32n < virt_start + size) return [['x86', 'arm64']]
  if ((flags & MEM_COMM_REGION) === 0n) return []
  if (virt_start === COMM_REGION_BASE.x86) return [['x86']]
  return virt_start === COMM_REGION_BASE.arm ? [ARMS] : []
}

/** Where the registers of an x86 CPU's local APIC are, until it is in x2APIC mode. */
export const XAPIC_BASE = 0xfee00000n

/** `COMM_REGION_BASE` in `inmates/lib`; all of ARM has one. */
const COMM_REGION_BASE = { x86: 0x100000n, arm: 0x80000000n } as const

/** Where upstream's inmates of this architecture read their communication region. */
export const commBaseOf = (cell: CellConfig): bigint => COMM_REGION_BASE[isArm(cell) ? 'arm' : 'x86']

/** The 8250 is on all machines. */
function evidenceOfConsole({ console: { type, source } }: CellConfig): readonly Candidates[] {
  if (!source?.fields.has('type') || type === CON_TYPE_NONE || type === 2) return []
  return type === CON_TYPE_EFIFB ? [['x86']] : [ARMS]
}

/** An architecture that only a fork knows has no machine here; nor has one of which memory or platform cannot be read. */
export const isSimulated = ({ architectureChoice, root_cell }: SystemConfig): boolean =>
  architectureChoice.foreign === undefined && !root_cell.unread.some(({ path }) => MACHINE.test(path))

const MACHINE = /^header\.(hypervisor_memory|platform_info)\b/

/** A cell that does not state its own architecture is made for the one of its root, where that is not out of the question. */
export const withRootsArchitecture = memoizeAll((cell: CellConfig, root: SystemConfig): CellConfig => {
  const { by, candidates, stated } = cell.architectureChoice
  const { architecture } = root
  const { foreign: own } = root.architectureChoice
  if (own !== undefined && by !== 'field') return withForeign(cell, own)
  const isOpen = by === 'folder' || by === 'nothing'
  if (isOpen && !architecture) return withRootsCandidates(cell, root)
  if (!isOpen || !architecture || !candidates.includes(architecture)) return cell
  const asRead = cell.asRead && withRootsArchitecture(cell.asRead, root)
  const choice = { architecture, by: 'root' as const, candidates, ...(stated && { stated }) }
  return { ...cell, architecture, architectureChoice: choice, ...(asRead && { asRead }) }
})

/** A cell of a root whose machine only a fork knows. */
function withForeign(cell: CellConfig, foreign: string): CellConfig {
  if (cell.architectureChoice.foreign !== undefined) return cell
  const asRead = cell.asRead && withForeign(cell.asRead, foreign)
  const choice = { architecture: undefined, by: 'root' as const, candidates: [], foreign }
  const notSimulated = [{ what: foreign }, ...cell.notSimulated]
  return { ...cell, architecture: undefined, architectureChoice: choice, notSimulated, ...(asRead && { asRead }) }
}

/** That a root is made for ARM leaves open for which, and no other architecture for its cells. */
function withRootsCandidates(cell: CellConfig, root: SystemConfig): CellConfig {
  const { candidates: known, ...choice } = cell.architectureChoice
  const candidates = narrowed(known, root.architectureChoice.candidates)
  if (cell.architecture || candidates.length === known.length) return cell
  const asRead = cell.asRead && withRootsCandidates(cell.asRead, root)
  return { ...cell, architectureChoice: { ...choice, candidates }, ...(asRead && { asRead }) }
}

/** How far addresses reach: what page-table entries and, on 32-bit ARM, the hypervisor's own arithmetic hold. */
export const ADDRESS_BITS: Readonly<
  Record<Architecture, { readonly phys_start: bigint; readonly virt_start: bigint }>
> = {
  arm: { phys_start: 32n, virt_start: 32n },
  arm64: { phys_start: 48n, virt_start: 48n },
  x86: { phys_start: 52n, virt_start: 48n },
}

/** For which of the two a configuration of ARM is made, a flat folder before revision 14 does not tell. */
export function isArm({
  architecture,
  architectureChoice,
}: Pick<Config, 'architecture' | 'architectureChoice'>): boolean {
  const { candidates } = architectureChoice
  return architecture ? architecture !== 'x86' : candidates.length > 0 && !candidates.includes('x86')
}
