import type { ObjectDefinition, Unit } from '../c/unit.ts'
import type { StructValue } from '../c/values/value.ts'
import { memoize } from '../text/memo.ts'
import { bindCell, bindConsole, bindMemory } from './bind-cell.ts'
import { type Header, headerOf } from './header.ts'
import type { Architecture, Config, IommuUnit, PlatformInfo, SystemConfig } from './model.ts'
import { asArray, asStruct, big, chars, type FieldReader, inside, num } from './read-fields.ts'

/** The configuration a unit defines: the first object that begins with a system's or a cell's descriptor. */
export const bindConfig = memoize((unit: Unit): Config | undefined => {
  for (const object of unit.objects) {
    const whole = asStruct(object.value)
    if (!whole) continue
    const system = descriptorIn(whole, 'jailhouse_system')
    if (system) return bindSystem(object, whole, system, headerOf(unit))
    const cell = descriptorIn(whole, 'jailhouse_cell_desc')
    if (cell) return bindCell(object, whole, cell, false, architectureOf(cell, object), headerOf(unit))
  }
  return undefined
})

/** The descriptor is the object itself or its member of that type. */
function descriptorIn(whole: StructValue, tag: string): StructValue | undefined {
  if (whole.type.tag === tag) return whole
  for (const { value } of whole.fields.values()) if (value.kind === 'struct' && value.type.tag === tag) return value
  return undefined
}

function bindSystem(
  object: ObjectDefinition,
  whole: StructValue,
  descriptor: StructValue,
  header: Header,
): SystemConfig | undefined {
  const root = asStruct(descriptor.fields.get('root_cell')?.value)
  if (!root) return undefined
  const architecture = architectureOf(descriptor, object)
  const root_cell = bindCell(object, whole, root, true, architecture, header)
  const system: FieldReader = { struct: descriptor, path: 'header', notes: [...root_cell.unread] }
  return {
    kind: 'system',
    file: root_cell.file,
    architecture,
    revision: num(system, 'revision'),
    signature: chars(system, 'signature'),
    flags: num(system, 'flags'),
    hypervisor_memory: bindMemory(inside(system, 'hypervisor_memory'), -1, header),
    debug_console: bindConsole(inside(system, 'debug_console')),
    platform_info: bindPlatform(inside(system, 'platform_info')),
    root_cell: { ...root_cell, unread: system.notes },
    source: descriptor,
  }
}

function bindPlatform(info: FieldReader): PlatformInfo {
  const x86 = inside(info, 'x86')
  const arm = inside(info, 'arm')
  return {
    pci_mmconfig_base: big(info, 'pci_mmconfig_base'),
    pci_mmconfig_end_bus: num(info, 'pci_mmconfig_end_bus'),
    pci_is_virtual: num(info, 'pci_is_virtual'),
    pci_domain: num(info, 'pci_domain'),
    iommu_units: iommuUnits([info, x86, arm]),
    x86: {
      pm_timer_address: num(x86, 'pm_timer_address'),
      apic_mode: num(x86, 'apic_mode'),
      vtd_interrupt_limit: num(x86, 'vtd_interrupt_limit'),
      tsc_khz: num(x86, 'tsc_khz'),
      apic_khz: num(x86, 'apic_khz'),
      ...(x86.struct && { source: x86.struct }),
    },
    arm: {
      maintenance_irq: num(arm, 'maintenance_irq'),
      gic_version: num(arm, 'gic_version'),
      gicd_base: big(arm, 'gicd_base'),
      gicc_base: big(arm, 'gicc_base'),
      gich_base: big(arm, 'gich_base'),
      gicv_base: big(arm, 'gicv_base'),
      gicr_base: big(arm, 'gicr_base'),
      ...(arm.struct && { source: arm.struct }),
    },
    ...(info.struct && { source: info.struct }),
  }
}

/** The units stand in `platform_info` itself, or before revision 13 in its part for the architecture. */
function iommuUnits(places: readonly FieldReader[]): readonly IommuUnit[] {
  const home = places.find(place => place.struct?.fields.has('iommu_units'))
  const items = asArray(home?.struct?.fields.get('iommu_units')?.value)?.items ?? []
  return items.map((item, index) => {
    const path = `platform_info.iommu_units[${index}]`
    const unit: FieldReader = { struct: asStruct(item), path, notes: home?.notes ?? [] }
    const amd = inside(unit, 'amd')
    const tipvu = inside(unit, 'tipvu')
    return {
      index,
      type: num(unit, 'type'),
      base: big(unit, 'base'),
      size: num(unit, 'size'),
      amd: {
        bdf: num(amd, 'bdf') || num(unit, 'amd_bdf'),
        base_cap: num(amd, 'base_cap') || num(unit, 'amd_base_cap'),
        msi_cap: num(amd, 'msi_cap') || num(unit, 'amd_msi_cap'),
        features: num(amd, 'features') || num(unit, 'amd_features'),
      },
      tipvu: { tlb_base: big(tipvu, 'tlb_base'), tlb_size: num(tipvu, 'tlb_size') },
      ...(unit.struct && { source: unit.struct }),
    }
  })
}

const ARCHITECTURES: readonly Architecture[] = ['x86', 'arm', 'arm64']

/**
 * The architecture the descriptor states. Where its revision has no such field, the folder of the file tells, as
 * `configs/<arch>/` does upstream, and failing that which part of `platform_info` is filled.
 */
function architectureOf(descriptor: StructValue, object: ObjectDefinition): Architecture | undefined {
  const stated = descriptor.fields.get('architecture')?.value
  if (stated?.kind === 'int') return ARCHITECTURES[Number(stated.value)]
  const folder = object.nameAt.spelled.file.uri.split('/').findLast(part => /^(x86|arm|arm64)$/.test(part))
  if (folder) return folder as Architecture
  const platform = asStruct(descriptor.fields.get('platform_info')?.value)
  if (platform?.fields.get('x86')?.designator) return 'x86'
  const arm = asStruct(platform?.fields.get('arm')?.value)
  if (!arm) return undefined
  return big({ struct: arm, path: '', notes: [] }, 'gicr_base') ? 'arm64' : undefined
}
