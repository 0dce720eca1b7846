import { type Facts, openFile, openFolder } from '../../src/platform/facts.ts'
import { flatten } from './facts.ts'

/** Facts of QEMU's machines as upstream's configurations have them: worded by us, with these addresses and no others. */

const text = (content: string): Uint8Array => new TextEncoder().encode(content)

const GICV3 = { compatible: 'arm,gic-v3', reg: [0, 0x8000000, 0, 0x10000, 0, 0x80a0000, 0, 0xf60000] }

/** As QEMU's tree has it without `virtualization=on`. */
const GICV2_WITHOUT_EL2 = {
  compatible: 'arm,cortex-a15-gic',
  reg: [0, 0x8000000, 0, 0x10000, 0, 0x8010000, 0, 0x10000],
}

/** The flattened tree of QEMU's arm64 `virt` with some bytes of RAM. */
export const virtTree = (ram: bigint, gic: object = GICV3, more: object = {}): Uint8Array =>
  flatten({
    '#address-cells': [2],
    '#size-cells': [2],
    'interrupt-parent': [1],
    compatible: 'linux,dummy-virt',
    model: 'linux,dummy-virt',
    chosen: { 'stdout-path': '/pl011@9000000', 'linux,initrd-start': [0] },
    psci: { compatible: 'arm,psci-1.0', method: 'smc' },
    'memory@40000000': { device_type: 'memory', reg: [0, 0x40000000, Number(ram >> 32n), Number(ram & 0xffffffffn)] },
    cpus: {
      '#address-cells': [1],
      '#size-cells': [0],
      ...Object.fromEntries(
        Array.from({ length: 16 }, (_, i) => [
          `cpu@${i.toString(16)}`,
          { device_type: 'cpu', compatible: 'arm,cortex-a57', reg: [i] },
        ]),
      ),
    },
    'intc@8000000': {
      phandle: [1],
      'interrupt-controller': true,
      '#interrupt-cells': [3],
      interrupts: [1, 9, 4],
      ...gic,
    },
    ...more,
    'pl011@9000000': { compatible: 'arm,pl011', reg: [0, 0x9000000, 0, 0x1000], interrupts: [0, 1, 4] },
    'pl031@9010000': { compatible: 'arm,pl031', reg: [0, 0x9010000, 0, 0x1000], interrupts: [0, 2, 4] },
    'pl061@9030000': { compatible: 'arm,pl061', reg: [0, 0x9030000, 0, 0x1000], interrupts: [0, 7, 4] },
    'virtio_mmio@a000000': { compatible: 'virtio,mmio', reg: [0, 0xa000000, 0, 0x200], interrupts: [0, 16, 1] },
    'pcie@10000000': {
      compatible: 'pci-host-ecam-generic',
      device_type: 'pci',
      '#address-cells': [3],
      '#size-cells': [2],
      'linux,pci-domain': [0],
      reg: [0x40, 0x10000000, 0, 0x10000000],
      ranges: [0x2000000, 0, 0x10000000, 0, 0x10000000, 0, 0x2eff0000],
    },
  })

/** The same machine, nothing reserved. */
export const virtWith = (ram: bigint): Promise<Facts> =>
  openFile({ uri: 'file:///facts/fdt.dtb', bytes: virtTree(ram) })

export const virtWithoutEl2 = (): Promise<Facts> =>
  openFile({ uri: 'file:///facts/fdt.dtb', bytes: virtTree(0x40000000n, GICV2_WITHOUT_EL2) })

/** `-M virt,gic-version=3,virtualization=on -smp 16 -m 1G`, Linux started with `mem=768M`. */
export const virtFacts = (): Promise<readonly Facts[]> =>
  Promise.all([
    openFile({ uri: 'file:///facts/fdt.dtb', bytes: virtTree(0x40000000n) }),
    openFile({ uri: 'file:///facts/iomem', bytes: text('40000000-6fffffff : System RAM\n') }),
    openFile({ uri: 'file:///facts/cmdline', bytes: text('console=ttyAMA0 mem=768M\n') }),
  ])

const IOMEM = `00000000-00000fff : Reserved
00001000-0009fbff : System RAM
0009fc00-0009ffff : Reserved
000a0000-000bffff : PCI Bus 0000:00
000f0000-000fffff : System ROM
00100000-39ffffff : System RAM
3a000000-3f1fffff : Reserved
3f200000-3ffdefff : System RAM
3ffdf000-3fffffff : ACPI Tables
b0000000-bfffffff : PCI MMCONFIG 0000 [bus 00-ff]
c0000000-febfffff : PCI Bus 0000:00
  fd000000-fdffffff : 0000:00:01.0
  fea00000-fea3ffff : 0000:00:02.0
  fea40000-fea5ffff : 0000:00:02.0
    fea40000-fea5ffff : e1000e
  fea60000-fea7ffff : 0000:00:02.0
    fea60000-fea7ffff : e1000e
  fea90000-fea93fff : 0000:00:02.0
    fea90000-fea93fff : e1000e
  fea94000-fea97fff : 0000:00:1b.0
  fea98000-fea98fff : 0000:00:01.0
  fea9a000-fea9afff : 0000:00:1f.2
    fea9a000-fea9afff : ahci
fec00000-fec003ff : IOAPIC 0
fed00000-fed003ff : HPET 0
fed90000-fed90fff : dmar0
fee00000-fee00fff : Local APIC
`

const IOPORTS = `0000-0cf7 : PCI Bus 0000:00
  0040-0043 : timer0
  0070-0071 : rtc0
  02f8-02ff : serial
  03f8-03ff : serial
  0608-060b : ACPI PM_TMR
0cf8-0cff : PCI conf1
`

function table(signature: string, ...parts: readonly (readonly number[])[]): Uint8Array {
  const body = parts.flat()
  const bytes = new Uint8Array(36 + body.length)
  bytes.set([...signature].map(letter => letter.charCodeAt(0)))
  bytes.set(little(bytes.length, 4), 4)
  bytes.set(body, 36)
  return bytes
}

const little = (value: number, size: number): number[] =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256)

const zeros = (count: number): number[] => new Array<number>(count).fill(0)

/** One unit for all; it names the I/O APIC 0 as ff:00.0. */
const DMAR = table('DMAR', zeros(12), [0, 0, 24, 0, 1, 0, 0, 0], little(0xfed90000, 8), [3, 8, 0, 0, 0, 0xff, 0, 0])
const APIC = table('APIC', little(0xfee00000, 4), zeros(4), [1, 12, 0, 0], little(0xfec00000, 4), zeros(4))
const MCFG = table('MCFG', zeros(8), little(0xb0000000, 8), zeros(2), [0, 0xff], zeros(4))

interface PciBytes {
  readonly id: readonly number[]
  /** Where bytes differ from 0. */
  readonly at?: Readonly<Record<number, readonly number[]>>
  readonly bars?: readonly (readonly [start: bigint, end: bigint, flags: bigint])[]
}

const E1000E: PciBytes = {
  id: [0x86, 0x80, 0xd3, 0x10],
  at: {
    6: [0x10],
    52: [0xc8],
    200: [0x01, 0xd0, 0, 0, 0, 0, 0, 0],
    208: [0x05, 0xe0, 0x80, 0],
    224: [0x10, 0xa0, 0x01, 0],
    160: [0x11, 0, 0x04, 0, 0x03, 0, 0, 0],
  },
  bars: [
    [0xfea40000n, 0xfea5ffffn, 0x40200n],
    [0xfea60000n, 0xfea7ffffn, 0x40200n],
    [0xc040n, 0xc05fn, 0x40101n],
    [0xfea90000n, 0xfea93fffn, 0x40200n],
  ],
}

const AHCI: PciBytes = {
  id: [0x86, 0x80, 0x22, 0x29],
  at: { 6: [0x10], 52: [0x80], 128: [0x05, 0xa8, 0x80, 0], 168: [0x12, 0, 0x10, 0] },
}

const PCI: Readonly<Record<string, PciBytes>> = {
  '0000:00:01.0': { id: [0x34, 0x12, 0x11, 0x11] },
  '0000:00:02.0': E1000E,
  '0000:00:1b.0': { id: [0x86, 0x80, 0x68, 0x26] },
  '0000:00:1f.0': { id: [0x86, 0x80, 0x18, 0x29] },
  '0000:00:1f.2': AHCI,
  '0000:00:1f.3': { id: [0x86, 0x80, 0x30, 0x29] },
}

function spaceOf({ id, at = {} }: PciBytes): Uint8Array {
  const bytes = new Uint8Array(256)
  bytes.set(id)
  for (const [offset, values] of Object.entries(at)) bytes.set(values, Number(offset))
  return bytes
}

const resourceOf = ({ bars = [] }: PciBytes): string =>
  Array.from({ length: 13 }, (_, i) =>
    (bars[i] ?? [0n, 0n, 0n]).map(value => `0x${value.toString(16)}`).join(' '),
  ).join('\n')

/** `-M q35 -device intel-iommu -smp 4 -m 1G`, Linux started with `memmap=82M$0x3a000000`. */
export const q35Facts = (): Promise<Facts> =>
  openFolder('file:///facts/q35/', {
    files: [
      { path: 'proc/iomem', bytes: text(IOMEM) },
      { path: 'proc/ioports', bytes: text(IOPORTS) },
      { path: 'proc/cmdline', bytes: text('intel_iommu=off memmap=82M$0x3a000000\n') },
      {
        path: 'proc/cpuinfo',
        bytes: text([0, 1, 2, 3].map(i => `processor\t: ${i}\nvendor_id\t: GenuineIntel\n`).join('\n')),
      },
      { path: 'sys/firmware/acpi/tables/DMAR', bytes: DMAR },
      { path: 'sys/firmware/acpi/tables/APIC', bytes: APIC },
      { path: 'sys/firmware/acpi/tables/MCFG', bytes: MCFG },
      ...Object.entries(PCI).flatMap(([name, device]) => [
        { path: `sys/bus/pci/devices/${name}/config`, bytes: spaceOf(device) },
        { path: `sys/bus/pci/devices/${name}/resource`, bytes: text(resourceOf(device)) },
      ]),
    ],
  })
