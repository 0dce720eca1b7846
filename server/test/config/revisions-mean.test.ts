import { describe, expect, test } from 'vitest'
import { isArm } from '../../src/config/architecture.ts'
import { IOMMU_AMD, IOMMU_INTEL } from '../../src/config/constants.ts'
import { type CellConfig, cellOf, type SystemConfig } from '../../src/config/model.ts'
import { type Desk, desk, withGrammar } from '../project.ts'

withGrammar()

/** A file of a folder without a tree, read by the built-in header of a revision. */
const under = (revision: string, files: Record<string, string>): Desk => desk(files, { settings: { revision } })

const cellText = (fields: string, more = '', arrays = '', declarations = ''): string => `
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
${more}
struct { struct jailhouse_cell_desc cell; __u64 cpus[1]; ${declarations} } __attribute__((packed)) config = {
  .cell = { .signature = JAILHOUSE_CELL_DESC_SIGNATURE, .name = "inmate", .cpu_set_size = sizeof(config.cpus), ${fields} },
  .cpus = { 0x2 },
  ${arrays}
};
`

const systemText = (fields: string, cell = '', arrays = '', declarations = ''): string => `
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
struct { struct jailhouse_system header; __u64 cpus[1]; ${declarations} } __attribute__((packed)) config = {
  .header = {
    .signature = JAILHOUSE_SYSTEM_SIGNATURE,
    .hypervisor_memory = { .phys_start = 0x7c000000, .size = 0x400000 },
    ${fields}
    .root_cell = { .name = "root", .cpu_set_size = sizeof(config.cpus), ${cell} },
  },
  .cpus = { 0xf },
  ${arrays}
};
`

const cellUnder = (revision: string, text: string, path = 'w/inmate.c'): CellConfig =>
  cellOf(under(revision, { [path]: text }).analyze(path).config!)

const systemUnder = (revision: string, text: string, path = 'w/root.c'): SystemConfig =>
  under(revision, { [path]: text }).analyze(path).config as SystemConfig

describe('a field that the header of a revision does not have is not 0', () => {
  const present = (cell: CellConfig) => ({
    revision: cell.revision,
    cpu_reset_address: cell.cpu_reset_address,
    msg_reply_timeout: cell.msg_reply_timeout,
  })

  test('in a cell', () => {
    expect(present(cellUnder('none', cellText('')))).toEqual({})
    expect(present(cellUnder('4', cellText('.revision = 4,')))).toEqual({ revision: 4 })
    expect(present(cellUnder('7', cellText('')))).toEqual({ revision: 0, cpu_reset_address: 0n, msg_reply_timeout: 0n })
  })

  test('in a system', () => {
    const platform = (revision: string) => {
      const { pci_domain, x86, arm } = systemUnder(revision, systemText('')).platform_info
      return [pci_domain, x86.apic_mode, x86.tsc_khz, arm?.gic_version]
    }
    expect(platform('2')).toEqual([undefined, undefined, undefined, undefined])
    expect(platform('6')).toEqual([undefined, 0, undefined, 0])
    expect(platform('8')).toEqual([undefined, 0, 0, 0])
    expect(platform('9a')).toEqual([0, 0, 0, 0])
  })

  test('in a device: one region before 12b, sections since', () => {
    const device = (revision: string) => {
      const list = '.pci_devices = { { .type = JAILHOUSE_PCI_TYPE_IVSHMEM } },'
      const text = cellText('.num_pci_devices = 1,', '', list, 'struct jailhouse_pci_device pci_devices[1];')
      const [found] = cellUnder(revision, text).pci_devices
      return [found?.shmem_region, found?.shmem_regions_start, found?.shmem_dev_id, found?.shmem_peers]
    }
    expect(device('12a')).toEqual([0, undefined, undefined, undefined])
    expect(device('12b')).toEqual([undefined, 0, 0, 0])
  })
})

describe('how a debug console is accessed', () => {
  const isMmio = (revision: string, flags: string, address = 'address') =>
    systemUnder(revision, systemText(`.debug_console = { .${address} = 0x3f8, .flags = ${flags} },`)).debug_console
      .flags

  test('was said by other bits while the flags held the type, whose numbers look like it', () => {
    expect(isMmio('1', 'JAILHOUSE_MEM_READ', 'phys_start')).toBe(0)
    expect(isMmio('1', 'JAILHOUSE_MEM_IO', 'phys_start')).toBe(1)
    expect(isMmio('3a', 'JAILHOUSE_CON_TYPE_UART_X86 | JAILHOUSE_CON_FLAG_PIO')).toBe(0)
    expect(isMmio('3a', 'JAILHOUSE_CON_TYPE_PL011 | JAILHOUSE_CON_FLAG_MMIO')).toBe(1)
    expect(isMmio('8', 'JAILHOUSE_CON1_TYPE_PL011 | JAILHOUSE_CON1_ACCESS_PIO')).toBe(0)
    expect(isMmio('8', 'JAILHOUSE_CON1_TYPE_8250 | JAILHOUSE_CON1_ACCESS_MMIO')).toBe(1)
    expect(isMmio('13', 'JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4')).toBe(3)
  })
})

describe('the type of an IOMMU unit before it was written', () => {
  const types = (unit: string) =>
    systemUnder('10b', systemText(`.platform_info.x86.iommu_units = { ${unit} },`)).platform_info.iommu_units.map(
      ({ type }) => type,
    )

  test('is AMD for one that is a PCI device, else Intel', () => {
    expect(types('{ .base = 0xfed90000, .size = 0x1000 }')[0]).toBe(IOMMU_INTEL)
    expect(types('{ .base = 0xfeb80000, .size = 0x80000, .amd_bdf = 0x02 }')[0]).toBe(IOMMU_AMD)
  })

  test('is none for an empty slot', () => expect(types('{ .base = 0xfed90000 }')[1]).toBe(0))
})

describe('the architecture before revision 14', () => {
  const made = (text: string, path: string, revision = '13e') => {
    const { architecture, architectureChoice } = systemUnder(revision, text, path)
    return `${architecture} by ${architectureChoice.by}`
  }

  test('is told by what the platform describes, whatever the folder', () => {
    const v3 = systemText('.platform_info.arm = { .gic_version = 3, .gicd_base = 0x8000000, .gicr_base = 0x80a0000 },')
    expect(made(v3, 'w/arm/root.c')).toBe('arm64 by contents')
    expect(made(systemText('.platform_info.x86 = { .pm_timer_address = 0x608 },'), 'w/arm64/root.c')).toBe(
      'x86 by contents',
    )
    const pvu = systemText('.platform_info.iommu_units = { { .type = JAILHOUSE_IOMMU_PVU, .base = 0x30f80000 } },')
    expect(made(pvu, 'w/root.c')).toBe('arm64 by contents')
  })

  test('is told by the folder where a GICv2 leaves two', () => {
    const v2 = systemText('.platform_info.arm = { .gic_version = 2, .gicd_base = 0x1c81000 },')
    expect(made(v2, 'configs/arm/root.c')).toBe('arm by folder')
    expect(made(v2, 'configs/arm64/root.c')).toBe('arm64 by folder')
    expect(made(v2, 'configs/x86/root.c')).toBe('undefined by nothing')
  })

  test('is ARM all the same where nothing tells which, for its cells too', () => {
    const chip = '.irqchips = { { .address = 0x1c80000, .pin_base = 32, .pin_bitmap = { 0xffffffff } } },'
    const arm = '.platform_info.arm = { .gic_version = 2, .gicd_base = 0x1c81000, .maintenance_irq = 25 },'
    const files = under('13e', {
      'configs/board.c': systemText(arm, '.num_irqchips = 1,', chip, 'struct jailhouse_irqchip irqchips[1];'),
      'configs/board-demo.c': cellText(''),
    })
    const { config } = files.analyze('configs/board-demo.c')
    expect(config?.architecture).toBe(undefined)
    expect(config && isArm(config)).toBe(true)
    expect(files.analyze('configs/board.c').findings.map(({ rule }) => rule.code)).toContain('JH404')
  })

  test('of an inmate is that of its root, before the folder', () => {
    const files = under('13e', {
      'configs/arm/board.c': systemText(
        '.platform_info.arm = { .gic_version = 3, .gicd_base = 0x8000000, .gicr_base = 0x80a0000 },',
      ),
      'configs/arm/board-demo.c': cellText(''),
    })
    const { config } = files.analyze('configs/arm/board-demo.c')
    expect(config).toMatchObject({ architecture: 'arm64', architectureChoice: { by: 'root' } })
  })

  test('of an inmate is what it shows itself, whatever its root', () => {
    const ports = '.pio_regions = { { .base = 0x2f8, .length = 8 } },'
    const text = cellText('.num_pio_regions = 1,', '', ports, 'struct jailhouse_pio pio_regions[1];')
    expect(cellUnder('13e', text)).toMatchObject({ architecture: 'x86', architectureChoice: { by: 'contents' } })
  })
})

describe('a missing .architecture', () => {
  const codes = (text: string, path = 'w/a.c') =>
    under('14', { [path]: text })
      .analyze(path)
      .findings.filter(({ severity }) => severity === 'error' || severity === 'warning')
      .map(({ rule, severity }) => `${rule.code} ${severity}`)
      .filter(code => code.startsWith('JH127'))

  test('is right in a file that is one for x86', () => {
    expect(codes(systemText('.platform_info.x86 = { .pm_timer_address = 0x608 },'))).toEqual([])
    expect(codes(cellText(''), 'configs/x86/a.c')).toEqual([])
  })

  test('is an error in one that is not', () => {
    expect(codes(systemText('.platform_info.arm = { .gicd_base = 0x8000000 },'))).toEqual(['JH127 error'])
    expect(codes(cellText(''), 'configs/arm64/a.c')).toEqual(['JH127 error'])
  })

  test('is a warning where nothing tells', () => expect(codes(cellText(''))).toEqual(['JH127 warning']))
})
