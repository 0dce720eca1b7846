import { expect, test } from 'vitest'
import { type BoardCell, lastOf, linesOf, outcomeText, pagesOf, playBoard } from './boards.ts'

const RAM = '0x80000000+128M rwx'
const SHARED = '0x84000000+4K rs\n0x0+0x0\n0x84001000+4K rws\n0x84002000+4K rs'

const play = (root: Partial<BoardCell>, cells: Readonly<Record<string, BoardCell>>, commands: string) =>
  playBoard(
    { platform: { pci_mmconfig_base: 0xfc000000n }, root: { regions: `${RAM}\n${SHARED}`, ...root }, cells },
    commands,
  )

const shmem = (id: number, start = 0) => ({ bdf: 0, shmem: [start, id, 2] as const })
const inmate = (more: Partial<BoardCell> = {}): BoardCell => ({ regions: SHARED, devices: [shmem(1)], ...more })
const ROOT: Partial<BoardCell> = { devices: [shmem(0, 1)] }

test('the second end of a shared memory link names its peers', () => {
  const cells = { a: inmate(), b: inmate({ devices: [shmem(2)], cpus: '0x4' }) }
  expect(linesOf(play(ROOT, cells, 'enable, create a, create b'))).toEqual([
    'Adding virtual PCI device 00:00.0 to cell "root"',
    'Adding virtual PCI device 00:00.0 to cell "a"',
    'Shared memory connection established, peer cells:',
    ' "root"',
    'Adding virtual PCI device 00:00.0 to cell "b"',
    'Shared memory connection established, peer cells:',
    ' "root"',
    ' "a"',
  ])
})

const check = (root: Partial<BoardCell>, cell: BoardCell, commands: string, expected: readonly string[]) =>
  expect(play(root, { a: cell }, commands).stages.map(outcomeText)).toEqual(expected)

test('an end that is taken, or regions beyond the array, refuse the cell', () => {
  check(ROOT, inmate({ devices: [shmem(0)] }), 'enable, create a', ['done', 'ivshmem_init: EBUSY'])
  check(ROOT, inmate({ devices: [shmem(1, 1)] }), 'enable, create a', ['done', 'ivshmem_init: EINVAL'])
  check(ROOT, inmate({ devices: [shmem(12)] }), 'enable, create a', ['done', 'ivshmem_init: EINVAL'])
})

test('an end is free again when its cell is gone, the link when all are', () => {
  check(ROOT, inmate(), 'enable, create a, destroy a, create a', ['done', 'done', 'done', 'done'])
  const machine = play({}, { a: inmate() }, 'enable, create a, destroy a')
  expect(machine.stages.map(stage => pagesOf(stage, 'ivshmem links'))).toEqual([0, 1, 0])
})

test('a device with MSI-X is trapped in the cell that has it, and mapped once', () => {
  const nic = { bdf: 0x10, msix: 5, msixAt: 0xfb000000n }
  const cell = inmate({ devices: [nic] })
  const machine = play({ devices: [nic] }, { a: cell }, 'enable, create a, destroy a')
  const traps = machine.stages.map(({ state }) =>
    state.cells.map(({ mmio }) => mmio.regions.some(({ handler }) => handler === 'MSI-X table')),
  )
  expect(traps).toEqual([[true], [false, true], [true]])
  const [enabled, created, destroyed] = machine.stages.map(({ state }) => state.pool.remapUsed)
  expect([created, destroyed]).toEqual([enabled, enabled])
})

test('a refused cell gives the devices it got so far back to the root', () => {
  const machine = play(
    { devices: [shmem(0, 1), { bdf: 0x10 }] },
    { a: inmate({ devices: [{ bdf: 0x10 }, shmem(0)] }) },
    'enable, create a',
  )
  expect(outcomeText(lastOf(machine))).toBe('ivshmem_init: EBUSY')
  expect(linesOf(machine).slice(-2)).toEqual([
    'Removing PCI device 00:02.0 from cell "a"',
    'Adding PCI device 00:02.0 to cell "root"',
  ])
})

test('two inmates may have one device: the root loses it once and gets it back twice', () => {
  const cells = { a: inmate({ devices: [{ bdf: 0x10 }] }), b: inmate({ devices: [{ bdf: 0x10 }], cpus: '0x4' }) }
  const machine = play({ devices: [{ bdf: 0x10 }] }, cells, 'enable, create a, create b, destroy a, destroy b')
  expect(machine.stages.map(outcomeText)).toEqual(Array.from({ length: 5 }, () => 'done'))
  expect(linesOf(machine).filter(text => text.endsWith('"root"'))).toEqual([
    'Adding PCI device 00:02.0 to cell "root"',
    'Removing PCI device 00:02.0 from cell "root"',
    'Adding PCI device 00:02.0 to cell "root"',
    'Adding PCI device 00:02.0 to cell "root"',
  ])
})

/** Before revision 12b: `shmem_region`, and the protocol of both. */
const end = (region: number, protocol = 0) => ({ bdf: 0, region, protocol })
const LINK = '0x84000000+4K rws'
const first: Partial<BoardCell> = { regions: `${RAM}\n${LINK}`, devices: [end(1)] }
const second = (regions = LINK, device = end(0)): BoardCell => ({ regions, devices: [device] })

test('before revision 12b the second end has the memory and the protocol of the first, or is refused', () => {
  const created = (cell: BoardCell) => outcomeText(lastOf(play(first, { a: cell }, 'enable, create a')))
  expect(created(second())).toBe('done')
  expect(created(second('0x84001000+4K rws'))).toBe('ivshmem_init: EINVAL')
  expect(created(second('0x84000000+8K rws'))).toBe('ivshmem_init: EINVAL')
  expect(created(second(LINK, end(0, 0x100)))).toBe('ivshmem_init: EINVAL')
  expect(created(second(LINK, end(1)))).toBe('ivshmem_init: EINVAL')
})

test('before revision 12b a link has two ends, and one that left makes room', () => {
  const cells = { a: second(), b: { ...second(), cpus: '0x4' } }
  expect(play(first, cells, 'enable, create a, create b, destroy a, create b').stages.map(outcomeText)).toEqual([
    'done',
    'done',
    'ivshmem_init: EBUSY',
    'done',
    'done',
  ])
  expect(linesOf(play(first, { a: second() }, 'enable, create a')).at(-1)).toBe(
    'Shared memory connection established: "a" <--> "root"',
  )
})

test('without a protocol field, ends with other memory are no pair and nothing is refused', () => {
  const old = { ...end(0), noProtocol: true }
  const root = { ...first, devices: [{ ...old, region: 1 }] }
  const machine = play(root, { a: second('0x84001000+4K rws', old) }, 'enable, create a')
  expect(machine.stages.map(outcomeText)).toEqual(['done', 'done'])
  expect(machine.stages.map(stage => pagesOf(stage, 'ivshmem links'))).toEqual([1, 2])
})
