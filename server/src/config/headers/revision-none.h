/* SPDX-License-Identifier: MIT */
#ifndef JAILHOUSE_CELL_CONFIG_H
#define JAILHOUSE_CELL_CONFIG_H

#include <jailhouse/parts/cell-flags-1.h>
#include <jailhouse/parts/cell-desc-none.h>
#include <jailhouse/parts/memory.h>
#include <jailhouse/parts/memory-flags-1.h>
#include <jailhouse/parts/cache.h>
#include <jailhouse/parts/irqchip.h>
#include <jailhouse/parts/pci-type.h>
#include <jailhouse/parts/pci-device-1.h>
#include <jailhouse/parts/shmem-protocol-1.h>
#include <jailhouse/parts/pci-capability.h>
#include <jailhouse/parts/iommu-1.h>
#include <jailhouse/parts/system-none.h>

#endif
