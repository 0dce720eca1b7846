import { byWord } from '../../text/by-word.ts'
import apicMode3a from './parts/apic-mode-3a.h'
import architecture14 from './parts/architecture-14.h'
import arraySize10b from './parts/array-size-10b.h'
import cache from './parts/cache.h'
import cellDesc1 from './parts/cell-desc-1.h'
import cellDesc5 from './parts/cell-desc-5.h'
import cellDesc7 from './parts/cell-desc-7.h'
import cellDesc10a from './parts/cell-desc-10a.h'
import cellDesc11a from './parts/cell-desc-11a.h'
import cellDesc12a from './parts/cell-desc-12a.h'
import cellDesc14 from './parts/cell-desc-14.h'
import cellDescNone from './parts/cell-desc-none.h'
import cellFlags1 from './parts/cell-flags-1.h'
import cellFlags9b from './parts/cell-flags-9b.h'
import consoleNames2 from './parts/console-names-2.h'
import consoleNames3b from './parts/console-names-3b.h'
import consoleNames3c from './parts/console-names-3c.h'
import consoleNames4 from './parts/console-names-4.h'
import consoleNames9b from './parts/console-names-9b.h'
import consoleStruct2 from './parts/console-struct-2.h'
import consoleStruct9b from './parts/console-struct-9b.h'
import consoleVga9b from './parts/console-vga-9b.h'
import iommu1 from './parts/iommu-1.h'
import iommu11b from './parts/iommu-11b.h'
import iommu12c from './parts/iommu-12c.h'
import iommu13c from './parts/iommu-13c.h'
import iommuType11b from './parts/iommu-type-11b.h'
import irqchip from './parts/irqchip.h'
import memory from './parts/memory.h'
import memoryFlags1 from './parts/memory-flags-1.h'
import memoryFlags12d from './parts/memory-flags-12d.h'
import pciCapability from './parts/pci-capability.h'
import pciDevice1 from './parts/pci-device-1.h'
import pciDevice10b from './parts/pci-device-10b.h'
import pciDevice12b from './parts/pci-device-12b.h'
import pciIds10b from './parts/pci-ids-10b.h'
import pciType from './parts/pci-type.h'
import pio11a from './parts/pio-11a.h'
import shmemBars12b from './parts/shmem-bars-12b.h'
import shmemBars13d from './parts/shmem-bars-13d.h'
import shmemNet12b from './parts/shmem-net-12b.h'
import shmemProtocol1 from './parts/shmem-protocol-1.h'
import shmemProtocol12b from './parts/shmem-protocol-12b.h'
import streamId13e from './parts/stream-id-13e.h'
import system1 from './parts/system-1.h'
import system2 from './parts/system-2.h'
import system3a from './parts/system-3a.h'
import system6 from './parts/system-6.h'
import system8 from './parts/system-8.h'
import system9a from './parts/system-9a.h'
import system9b from './parts/system-9b.h'
import system11c from './parts/system-11c.h'
import system13a from './parts/system-13a.h'
import system13b from './parts/system-13b.h'
import system14 from './parts/system-14.h'
import systemNone from './parts/system-none.h'
import types from './parts/types.h'

/** What revision headers are made of; a part is named after the first revision that has it. */
export const parts = byWord<string>({
  'apic-mode-3a': apicMode3a,
  'architecture-14': architecture14,
  'array-size-10b': arraySize10b,
  cache,
  'cell-desc-1': cellDesc1,
  'cell-desc-10a': cellDesc10a,
  'cell-desc-11a': cellDesc11a,
  'cell-desc-12a': cellDesc12a,
  'cell-desc-14': cellDesc14,
  'cell-desc-5': cellDesc5,
  'cell-desc-7': cellDesc7,
  'cell-desc-none': cellDescNone,
  'cell-flags-1': cellFlags1,
  'cell-flags-9b': cellFlags9b,
  'console-names-2': consoleNames2,
  'console-names-3b': consoleNames3b,
  'console-names-3c': consoleNames3c,
  'console-names-4': consoleNames4,
  'console-names-9b': consoleNames9b,
  'console-struct-2': consoleStruct2,
  'console-struct-9b': consoleStruct9b,
  'iommu-1': iommu1,
  'iommu-11b': iommu11b,
  'iommu-12c': iommu12c,
  'iommu-13c': iommu13c,
  'iommu-type-11b': iommuType11b,
  irqchip,
  memory,
  'console-vga-9b': consoleVga9b,
  'memory-flags-1': memoryFlags1,
  'memory-flags-12d': memoryFlags12d,
  'pci-capability': pciCapability,
  'pci-device-1': pciDevice1,
  'pci-device-10b': pciDevice10b,
  'pci-device-12b': pciDevice12b,
  'pci-ids-10b': pciIds10b,
  'pci-type': pciType,
  'pio-11a': pio11a,
  'shmem-bars-12b': shmemBars12b,
  'shmem-bars-13d': shmemBars13d,
  'shmem-net-12b': shmemNet12b,
  'shmem-protocol-1': shmemProtocol1,
  'shmem-protocol-12b': shmemProtocol12b,
  'stream-id-13e': streamId13e,
  'system-1': system1,
  'system-11c': system11c,
  'system-13a': system13a,
  'system-13b': system13b,
  'system-14': system14,
  'system-2': system2,
  'system-3a': system3a,
  'system-6': system6,
  'system-8': system8,
  'system-9a': system9a,
  'system-9b': system9b,
  'system-none': systemNone,
  types,
})
