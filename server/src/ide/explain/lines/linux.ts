import type { KnownLine } from '../known-line.ts'
import { plainLine } from './common.ts'

const IN_A_CELL = 'Linux, in any cell'

/** What the kernel of a cell says when what it counts on is missing, and what loads the driver and the tools. */
export const linuxLines: readonly KnownLine[] = [
  {
    form: 'irq N: nobody cared',
    by: IN_A_CELL,
    pattern: /\birq \d+: nobody cared/,
    sample: 'irq 27: nobody cared (try booting with the "irqpoll" option)',
    meaning:
      'An interrupt arrived so often without a driver that handles it that Linux switched it off. Jailhouse only passes it on.',
    verdict: 'perhaps',
    suspects: [
      {
        cause:
          'a shared-memory device raises it: its number, from vpci_irq_base, is that of a physical device in the device tree',
        on: 'arm',
        rules: ['vpci-interrupt-taken'],
        isOpen: true,
        remedy: 'give the cell a vpci_irq_base whose numbers no device of the board has',
      },
      {
        cause: 'the line is that of a device of another cell, or of a device that this kernel has no driver for',
        rules: ['intx-of-another', 'pin-shared'],
        isOpen: true,
        remedy: 'find the number in /proc/interrupts, and compare pin_bitmap of the cells with it',
      },
    ],
  },
  {
    form: 'rcu: INFO: … detected stalls on CPUs/tasks · self-detected stall on CPU',
    by: IN_A_CELL,
    pattern: /\brcu\w{0,12}:? (?:INFO: )?[^\n]{0,40}?(?:detected stalls on CPUs|self-detected stall on CPU)/i,
    sample: 'rcu: INFO: rcu_sched detected stalls on CPUs/tasks:',
    meaning: 'A CPU of this Linux makes no progress. The line does not say why; it follows what stopped the CPU.',
    verdict: 'perhaps',
    isContext: true,
    suspects: [
      {
        cause: 'the hypervisor parked the CPU, after an access that the configuration does not allow',
        remedy: 'look on the console of the hypervisor for "Parking CPU" and the line before it',
      },
      {
        cause: 'the CPU waits for an interrupt that its cell does not get',
        rules: ['irqchip-not-in-root', 'pin-not-in-root'],
        isOpen: true,
        remedy: 'compare the interrupts of the device tree with pin_bitmap of the irqchips',
      },
      { cause: 'a driver or another fault of the kernel', remedy: 'see whether it happens without Jailhouse' },
    ],
  },
  {
    form: 'VFS: Unable to mount root fs',
    by: IN_A_CELL,
    pattern: /Unable to mount root fs(?: on unknown-block\(\d+,\d+\))?/,
    sample: 'VFS: Unable to mount root fs on unknown-block(0,0)',
    meaning: 'Linux found no root file system. Its memory, CPUs and console work, or it could not say so.',
    verdict: 'perhaps',
    suspects: [
      {
        cause: 'no initrd was given, and root= on the command line names none that the kernel can reach',
        remedy: 'give "jailhouse cell linux" the option -i, or correct root=',
      },
      {
        of: 'inmate',
        cause:
          'the cell does not own the storage that root= names: neither its registers nor its PCI device and interrupt',
        remedy: 'use an initrd, or add regions, pci_devices and irqchips of the device to the cell',
      },
    ],
  },
  {
    form: 'arm-smmu DEVICE: Unhandled context fault · Unexpected global fault · arm-smmu-v3 DEVICE: event CODE received',
    by: 'Linux, drivers/iommu/arm',
    pattern:
      /\barm-smmu(?:-v3)? [^\s:]{1,60}: (?:Unhandled context fault|Unexpected global fault|Blocked unknown Stream ID 0x[\da-f]+|event (?:0x[\da-f]+|\w{1,30}) received|event: \w{1,30})/i,
    sample: 'arm-smmu 5000000.iommu: Unhandled context fault: fsr=0x402, iova=0x80000000, fsynr=0x10, cb=0',
    meaning:
      'The SMMU stopped a device, and the driver of Linux reports it, so Linux drives this unit. A unit in iommu_units of the root is to be driven by Jailhouse alone.',
    verdict: 'perhaps',
    suspects: [
      {
        cause:
          'before enable, or with a unit that iommu_units does not list: Linux itself did not map the memory, not Jailhouse',
        remedy: 'look at the driver of the device and its node in the device tree',
      },
      {
        cause: 'after enable, with a unit that iommu_units lists: Linux and Jailhouse both drive it',
        rules: ['iommu-units', 'root-streams', 'protected-window'],
        isOpen: true,
        remedy:
          'disable the node of the SMMU in the device tree of Linux, and list stream_ids of the devices in the cells',
      },
    ],
  },
  plainLine(
    "No module named 'pyjailhouse' · module 'pyjailhouse…' has no attribute · cannot import name … from 'pyjailhouse…'",
    'Python, when a tool of Jailhouse begins',
    /No module named '?pyjailhouse|(?:AttributeError|ImportError): [^\n]{0,200}\bpyjailhouse\b[^\n]{0,200}/,
    "AttributeError: module 'pyjailhouse.config_parser' has no attribute 'SystemConfig'",
    'The tool and the Python package pyjailhouse do not fit each other, or the package is not installed. No configuration was read.',
    'elsewhere',
    {
      cause: 'a pyjailhouse of another version is installed, or none for this version of Python',
      remedy: 'remove the old package, and run "make install" again, or start the tool from tools/ of the tree',
    },
  ),
  plainLine(
    'could not insert module …jailhouse.ko: Invalid module format · jailhouse: version magic … · disagrees about version of symbol',
    'insmod, modprobe and Linux',
    /jailhouse(?:\.ko)?\b[^\n]{0,60}: Invalid module format|\bjailhouse: (?:version magic|disagrees about version of symbol)[^\n]{0,200}/,
    'insmod: ERROR: could not insert module driver/jailhouse.ko: Invalid module format',
    'The driver was built for another kernel than the one that runs. No configuration is involved yet.',
    'elsewhere',
    {
      cause: 'KDIR of the build is not the source of the running kernel, or was configured in another way',
      remedy: 'compare "modinfo -F vermagic driver/jailhouse.ko" with "uname -r", and build with KDIR of that kernel',
    },
  ),
]
