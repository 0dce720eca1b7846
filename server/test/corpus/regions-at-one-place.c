#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[10000];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.name = "hard",
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE?:(config.mem_regions),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
	},
	.cpus _regions = ARRAY_SIZE(config.mem_regions),
	},
	.cpus = { 0x2 },
	.mem_regions = {
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 = { 0x2 },
	.mem_regions = {
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
[0 ... 9999] = { 1 },
	},
};
