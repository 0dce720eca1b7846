/* SPDX-License-Identifier: MIT */
#ifndef JAILHOUSE_CELL_CONFIG_H
#define JAILHOUSE_CELL_CONFIG_H

#define JAILHOUSE_CONFIG_REVISION 12

#include <jailhouse/parts/array-size-10b.h>
#include <jailhouse/parts/console-names-9b.h>
#include <jailhouse/parts/console-struct-9b.h>
#include <jailhouse/parts/cell-flags-9b.h>
#include <jailhouse/parts/cell-desc-12a.h>
#include <jailhouse/parts/memory.h>
#include <jailhouse/parts/memory-flags-1.h>
#include <jailhouse/parts/cache.h>
#include <jailhouse/parts/irqchip.h>
#include <jailhouse/parts/pio-11a.h>
#include <jailhouse/parts/pci-type.h>
#include <jailhouse/parts/pci-device-12b.h>
#include <jailhouse/parts/shmem-protocol-12b.h>
#include <jailhouse/parts/shmem-net-12b.h>
#include <jailhouse/parts/shmem-bars-12b.h>
#include <jailhouse/parts/pci-capability.h>
#include <jailhouse/parts/pci-ids-10b.h>
#include <jailhouse/parts/apic-mode-3a.h>
#include <jailhouse/parts/iommu-type-11b.h>
#include <jailhouse/parts/iommu-12c.h>
#include <jailhouse/parts/system-11c.h>

#endif
