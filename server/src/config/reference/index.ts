import { cellConstants, cellFields } from './cell.ts'
import { consoleConstants, consoleFields } from './console.ts'
import { deviceConstants, deviceFields } from './devices.ts'
import type { ConstantDoc, FieldDoc } from './doc.ts'
import { iommuConstants, iommuFields } from './iommu.ts'
import { memoryConstants, memoryFields } from './memory.ts'
import { pciConstants, pciFields } from './pci.ts'
import { pciCapabilityConstants } from './pci-capabilities.ts'
import { systemConstants, systemFields } from './system.ts'

export type { ConstantDoc, FieldDoc } from './doc.ts'

export const fieldDocs: readonly FieldDoc[] = [
  ...systemFields,
  ...cellFields,
  ...memoryFields,
  ...consoleFields,
  ...deviceFields,
  ...pciFields,
  ...iommuFields,
]

export const constantDocs: readonly ConstantDoc[] = [
  ...systemConstants,
  ...cellConstants,
  ...memoryConstants,
  ...consoleConstants,
  ...deviceConstants,
  ...pciConstants,
  ...pciCapabilityConstants,
  ...iommuConstants,
]

const fieldsByPath: ReadonlyMap<string, FieldDoc> = new Map(fieldDocs.map(doc => [`${doc.struct}.${doc.field}`, doc]))
const constantsByName: ReadonlyMap<string, ConstantDoc> = new Map(constantDocs.map(doc => [doc.name, doc]))

/** The page on a field: `fieldDoc('jailhouse_system', 'platform_info.arm.gicd_base')`. */
export const fieldDoc = (struct: string, field: string): FieldDoc | undefined => fieldsByPath.get(`${struct}.${field}`)

export const constantDoc = (name: string): ConstantDoc | undefined => constantsByName.get(name)

/** The constants meant for a field, in the order of their values. */
export const constantsFor = (struct: string, field: string): readonly ConstantDoc[] =>
  constantDocs.filter(({ group }) => group.includes(`${struct}.${field}`))
