import { expect, test } from 'vitest'
import { IOMMU_AMD, IOMMU_INTEL } from '../../src/config/constants.ts'
import { defaultHardware, type Hardware } from '../../src/machine/hardware.ts'
import { diffStages } from '../../src/machine/queries/diff-stages.ts'
import { isDmaRestricted } from '../../src/machine/queries/reach.ts'
import { type BoardCell, type BoardText, lastOf, linesOf, outcomeText, pagesOf, playBoard } from './boards.ts'
import { devicesAt, translations } from './who.ts'

const USB = 0x80
const ROOT: BoardCell = { regions: '0x80000000+128M rwxd', devices: [{ bdf: 0 }, { bdf: USB, msi: 8 }] }
const inmate = (more: Partial<BoardCell> = {}): BoardCell => ({
  regions: '0x84000000>0x0+2M rwxdl',
  devices: [{ bdf: USB, msi: 8 }],
  ...more,
})

const play = (text: Partial<BoardText>, commands: string, x86: Partial<Hardware['x86']> = {}) =>
  playBoard(
    {
      arch: 'x86',
      memory: ['0x8f000000', '8M'],
      iommus: [{ type: IOMMU_AMD, size: 0x80000 }],
      platform: { pci_mmconfig_base: 0xe0000000n },
      root: ROOT,
      hardware: { x86: { ...defaultHardware.x86, ...x86 } },
      ...text,
    },
    commands,
  )

const check = (machine: ReturnType<typeof play>, expected: readonly string[]) =>
  expect(translations(machine, lastOf(machine))).toEqual([...expected, 'all other devices: blocked'])

test('devices walk the CPU tables of the cell they are given to', () => {
  const text = { cells: { a: inmate() } }
  check(play(text, 'enable, create a'), ['device 00:00.0: CPU tables of root', 'device 00:10.0: CPU tables of a'])
  check(play(text, 'enable, create a, destroy a'), [
    'device 00:00.0: CPU tables of root',
    'device 00:10.0: CPU tables of root',
  ])
})

test('only leaves of regions with the DMA flag let devices pass, the page of the local APIC does not', () => {
  const machine = play({ root: { ...ROOT, regions: '0x80000000+16M rwx\n0x82000000+16M rwxd' } }, 'enable')
  const at = (address: bigint) => devicesAt(machine, lastOf(machine), address)
  expect([at(0x80000000n), at(0x82000000n), at(0xfee00000n)]).toEqual([
    [],
    ['device 00:00.0 w', 'device 00:10.0 w'],
    [],
  ])
})

test('what a command changes for devices is what has the DMA flag', () => {
  const cell = inmate({ regions: '0x84000000>0x0+2M rwxd\n0x85000000>0x200000+2M rwx' })
  const machine = play({ cells: { a: cell } }, 'enable, create a')
  const [enabled, created] = machine.stages
  const gained =
    enabled && created ? diffStages(machine, enabled, created).dma.filter(({ kind }) => kind === 'gained') : []
  expect(gained.map(({ device, phys, virt }) => [device, phys.start, virt])).toEqual([
    ['device 00:10.0', 0x84000000n, 0n],
  ])
})

test("memory without the DMA flag in the inmate leaves the root's devices all the same: the tables are one", () => {
  const machine = play({ cells: { a: inmate({ regions: '0x84000000>0x0+2M rwx' }) } }, 'enable, create a')
  expect(devicesAt(machine, lastOf(machine), 0x84000000n)).toEqual([])
})

test('nothing makes devices forget cached translations at load and start', () => {
  const text = { cells: { a: inmate() } }
  const stale = ['device 00:00.0: CPU tables of root, stale ones cached', 'device 00:10.0: CPU tables of a']
  check(play(text, 'enable, create a, set_loadable a'), stale)
  check(play(text, 'enable, create a, set_loadable a, start a'), stale)
  check(play(text, 'enable, create a, set_loadable a, start a, destroy a'), [
    'device 00:00.0: CPU tables of root',
    'device 00:10.0: CPU tables of root',
  ])
})

test('a device table takes 2 MiB of the pool at the first device of a unit, segments share it out', () => {
  const pages = (x86: Partial<Hardware['x86']>, devices: BoardCell['devices'] = [{ bdf: 0 }]) =>
    pagesOf(lastOf(play({ root: { ...ROOT, devices } }, 'enable', x86)), 'AMD IOMMU device tables')
  expect(pages({})).toBe(512)
  expect(pages({ amdSegmentBits: 3 })).toBe(64)
  expect(pages({ amdSegmentBits: 3 }, [{ bdf: 0 }, { bdf: 0x1fff }])).toBe(64)
  expect(pages({ amdSegmentBits: 3 }, [{ bdf: 0 }, { bdf: 0x2000 }])).toBe(128)
  expect(pages({}, [])).toBe(0)
})

test('a pool too small for the device table stops the enabling', () => {
  expect(outcomeText(lastOf(play({ memory: ['0x8f000000', '4M'] }, 'enable')))).toBe('iommu_add_pci_device: ENOMEM')
})

test('units: other kinds, odd sizes and missing windows are refused', () => {
  const outcome = (...iommus: BoardText['iommus'] & {}) => outcomeText(lastOf(play({ iommus }, 'enable')))
  expect(outcome({ type: IOMMU_AMD }, { type: IOMMU_INTEL })).toBe('amd_iommu_init: EINVAL')
  expect(outcome({ type: IOMMU_AMD, size: 0x3000 })).toBe('amd_iommu_init_pci: EINVAL')
  expect(outcome({ type: IOMMU_AMD, size: 0 })).toBe('amd_iommu_init_pci: ENOMEM')
})

test('a device that names a unit above the last one is not noticed below eight', () => {
  const outcome = (iommu: number) =>
    outcomeText(lastOf(play({ root: { ...ROOT, devices: [{ bdf: USB, iommu }] } }, 'enable')))
  expect([0, 1, 7, 8].map(outcome)).toEqual([
    'done',
    'iommu_add_pci_device: crash',
    'iommu_add_pci_device: crash',
    'iommu_add_pci_device: ERANGE',
  ])
})

test('addresses above 48 bits are refused, with the DMA flag or without', () => {
  const outcome = (regions: string, iommus: BoardText['iommus'] = [{ type: IOMMU_AMD }]) =>
    outcomeText(lastOf(play({ root: { ...ROOT, regions }, iommus }, 'enable')))
  expect(outcome('0x1000000000000+4K rwx')).toBe('iommu_map_memory_region: E2BIG')
  expect(outcome('0x1000000000000+4K rwx', [])).toBe('iommu_map_memory_region: E2BIG')
  expect(outcome('0xfffffffff000+4K rwx')).toBe('done')
})

test('without a unit nothing restricts devices, and the image for AMD starts all the same', () => {
  const machine = play({ iommus: [], cells: { a: inmate() } }, 'enable, create a')
  expect(machine.stages.map(outcomeText)).toEqual(['done', 'done'])
  expect(isDmaRestricted(lastOf(machine).state)).toBe(false)
  expect(devicesAt(machine, lastOf(machine), 0x84000000n)).toEqual(['every device w'])
  expect(translations(machine, lastOf(machine))).toEqual([])
})

test('devices move between the root and the inmate', () => {
  expect(linesOf(play({ cells: { a: inmate() } }, 'enable, create a, destroy a'))).toEqual([
    'AMD IOMMU @0xfd000000/0x80000',
    'Adding PCI device 00:00.0 to cell "root"',
    'Adding PCI device 00:10.0 to cell "root"',
    'Removing PCI device 00:10.0 from cell "root"',
    'Adding PCI device 00:10.0 to cell "a"',
    'Removing PCI device 00:10.0 from cell "a"',
    'Adding PCI device 00:10.0 to cell "root"',
  ])
})
