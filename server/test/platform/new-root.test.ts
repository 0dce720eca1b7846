import { expect, test } from 'vitest'
import { MEM_DMA, MEM_EXECUTE, MEM_IO, MEM_READ, MEM_WRITE } from '../../src/config/constants.ts'
import { newRoot } from '../../src/ide/generate/root.ts'
import type { Facts } from '../../src/platform/facts.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { folderWith, jailhouseWarden } from '../cli/command-line.ts'
import { q35Facts, virtFacts, virtTree, virtWith, virtWithoutEl2 } from './machines.ts'
import { checked, lacking, made, type Wanted } from './made-root.ts'
import { platformOf, tarballs } from './samples.ts'

/** A root cell made from facts compiles, has no error beside these facts, and is what upstream wrote by hand. */

test("QEMU's arm64 virt: what upstream's qemu-arm64.c says", async () => {
  const { system, complaints, text } = made(...(await virtFacts()))
  expect(complaints).toEqual([])
  const { hypervisor_memory, debug_console, platform_info, root_cell } = system
  expect([hypervisor_memory.phys_start, hypervisor_memory.size]).toEqual([0x7fc00000n, 0x400000n])
  expect([debug_console.address, debug_console.type]).toEqual([0x9000000n, 3])
  expect(platform_info.arm).toMatchObject({
    gic_version: 3,
    gicd_base: 0x8000000n,
    gicr_base: 0x80a0000n,
    maintenance_irq: 25,
  })
  expect(platform_info).toMatchObject({ pci_is_virtual: 1, pci_domain: 1, pci_mmconfig_end_bus: 0 })
  expect(root_cell.cpus).toHaveLength(16)
  expect(root_cell.irqchips.map(({ pin_base }) => pin_base)).toEqual([32])
  const device = MEM_READ | MEM_WRITE | MEM_IO
  const missing = lacking(system, [
    [0x40000000n, 0x3fa10000n, MEM_READ | MEM_WRITE | MEM_EXECUTE],
    [0x4010000000n, 0x10000000n, device],
    // Upstream's one permissive region, by the devices that are in it.
    [0x9000000n, 0x1000n, device],
    [0x9010000n, 0x1000n, device],
    [0x9030000n, 0x1000n, device],
    [0xa000000n, 0x1000n, device],
    [0x10000000n, 0x2eff0000n, device],
  ])
  expect(missing).toEqual([])
  // The link: upstream has it at the same place.
  expect(root_cell.mem_regions[0]?.phys_start).toBe(0x7fb00000n)
  expect(text).toContain('stdout-path')
})

test("QEMU's q35: what upstream's qemu-x86.c says", async () => {
  const { system, complaints } = made(await q35Facts())
  expect(complaints).toEqual([])
  const { hypervisor_memory, debug_console, platform_info, root_cell } = system
  expect([hypervisor_memory.phys_start, hypervisor_memory.size]).toEqual([0x3a000000n, 0x600000n])
  expect([debug_console.address, debug_console.type, debug_console.flags]).toEqual([0x3f8n, 2, 0])
  expect(platform_info).toMatchObject({ pci_mmconfig_base: 0xb0000000n, pci_mmconfig_end_bus: 0xff })
  expect(platform_info.iommu_units[0]).toMatchObject({ type: 2, base: 0xfed90000n, size: 0x1000 })
  expect(platform_info.x86).toMatchObject({ pm_timer_address: 0x608, vtd_interrupt_limit: 256 })
  expect(root_cell.irqchips[0]).toMatchObject({ address: 0xfec00000n, id: 0xff00 })
  expect(root_cell.cpus).toEqual([0, 1, 2, 3])
  const ram = MEM_READ | MEM_WRITE | MEM_EXECUTE | MEM_DMA
  const device = MEM_READ | MEM_WRITE
  const wanted: Wanted = [
    [0n, 0xa0000n, ram],
    [0xa0000n, 0x20000n, device],
    [0xf0000n, 0x10000n, device],
    [0x100000n, 0x39f00000n, ram],
    [0x3a600000n, 0x4a00000n, ram],
    [0x3f200000n, 0xddf000n, ram],
    [0x3ffdf000n, 0x21000n, MEM_READ],
    [0xfd000000n, 0x1000000n, device],
    [0xfea00000n, 0x40000n, device],
    [0xfea40000n, 0x20000n, device],
    [0xfea60000n, 0x20000n, device],
    [0xfea91000n, 0x3000n, device],
    [0xfea94000n, 0x4000n, device],
    [0xfea98000n, 0x1000n, device],
    [0xfea9a000n, 0x1000n, device],
    [0xfed00000n, 0x1000n, device],
  ]
  expect(lacking(system, wanted)).toEqual([])
  // The page of the MSI-X table stays out.
  expect(lacking(system, [[0xfea90000n, 0x1000n, MEM_READ]])).toHaveLength(1)
  const network = root_cell.pci_devices.find(({ bdf }) => bdf === 0x10)
  expect(network).toMatchObject({
    num_caps: 4,
    num_msi_vectors: 1,
    msi_64bits: 1,
    num_msix_vectors: 5,
    msix_region_size: 0x1000,
    msix_address: 0xfea90000n,
  })
  expect(network?.bar_mask.slice(0, 4)).toEqual([0xfffe0000, 0xfffe0000, 0xffffffe0, 0xffffc000])
  expect(root_cell.pci_devices.map(({ bdf }) => bdf)).toEqual([0x8, 0x10, 0xd8, 0xf8, 0xfa, 0xfb, 0x70])
  const permitted = (port: number) =>
    root_cell.pio_regions.some(({ base, length }) => base <= port && port < base + length)
  expect([0x40, 0x61, 0x64, 0x70, 0x2f8, 0x3f8, 0x608].filter(port => !permitted(port))).toEqual([])
})

test(`roots of the ${tarballs.length} machines beside the checkout compile`, async () => {
  for (const path of tarballs) {
    const result = newRoot(await platformOf(path), { name: 'made' })
    expect('missing' in result ? result.missing : undefined, path).toBeUndefined()
  }
})

test('what is missing is said', async () => {
  const [tree] = await virtFacts()
  const { board: _, ...platform } = readPlatform(tree as Facts)
  expect(newRoot(platform, { name: 'x' })).toHaveProperty('missing')
})

test('nothing above 4 GiB on 32-bit ARM, and it is said', async () => {
  const [tree, ...rest] = await virtFacts()
  const narrow = { ...readPlatform(tree!, ...rest), architecture: 'arm' } as const
  const result = newRoot(narrow, { name: 'made' })
  expect('text' in result && result.text).not.toContain('0x4010000000')
  expect(result).toMatchObject({ notes: [expect.stringMatching(/above 4 GiB: pcie@10000000$/)] })
})

test.each([
  ['1 GiB', 0x40000000n, 0x7b000000n, 80n],
  ['4 GiB, a bank that goes beyond 32 bits', 0x100000000n, 0xfb000000n, 80n],
  ['128 MiB', 0x8000000n, 0x46800000n, 24n],
])('nothing reserved, %s of RAM: memory is proposed at the end of what 32 bits reach', async (_, ram, start, size) => {
  const { system, complaints, notes } = made(await virtWith(ram))
  expect(complaints).toEqual([])
  expect(notes[0]).toContain(`jailhouse@${start.toString(16)} of ${size} MiB`)
  const { phys_start, size: hypervisor } = system.hypervisor_memory
  expect(phys_start + hypervisor).toBe(start + size * 0x100000n)
})

test('coarse: fewer regions of devices, none over RAM or the virtual PCI host', async () => {
  const facts = await virtWith(0x40000000n)
  const fine = made(facts).system.root_cell.mem_regions
  const result = newRoot(readPlatform(facts), { name: 'made', isCoarse: true })
  if ('missing' in result) throw new Error(result.missing)
  const coarse = checked(result, facts)
  expect(coarse.complaints).toEqual([])
  expect(coarse.system.root_cell.mem_regions.length).toBeLessThan(fine.length)
})

test('too little RAM is told as that', async () => {
  const result = newRoot(readPlatform(await virtWith(0x2000000n)), { name: 'made' })
  expect(result).toEqual({ missing: expect.stringMatching(/^RAM with room for Jailhouse/) })
})

test('a GICv2 without GICH and GICV is refused, not written as address 0', async () => {
  const result = newRoot(readPlatform(await virtWithoutEl2()), { name: 'made' })
  expect(result).toEqual({ missing: expect.stringContaining('GICH and GICV') })
})

test('the command line says which cell has a device', async () => {
  const facts = virtTree(0x40000000n)
  const folder = folderWith({ 'virt.dtb': facts })
  const root = await jailhouseWarden(folder, 'new', 'root', '--platform', 'virt.dtb', '--name', 'board', '-o', 'root.c')
  expect(root.status).toBe(0)
  const reported = await jailhouseWarden(folder, 'platform', 'virt.dtb', 'root.c')
  expect(reported.out).toMatch(/pl031@9010000 .* of board$/m)
  expect(reported.out).toMatch(/intc@8000000 .* of no cell$/m)
  const { devices } = JSON.parse((await jailhouseWarden(folder, 'platform', '--json', 'virt.dtb', 'root.c')).out)
  expect(devices).toContainEqual(expect.objectContaining({ name: 'pl031@9010000', cells: ['board'] }))
  expect((await jailhouseWarden(folder, 'platform', 'virt.dtb', 'nothing.c')).status).toBe(2)
})
