import type { Rule } from '../rule.ts'
import { addressWidth } from './address-width.ts'
import { cellMemoryInUse } from './cell-memory-in-use.ts'
import { consoleDiffers } from './console-differs.ts'
import { consoleElsewhere } from './console-elsewhere.ts'
import { consoleRevoked } from './console-revoked.ts'
import { cpusDiffer } from './cpus-differ.ts'
import { deviceRevoked } from './device-revoked.ts'
import { deviceWithoutInterrupt } from './device-without-interrupt.ts'
import { factsOfAnotherMachine } from './facts-of-another-machine.ts'
import { factsUnreadable } from './facts-unreadable.ts'
import { factsWithJailhouse } from './facts-with-jailhouse.ts'
import { gicDiffers } from './gic-differs.ts'
import { hypervisorMemoryInUse } from './hypervisor-memory-in-use.ts'
import { interruptWithoutDevice } from './interrupt-without-device.ts'
import { ioapicId } from './ioapic-id.ts'
import { iommuDiffers } from './iommu-differs.ts'
import { iommuIndex } from './iommu-index.ts'
import { kernelParameter } from './kernel-parameter.ts'
import { memoryNotThere } from './memory-not-there.ts'
import { memoryOfFirmware } from './memory-of-firmware.ts'
import { mmconfigDiffers } from './mmconfig-differs.ts'
import { pageShared } from './page-shared.ts'
import { pciCapability } from './pci-capability.ts'
import { pciDeviceGone } from './pci-device-gone.ts'
import { pciDeviceNotListed } from './pci-device-not-listed.ts'
import { pciDomain } from './pci-domain.ts'
import { pciDomainMixed } from './pci-domain-mixed.ts'
import { providerRevoked } from './provider-revoked.ts'
import { rootLacksDevice } from './root-lacks-device.ts'
import { rootLacksDevices } from './root-lacks-devices.ts'
import { rootLacksMemory } from './root-lacks-memory.ts'
import { rootLacksPorts } from './root-lacks-ports.ts'
import { rootLacksReserved } from './root-lacks-reserved.ts'
import { streamDiffers } from './stream-differs.ts'
import { timerDiffers } from './timer-differs.ts'
import { treeCpus } from './tree-cpus.ts'
import { treeDeviceNotGranted } from './tree-device-not-granted.ts'
import { treeGic } from './tree-gic.ts'
import { treeInterruptNotGranted } from './tree-interrupt-not-granted.ts'
import { treeMemory } from './tree-memory.ts'
import { treeVirtualPci } from './tree-virtual-pci.ts'
import { unitDiffers } from './unit-differs.ts'
import { vpciInterruptTaken } from './vpci-interrupt-taken.ts'

/** The rules that hold facts of the machine against its configurations, in reading order: JH9xx. */
export const boardRules: readonly Rule[] = [
  factsUnreadable,
  factsOfAnotherMachine,
  factsWithJailhouse,
  rootLacksMemory,
  rootLacksDevice,
  rootLacksDevices,
  rootLacksReserved,
  rootLacksPorts,
  hypervisorMemoryInUse,
  cellMemoryInUse,
  memoryNotThere,
  memoryOfFirmware,
  kernelParameter,
  gicDiffers,
  consoleDiffers,
  consoleElsewhere,
  iommuDiffers,
  mmconfigDiffers,
  pciDomain,
  pciDomainMixed,
  cpusDiffer,
  addressWidth,
  vpciInterruptTaken,
  deviceWithoutInterrupt,
  interruptWithoutDevice,
  streamDiffers,
  providerRevoked,
  consoleRevoked,
  deviceRevoked,
  pageShared,
  treeDeviceNotGranted,
  treeInterruptNotGranted,
  treeVirtualPci,
  treeCpus,
  treeGic,
  treeMemory,
  iommuIndex,
  ioapicId,
  pciDeviceNotListed,
  pciDeviceGone,
  pciCapability,
  unitDiffers,
  timerDiffers,
]
