import { expect, test } from 'vitest'
import { IOMMU_INTEL } from '../../src/config/constants.ts'
import { defaultHardware } from '../../src/machine/hardware.ts'
import type { Stage } from '../../src/machine/stage.ts'
import { type BoardCell, type BoardText, lastOf, outcomeText, pagesOf, playBoard } from './boards.ts'

/**
 * Page tables below the root tables for memory layouts as real boards have them, counted window by window:
 * of the root cell when it is enabled, of each inmate, and what its creation adds to the root's.
 */

interface Expected {
  readonly root: number
  /** Tables of the inmate, and by how many the root's grow. */
  readonly cells: Readonly<Record<string, readonly [number, number]>>
}

function tablesOf(board: BoardText, parange: number): Expected {
  const play = (commands: string): Stage =>
    lastOf(playBoard({ ...board, hardware: { ...board.hardware, cpuParange: parange } }, commands))
  const tables = (stage: Stage, index: number): number => stage.state.cells[index]?.mm.tables ?? Number.NaN
  const root = tables(play('enable'), 0)
  const cells = Object.keys(board.cells ?? {}).map(name => {
    const stage = play(`enable, create ${name}`)
    expect(outcomeText(stage)).toBe('done')
    return [name, [tables(stage, 1), tables(stage, 0) - root]] as const
  })
  return { root, cells: Object.fromEntries(cells) }
}

const check = (board: BoardText, parange: number, expected: Expected) =>
  expect(tablesOf(board, parange)).toEqual(expected)

const COMM = '0x0>0x80000000+4K rwc'

/** Four A53, RAM in two banks, GICv2, and two pairs of shared memory. */
const mpsoc: BoardText = {
  memory: ['0x800000000', '4M'],
  platform: {
    arm: {
      maintenance_irq: 25,
      gic_version: 2,
      gicd_base: 0xf9010000n,
      gicc_base: 0xf902f000n,
      gich_base: 0xf9040000n,
      gicv_base: 0xf906f000n,
      gicr_base: 0n,
    },
  },
  root: {
    regions: `0x800400000+4K rs
      0x0+0x0
      0x800401000+508K rws
      0x800480000+508K rs
      0x800500000+4K rs
      0x0+0x0
      0x800501000+508K rws
      0x800580000+508K rs
      0xfd000000+48M rwi
      0x0+2G rwx
      0x800600000+2042M rwx
      0x8000000000+16M rwi`,
  },
  cells: {
    bare: { regions: `0xff010000+4K rwis\n0x800600000>0x0+64K rwxl\n${COMM}`, cpus: '0x8' },
    linux: {
      regions: `0x800400000+4K rs
        0x0+0x0
        0x800401000+508K rs
        0x800480000+508K rws
        0x800700000+4K rs
        0x0+0x0
        0x800701000+508K rws
        0x800780000+508K rs
        0xff010000+4K rwis
        0x800600000>0x0+64K rwxl
        0x810000000+128M rwxdl
        ${COMM}`,
      cpus: '0xc',
    },
  },
}

test('RAM in two banks with shared memory between them', () => {
  check(mpsoc, 40, { root: 10, cells: { bare: [7, 1], linux: [10, 1] } })
  check(mpsoc, 44, { root: 9, cells: { bare: [8, 1], linux: [11, 1] } })
})

/** Six CPUs, GICv3, an inmate that takes some RAM inside a region of the root up to the end of a GiB. */
const large: BoardText = {
  memory: ['0xfdc00000', '4M'],
  platform: {
    arm: {
      maintenance_irq: 25,
      gic_version: 3,
      gicd_base: 0x51a00000n,
      gicc_base: 0n,
      gich_base: 0n,
      gicv_base: 0n,
      gicr_base: 0x51b00000n,
    },
  },
  root: {
    cpus: '0x3f',
    regions: `0xfd900000+4K r
      0xfd901000+36K rw
      0xfd90a000+8K rw
      0xfd90c000+8K r
      0xfd90e000+8K r
      0xfda00000+4K rs
      0x0+0x0
      0xfda01000+508K rws
      0xfda80000+508K rs
      0x0+2G rwi
      0x80200000+1525M rwx
      0xdf700000+480M rw
      0xfdb00000+1M rwx
      0xfe000000+32M rw
      0x880000000+4G rwx`,
  },
  cells: {
    linux: {
      regions: `0xfd900000+4K rs
        0xfd901000+36K rws
        0xfd90a000+8K rs
        0xfd90c000+8K rs
        0xfd90e000+8K rws
        0xfda00000+4K rs
        0x0+0x0
        0xfda01000+508K rs
        0xfda80000+508K rws
        0x5a060000+4K rwis
        0x5a080000+4K rwi
        0x5a480000+4K rwi
        0x5b010000+64K rwi
        0x5b200000+64K rwi
        0x5d1d0000+64K rwi
        0xdf700000+480M rwxdl
        0xfdb00000>0x0+64K rwxl
        ${COMM}`,
      cpus: '0xc',
    },
  },
}

test('a few device pages out of a leaf of 1 GiB cost 512 tables where there are such leaves', () => {
  check(large, 40, { root: 14, cells: { linux: [15, 4] } })
  check(large, 44, { root: 9, cells: { linux: [16, 512] } })
})

/** A PC with EPT and VT-d; the RAM of its large inmate is not congruent with where the inmate sees it. */
const sharedBy = (letters: string): string => `0x3f000000+4K ${letters}
  0x3f001000+892K ${letters}
  0x3f0e0000+4K ${letters}
  0x3f0e1000+60K ${letters}
  0x3f0f0000+4K ${letters}
  0x3f0f1000+36K ${letters}
  0x3f0fa000+8K ${letters}
  0x3f0fc000+8K ${letters}
  0x3f0fe000+8K ${letters}
  0x3f100000+4K ${letters}
  0x3f101000+508K ${letters}
  0x3f180000+508K ${letters}`

const chip: BoardCell['irqchips'] = [[0xfec00000n, 0xff00]]
const pc: BoardText = {
  arch: 'x86',
  memory: ['0x3a000000', '6M'],
  iommus: [{ type: IOMMU_INTEL }],
  hardware: { x86: { ...defaultHardware.x86, vendor: 'intel' } },
  root: {
    irqchips: chip,
    regions: `${sharedBy('rw')}
      0x0+928M rwxd
      0x3a600000+74M rwxd
      0x3f200000+14204K rwxd
      0x3ffdf000+132K r
      0xfd000000+16M rw
      0xfe200000+16K rw
      0xfea00000+256K rw
      0xfea40000+128K rw
      0xfea60000+128K rw
      0xfea91000+12K rw
      0xfea94000+16K rw
      0xfea98000+4K rw
      0xfea9a000+4K rw
      0xfed00000+4K rw`,
  },
  cells: {
    tiny: { irqchips: chip, regions: '0x3ee00000>0x0+1M rwxl\n0x0>0x100000+4K rwc' },
    e1000: { irqchips: chip, regions: '0x3ee00000>0x0+1M rwxdl\n0x0>0x100000+4K rwc\n0xfebc0000+128K rw' },
    linux: {
      irqchips: chip,
      regions: `${sharedBy('rws')}
        0x3a600000>0x0+1M rwxdl
        0x0>0x100000+4K rwc
        0x3a700000>0x200000+71M rwxdl`,
      cpus: '0xc',
    },
  },
}

test('EPT: memory that is not congruent modulo 2 MiB has leaves of 4 KiB only', () => {
  check(pc, 0, { root: 12, cells: { tiny: [5, 1], e1000: [6, 1], linux: [42, 0] } })
})

test('VT-d keeps tables of its own for regions with DMA', () => {
  const pages = (vtdLevels: number, commands: string) => {
    const hardware = { x86: { ...defaultHardware.x86, vtdLevels } }
    const { state } = lastOf(playBoard({ ...pc, hardware }, commands))
    return state.cells.map(({ config }) =>
      state.pool.items
        .filter(({ what, cell }) => what === 'VT-d page tables' && cell === config)
        .reduce((sum, item) => sum + item.pages, 0),
    )
  }
  const lives = ['enable', 'enable, create e1000', 'enable, create linux']
  expect(lives.map(commands => pages(4, commands))).toEqual([[3], [4, 3], [3, 39]])
  expect(lives.map(commands => pages(3, commands))).toEqual([[2], [3, 2], [2, 38]])
})

test('what Jailhouse prints after enabling four A53 with PARange 40: 39 pages early, and three for each CPU', () => {
  const text: BoardText = {
    memory: ['0x9e800000', '4M'],
    root: { regions: '0x80000000+16M rwx' },
    hardware: { cpuParange: 40 },
  }
  const stage = lastOf(playBoard(text, 'enable'))
  const early = [
    'per-CPU data',
    'system configuration',
    'bitmap of the page pool',
    'bitmap of the remapping pool',
    'table of trapped regions',
    'page tables of parked CPUs',
    'root of the second-stage page tables',
  ]
  expect(stage.state.pool.pages).toBe(993)
  expect(early.map(what => pagesOf(stage, what))).toEqual([16, 1, 1, 4, 1, 4, 2])
  expect(pagesOf(stage, 'private mappings of the CPUs')).toBe(12)
})
