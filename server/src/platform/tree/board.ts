import { type Range, rangeOf } from '../../config/ranges.ts'
import { memoizeAll } from '../../text/memo.ts'
import type {
  Board,
  Cpu,
  Device,
  DeviceKind,
  Interrupt,
  Iommu,
  Memory,
  PciHost,
  Reservation,
  Source,
  Stream,
  Uart,
} from '../model.ts'
import { addressCells, isPciBus, isRange, pciWindowsOf, sizeCells, windowsOf } from './addresses.ts'
import { gicOf } from './gic.ts'
import { dynamicInterruptsOf, interruptsOf, isGic } from './interrupts.ts'
import {
  cell,
  cellCount,
  child,
  has,
  indexOf,
  isCompatible,
  isEnabled,
  number,
  resolvePath,
  string,
  strings,
  type TreeIndex,
  type TreeNode,
  wide,
} from './node.ts'
import { hasProviderCells, polledSensors, type References, referencesIn } from './references.ts'
import { isUart, uartDriver } from './uart.ts'

/** What a device tree says of the board it describes. */
export const boardOf = memoizeAll((root: TreeNode, source: Source): Board => {
  const index = indexOf(root)
  const references = referencesIn(index, isAside)
  const interrupts = new Map(index.nodes.map(node => [node, interruptsOf(node, index)]))
  const devices = devicesOf(index, references, interrupts, source)
  const uarts = index.nodes.filter(isUart).flatMap(node => uartOf(node, source))
  const chosen = child(root, 'chosen')
  const stdout = chosen && stdoutOf(chosen, index)
  const psci = index.nodes.find(node => isCompatible(node, ['arm,psci*'])) ?? child(root, 'psci')
  const gic = gicOf(index, source)
  const model = string(root, 'model')
  const bootargs = chosen && string(chosen, 'bootargs')
  return {
    source,
    ...(root.span && { span: root.span }),
    nodes: index,
    ...(model !== undefined && { model }),
    compatible: strings(root, 'compatible'),
    addressCells: addressCells(root),
    memory: memoryOf(root, source),
    reserved: reservationsOf(root, source),
    devices,
    ...(gic && { gic }),
    uarts,
    ...(stdout !== undefined && { stdout }),
    cpus: cpusOf(root, source),
    pciHosts: index.nodes.filter(node => isHost(node)).map(node => hostOf(node, source)),
    iommus: iommusOf(index, source),
    dynamicInterrupts: index.nodes.flatMap(dynamicInterruptsOf),
    namedInterrupts: new Set([...interrupts.values()].flat().flatMap(each => (each.kind === 'gic' ? each.id : []))),
    ...(psci && { psci: { method: string(psci, 'method') ?? '' } }),
    ...(bootargs !== undefined && { bootargs }),
    isCell: root.children.some(node => isCompatible(node, ['jailhouse,cell'])),
  }
})

/** Nodes that are no devices, with all below them. */
const ASIDE = /^(cpus|reserved-memory|chosen|aliases|__symbols__|__local_fixups__|__fixups__)$|^memory(@|$)/

const isAside = (node: TreeNode): boolean => {
  let top = node
  while (top.parent?.parent) top = top.parent
  return ASIDE.test(top.name)
}

function devicesOf(
  index: TreeIndex,
  { uses, usedBy }: References,
  interrupts: ReadonlyMap<TreeNode, readonly Interrupt[]>,
  source: Source,
): readonly Device[] {
  const polled = polledSensors(index)
  return index.nodes
    .filter(node => node.parent && !isAside(node) && (has(node, 'compatible') || isHost(node)))
    .map(node => {
      const every = polled.get(node)
      return {
        source,
        ...(node.span && { span: node.span }),
        path: node.path,
        name: node.name,
        compatible: strings(node, 'compatible'),
        enabled: isEnabled(node),
        isReserved: string(node, 'status') === 'reserved',
        windows: windowsOf(node),
        interrupts: interrupts.get(node) ?? [],
        streams: streamsOf(node, index),
        uses: uses.get(node) ?? [],
        usedBy: usedBy.get(node) ?? [],
        isProvider: hasProviderCells(node) || usedBy.has(node),
        isInterruptController: has(node, 'interrupt-controller'),
        ...(every !== undefined && { polledEvery: every }),
        kind: kindOf(node),
      }
    })
}

const IOMMUS: readonly (readonly [string, Iommu['kind']])[] = [
  ['arm,smmu-v3', 'smmu-v3'],
  ['arm,mmu-500', 'smmu-v2'],
  ['arm,smmu-v2', 'smmu-v2'],
  ['arm,smmu-v1', 'smmu-v2'],
  ['arm,mmu-400', 'smmu-v2'],
  ['arm,mmu-401', 'smmu-v2'],
  ['nvidia,smmu-500', 'smmu-v2'],
  ['ti,am654-pvu', 'pvu'],
]

const iommuKind = (node: TreeNode): Iommu['kind'] | undefined =>
  IOMMUS.find(([name]) => isCompatible(node, [name]))?.[1]

const TRACE: readonly string[] = ['arm,coresight*', 'arm,cti*', 'arm,etm*', 'arm,primecell-debug']
const QUIET: readonly string[] = [
  'mmio-sram',
  'cfi-flash',
  'jedec-flash',
  '*-ddr-pmu',
  '*-memory-controller',
  '*-ddrc',
  '*-ddr-controller',
  '*-chipid',
  '*-mc',
  '*-emc',
]

function kindOf(node: TreeNode): DeviceKind {
  if (isGic(node)) return 'gic'
  if (isCompatible(node, ['arm,gic-v3-its'])) return 'its'
  if (isCompatible(node, ['arm,gic-v2m-frame'])) return 'msi-frame'
  if (iommuKind(node)) return 'iommu'
  if (isHost(node)) return 'pci-host'
  if (isUart(node)) return 'uart'
  if (isCompatible(node, TRACE) || /(^|-)(cpu-debug|cti|etm|coresight)(@|$|-)/.test(node.name)) return 'trace'
  if (isCompatible(node, QUIET) || /^(sram|memory-controller|ddr|flash|chipid|soc-id)(@|$|-)/.test(node.name))
    return 'quiet'
  return 'device'
}

const isHost = (node: TreeNode): boolean =>
  node.parent !== undefined &&
  string(node, 'device_type') === 'pci' &&
  has(node, 'compatible') &&
  !isPciBus(node.parent)

/** `iommus = <&smmu id …>`, and the ranges of `iommu-map`. */
function streamsOf(node: TreeNode, index: TreeIndex): readonly Stream[] {
  const property = node.properties.get('iommus')
  const found: Stream[] = []
  for (let at = 0; at < cellCount(property) && found.length < 1024; ) {
    const iommu = index.byPhandle.get(cell(property, at) ?? 0)
    if (!iommu) break
    const cells = Math.min(number(iommu, '#iommu-cells') ?? 0, 8)
    const [id, mask] = [cell(property, at + 1), cell(property, at + 2)]
    if (cells > 0 && id !== undefined)
      found.push({ iommu: iommu.path, id, ...(cells > 1 && mask !== undefined && { mask }) })
    at += 1 + cells
  }
  return found
}

function uartOf(node: TreeNode, source: Source): readonly Uart[] {
  const range = windowsOf(node)[0]?.range
  if (!range) return []
  const driver = uartDriver(node)
  return [
    {
      source,
      ...(node.span && { span: node.span }),
      path: node.path,
      name: node.name,
      compatible: driver?.compatible ?? string(node, 'compatible') ?? '',
      enabled: isEnabled(node),
      ...(driver && { type: driver.type }),
      ...(driver?.distance && { distance: driver.distance }),
      range,
    },
  ]
}

function stdoutOf(chosen: TreeNode, index: TreeIndex): string | undefined {
  const spelled = string(chosen, 'stdout-path') ?? string(chosen, 'linux,stdout-path')
  return spelled === undefined ? undefined : resolvePath(index, spelled)?.path
}

/** Pairs of address and size of a node's `reg`, by the cells of its parent. Size 0 is filled in by the loader. */
function pairsOf(node: TreeNode): readonly Range[] {
  const property = node.properties.get('reg')
  const { parent } = node
  if (!parent) return []
  const [addresses, sizes] = [addressCells(parent), sizeCells(parent)]
  const step = addresses + sizes
  const found: Range[] = []
  for (let at = 0; 0 < step && at + step <= cellCount(property) && found.length < 1024; at += step) {
    const start = wide(property, at, Math.min(addresses, 4))
    const size = wide(property, at + addresses, Math.min(sizes, 4))
    if (start !== undefined && size !== undefined && isRange(start, size)) found.push(rangeOf(start, size))
  }
  return found
}

const memoryOf = (root: TreeNode, source: Source): readonly Memory[] =>
  root.children
    .filter(node => string(node, 'device_type') === 'memory' && isEnabled(node))
    .flatMap(node => pairsOf(node).map(range => ({ range, source, ...(node.span && { span: node.span }) })))

const reservationsOf = (root: TreeNode, source: Source): readonly Reservation[] =>
  (child(root, 'reserved-memory')?.children ?? []).flatMap(node =>
    pairsOf(node).map(range => ({
      range,
      source,
      ...(node.span && { span: node.span }),
      name: node.name,
      noMap: has(node, 'no-map'),
      reusable: has(node, 'reusable'),
    })),
  )

/** The boot CPU first is the order of trees; CPUs that are not enabled get no number. */
function cpusOf(root: TreeNode, source: Source): readonly Cpu[] {
  const nodes = (child(root, 'cpus')?.children ?? []).filter(
    node => string(node, 'device_type') === 'cpu' && isEnabled(node),
  )
  return nodes.map((node, i) => {
    const cells = node.parent ? addressCells(node.parent) : 1
    const mpidr = wide(node.properties.get('reg'), 0, Math.min(cells, 2))
    const compatible = string(node, 'compatible')
    return {
      source,
      ...(node.span && { span: node.span }),
      number: i,
      ...(mpidr !== undefined && { mpidr }),
      ...(compatible !== undefined && { compatible }),
    }
  })
}

function hostOf(node: TreeNode, source: Source): PciHost {
  const buses = node.properties.get('bus-range')
  const domain = number(node, 'linux,pci-domain')
  const windows = windowsOf(node)
  const isGeneric = isCompatible(node, ['pci-host-ecam-generic', 'pci-host-cam-generic'])
  const ecam = isGeneric
    ? windows[0]
    : windows.find(({ name }) => name !== undefined && /^(ecam|cfg|config)$/.test(name))
  return {
    source,
    ...(node.span && { span: node.span }),
    path: node.path,
    name: node.name,
    enabled: isEnabled(node),
    ...(ecam && { ecam: ecam.range }),
    buses: { first: cell(buses, 0) ?? 0, last: cell(buses, 1) ?? 255 },
    ...(domain !== undefined && { domain }),
    ...pciWindowsOf(node),
  }
}

const iommusOf = ({ nodes }: TreeIndex, source: Source): readonly Iommu[] =>
  nodes
    .flatMap(node => {
      const kind = iommuKind(node)
      const range = kind && windowsOf(node)[0]?.range
      return kind && range ? [{ node, kind, range }] : []
    })
    .map(({ node, kind, range }, index) => ({
      source,
      ...(node.span && { span: node.span }),
      kind,
      index,
      name: node.name,
      enabled: isEnabled(node),
      base: range.start,
      size: range.end - range.start,
      segment: 0,
      scopes: [],
      takesAll: false,
    }))
