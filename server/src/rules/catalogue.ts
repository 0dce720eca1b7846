import { addTo } from '../text/groups.ts'
import { boardRules } from './board/catalogue.ts'
import { bootCpu } from './cpus/boot-cpu.ts'
import { cellNameTaken } from './cpus/cell-name-taken.ts'
import { cpuNotInRoot } from './cpus/cpu-not-in-root.ts'
import { cpuSet } from './cpus/cpu-set.ts'
import { cpuShared } from './cpus/cpu-shared.ts'
import { cpusAllTaken } from './cpus/cpus-all-taken.ts'
import { gicv2Cpus } from './cpus/gicv2-cpus.ts'
import { pairMismatch } from './cpus/pair-mismatch.ts'
import { refused } from './cpus/refused.ts'
import { architecture } from './file/architecture.ts'
import { arrayOrder } from './file/array-order.ts'
import { commentRange } from './file/comment-range.ts'
import { configSize } from './file/config-size.ts'
import { countMismatch } from './file/count-mismatch.ts'
import { directive } from './file/directive.ts'
import { duplicateDesignator } from './file/duplicate-designator.ts'
import { excessElements } from './file/excess-elements.ts'
import { flagOperators } from './file/flag-operators.ts'
import { foreignConstants } from './file/foreign-constants.ts'
import { foreignFlags } from './file/foreign-flags.ts'
import { headerProblem } from './file/header-problem.ts'
import { includeNotFound } from './file/include-not-found.ts'
import { incompleteCheck } from './file/incomplete-check.ts'
import { name } from './file/name.ts'
import { notConstant } from './file/not-constant.ts'
import { notSimulated } from './file/not-simulated.ts'
import { numberBase } from './file/number-base.ts'
import { padding } from './file/padding.ts'
import { revision } from './file/revision.ts'
import { rootId } from './file/root-id.ts'
import { rootUnknown } from './file/root-unknown.ts'
import { rootUnusable } from './file/root-unusable.ts'
import { secondObject } from './file/second-object.ts'
import { shiftWidth } from './file/shift-width.ts'
import { signature } from './file/signature.ts'
import { suppressionReason } from './file/suppression-reason.ts'
import { suppressionUnused } from './file/suppression-unused.ts'
import { syntaxError } from './file/syntax.ts'
import { textTooLong } from './file/text-too-long.ts'
import { uncheckedSection } from './file/unchecked-section.ts'
import { undeclaredName } from './file/undeclared-name.ts'
import { unknownField } from './file/unknown-field.ts'
import { unknownLayout } from './file/unknown-layout.ts'
import { valueTooWide } from './file/value-too-wide.ts'
import { withoutEffect } from './file/without-effect.ts'
import { wrongPlatform } from './file/wrong-platform.ts'
import { zeroTail } from './file/zero-tail.ts'
import { allPins } from './interrupts/all-pins.ts'
import { gicPlatform } from './interrupts/gic-platform.ts'
import { intxNotOwned } from './interrupts/intx-not-owned.ts'
import { intxOfAnother } from './interrupts/intx-of-another.ts'
import { intxTwice } from './interrupts/intx-twice.ts'
import { ioapic } from './interrupts/ioapic.ts'
import { ioapicIdDiffers } from './interrupts/ioapic-id-differs.ts'
import { irqchipNotInRoot } from './interrupts/irqchip-not-in-root.ts'
import { irqchipTwice } from './interrupts/irqchip-twice.ts'
import { pinBase } from './interrupts/pin-base.ts'
import { pinNotInRoot } from './interrupts/pin-not-in-root.ts'
import { pinShared } from './interrupts/pin-shared.ts'
import { pinsWithoutEffect } from './interrupts/pins-without-effect.ts'
import { rootIrqchipAddress } from './interrupts/root-irqchip-address.ts'
import { rootWords } from './interrupts/root-words.ts'
import { vpciIrqRange } from './interrupts/vpci-irq-range.ts'
import { amdInterrupts } from './iommu/amd-interrupts.ts'
import { deviceUnit } from './iommu/device-unit.ts'
import { deviceWithoutDma } from './iommu/device-without-dma.ts'
import { dmaBeyondVtd } from './iommu/dma-beyond-vtd.ts'
import { dmaWithoutEffect } from './iommu/dma-without-effect.ts'
import { dmaWithoutStream } from './iommu/dma-without-stream.ts'
import { emptyDmaRegion } from './iommu/empty-dma-region.ts'
import { inmateRamWithoutDma } from './iommu/inmate-ram-without-dma.ts'
import { interruptLimit } from './iommu/interrupt-limit.ts'
import { iommuMissing } from './iommu/iommu-missing.ts'
import { iommuSize } from './iommu/iommu-size.ts'
import { iommuUnits } from './iommu/iommu-units.ts'
import { noIommu } from './iommu/no-iommu.ts'
import { onlyInCpuMap } from './iommu/only-in-cpu-map.ts'
import { pvuEntries } from './iommu/pvu-entries.ts'
import { pvuListGrows } from './iommu/pvu-list-grows.ts'
import { pvuPageSize } from './iommu/pvu-page-size.ts'
import { pvuTlbs } from './iommu/pvu-tlbs.ts'
import { rootKeepsDma } from './iommu/root-keeps-dma.ts'
import { rootStreams } from './iommu/root-streams.ts'
import { smmuBypass } from './iommu/smmu-bypass.ts'
import { smmuRootTables } from './iommu/smmu-root-tables.ts'
import { streamBeyondPvu } from './iommu/stream-beyond-pvu.ts'
import { streamBeyondSmmu } from './iommu/stream-beyond-smmu.ts'
import { streamMask } from './iommu/stream-mask.ts'
import { streamShared } from './iommu/stream-shared.ts'
import { streamSpelling } from './iommu/stream-spelling.ts'
import { streamTwice } from './iommu/stream-twice.ts'
import { streamZero } from './iommu/stream-zero.ts'
import { unlistedStreams } from './iommu/unlisted-streams.ts'
import { unmapWarning } from './iommu/unmap-warning.ts'
import { addressRange } from './memory/address-range.ts'
import { addressSlip } from './memory/address-slip.ts'
import { commAddress } from './memory/comm-address.ts'
import { commFlags } from './memory/comm-flags.ts'
import { commMissing } from './memory/comm-missing.ts'
import { commSeveral } from './memory/comm-several.ts'
import { commSize } from './memory/comm-size.ts'
import { deviceAsMemory } from './memory/device-as-memory.ts'
import { endForSize } from './memory/end-for-size.ts'
import { firstBlock } from './memory/first-block.ts'
import { handlersOverlap } from './memory/handlers-overlap.ts'
import { hypervisorMemory } from './memory/hypervisor-memory.ts'
import { hypervisorOverlap } from './memory/hypervisor-overlap.ts'
import { hypervisorPool } from './memory/hypervisor-pool.ts'
import { inmateHypervisorOverlap } from './memory/inmate-hypervisor-overlap.ts'
import { inmateProtectedWindow } from './memory/inmate-protected-window.ts'
import { inmatesOverlap } from './memory/inmates-overlap.ts'
import { largePageSplit } from './memory/large-page-split.ts'
import { lastPage } from './memory/last-page.ts'
import { loadableAndShared } from './memory/loadable-and-shared.ts'
import { loadableNotInRoot } from './memory/loadable-not-in-root.ts'
import { msixTableMapped } from './memory/msix-table-mapped.ts'
import { noAccess } from './memory/no-access.ts'
import { noRegions } from './memory/no-regions.ts'
import { nothingLoadable } from './memory/nothing-loadable.ts'
import { nothingTrapped } from './memory/nothing-trapped.ts'
import { overLinkMemory } from './memory/over-link-memory.ts'
import { pageZero } from './memory/page-zero.ts'
import { partlyInRoot } from './memory/partly-in-root.ts'
import { physUnaligned } from './memory/phys-unaligned.ts'
import { protectedWindow } from './memory/protected-window.ts'
import { readOnlyRegion } from './memory/read-only-region.ts'
import { regionAlias } from './memory/region-alias.ts'
import { regionOverlap } from './memory/region-overlap.ts'
import { resetAddress } from './memory/reset-address.ts'
import { rootCpusKeep } from './memory/root-cpus-keep.ts'
import { rootFlags } from './memory/root-flags.ts'
import { rootIdentity } from './memory/root-identity.ts'
import { rootNotExecutable } from './memory/root-not-executable.ts'
import { smallPages } from './memory/small-pages.ts'
import { subPageCrossesPage } from './memory/sub-page-crosses-page.ts'
import { subPageMemory } from './memory/sub-page-memory.ts'
import { subPageOfRoot } from './memory/sub-page-of-root.ts'
import { subPageOverHandler } from './memory/sub-page-over-handler.ts'
import { subPageShadowed } from './memory/sub-page-shadowed.ts'
import { subPageWidth } from './memory/sub-page-width.ts'
import { unknownFlags } from './memory/unknown-flags.ts'
import { widthWithoutEffect } from './memory/width-without-effect.ts'
import { zeroSize } from './memory/zero-size.ts'
import { barMask } from './pci/bar-mask.ts'
import { busWindow } from './pci/bus-window.ts'
import { capabilities } from './pci/capabilities.ts'
import { deviceNotInRoot } from './pci/device-not-in-root.ts'
import { deviceShared } from './pci/device-shared.ts'
import { largeWindows } from './pci/large-windows.ts'
import { linkIdTaken } from './pci/link-id-taken.ts'
import { linkMemory } from './pci/link-memory.ts'
import { linkNotShared } from './pci/link-not-shared.ts'
import { linkSettings } from './pci/link-settings.ts'
import { linkWithoutPeer } from './pci/link-without-peer.ts'
import { msixOnVirtualHost } from './pci/msix-on-virtual-host.ts'
import { msixTable } from './pci/msix-table.ts'
import { pciType } from './pci/pci-type.ts'
import { portsOfThePc } from './pci/ports-of-the-pc.ts'
import { portsShared } from './pci/ports-shared.ts'
import { readOnlyCapability } from './pci/read-only-capability.ts'
import { sameBdf } from './pci/same-bdf.ts'
import { sectionAccess } from './pci/section-access.ts'
import { sectionAddresses } from './pci/section-addresses.ts'
import { sectionsMisplaced } from './pci/sections-misplaced.ts'
import { sectionsMissing } from './pci/sections-missing.ts'
import { sharedMemoryBars } from './pci/shared-memory-bars.ts'
import { sharedMemoryDomain } from './pci/shared-memory-domain.ts'
import { sharedMemoryProtocol } from './pci/shared-memory-protocol.ts'
import { stateTable } from './pci/state-table.ts'
import { unknownBus } from './pci/unknown-bus.ts'
import { virtualHost } from './pci/virtual-host.ts'
import { cacheMasks } from './platform/cache-masks.ts'
import { cacheRegion } from './platform/cache-region.ts'
import { clockRegister } from './platform/clock-register.ts'
import { consoleInMemory } from './platform/console-in-memory.ts'
import { consoleOfHypervisor } from './platform/console-of-hypervisor.ts'
import { consoleSettings } from './platform/console-settings.ts'
import { consoleTypesDiffer } from './platform/console-types-differ.ts'
import { debugConsole } from './platform/debug-console.ts'
import { inmateConsole } from './platform/inmate-console.ts'
import { linuxDevices } from './platform/linux-devices.ts'
import { linuxMemory } from './platform/linux-memory.ts'
import { ports } from './platform/ports.ts'
import { timerMissing } from './platform/timer-missing.ts'
import { namesOf } from './policy.ts'
import type { Rule } from './rule.ts'

/** All rules in reading order, which is that of their codes. A code, once shipped, is never reused. */
export const catalogue: readonly Rule[] = [
  // JH1xx file and layout
  syntaxError,
  directive,
  includeNotFound,
  headerProblem,
  undeclaredName,
  unknownField,
  unknownLayout,
  valueTooWide,
  textTooLong,
  duplicateDesignator,
  excessElements,
  notConstant,
  shiftWidth,
  zeroTail,
  countMismatch,
  arrayOrder,
  padding,
  secondObject,
  uncheckedSection,
  signature,
  revision,
  architecture,
  name,
  rootId,
  notSimulated,
  rootUnusable,
  foreignFlags,
  withoutEffect,
  wrongPlatform,
  rootUnknown,
  flagOperators,
  foreignConstants,
  commentRange,
  numberBase,
  configSize,
  suppressionReason,
  suppressionUnused,
  incompleteCheck,
  // JH2xx memory
  noRegions,
  regionOverlap,
  regionAlias,
  physUnaligned,
  subPageWidth,
  subPageMemory,
  subPageShadowed,
  subPageCrossesPage,
  widthWithoutEffect,
  noAccess,
  readOnlyRegion,
  endForSize,
  lastPage,
  zeroSize,
  addressRange,
  unknownFlags,
  rootIdentity,
  rootFlags,
  protectedWindow,
  inmateProtectedWindow,
  msixTableMapped,
  commMissing,
  commSize,
  commFlags,
  commSeveral,
  commAddress,
  addressSlip,
  pageZero,
  nothingLoadable,
  resetAddress,
  loadableAndShared,
  rootNotExecutable,
  hypervisorMemory,
  hypervisorOverlap,
  inmateHypervisorOverlap,
  smallPages,
  partlyInRoot,
  rootCpusKeep,
  largePageSplit,
  hypervisorPool,
  subPageOfRoot,
  loadableNotInRoot,
  inmatesOverlap,
  deviceAsMemory,
  subPageOverHandler,
  handlersOverlap,
  nothingTrapped,
  overLinkMemory,
  firstBlock,
  // JH3xx IOMMU and DMA
  rootKeepsDma,
  inmateRamWithoutDma,
  pvuPageSize,
  pvuEntries,
  pvuTlbs,
  onlyInCpuMap,
  dmaWithoutEffect,
  noIommu,
  unmapWarning,
  pvuListGrows,
  streamZero,
  emptyDmaRegion,
  streamBeyondPvu,
  streamBeyondSmmu,
  streamShared,
  smmuRootTables,
  smmuBypass,
  streamMask,
  unlistedStreams,
  deviceWithoutDma,
  dmaWithoutStream,
  amdInterrupts,
  iommuUnits,
  iommuSize,
  interruptLimit,
  deviceUnit,
  rootStreams,
  streamTwice,
  streamSpelling,
  iommuMissing,
  dmaBeyondVtd,
  // JH4xx interrupts
  pinBase,
  pinsWithoutEffect,
  rootWords,
  rootIrqchipAddress,
  gicPlatform,
  intxNotOwned,
  vpciIrqRange,
  intxTwice,
  irqchipTwice,
  ioapic,
  irqchipNotInRoot,
  pinNotInRoot,
  pinShared,
  intxOfAnother,
  allPins,
  ioapicIdDiffers,
  // JH5xx PCI and ivshmem
  pciType,
  sameBdf,
  virtualHost,
  sharedMemoryDomain,
  barMask,
  capabilities,
  msixTable,
  readOnlyCapability,
  sectionsMissing,
  stateTable,
  sectionAddresses,
  sectionAccess,
  sharedMemoryBars,
  sharedMemoryProtocol,
  largeWindows,
  sectionsMisplaced,
  unknownBus,
  busWindow,
  deviceNotInRoot,
  deviceShared,
  linkMemory,
  linkSettings,
  linkIdTaken,
  linkNotShared,
  linkWithoutPeer,
  msixOnVirtualHost,
  portsShared,
  portsOfThePc,
  // JH6xx CPUs and lifecycle
  cpuSet,
  bootCpu,
  gicv2Cpus,
  cpuNotInRoot,
  cpusAllTaken,
  cpuShared,
  cellNameTaken,
  pairMismatch,
  refused,
  // JH7xx consoles, platform and cache
  debugConsole,
  consoleSettings,
  inmateConsole,
  ports,
  cacheRegion,
  linuxMemory,
  linuxDevices,
  consoleOfHypervisor,
  consoleTypesDiffer,
  cacheMasks,
  clockRegister,
  consoleInMemory,
  timerMissing,
  // JH9xx facts of the machine
  ...boardRules,
]

const byName: ReadonlyMap<string, readonly Rule[]> = rulesByName()

function rulesByName(): ReadonlyMap<string, readonly Rule[]> {
  const found = new Map<string, Rule[]>()
  for (const rule of catalogue) for (const name of namesOf(rule)) addTo(found, name, rule)
  return found
}

/** The rules that a code, an id or a band names. */
export const rulesNamed = (name: string): readonly Rule[] => byName.get(name) ?? []
