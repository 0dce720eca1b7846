import type { ObjectDefinition, Unit } from '../c/unit.ts'
import type { StructValue } from '../c/values/value.ts'
import { memoize } from '../text/memo.ts'
import { primarySpan } from '../text/origin.ts'
import type { Span } from '../text/source-file.ts'
import { chooseArchitecture, evidenceOfCell, evidenceOfPlatform } from './architecture.ts'
import { holdsAny } from './bind-arrays.ts'
import { bindCell, bindConsole, bindMemory, type Definition } from './bind-cell.ts'
import { IOMMU_AMD, IOMMU_INTEL, PCI_CAP_ID_SECURE } from './constants.ts'
import { headerOf } from './header.ts'
import type {
  ArchitectureChoice,
  ArmPlatform,
  CellConfig,
  Config,
  IommuUnit,
  PlatformInfo,
  SystemConfig,
} from './model.ts'
import { readByCounts } from './read-by-counts.ts'
import {
  asArray,
  asInt,
  asStruct,
  big,
  declaredBig,
  declaredChars,
  declaredNum,
  declares,
  type FieldReader,
  inside,
  num,
  readerOf,
} from './read-fields.ts'

/** The configuration a unit stands for: a root is one for all that name it, else the first counts. */
export const bindConfig = (unit: Unit): Config | undefined => {
  const configs = bindConfigs(unit)
  return configs.find(({ kind }) => kind === 'system') ?? configs[0]
}

/** All configurations a unit defines: objects that begin with a descriptor, each behind the first in a section of its own. */
export const bindConfigs = memoize((unit: Unit): readonly Config[] => {
  const objects = definingObjects(unit)
  return objects.flatMap(object => configOf(object, unit, 1 < objects.length) ?? [])
})

function definingObjects({ objects }: Unit): readonly ObjectDefinition[] {
  const found: ObjectDefinition[] = []
  const sections = new Set<string | undefined>()
  for (const object of objects) {
    const { value, section } = object
    if (found.length > 0 && (section === undefined || sections.has(section))) continue
    if (value.kind !== 'struct' || !DESCRIPTORS.some(tag => descriptorIn(value, tag))) continue
    sections.add(section)
    found.push(object)
  }
  return found
}

const DESCRIPTORS = ['jailhouse_system', 'jailhouse_cell_desc'] as const

function configOf(object: ObjectDefinition, unit: Unit, isOneOfSeveral: boolean): Config | undefined {
  const whole = asStruct(object.value)
  if (!whole) return undefined
  const extent = isOneOfSeveral ? primarySpan(object.origin) : undefined
  const definition = { object, whole, header: headerOf(unit), misnamed: misnamedIn(unit), extent }
  const system = descriptorIn(whole, 'jailhouse_system')
  if (system) return ofSystem(withReading(definition, system, bindSystem))
  const cell = descriptorIn(whole, 'jailhouse_cell_desc')
  return cell && withReading(definition, cell, bindInmate)
}

const misnamedIn = ({ problems }: Unit): readonly Span[] =>
  problems
    .filter(({ kind }) => kind === 'unknown-field')
    .map(({ span }) => span)
    .toSorted((a, b) => a.start - b.start)

/** The descriptor is the object itself or its member of that type. */
function descriptorIn(whole: StructValue, tag: string): StructValue | undefined {
  if (whole.type.tag === tag) return whole
  for (const { value } of whole.fields.values()) if (value.kind === 'struct' && value.type.tag === tag) return value
  return undefined
}

/** The configuration and, where its counts make something else of it, that. */
function withReading<Bound extends Config>(
  definition: Definition,
  descriptor: StructValue,
  bind: (definition: Definition, descriptor: StructValue) => Bound | undefined,
): Bound | undefined {
  const bound = bind(definition, descriptor)
  const reading = bound && readByCounts(definition.whole, descriptor, definition.header)
  const asRead = reading && bind({ ...definition, ...reading }, descriptor)
  const written = asRead && bind({ ...definition, isWhole: true }, descriptor)
  return written ? { ...written, asRead } : bound
}

/** Its root cell knows the reading too. */
const ofSystem = (system: SystemConfig | undefined): SystemConfig | undefined =>
  system?.asRead ? { ...system, root_cell: { ...system.root_cell, asRead: system.asRead.root_cell } } : system

function bindInmate(definition: Definition, descriptor: StructValue): CellConfig {
  const { object, header } = definition
  const cell = bindCell(definition, descriptor, false)
  return withArchitecture(cell, descriptor, chooseArchitecture(descriptor, object, header, evidenceOfCell(cell)))
}

function withArchitecture(cell: CellConfig, descriptor: StructValue, choice: ArchitectureChoice): CellConfig {
  const { architecture, foreign } = choice
  const origin = descriptor.fields.get('architecture')?.value.origin
  const notSimulated = foreign
    ? [{ what: foreign, ...(origin && { origin }) }, ...cell.notSimulated]
    : cell.notSimulated
  return { ...cell, architecture, architectureChoice: choice, notSimulated }
}

function bindSystem(definition: Definition, descriptor: StructValue): SystemConfig | undefined {
  const { object, header, misnamed } = definition
  const root = asStruct(descriptor.fields.get('root_cell')?.value)
  if (!root) return undefined
  const root_cell = bindCell(definition, root, true)
  const system = readerOf(descriptor, 'header', [...root_cell.unread])
  const isAmd = root_cell.pci_caps.some(({ id }) => id === PCI_CAP_ID_SECURE)
  const info = descriptor.fields.get('platform_info')?.value
  const platform_info = {
    ...bindPlatform(inside(system, 'platform_info'), system, isAmd),
    isIncomplete: info !== undefined && holdsAny(info, misnamed),
  }
  const evidence = [...evidenceOfPlatform(platform_info), ...evidenceOfCell(root_cell)]
  const choice = chooseArchitecture(descriptor, object, header, evidence)
  const foreign = header.has('jailhouse_iommu') && !header.declares('jailhouse_iommu', 'base') ? [FOREIGN_UNITS] : []
  return {
    kind: 'system',
    file: root_cell.file,
    architecture: choice.architecture,
    architectureChoice: choice,
    revision: declaredNum(system, 'revision'),
    signature: declaredChars(system, 'signature'),
    flags: num(system, 'flags'),
    hypervisor_memory: bindMemory(inside(system, 'hypervisor_memory'), -1, header),
    debug_console: bindConsole(inside(system, 'debug_console'), header),
    platform_info,
    root_cell: {
      ...withArchitecture({ ...root_cell, notSimulated: [...root_cell.notSimulated, ...foreign] }, descriptor, choice),
      unread: system.notes,
    },
    source: descriptor,
  }
}

const FOREIGN_UNITS = { what: 'struct jailhouse_iommu' } as const

function bindPlatform(info: FieldReader, system: FieldReader, isAmd: boolean): Omit<PlatformInfo, 'isIncomplete'> {
  const x86 = inside(info, 'x86')
  const arm = inside(info, 'arm')
  return {
    pci_mmconfig_base: declaredBig(info, 'pci_mmconfig_base') ?? big(x86, 'mmconfig_base'),
    pci_mmconfig_end_bus: declaredNum(info, 'pci_mmconfig_end_bus') ?? num(x86, 'mmconfig_end_bus'),
    pci_is_virtual: declaredNum(info, 'pci_is_virtual'),
    pci_domain: declaredNum(info, 'pci_domain'),
    iommu_units: iommuUnits([info, x86, arm], isAmd),
    x86: {
      pm_timer_address: num(x86, 'pm_timer_address'),
      apic_mode: declaredNum(x86, 'apic_mode'),
      vtd_interrupt_limit: declaredNum(x86, 'vtd_interrupt_limit') ?? declaredNum(system, 'interrupt_limit'),
      tsc_khz: declaredNum(x86, 'tsc_khz'),
      apic_khz: declaredNum(x86, 'apic_khz'),
      ...(x86.struct && { source: x86.struct }),
    },
    arm: declares(info, 'arm') ? bindArm(arm) : undefined,
    ...(info.struct && { source: info.struct }),
  }
}

const bindArm = (arm: FieldReader): ArmPlatform => ({
  maintenance_irq: num(arm, 'maintenance_irq'),
  gic_version: declaredNum(arm, 'gic_version'),
  gicd_base: big(arm, 'gicd_base'),
  gicc_base: big(arm, 'gicc_base'),
  gich_base: big(arm, 'gich_base'),
  gicv_base: big(arm, 'gicv_base'),
  gicr_base: big(arm, 'gicr_base'),
  ...(arm.struct && { source: arm.struct }),
})

/**
 * The units stand in `platform_info` itself, or before revision 13 in its part for the architecture. The hypervisors of
 * the first headers, which list bases only, drive VT-d alone: on AMD they use and intercept nothing at these addresses.
 */
function iommuUnits(places: readonly FieldReader[], isAmd: boolean): readonly IommuUnit[] {
  const home = places.find(place => place.struct?.fields.has('iommu_units') || place.struct?.fields.has('iommu_base'))
  const items = (name: string) => asArray(home?.struct?.fields.get(name)?.value)?.items ?? []
  const notes = home?.notes ?? []
  const bases = items('iommu_base').map((base, index) => vtdUnit(asInt(base)?.value ?? 0n, index))
  // Of a unit without a base we know nothing: a fork describes its own.
  if (items('iommu_units').some(item => !declares(readerOf(item, '', []), 'base'))) return []
  return [
    ...items('iommu_units').map((item, index) =>
      iommuUnit(
        readerOf(item, `platform_info.iommu_units[${index}]`, notes),
        index,
        home?.path.endsWith('.x86') ?? false,
      ),
    ),
    ...(isAmd ? [] : bases),
  ]
}

/** The first headers list the bases of VT-d units only. */
const vtdUnit = (base: bigint, index: number): IommuUnit => ({
  index,
  type: base === 0n ? 0 : IOMMU_INTEL,
  base,
  size: 0x1000,
  amd: { bdf: 0, base_cap: 0, msi_cap: 0, features: 0 },
  tipvu: { tlb_base: 0n, tlb_size: 0 },
})

function iommuUnit(unit: FieldReader, index: number, isX86: boolean): IommuUnit {
  const amd = inside(unit, 'amd')
  const tipvu = inside(unit, 'tipvu')
  const bound = {
    index,
    base: big(unit, 'base'),
    size: num(unit, 'size'),
    amd: {
      bdf: declaredNum(amd, 'bdf') ?? declaredNum(unit, 'amd_bdf'),
      base_cap: declaredNum(amd, 'base_cap') ?? declaredNum(unit, 'amd_base_cap'),
      msi_cap: num(amd, 'msi_cap') || num(unit, 'amd_msi_cap'),
      features: num(amd, 'features') || num(unit, 'amd_features'),
    },
    tipvu: { tlb_base: big(tipvu, 'tlb_base'), tlb_size: num(tipvu, 'tlb_size') },
    ...(unit.struct && { source: unit.struct }),
  }
  return { ...bound, type: declaredNum(unit, 'type') ?? typeOfOldUnit(bound, isX86) }
}

/** Until revision 11a units have no type: they are those of x86, and only AMD's are PCI devices themselves. */
function typeOfOldUnit({ base, amd }: Pick<IommuUnit, 'base' | 'amd'>, isX86: boolean): number {
  if (base === 0n || !isX86) return 0
  return amd.bdf || amd.base_cap ? IOMMU_AMD : IOMMU_INTEL
}
