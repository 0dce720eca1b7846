import type { KnownLine } from '../known-line.ts'
import { plainLine } from './common.ts'

const OMNIVISOR = 'of Omnivisor'
const RT = 'of jailhouse-rt'

/** What only forks of Jailhouse print: cache colouring, remote processors, FPGA regions, protection units. */
export const forkLines: readonly KnownLine[] = [
  plainLine(
    'ERROR: Colored regions exist but no suitable cache level found.',
    `hypervisor/arch/arm64/coloring.c ${RT}`,
    /Colored regions exist but no suitable cache level found/,
    'ERROR: Colored regions exist but no suitable cache level found.',
    'A cell has regions with colors, but the CPUs report no cache that can be divided; the command fails with -ENODEV.',
    'configuration',
    {
      cause: 'num_memory_regions_colored is not 0',
      remedy: 'list the memory in mem_regions, without colors',
    },
  ),
  plainLine(
    '[COL] ERROR: HV_CREATE returned N · HV_DESTROY returned N',
    `hypervisor/arch/arm64/coloring.c ${RT}`,
    /ERROR: HV_(?:CREATE|DESTROY) returned -?\d+/,
    '[COL] ERROR: HV_CREATE returned -12',
    'The hypervisor could not map colored memory for itself, as it does while it copies the memory of the root.',
    'perhaps',
    {
      cause: 'the page pool is too small for that many small pages',
      rules: ['hypervisor-pool'],
      isOpen: true,
      remedy: 'make hypervisor_memory larger, and the reservation with it',
    },
  ),
  plainLine(
    'ERROR: stream-matching supported, but no SMRs present! · stream-matching NOT supported. · impossible number of S2 context banks!',
    `hypervisor/arch/arm64/smmu-v2.c ${RT}`,
    /stream-matching supported, but no SMRs|stream-matching NOT supported|impossible number of S2 context banks/,
    'ERROR: stream-matching NOT supported.',
    'The device at the base of an IOMMU unit is not an SMMUv2 with stream matching; enable fails with -ENODEV.',
    'perhaps',
    {
      cause: 'base or type of the IOMMU unit',
      rules: ['iommu-units', 'iommu-differs'],
      isOpen: true,
      remedy: 'compare them with the device tree',
    },
  ),
  plainLine(
    'ERROR: not enough mapping groups. · unable to find an available stream matching context',
    `hypervisor/arch/arm64/smmu-v2.c: arm_smmuv2_cell_init ${RT}`,
    /ERROR: not enough mapping groups|unable to find an available stream matching context/,
    'ERROR: not enough mapping groups.',
    'The SMMU has no register left for the stream ids of the cell, or no context for the cell; the command fails.',
    'configuration',
    {
      cause: 'stream_ids of root and inmates, which hold an id and a mask in turn, take more than the SMMU has',
      rules: ['stream-mask', 'stream-spelling'],
      isOpen: true,
      remedy: 'cover several ids by one mask, or give the cell fewer of them',
    },
  ),
  plainLine(
    '[SMMUv2] ERROR: unable to allocate root SMMU table · region mapping failed with code N. · colored region mapping failed with code N.',
    `hypervisor/arch/arm64/smmu-v2.c: arm_smmuv2_cell_init ${RT}`,
    /unable to allocate root SMMU table|region mapping failed with code -?\d+/,
    '[SMMUv2] ERROR: region mapping failed with code -12.',
    'The hypervisor could not map memory of a cell for its devices; the command fails with -EINVAL.',
    'perhaps',
    {
      cause: '-12: the page pool is too small',
      rules: ['hypervisor-pool', 'small-pages'],
      isOpen: true,
      remedy: 'make hypervisor_memory larger, and the reservation with it',
    },
  ),
  plainLine(
    'Jailhouse: unable to set memguard parameters for cell "NAME" · for cpu N · unable to set QoS settings. · Memguard PMU index mismatch',
    `driver/cell.c, driver/main.c, hypervisor/arch/arm64/memguard.c ${RT} and ${OMNIVISOR}`,
    /unable to set memguard parameters for|Jailhouse memguard call failed on CPU|unable to set QoS settings|Memguard PMU index mismatch/,
    'Jailhouse: unable to set memguard parameters for cell "linux-demo"',
    'The hypervisor did not accept a limit of bandwidth.',
    'perhaps',
    {
      cause: 'memguard of platform_info is not set up, or the parameters of the command are wrong',
      remedy: 'compare memguard of the root with the interrupts of the timer and the PMU in the device tree',
    },
  ),
  plainLine(
    'Timer not available... Have you configured memguard? · PMU: Invalid num PMUs: requested: N, available N',
    `hypervisor/arch/arm-common/gic-v3.c: gicv3_init, hypervisor/arch/arm64/pmu.c ${OMNIVISOR}`,
    /Timer not available\.\.\. Have you configured memguard|PMU: Invalid num PMUs: requested: \d+/,
    'Timer not available... Have you configured memguard?',
    'The timer or the counters that limit bandwidth could not be set up, and Jailhouse is not enabled.',
    'configuration',
    {
      cause: 'memguard of platform_info is missing, or asks for more counters than the CPUs have',
      remedy: 'fill in memguard in the configuration of the root',
    },
  ),
  plainLine(
    '[ERROR] OMNV: Non-root_cell tried to access not owned rCPU · PM_WAKEUP_RCPU invalid on rCPU N · PM_POWERDOWN_RCPU invalid on rCPU N',
    `hypervisor/arch/arm-common/omnv.c ${OMNIVISOR}`,
    /OMNV: (?:Non-root_cell tried to access not owned rCPU|PM_(?:WAKEUP|POWERDOWN)_RCPU invalid on rCPU \d+)/,
    '[ERROR] OMNV: Non-root_cell tried to access not owned rCPU',
    'A cell called firmware to start or stop a remote processor that it does not have. The call is answered with an error.',
    'configuration',
    {
      cause: 'the bit of the remote processor is missing in rcpus of the cell, or another cell has it',
      remedy: 'set the bit in rcpus of the cell that runs it',
    },
  ),
  plainLine(
    'Number of assigned rcpus N is different from the number of rcpus devices N · Missing rCPU N in the configuration · soft-rCPU N not found in the configuration',
    `driver/rcpu.c ${OMNIVISOR}`,
    /Number of assigned rcpus \d+ is different from|Missing rCPU \d+ in the configuration|soft-rCPU \d+ not found in the configuration/,
    'Missing rCPU 1 in the configuration',
    'The bits of rcpus and the elements of rcpu_devices do not name the same remote processors; the command fails with -EINVAL.',
    'configuration',
    {
      cause: 'a bit of rcpus without an element of rcpu_devices of that rcpu_id, or the other way round',
      remedy: 'list each remote processor of rcpus once in rcpu_devices',
    },
  ),
  plainLine(
    'ERROR: rCPU N is already assigned to a different cell · Region N is already assigned to a different cell',
    `driver/rcpu.c, driver/fpga.c ${OMNIVISOR}`,
    /(?:rCPU|Region) \d+ is already assigned to a different cell/,
    'ERROR: rCPU 1 is already assigned to a different cell',
    'The root does not have the remote processor or FPGA region that the inmate takes; create fails with -EINVAL.',
    'configuration',
    {
      cause: 'the bit is missing in the root, or another inmate that is created has it',
      remedy: 'set the bit in rcpus or fpga_regions of the root, and in one inmate only',
    },
  ),
  plainLine(
    "Assigned region N doesn't match with any fpga_device. Check the cell configuration. · Failed to load bitstream NAME in FPGA region N",
    `driver/fpga.c ${OMNIVISOR}`,
    /Assigned region \d+ doesn't match with any fpga_device|Failed to load bitstream \S+ in FPGA region \d+/,
    "Assigned region 1 doesn't match with any fpga_device. Check the cell configuration.",
    'The driver could not set up an FPGA region of the inmate; create fails.',
    'configuration',
    {
      cause: 'fpga_devices of the inmate has no element for a bit of fpga_regions, or names a file that is not there',
      remedy: 'list each region once, with a bitstream that is among the firmware of Linux',
    },
  ),
  plainLine(
    'Failed to find rCPU NAME · Failed to fetch rproc for rCPU NAME · Failed to start rCPU NAME · …',
    `driver/rcpu.c ${OMNIVISOR}`,
    /Failed to (?:find|setup|load|start|stop|detach|fetch rproc for|set firmware for|load firmware for) (?:soft-)?r[Cc][Pp][Uu] \S+/,
    'Failed to fetch rproc for rCPU 0',
    'Linux has no driver bound to the remote processor, or the driver refused.',
    'perhaps',
    {
      cause: 'name or compatible of the element of rcpu_devices is not that of the node in the device tree',
      remedy: 'compare them with the device tree that runs, and with /sys/class/remoteproc',
    },
  ),
  plainLine(
    '[XMPU] ERROR: No XMPU free region, impossible to create the VM · XMPU base address not valid · Error: FPGA region not valid',
    `hypervisor/arch/arm64/xmpu.c ${OMNIVISOR}`,
    /No XMPU free region, impossible to create|XMPU base address not valid|Error: FPGA region not valid/,
    '[XMPU] ERROR: No XMPU free region, impossible to create the VM',
    'The protection units of the chip could not be set up for the cell, as they have 16 regions each.',
    'configuration',
    {
      cause: 'the cells with remote processors have more memory regions than the unit has',
      remedy: 'merge neighbouring regions of these cells',
    },
  ),
  plainLine(
    'FILE:LINE: FUNCTION assertion CONDITION failed.',
    `hypervisor/panic.c ${OMNIVISOR}`,
    /\S{1,200}:\d+: \w+ assertion '[^'\n]*' failed/,
    "hypervisor/arch/arm64/coloring.c:88: color_init assertion 'size > 0' failed.",
    'A condition that the hypervisor relies on does not hold, and it stopped.',
    'perhaps',
    { cause: 'what the line of the source checks', remedy: 'read the condition, and report it' },
  ),
]
