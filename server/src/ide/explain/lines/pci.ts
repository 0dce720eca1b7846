import type { KnownLine } from '../known-line.ts'
import { cutOffElements } from './common.ts'

const capability = {
  cause: 'the register belongs to a capability without JAILHOUSE_PCICAPS_WRITE',
  rules: ['read-only-capability', 'capabilities'],
  isSearched: true,
  remedy: 'add JAILHOUSE_PCICAPS_WRITE to the capability',
} as const
const noCapability = {
  cause: 'the register belongs to no capability that the configuration lists',
  remedy: 'list it as a capability of its own (id 0, start, len) that is writable',
} as const
const hiddenDevice = {
  cause: 'the device is not in the configuration of this cell: firmware may hide it from lspci',
  rules: ['device-not-in-root'],
  isSearched: true,
  remedy: 'add the device to pci_devices',
} as const

/** Ports and PCI devices. */
export const pciLines: readonly KnownLine[] = [
  {
    form: 'FATAL: Invalid PIO read|write, port: PORT size: BYTES',
    by: 'hypervisor/arch/x86/vcpu.c: vcpu_handle_io_access',
    pattern: /Invalid PIO (?<access>read|write), port: (?:0x)?(?<port>[\da-f]+)(?: size: (?<bytes>\d+))?/i,
    sample: 'FATAL: Invalid PIO read, port: 1771 size: 1',
    meaning: 'A CPU used an I/O port that its cell does not have; the number is hexadecimal. The CPU is parked.',
    verdict: 'configuration',
    search: 'port',
    suspects: [
      {
        cause: 'before create: the ports of the root lack it',
        rules: ['ports-of-the-pc', 'ports'],
        isSearched: true,
        remedy: 'find the port in /proc/ioports and add a PIO_RANGE to the root',
      },
      {
        cause: 'after create: the inmate was assigned the port, which is no longer accessible to the root',
        rules: ['ports-shared', 'console-of-hypervisor'],
        isSearched: true,
        remedy: 'keep Linux off the device, or do not list the port in the inmate',
      },
      cutOffElements,
    ],
  },
  {
    form: 'FATAL: Invalid PCI config read|write, port: PORT, size BYTES, address port: SELECT',
    by: 'hypervisor/arch/x86/pci.c: x86_pci_config_handler of older releases',
    pattern:
      /Invalid PCI config (?<access>read|write), port:? (?:0x)?(?<port>[\da-f]+), size:? (?<bytes>\d+), address port: (?:0x)?(?<select>[\da-f]+)/i,
    sample: 'FATAL: Invalid PCI config write, port: cfc, size 2, address port: 8000c8e8',
    meaning: 'A CPU wrote to a register of a PCI device that its cell may not change.',
    verdict: 'configuration',
    search: 'pci',
    suspects: [capability, noCapability, hiddenDevice, cutOffElements],
  },
  {
    form: 'FATAL: Invalid PCI config read|write, device DEVICE, reg: REGISTER, size: BYTES',
    by: 'hypervisor/arch/x86/pci.c: x86_pci_config_handler',
    pattern:
      /Invalid PCI config (?<access>read|write), device (?<device>[\da-f]{2}:[\da-f]{2}[.:][0-7]), reg: ?(?:0x)?(?<register>[\da-f]+)(?:, size: (?<bytes>\d+))?/i,
    sample: 'FATAL: Invalid PCI config write, device 00:19.0, reg: 0xe8, size: 2',
    meaning: 'A CPU wrote to a register of a PCI device that its cell may not change.',
    verdict: 'configuration',
    search: 'pci',
    suspects: [capability, noCapability, hiddenDevice, cutOffElements],
  },
  {
    form: 'FATAL: Invalid PCI MMCONFIG write, device DEVICE, reg: REGISTER, size: BYTES',
    by: 'hypervisor/pci.c: pci_mmconfig_access_handler',
    pattern:
      /Invalid PCI MMCONFIG (?<access>write), device (?<device>[\da-f]{2}:[\da-f]{2}[.:][0-7]), reg: ?(?:0x)?(?<register>[\da-f]+)(?:, size: (?<bytes>\d+))?/i,
    sample: 'FATAL: Invalid PCI MMCONFIG write, device 00:0d.0, reg: 0x40, size: 4',
    meaning: 'A CPU wrote to a register of a PCI device that its cell may not change.',
    verdict: 'configuration',
    search: 'pci',
    suspects: [capability, noCapability, hiddenDevice, cutOffElements],
  },
  {
    form: 'FATAL: Invalid PCI config read|write, port: PORT, size: BYTES',
    by: 'hypervisor/arch/x86/pci.c: x86_pci_config_handler',
    pattern: /Invalid PCI config (?<access>read|write), port: 0x(?<port>[\da-f]+), size: (?<bytes>\d+)\s*$/im,
    sample: 'FATAL: Invalid PCI config write, port: 0xcf9, size: 1',
    meaning:
      'The ports 0xcf8 to 0xcff select and carry PCI registers. This access does not fit them; 0xcf9 resets the machine.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'Linux tries to reset the machine, or software uses the ports in a way the hypervisor does not emulate',
        remedy: 'choose another way to reboot (kernel parameter reboot=)',
      },
    ],
  },
  {
    form: 'FATAL: Invalid PCI MSI-X table/PBA access, device DEVICE · Invalid PCI MSIX BAR write, device DEVICE',
    by: 'hypervisor/pci.c: pci_msix_access_handler',
    pattern: /Invalid PCI (?:MSI-X table\/PBA access|MSIX BAR write), device (?<device>[\da-f]{2}:[\da-f]{2}\.[0-7])/i,
    sample: 'FATAL: Invalid PCI MSI-X table/PBA access, device 02:00.0',
    meaning: 'The MSI-X table of a device is emulated; this access is outside of it, or not of 32 or 64 bits.',
    verdict: 'configuration',
    search: 'pci',
    suspects: [
      {
        cause: 'msix_address or num_msix_vectors are not those of the device',
        rules: ['msix-table', 'msix-table-mapped'],
        isOpen: true,
        remedy: 'compare with lspci -vv',
      },
    ],
  },
  {
    form: 'FATAL: Unsupported MSI/MSI-X state, device DEVICE, cap ID',
    by: 'hypervisor/pci.c: pci_prepare_handover',
    pattern:
      /Unsupported MSI\/MSI-X state, device (?<device>[\da-f]{2}:[\da-f]{2}\.[0-7])(?:, cap (?<capability>\d+))?/i,
    sample: 'FATAL: Unsupported MSI/MSI-X state, device 00:1f.2, cap 5',
    meaning: 'Linux had left the interrupts of a device in a state that the hypervisor cannot take over.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'a driver enabled interrupts of the device without unmasking them, or uses them half set up',
        remedy: 'unload the driver before enable, or use a kernel with the patches for Jailhouse',
      },
    ],
  },
  {
    form: 'FATAL: Invalid ivshmem register read|write, number REGISTER',
    by: 'hypervisor/ivshmem.c: ivshmem_register_mmio of v0.11 and before',
    pattern: /Invalid ivshmem register (?<access>read|write), number (?<register>[\da-f]+)/i,
    sample: 'FATAL: Invalid ivshmem register write, number 20',
    meaning: 'Software used a register of a shared-memory device that the device of this release does not have.',
    verdict: 'elsewhere',
    suspects: [
      {
        cause: 'the driver in the cell is for another version of ivshmem, such as that of v0.12 and later, or of QEMU',
        remedy: 'use the driver of the queues/jailhouse branch that belongs to the release',
      },
    ],
  },
  {
    form: 'WARNING: Failed to re-assign PCI device to root cell',
    by: 'hypervisor/pci.c: pci_return_device_to_root_cell',
    pattern: /Failed to re-assign PCI\s+device to root cell/,
    sample: 'WARNING: Failed to re-assign PCI device to root cell',
    meaning: 'A cell was destroyed, but its device could not be returned to the root.',
    verdict: 'configuration',
    search: 'simulated',
    suspects: [
      {
        cause: 'the IOMMU refused the device',
        rules: ['device-unit', 'interrupt-limit'],
        remedy: 'check .iommu of the device in the root, and vtd_interrupt_limit',
      },
    ],
  },
  {
    form: 'jailhouse: failed to add virtual host controller',
    by: 'driver/pci.c: jailhouse_pci_virtual_root_devices_add',
    pattern: /failed to add virtual host controller|CONFIG_OF_OVERLAY disabled/,
    sample: 'jailhouse: failed to add virtual host controller',
    meaning: 'Linux could not add the virtual PCI host of the root, so shared-memory devices stay invisible.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'the kernel lacks CONFIG_PCI_HOST_GENERIC or CONFIG_OF_OVERLAY',
        remedy: 'switch them on and build the kernel again',
      },
      {
        cause: 'pci_domain is that of a PCI host of the board',
        rules: ['virtual-host', 'shared-memory-domain'],
        isOpen: true,
        remedy: 'choose a pci_domain that no other host has',
      },
      {
        cause: 'pci_mmconfig_base lies in RAM, or where another device is',
        rules: ['virtual-host', 'protected-window'],
        isOpen: true,
        remedy: 'choose a window of free addresses: 1 MiB for each bus',
      },
    ],
  },
  {
    form: 'BAR N: no space for [mem size SIZE] · failed to assign [mem size SIZE]',
    by: 'Linux, while it adds the virtual PCI host',
    pattern:
      /(?:(?:[\da-f]{4}:)?(?<device>[\da-f]{2}:[\da-f]{2}\.[0-7]): )?BAR [0-5]:? (?:(?:no space for|failed to assign) \[mem size (?<size>0x[\da-f]{1,16})[^\]]{0,80}\]|\[mem size (?<sizes>0x[\da-f]{1,16})[^\]]{0,80}\]: (?:can't assign|failed to assign))/i,
    sample: 'pci 0001:00:00.0: BAR 0: no space for [mem size 0x00010000]',
    meaning:
      'Linux found no room for the registers of a shared-memory device: the driver reserves two pages for each behind the buses.',
    verdict: 'configuration',
    search: 'pci',
    suspects: [
      {
        cause: 'bar_mask specifies more than a page, usually 64 KiB, but the kernel has pages of 4 KiB',
        rules: ['large-windows'],
        fits: ({ size = 0 }) => size > 0x1000,
        proves: ({ size }) => size === 0x10000,
        remedy: 'use JAILHOUSE_IVSHMEM_BAR_MASK_INTX, or a kernel with 64 KiB pages',
      },
      {
        cause: 'bar_mask is not valid for a shared-memory device',
        rules: ['bar-mask', 'shared-memory-bars'],
        remedy: 'use JAILHOUSE_IVSHMEM_BAR_MASK_INTX or a similar macro',
      },
      {
        cause: 'the window behind pci_mmconfig_base, 1 MiB for each bus, is taken by something else',
        rules: ['virtual-host'],
        isOpen: true,
        remedy: 'choose a window that neither /proc/iomem nor the device tree uses',
      },
    ],
  },
  {
    form: 'uio_ivshmem|ivshmem-net|virtio-ivshmem: probe of DEVICE failed with error -28',
    by: 'Linux, when a driver of a shared-memory device asks for interrupts',
    pattern:
      /\b(?:uio_ivshmem|ivshmem-net|virtio-ivshmem|virtio_ivshmem): probe of (?:[\da-f]{4}:)?(?<device>[\da-f]{2}:[\da-f]{2}\.[0-7]) failed with error -28\b/,
    sample: 'uio_ivshmem: probe of 0001:00:00.0 failed with error -28',
    meaning: 'ENOSPC: Linux has no interrupt vectors for the shared-memory device.',
    verdict: 'configuration',
    search: 'pci',
    suspects: [
      {
        on: 'arm',
        cause: 'the device has MSI-X, but the virtual PCI host has none: only a physical one can deliver it',
        rules: ['msix-on-virtual-host'],
        remedy: 'use JAILHOUSE_IVSHMEM_BAR_MASK_INTX, set num_msix_vectors to 0, and set vpci_irq_base of the cell',
      },
      {
        on: 'x86',
        cause: 'iommu of the device is not the unit that Linux takes it to be behind',
        rules: ['device-unit'],
        isOpen: true,
        remedy: 'try the other IOMMU units',
      },
    ],
  },
  {
    form: 'resource collision: [mem …] conflicts with NAME',
    by: 'Linux, while it adds the virtual PCI host',
    pattern: /resource collision: \[mem 0x(?<address>[\da-f]+)/,
    sample: 'resource collision: [mem 0x76000000-0x760fffff] conflicts with System RAM',
    meaning: 'Linux uses the addresses of the virtual PCI host for something else.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'pci_mmconfig_base and the 1 MiB for each bus, with the windows behind them, lie over something else',
        rules: ['virtual-host', 'protected-window'],
        isOpen: true,
        remedy: 'choose a window that neither /proc/iomem nor the device tree uses',
      },
    ],
  },
  {
    form: 'invalid IVPosition -1',
    by: 'ivshmem drivers and tools',
    pattern: /invalid IVPosition/i,
    sample: 'ivshmem-net 0000:00:0e.0: invalid IVPosition -1',
    meaning: 'The registers of a shared-memory device read as all ones: its window is hidden by other memory.',
    verdict: 'configuration',
    suspects: [
      {
        cause: 'a region maps the window in which the device was placed',
        rules: ['protected-window', 'virtual-host', 'shared-memory-bars'],
        remedy: 'split the region around the PCI window',
      },
    ],
  },
]
