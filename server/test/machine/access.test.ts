import { expect, test } from 'vitest'
import type { MmioAccess } from '../../src/machine/mmio.ts'
import { playAccess } from '../../src/machine/queries/access.ts'
import { cpuReach } from '../../src/machine/queries/reach.ts'
import { play } from './scenarios.ts'

/** Single accesses of an inmate whose registers are a sub-page region at 0x9000010, beside RAM at 0. */

const started = (flags: string) =>
  play(
    {
      root: { regions: '0x80000000+64M rwx\n0x9000000+4K rwi' },
      cells: { A: { regions: `0x80000000>0x0+2M rwx\n0x7f000010>0x9000010+256 ${flags}\n0x9001000+4K ri` } },
    },
    'enable, create A, start A',
  ).stages.at(-1)!.state

const access = (flags: string, address: bigint, size: MmioAccess['size'], isWrite = false) => {
  const outcome = playAccess(started(flags).cells[1]!, { address, size, isWrite })
  if (outcome.kind === 'reaches') return `0x${outcome.phys.toString(16)}`
  return 'printed' in outcome ? outcome.printed : outcome.kind
}

test.each<[string, bigint, MmioAccess['size'], boolean, string]>([
  ['rwi4', 0x9000014n, 4, true, '0x7f000014'],
  ['rwi4', 0x9000014n, 2, true, 'FATAL: Invalid MMIO write, address: 7f000014, size: 2'],
  ['rwi', 0x9000014n, 4, false, 'FATAL: Invalid MMIO read, address: 7f000014, size: 4'],
  ['ri4', 0x9000014n, 4, true, 'FATAL: Invalid MMIO write, address: 7f000014, size: 4'],
  ['rwi4', 0x9000012n, 4, false, 'FATAL: Invalid MMIO read, address: 7f000012, size: 4'],
  ['rwi4u', 0x9000012n, 4, false, '0x7f000012'],
  ['rwi8', 0x9000018n, 8, false, '0x7f000018'],
  // It would reach over the end: no region holds it.
  ['rwi48', 0x900010cn, 8, false, 'parked'],
  ['rwi4', 0x9000110n, 4, false, 'parked'],
  ['rwi4', 0x9001008n, 4, false, '0x9001008'],
  ['rwi4', 0x9001008n, 4, true, 'parked'],
  ['rwi4', 0x1000n, 4, true, '0x80001000'],
])('%s at %s, %i bytes, write %s: %s', (flags, address, size, isWrite, outcome) => {
  expect(access(flags, address, size, isWrite)).toBe(outcome)
})

test.each([
  ['rwi', { read: false, write: false }],
  ['rwi1', { read: true, write: true }],
  ['wi2', { read: false, write: true }],
])('what a cell reaches of a sub-page region with %s is what some access reaches', (flags, expected) => {
  const reaches = cpuReach(started(flags), { start: 0x7f000010n, end: 0x7f000110n })
  expect(reaches.filter(({ cell }) => !cell.isRoot).map(each => each.access)).toEqual([
    expect.objectContaining(expected),
  ])
})
