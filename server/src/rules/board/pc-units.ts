import type { Iommu, PciFunction, Platform } from '../../platform/model.ts'

/** Which IOMMU unit of a PC a device is behind, as DMAR and IVRS say. */

const unitsOf = ({ iommus }: Platform): readonly Iommu[] =>
  iommus.filter(({ kind, segment }) => (kind === 'intel' || kind === 'amd') && segment === 0)

/** The unit of everything that no scope names; of virtual devices, too. */
export const catchAll = (platform: Platform): Iommu | undefined => unitsOf(platform).find(({ takesAll }) => takesAll)

/** Sysfs says it; else the scope that names the device, or a bridge above it; else the one that takes the rest. */
export function unitOf(device: PciFunction, platform: Platform): Iommu | undefined {
  const units = unitsOf(platform)
  if (device.unit !== undefined) return units.find(({ index }) => index === device.unit)
  const named = units.find(({ scopes }) =>
    scopes.some(({ kind, bdf, path }) => kind === 'endpoint' && !path && bdf === device.bdf),
  )
  if (named) return named
  const bridges = bridgesAbove(device, platform.pci ?? [])
  const above = units.find(({ scopes }) =>
    scopes.some(({ kind, bdf, path }) => kind === 'bridge' && !path && bridges.has(bdf)),
  )
  return above ?? catchAll(platform)
}

function bridgesAbove(device: PciFunction, all: readonly PciFunction[]): ReadonlySet<number> {
  const found = new Set<number>()
  for (const { secondary, bdf } of all) {
    const bus = device.bdf >> 8
    if (secondary && secondary.first <= bus && bus <= secondary.last && secondary.first > 0) found.add(bdf)
  }
  return found
}
