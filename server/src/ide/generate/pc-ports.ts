import type { Platform } from '../../platform/model.ts'
import { allClaims, PCI_FUNCTION } from '../../platform/read/iomem.ts'
import { hex } from '../../text/words.ts'
import type { ArrayText } from './c-source.ts'

/** I/O ports of the root cell of a PC. */

interface Ports {
  readonly from: number
  readonly to: number
  readonly name: string
}

/** Ports the hypervisor moderates itself, and old controllers that are better left alone. */
const TRAPPED: readonly (readonly [number, number])[] = [
  [0x20, 0x22],
  [0xa0, 0xa2],
  [0xcf8, 0xd00],
]

/** NMI status and the speaker, which no driver claims; the keyboard controller as a whole. */
const ALWAYS: readonly Ports[] = [
  { from: 0x40, to: 0x44, name: 'timer' },
  { from: 0x60, to: 0x62, name: 'keyboard, NMI status' },
  { from: 0x64, to: 0x65, name: 'keyboard' },
  { from: 0x70, to: 0x78, name: 'rtc' },
]

/** Of VGA as a whole, of which Linux claims a part. */
const VGA: readonly Ports[] = [{ from: 0x3b0, to: 0x3e0, name: 'VGA' }]
const BOCHS_VGA: readonly Ports[] = [{ from: 0x1ce, to: 0x1d1, name: 'VBE of Bochs and QEMU' }]

/** What QEMU's tables and mouse use and no driver claims. */
const QEMU: readonly Ports[] = [
  { from: 0xcd0, to: 0xcd8, name: "QEMU's hotplug" },
  { from: 0x5658, to: 0x565c, name: "QEMU's vmport" },
]

const CLASS_VGA = 0x0300

function unclaimed({ pci = [], machine }: Platform): readonly Ports[] {
  const screens = pci.filter(device => device.class >> 8 === CLASS_VGA)
  return [
    ...ALWAYS,
    ...(screens.length > 0 ? VGA : []),
    ...(screens.some(({ vendor, device }) => vendor === 0x1234 && device === 0x1111) ? BOCHS_VGA : []),
    ...(machine?.vendor === 'QEMU' ? QEMU : []),
  ]
}

/** Entries without children, and the BARs of PCI devices as a whole: drivers claim parts of them. */
const claimed = ({ ports = [] }: Platform): readonly Ports[] =>
  [...allClaims(ports)]
    .filter(({ children, name }) => PCI_FUNCTION.test(name) || (children.length === 0 && !/^PCI (Bus|conf)/.test(name)))
    .map(({ range, name }) => ({ from: Number(range.start), to: Number(range.end), name }))
    .filter(({ from, to }) => !TRAPPED.some(([start, end]) => from < end && start < to))

export function portArray(platform: Platform): ArrayText {
  const regions: { from: number; to: number; name: string }[] = []
  const all = [...unclaimed(platform), ...claimed(platform)].toSorted((a, b) => a.from - b.from || b.to - a.to)
  for (const port of all) {
    const last = regions.at(-1)
    if (last && port.from < last.to) last.to = Math.max(last.to, port.to)
    else regions.push({ ...port })
  }
  return {
    name: 'pio_regions',
    type: 'struct jailhouse_pio',
    count: 'num_pio_regions',
    length: regions.length,
    body: regions
      .map(
        ({ from, to, name }) => `\t\tPIO_RANGE(${hex(from)}, ${hex(to - from)}), /* ${name.replaceAll('*/', '')} */\n`,
      )
      .join(''),
  }
}
