import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readFacts } from '../../src/cli/facts-files.ts'
import { MEM_DMA, MEM_EXECUTE, MEM_IO, MEM_READ, MEM_WRITE } from '../../src/config/constants.ts'
import type { CellConfig, SystemConfig } from '../../src/config/model.ts'
import { phys, type Range, rangeOf } from '../../src/config/ranges.ts'
import { type Facts, openFile } from '../../src/platform/facts.ts'
import { subtract } from '../../src/text/range-set.ts'
import { hex } from '../../src/text/words.ts'
import { lacking, made, type Wanted } from './made-root.ts'
import { tarballs } from './samples.ts'

/**
 * Roots made from what QEMU's machines say themselves, compared with upstream's qemu-arm64.c and qemu-x86.c by their
 * numbers: what upstream gives the root, this gives, and what it gives beyond that is listed. Upstream's links and PCI
 * devices that the machine was not started with are left out.
 */

const DEVICE = MEM_READ | MEM_WRITE | MEM_IO
const RAM = MEM_READ | MEM_WRITE | MEM_EXECUTE

const texts = (ranges: readonly Range[]): readonly string[] =>
  ranges.map(({ start, end }) => `${hex(start)}..${hex(end)}`)

/** What the root has beyond these regions. */
const beyond = ({ root_cell }: SystemConfig, wanted: Wanted): readonly string[] =>
  texts(
    root_cell.mem_regions
      .map(phys)
      .flatMap(range =>
        subtract(
          [range],
          wanted.map(([start, size]) => rangeOf(start, size)),
        ),
      )
      .filter(({ start, end }) => start < end)
      .toSorted((a, b) => (a.start < b.start ? -1 : 1)),
  )

const QEMU = 'qemu-system-aarch64'
const hasQemu = spawnSync(QEMU, ['--version']).status === 0

/** The tree QEMU makes for upstream's virtual target, and for the same with an older interrupt controller. */
function treeOfQemu(gic: 2 | 3 = 3): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'qemu-tree-'))
  const file = join(folder, 'virt.dtb')
  const machine = `virt,gic-version=${gic},virtualization=on,${gic === 3 ? 'its=off,' : ''}dumpdtb=${file}`
  const words = [
    '-nodefaults',
    '-display',
    'none',
    '-M',
    machine,
    '-cpu',
    'cortex-a57',
    '-smp',
    gic === 3 ? '16' : '4',
    '-m',
    '1G',
  ]
  const { status, stderr } = spawnSync(QEMU, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  const bytes = new Uint8Array(readFileSync(file))
  rmSync(folder, { recursive: true })
  return bytes
}

/** Between upstream's RAM and its links nobody has anything. */
const UNUSED = '0x7fa10000..0x7faf0000'
const PERMISSIVE: Wanted[number] = [0x9000000n, 0x37000000n, DEVICE]
const ARM64: Wanted = [
  [0x40000000n, 0x3fa10000n, RAM],
  // Sections of the network link, and of the demo's.
  [0x7faf0000n, 0x10f000n, MEM_READ],
  [0x4010000000n, 0x10000000n, DEVICE],
]
/** What is in upstream's one permissive region, the memory of PCI devices and their ports included. */
const ARM64_DEVICES: Wanted = [
  [0x9000000n, 0x1000n, DEVICE],
  [0x9010000n, 0x1000n, DEVICE],
  [0x9020000n, 0x1000n, DEVICE],
  [0x9030000n, 0x1000n, DEVICE],
  [0xa000000n, 0x4000n, DEVICE],
  [0x10000000n, 0x2eff0000n, DEVICE],
  [0x3eff0000n, 0x10000n, DEVICE],
]

function holdsArm64(system: SystemConfig): void {
  const { hypervisor_memory, debug_console, platform_info, root_cell, flags } = system
  expect([hypervisor_memory.phys_start, hypervisor_memory.size]).toEqual([0x7fc00000n, 0x400000n])
  // MMIO, registers 4 bytes apart.
  expect(debug_console).toMatchObject({ address: 0x9000000n, size: 0x1000, type: 3, flags: 3 })
  expect(flags & 1).toBe(1)
  expect(platform_info.arm).toMatchObject({
    gic_version: 3,
    gicd_base: 0x8000000n,
    gicr_base: 0x80a0000n,
    maintenance_irq: 25,
  })
  // Upstream's host lies at 0x8e00000, in what newer kernels claim for redistributors.
  expect(platform_info).toMatchObject({
    pci_mmconfig_base: 0x9100000n,
    pci_mmconfig_end_bus: 0,
    pci_is_virtual: 1,
    pci_domain: 1,
  })
  expect(root_cell.irqchips.map(({ address, pin_base, pin_bitmap }) => [address, pin_base, pin_bitmap])).toEqual([
    [0x8000000n, 32, [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]],
  ])
  expect(root_cell.pci_devices.map(({ domain, bdf, shmem_protocol }) => [domain, bdf, shmem_protocol])).toEqual([
    [1, 0, 1],
  ])
}

test.skipIf(!hasQemu)("QEMU's own tree of arm64 virt: the root is upstream's qemu-arm64.c", async () => {
  const tree = await openFile({ uri: 'file:///facts/fdt.dtb', bytes: treeOfQemu() })
  const { system, complaints } = made(tree)
  expect(complaints).toEqual([])
  holdsArm64(system)
  expect(system.root_cell.cpus).toHaveLength(16)
  expect(system.root_cell.vpci_irq_base).toBe(48)
  expect(lacking(system, [...ARM64, ...ARM64_DEVICES])).toEqual([])
  // Flash, and the window for devices with BARs of 64 bits.
  expect(beyond(system, [...ARM64, PERMISSIVE])).toEqual(['0x0..0x8000000', UNUSED, '0x8000000000..0x10000000000'])
})

test.skipIf(!hasQemu)(
  'with a GICv2 the link stays off the interrupts of messages, which no property names',
  async () => {
    const { system, complaints } = made(await openFile({ uri: 'file:///facts/fdt.dtb', bytes: treeOfQemu(2) }))
    expect(complaints).toEqual([])
    expect(system.platform_info.arm?.gic_version).toBe(2)
    expect(system.root_cell.vpci_irq_base).toBe(112)
  },
)

const tarball = (name: string): string | undefined => tarballs.find(path => path.endsWith(`/${name}`))

async function factsOf(name: string): Promise<Facts> {
  return readFacts(tarball(name) ?? name)
}

const LIVE_ARM64 = 'qemu-virt-arm64-mem768M.ours.tar'

test.skipIf(!tarball(LIVE_ARM64))('the same machine as Linux sees it, started with mem=768M', async () => {
  const { system, complaints } = made(await factsOf(LIVE_ARM64))
  expect(complaints).toEqual([])
  holdsArm64(system)
  expect(lacking(system, [...ARM64, ...ARM64_DEVICES])).toEqual([])
  expect(beyond(system, [...ARM64, PERMISSIVE])).toEqual(['0x0..0x8000000', UNUSED])
})

const Q35 = 'qemu-q35-memmap.upstream-collect.tar'

const PC_RAM = RAM | MEM_DMA
const PC_DEVICE = MEM_READ | MEM_WRITE
/** Upstream's RAM and what is at the same place in any q35; BARs lie where this one has them. */
const X86: Wanted = [
  [0x0n, 0xa0000n, PC_RAM],
  [0xa0000n, 0x60000n, PC_DEVICE],
  [0x100000n, 0x39f00000n, PC_RAM],
  [0x3a600000n, 0x4a00000n, PC_RAM],
  // Sections of upstream's demos, here RAM of cells, and of its network link.
  [0x3f000000n, 0x100000n, MEM_READ],
  [0x3f100000n, 0x100000n - 0x1000n, MEM_READ],
  [0x3f200000n, 0xddf000n, PC_RAM],
  [0x3ffdf000n, 0x21000n, MEM_READ],
  [0xfd000000n, 0x1000000n, PC_DEVICE],
  [0xfeba0000n, 0x40000n, PC_DEVICE],
  [0xfebf1000n, 0x3000n, PC_DEVICE],
  [0xfebf4000n, 0x4000n, PC_DEVICE],
  [0xfebf8000n, 0x1000n, PC_DEVICE],
  [0xfebf9000n, 0x1000n, PC_DEVICE],
  [0xfed00000n, 0x1000n, PC_DEVICE],
]

/** Ports as upstream has them, but 0x402, which it calls invalid, and floppy drives. */
const PORTS: readonly (readonly [first: number, count: number])[] = [
  [0x0, 0x1f],
  [0x40, 0x4],
  [0x60, 0x2],
  [0x64, 0x1],
  [0x70, 0x2],
  [0x1ce, 0x3],
  [0x2f8, 0x8],
  [0x3b0, 0x30],
  [0x3f8, 0x8],
  [0xcd0, 0x8],
  [0x5658, 0x4],
  // BARs of PCI devices, and the power management of the ISA bridge.
  [0xc040, 0x40],
  [0x600, 0x80],
]

/** Capabilities by device: id, start, length, whether the root writes it. */
function capabilitiesOf({ pci_devices, pci_caps }: CellConfig, bdf: number) {
  const device = pci_devices.find(each => each.bdf === bdf)
  const [start, count] = [device?.caps_start ?? 0, device?.num_caps ?? 0]
  return pci_caps.slice(start, start + count).map(cap => [cap.id, cap.start, cap.len, cap.flags])
}

test.skipIf(!tarball(Q35))("QEMU's q35 as Linux sees it: the root is upstream's qemu-x86.c", async () => {
  const { system, complaints } = made(await factsOf(Q35))
  expect(complaints).toEqual([])
  const { hypervisor_memory, debug_console, platform_info, root_cell } = system
  expect([hypervisor_memory.phys_start, hypervisor_memory.size]).toEqual([0x3a000000n, 0x600000n])
  expect([debug_console.address, debug_console.type]).toEqual([0x3f8n, 2])
  expect(platform_info).toMatchObject({ pci_mmconfig_base: 0xb0000000n, pci_mmconfig_end_bus: 0xff, pci_is_virtual: 0 })
  expect(platform_info.iommu_units.filter(({ base }) => base !== 0n)).toMatchObject([
    { type: 2, base: 0xfed90000n, size: 0x1000 },
  ])
  expect(platform_info.x86).toMatchObject({ pm_timer_address: 0x608, vtd_interrupt_limit: 256 })
  expect(root_cell.irqchips).toMatchObject([{ address: 0xfec00000n, id: 0xff00, pin_base: 0 }])
  expect((root_cell.irqchips[0]?.pin_bitmap[0] ?? 0) & 0xffffff).toBe(0xffffff)
  expect(root_cell.cpus).toEqual([0, 1, 2, 3])
  expect(lacking(system, X86)).toEqual([])
  // Chipset registers and firmware, which upstream leaves out; never the table of MSI-X.
  expect(beyond(system, X86)).toEqual(['0xfed1c000..0xfed20000', '0xfffc0000..0x100000000'])
  const has = (port: number) => root_cell.pio_regions.some(({ base, length }) => base <= port && port < base + length)
  const lost = PORTS.filter(([first, count]) => !Array.from({ length: count }, (_, i) => first + i).every(has))
  expect(lost).toEqual([])
  expect([0x20, 0x21, 0xa0, 0xa1, 0xcf8, 0xcfc].filter(has)).toEqual([])
  expect(root_cell.pci_devices.map(({ bdf }) => bdf)).toEqual([0x0, 0x8, 0x10, 0xd8, 0xf8, 0xfa, 0xfb, 0x70])
  expect(root_cell.pci_devices.find(({ bdf }) => bdf === 0x10)).toMatchObject({
    num_msi_vectors: 1,
    msi_64bits: 1,
    num_msix_vectors: 5,
    msix_region_size: 0x1000,
    msix_address: 0xfebf0000n,
  })
  const WRITE = 1
  expect(capabilitiesOf(root_cell, 0x10)).toEqual([
    [0x1, 0xc8, 8, WRITE],
    [0x5, 0xd0, 14, WRITE],
    [0x10, 0xe0, 20, WRITE],
    [0x11, 0xa0, 12, WRITE],
    [0x8001, 0x100, 64, 0],
    [0x8003, 0x140, 12, 0],
  ])
  expect(capabilitiesOf(root_cell, 0xd8)).toEqual([
    [0x5, 0x60, 14, WRITE],
    [0x0, 0x40, 16, WRITE],
  ])
  expect(capabilitiesOf(root_cell, 0xfa)).toEqual([
    [0x5, 0x80, 14, WRITE],
    [0x12, 0xa8, 2, 0],
  ])
})
