/* SPDX-License-Identifier: MIT */
#ifndef JAILHOUSE_CELL_CONFIG_H
#define JAILHOUSE_CELL_CONFIG_H

#define JAILHOUSE_CONFIG_REVISION 14

#include <jailhouse/parts/array-size-10b.h>
#include <jailhouse/parts/architecture-14.h>
#include <jailhouse/parts/console-names-9b.h>
#include <jailhouse/parts/console-struct-9b.h>
#include <jailhouse/parts/cell-flags-9b.h>
#include <jailhouse/parts/cell-desc-14.h>
#include <jailhouse/parts/memory.h>
#include <jailhouse/parts/memory-flags-12d.h>
#include <jailhouse/parts/cache.h>
#include <jailhouse/parts/irqchip.h>
#include <jailhouse/parts/pio-11a.h>
#include <jailhouse/parts/pci-type.h>
#include <jailhouse/parts/pci-device-12b.h>
#include <jailhouse/parts/shmem-protocol-12b.h>
#include <jailhouse/parts/shmem-net-12b.h>
#include <jailhouse/parts/shmem-bars-13d.h>
#include <jailhouse/parts/pci-capability.h>
#include <jailhouse/parts/pci-ids-10b.h>
#include <jailhouse/parts/stream-id-13e.h>
#include <jailhouse/parts/apic-mode-3a.h>
#include <jailhouse/parts/iommu-type-11b.h>
#include <jailhouse/parts/iommu-12c.h>
#include <jailhouse/parts/system-14.h>

#endif
