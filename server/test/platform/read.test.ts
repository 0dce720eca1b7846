import { packTar } from 'modern-tar'
import { describe, expect, test } from 'vitest'
import { openFile } from '../../src/platform/facts.ts'
import { memmapEntries, memparse } from '../../src/platform/read/command-line.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { requirementsOf } from '../../src/platform/requirements.ts'
import { textOf } from '../../src/text/source-file.ts'
import { flatten, platformOfFiles } from './facts.ts'
import { platformOf, tarballs } from './samples.ts'

const board = flatten({
  '#address-cells': [1],
  '#size-cells': [1],
  compatible: 'acme,wren',
  model: 'wren',
  'interrupt-parent': [1],
  gic: {
    compatible: 'arm,gic-400',
    'interrupt-controller': true,
    '#interrupt-cells': [3],
    phandle: [1],
    reg: [0x1000, 0x1000, 0x2000, 0x20000, 0x40000, 0x2000, 0x60000, 0x20000],
    interrupts: [1, 9, 4],
  },
  bus: {
    compatible: 'simple-bus',
    '#address-cells': [1],
    '#size-cells': [1],
    ranges: [0x0, 0x80000000, 0x1000000],
    'uart@100': { compatible: 'ns16550a', reg: [0x100, 0x100], 'reg-shift': [2], interrupts: [0, 7, 4] },
    'timer@200': { compatible: 'acme,timer', status: 'disabled', reg: [0x200, 0x100], interrupts: [0, 8, 4] },
    'i2c@300': {
      compatible: 'acme,i2c',
      '#address-cells': [1],
      '#size-cells': [0],
      reg: [0x300, 0x100],
      'eeprom@50': { compatible: 'acme,eeprom', reg: [0x50] },
    },
  },
  chosen: { 'stdout-path': '/bus/uart@100:115200n8' },
})

describe('device trees', () => {
  test('addresses are those of the CPUs, interrupts those of the GIC', async () => {
    const { devices, gic, uarts, board: tree } = await platformOfFiles({ 'board.dtb': board })
    const uart = devices.find(({ name }) => name === 'uart@100')
    expect(uart?.windows.map(({ range }) => range)).toEqual([{ start: 0x80000100n, end: 0x80000200n }])
    expect(uart?.interrupts).toEqual([{ kind: 'gic', id: 39 }])
    expect(devices.find(({ name }) => name === 'eeprom@50')?.windows).toEqual([])
    expect(devices.find(({ name }) => name === 'timer@200')?.enabled).toBe(false)
    expect(gic).toMatchObject({ version: 2, maintenance: 25, isKnownToDriver: true })
    expect(uarts[0]).toMatchObject({ type: '8250', distance: 4 })
    expect(tree?.stdout).toBe('/bus/uart@100')
  })

  test('source and flattened tree say the same', async () => {
    const source = `/dts-v1/;
/ {
  #address-cells = <1>; #size-cells = <1>;
  interrupt-parent = <&gic>;
  gic: intc@1000 { compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>; reg = <0x1000 0x1000>, <0x2000 (2 * 0x20000)>; };
  serial@9000 { compatible = "arm,pl011"; reg = <0x9000 0x1000>; interrupts = <GIC_SPI 5 IRQ_TYPE_LEVEL_HIGH>, <NOBODY 1 2>; };
};
`
    const { devices, gic, sources } = await platformOfFiles({ 'board.dts': source })
    expect(gic).toMatchObject({ version: 3, gicr: [{ start: 0x2000n, end: 0x42000n }] })
    expect(devices.find(({ name }) => name === 'serial@9000')?.interrupts).toEqual([{ kind: 'gic', id: 37 }])
    const span = devices.find(({ name }) => name === 'serial@9000')?.span
    expect(span && textOf(span)).toBe('serial@9000')
    expect(sources[0]?.provenance).toBe('static')
  })

  test('an overlay says nothing of a machine', async () => {
    const { devices, problems } = await platformOfFiles({ 'x.dtbo': flatten({ 'fragment@0': { __overlay__: {} } }) })
    expect(devices).toEqual([])
    expect(problems.map(({ message }) => message).join()).toContain('overlay')
  })

  test('memory that is disabled belongs to other software', async () => {
    const { board } = await platformOfFiles({
      'x.dtb': flatten({
        '#address-cells': [1],
        '#size-cells': [1],
        compatible: 'acme,wren',
        'memory@40000000': { device_type: 'memory', reg: [0x40000000, 0x10000000] },
        'secram@e000000': { device_type: 'memory', status: 'disabled', reg: [0xe000000, 0x1000000] },
      }),
    })
    expect(board?.memory.map(({ range }) => range.start)).toEqual([0x40000000n])
  })

  test('nodes deeper than any tree has', async () => {
    let node: Parameters<typeof flatten>[0] = {}
    for (let depth = 0; depth < 1500; depth++) node = { a: node }
    const { problems } = await platformOfFiles({ 'deep.dtb': flatten(node) })
    expect(problems.map(({ message }) => message).join()).toContain('deeper than')
  })

  test('references and maps that lead back to themselves end', async () => {
    const loop = flatten({
      a: {
        compatible: 'x',
        phandle: [1],
        'interrupt-parent': [1],
        '#interrupt-cells': [1],
        'interrupt-map': [0, 1, 1, 1],
        '#address-cells': [1],
        interrupts: [1],
        clocks: [1, 1, 1],
        '#clock-cells': [0],
      },
      b: {
        compatible: 'fsl,imx6q-gpc',
        phandle: [2],
        'interrupt-parent': [2],
        '#interrupt-cells': [3],
        interrupts: [0, 1, 4],
      },
    })
    expect((await platformOfFiles({ 'loop.dtb': loop })).devices).toHaveLength(2)
  })
})

describe('/proc/iomem as people paste it', () => {
  const expected = [[0x80000000n, 0xb8000000n]]
  for (const [name, text] of Object.entries({
    plain: '80000000-b7ffffff : System RAM\n  80210000-8185ffff : Kernel code\nb8000000-bfffffff : reserved\n',
    'without indentation':
      '80000000-b7ffffff : System RAM\n80210000-8185ffff : Kernel code\nb8000000-bfffffff : reserved\n',
    quoted:
      '> > # cat /proc/iomem\n> > 80000000-b7ffffff : System RAM\n> >   80210000-8185ffff : Kernel code\n> > b8000000-bfffffff: reserved\n',
    'with a prompt and CR':
      'root@board:~# cat /proc/iomem\r\n80000000-b7ffffff : System RAM\r\n80210000-8185ffff : Kernel code\r\nb8000000-bfffffff : reserved\r\n',
  }))
    test(name, async () => {
      const { ram, reserved, claimed } = await platformOfFiles({ 'iomem.txt': text })
      expect(ram?.map(({ range }) => [range.start, range.end])).toEqual(expected)
      expect(reserved.map(({ range }) => range.start)).toEqual([0xb8000000n])
      expect(claimed?.[0]?.children.map(({ name }) => name)).toEqual(['Kernel code'])
    })

  test('zeroed without root', async () => {
    const zeros = '00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n00000000-00000000 : reserved\n'
    const { claimed, problems } = await platformOfFiles({ 'iomem.txt': zeros })
    expect(claimed).toBeUndefined()
    expect(problems.map(({ message }) => message).join()).toContain('without root')
  })

  test('taken with Jailhouse enabled', async () => {
    const facts = await platformOfFiles({ 'iomem.txt': '3a000000-3a5fffff : Jailhouse hypervisor\n' })
    expect(facts.isJailhouseEnabled).toBe(true)
    expect(facts.claimed).toEqual([])
  })

  test("what Jailhouse adds to the tree and the dump of a running system is nobody's", async () => {
    const host = {
      compatible: 'pci-host-ecam-generic',
      device_type: 'pci',
      'bus-range': [0, 0],
      'linux,pci-domain': [1],
      reg: [0x8000000, 0x100000],
    }
    const memory = { device_type: 'memory', reg: [0x40000000, 0x10000000] }
    const tree = { '#address-cells': [1], '#size-cells': [1], 'memory@40000000': memory, 'pci@0': host }
    const text = `08000000-080fffff : PCI ECAM
08100000-08101fff : pci@0
  08100000-081000ff : 0001:00:00.0
    08100000-081000ff : ivshmem-net
3a000000-3a5fffff : Jailhouse hypervisor
`
    const facts = await platformOfFiles({ 'board.dtb': flatten(tree), 'iomem.txt': text })
    expect(facts.isJailhouseEnabled).toBe(true)
    expect(facts.pciHosts).toEqual([])
    expect(facts.devices).toEqual([])
    expect(facts.claimed?.map(({ name }) => name)).toEqual(['PCI ECAM'])
    const real = await platformOfFiles({ 'board.dtb': flatten({ ...tree, 'pci@0': {}, 'pci@8000000': host }) })
    expect(real.isJailhouseEnabled).toBe(false)
    expect(real.pciHosts.map(({ name }) => name)).toEqual(['pci@8000000'])
  })

  test("a tree with the virtual host and without memory is a cell's, even if it does not say so", async () => {
    const host = {
      compatible: 'pci-host-ecam-generic',
      device_type: 'pci',
      'bus-range': [0, 0],
      reg: [0x8000000, 0x100000],
    }
    const tree = { '#address-cells': [1], '#size-cells': [1], 'pci@8000000': host }
    const { cellTrees, board } = await platformOfFiles({ 'linux.dtb': flatten(tree) })
    expect(cellTrees.map(({ isCell }) => isCell)).toEqual([false])
    expect(board).toBeUndefined()
  })
})

describe('other texts', () => {
  test('interrupts of the GIC and of I/O APICs', async () => {
    const text = `           CPU0       CPU1
 14:          0          9     GICv3  33 Level     uart-pl011
 20:          1          2     ITS-MSI 524288 Edge  nvme
  2:          1          2  IR-IO-APIC   2-edge      timer
`
    const { interruptsInUse } = await platformOfFiles({ 'interrupts.txt': text })
    expect(interruptsInUse?.map(({ id, controller, actions }) => [id, controller, actions])).toEqual([
      [33, 'gic', 'uart-pl011'],
      [2, 'ioapic', 'timer'],
    ])
  })

  test('the command line and memmap=', async () => {
    const { commandLine } = await platformOfFiles({ cmdline: 'console=ttyS0 memmap=82M$0x3a000000,4K@0 quiet\n' })
    expect(commandLine?.map(({ name }) => name)).toEqual(['console', 'memmap', 'quiet'])
    const entries = memmapEntries(commandLine?.[1]?.value ?? '')
    expect(entries.map(({ kind, range }) => [kind, range?.start, range?.end])).toEqual([
      ['$', 0x3a000000n, 0x3f200000n],
      ['@', 0n, 0x1000n],
    ])
    expect(memmapEntries('82M0x3a000000')[0]?.kind).toBeUndefined()
    expect(memparse('0x10K')).toEqual({ value: 0x4000n, length: 5 })
  })

  test('the kernel log', async () => {
    const text = `[    0.000000] Booting Linux on physical CPU 0x0
[    0.000000] OF: reserved mem: 0x00000000b8000000..0x00000000bfffffff (131072 KiB) nomap non-reusable jailhouse@b8000000
[    0.000000] GICv3: 256 SPIs implemented
[    0.100000] CPU: All CPU(s) started at EL1
`
    const facts = await platformOfFiles({ 'dmesg.txt': text })
    expect(facts.reserved[0]).toMatchObject({ name: 'jailhouse@b8000000', noMap: true })
    expect(facts.spiCount).toBe(256)
    expect(requirementsOf(facts).find(({ name }) => name.includes('EL2'))?.met).toBe('no')
  })

  test('lspci -xxx', async () => {
    const row = (at: number, bytes: string) => `${at.toString(16).padStart(2, '0')}: ${bytes}\n`
    const zeros = '00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00'
    const rows = Array.from({ length: 16 }, (_, i) => {
      if (i === 0) return row(0, '86 80 22 29 00 00 10 00 00 00 01 06 00 00 00 00')
      if (i === 3) return row(0x30, '00 00 00 00 50 00 00 00 00 00 00 00 00 00 00 00')
      // The second entry points back to the first.
      if (i === 5) return row(0x50, '05 58 80 00 00 00 00 00 12 50 00 00 00 00 00 00')
      return row(i * 16, zeros)
    })
    const { pci } = await platformOfFiles({ 'lspci.txt': `00:1f.2 SATA controller: made up\n${rows.join('')}` })
    expect(pci?.[0]).toMatchObject({ bdf: 0xfa, vendor: 0x8086, msi: { is64: true } })
    expect(pci?.[0]?.capabilities?.map(({ id, start }) => [id, start])).toEqual([
      [5, 0x50],
      [0x12, 0x58],
    ])
  })
})

describe('tarballs', () => {
  test('members are keys, links are not followed', async () => {
    const tar = await packTar([
      { header: { name: './proc/iomem', size: 31, type: 'file' }, body: '80000000-b7ffffff : System RAM\n' },
      { header: { name: '../../etc/passwd', size: 1, type: 'file' }, body: 'x' },
      { header: { name: 'sys/firmware/fdt', size: 0, type: 'symlink', linkname: '/etc/shadow' } },
    ])
    const facts = await openFile({ uri: 'file:///facts/board.tar', bytes: tar })
    expect(facts.members.map(({ targetPath }) => targetPath)).toEqual(['proc/iomem', undefined])
    expect(readPlatform(facts).ram).toHaveLength(1)
  })

  test('a compressed one is told', async () => {
    const facts = await openFile({ uri: 'file:///facts/board.tar.gz', bytes: Uint8Array.from([0x1f, 0x8b, 8, 0]) })
    expect(facts.problems.join()).toContain('gunzip')
  })

  test(`those beside the checkout (${tarballs.length} here) are read without a problem`, async () => {
    for (const path of tarballs) {
      const facts = await platformOf(path)
      expect(facts.problems, path).toEqual([])
      expect(facts.claimed?.length, path).toBeGreaterThan(5)
      expect(facts.ram?.length, path).toBeGreaterThan(0)
    }
  })
})

test.each([
  ['text in UTF-16', Uint8Array.from([0xff, 0xfe, 0x34, 0, 0x30, 0]), 'not read: text in UTF-16; save it as UTF-8'],
  ['source without a node', new TextEncoder().encode('/dts-v1/;\n'), 'no device tree: it has no root node'],
])('%s is told', async (_, bytes, message) => {
  const { problems } = readPlatform(await openFile({ uri: 'file:///facts/given.dts', bytes }))
  expect(problems.map(problem => problem.message)).toEqual([message])
})
