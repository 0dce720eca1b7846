/* SPDX-License-Identifier: MIT */
#ifndef JAILHOUSE_CELL_CONFIG_H
#define JAILHOUSE_CELL_CONFIG_H

#define JAILHOUSE_CONFIG_REVISION 9

#include <jailhouse/parts/console-names-9b.h>
#include <jailhouse/parts/console-vga-9b.h>
#include <jailhouse/parts/console-struct-9b.h>
#include <jailhouse/parts/cell-flags-9b.h>
#include <jailhouse/parts/cell-desc-7.h>
#include <jailhouse/parts/memory.h>
#include <jailhouse/parts/memory-flags-1.h>
#include <jailhouse/parts/cache.h>
#include <jailhouse/parts/irqchip.h>
#include <jailhouse/parts/pci-type.h>
#include <jailhouse/parts/pci-device-1.h>
#include <jailhouse/parts/shmem-protocol-1.h>
#include <jailhouse/parts/pci-capability.h>
#include <jailhouse/parts/apic-mode-3a.h>
#include <jailhouse/parts/iommu-1.h>
#include <jailhouse/parts/system-9b.h>

#endif
