import type { KnownLine } from '../known-line.ts'
import { plainLine } from './common.ts'

const ARM = 'hypervisor/arch/arm'

/** Rarer lines of 32-bit ARM, some of old releases only. */
export const armLines: readonly KnownLine[] = [
  plainLine(
    'FATAL: Unable to IDmap more than one page at a time. · VA->PA check failed, expected ADDRESS, got ADDRESS',
    `${ARM}/mmu_hyp.c`,
    /Unable to IDmap more than one page|VA->PA check failed, expected [\da-f]+/i,
    'VA->PA check failed, expected 7c000000, got 7c008000',
    'While it was enabled, the hypervisor did not find its own code at the address that the configuration gives it.',
    'perhaps',
    {
      cause: 'hypervisor_memory.phys_start is not the address of the image: configuration and hypervisor do not fit',
      rules: ['hypervisor-memory'],
      isOpen: true,
      remedy: 'begin it at a multiple of 16 MiB, and build hypervisor and configuration from one tree',
    },
  ),
  plainLine(
    'WARNING: trapped instruction attempted to explicitly access the PC. · ERROR: attempt to write register N',
    `${ARM}/traps.c: access_cell_reg`,
    /trapped instruction attempted to explicitly access the PC|attempt to write register \d+/,
    'WARNING: trapped instruction attempted to explicitly access the PC.',
    'A CPU of a cell trapped with an instruction that names a register no access to a device names.',
    'elsewhere',
    {
      cause: 'the software of the cell jumped into a device, or reads it with an unusual instruction',
      remedy: 'look up the address printed behind "pc=" in its symbols',
    },
  ),
  plainLine(
    'GIC: no distributor found',
    `${ARM}/irqchip.c: irqchip_init of v0.5 and before`,
    /GIC: no distributor found/,
    'GIC: no distributor found',
    'What is at the address of the GIC is none; enable fails with -ENODEV. In these releases the address is fixed in the hypervisor’s own configuration, not in that of the root.',
    'elsewhere',
    {
      cause: 'the hypervisor was built for another board',
      remedy: 'build it with the include/jailhouse/config.h of the board',
    },
  ),
  plainLine(
    'No cell ID available',
    `${ARM}/mmu_cell.c: arch_mmu_cell_init of v0.5 and before`,
    /\bNo cell ID available\b/,
    'No cell ID available',
    'The id of the cell is beyond 255; create fails with -E2BIG.',
    'elsewhere',
    {
      cause: 'cells were created and destroyed so often that their ids ran out',
      remedy: 'run "jailhouse disable" and enable it again',
    },
  ),
  plainLine(
    'MMU setup failed · IRQ setup failed · Unable to map spin mbox page',
    `${ARM}/control.c: arch_cpu_init; smp.c, of v0.5 and before`,
    /\b(?:MMU|IRQ) setup failed\b|Unable to map spin mbox page/,
    'IRQ setup failed',
    'A CPU could not be taken over when Jailhouse was enabled.',
    'elsewhere',
    {
      cause: 'the hypervisor was built for another board, or has too little memory',
      remedy: 'build it with the include/jailhouse/config.h of the board, and look at hypervisor_memory.size',
    },
  ),
  plainLine(
    'ERROR: CPUN is supposed to be stopped · unable to reset CPUN (was running) · FATAL: unable to stop CPUN · PSCI_CPU_OFF failed',
    `${ARM}/control.c of v0.5 and before`,
    /CPU\d+ is supposed to be stopped|unable to (?:reset|stop) CPU\d+|PSCI_CPU_OFF failed/,
    'ERROR: CPU1 is supposed to be stopped',
    'A CPU of a cell did not stop when the cell was created, started or destroyed.',
    'elsewhere',
    {
      cause: 'the CPU, or what it runs below Linux: firmware, a monitor for PSCI',
      remedy: 'use firmware with PSCI 0.2 or later, and a newer release of Jailhouse',
    },
  ),
]
