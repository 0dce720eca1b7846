/** The smallest root cell of a board with a GICv3 at 0x1800000 and a console at 0x9000000. */
export const rootOf = ({ maintenance_irq }: { readonly maintenance_irq: number }): string => `
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[1];
} __attribute__((packed)) config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.hypervisor_memory = { .phys_start = 0x7fc00000, .size = 0x400000 },
		.debug_console = {
			.address = 0x9000000, .size = 0x1000,
			.type = JAILHOUSE_CON_TYPE_PL011, .flags = JAILHOUSE_CON_ACCESS_MMIO,
		},
		.platform_info = {
			.arm = {
				.gic_version = 3, .gicd_base = 0x1800000, .gicr_base = 0x1900000,
				.maintenance_irq = ${maintenance_irq},
			},
		},
		.root_cell = {
			.name = "root",
			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		},
	},
	.cpus = { 0xf },
	.mem_regions = {
		{
			.phys_start = 0x40000000, .virt_start = 0x40000000, .size = 0x3fc00000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE,
		},
	},
};
`
