import { expect, test } from 'vitest'
import { loadedImages, overLoader } from '../../src/machine/cell-linux.ts'
import { play } from './scenarios.ts'

/** What `jailhouse cell linux` loads where; upstream's cells have the loader at 0 and RAM elsewhere. */

function images(regions: string, more: { arch?: 'x86' | 'arm'; entry?: bigint } = {}) {
  const { scenario } = play({ root: { regions: '0x40000000+1G rwx' }, cells: { A: { regions } } }, 'enable')
  const [cell] = scenario.cells
  return loadedImages({
    ...cell!,
    architecture: more.arch ?? 'arm64',
    cpu_reset_address: more.entry ?? 0n,
  })
}

const words = (found: ReturnType<typeof images>): readonly string[] =>
  found.map(({ name, range, refusal }) => `${name} 0x${range.start.toString(16)}${refusal ? `: ${refusal}` : ''}`)

const LOADER = '0x7fa00000>0x0+64K rwxl\n'

test.each([
  [
    'RAM elsewhere',
    `${LOADER}0x70000000+128M rwxdl`,
    ['loader 0x0', 'kernel 0x70200000', 'device tree 0x70000000', 'parameters 0x1000'],
  ],
  [
    'RAM at 0 with the loader in it',
    '0x70000000>0x0+128M rwxdl',
    ['loader 0x0', 'kernel 0x200000', 'device tree 0x2000', 'parameters 0x1000'],
  ],
  [
    'RAM that is not loadable',
    `${LOADER}0x70000000+128M rwxd`,
    ['loader 0x0', 'kernel 0x70200000: not loadable', 'device tree 0x70000000: not loadable', 'parameters 0x1000'],
  ],
  [
    'no loader',
    '0x70000000+128M rwxdl',
    ['loader 0x0: in no region', 'kernel 0x70200000', 'device tree 0x70000000', 'parameters 0x1000: in no region'],
  ],
  // Which of them takes the images depends on their sizes.
  ['small RAM in front of large', `${LOADER}0x60000000+16M rwxdl\n0x70000000+128M rwxdl`, []],
  ['RAM shared with the root', `${LOADER}0x70000000+128M rwxdls`, []],
])('%s', (_what, regions, expected) => {
  expect(words(images(regions))).toEqual(expected)
})

test('the kernel of 32-bit ARM begins at the next page, that of a PC at 16 MiB', () => {
  expect(words(images(`${LOADER}0x70000000+128M rwxdl`, { arch: 'arm' }))).toContain('kernel 0x70002000')
  expect(words(images('0x70000000>0x0+128M rwxdl', { arch: 'x86' }))).toEqual([
    'loader 0x0',
    'kernel 0xfffc00',
    'parameters 0x1000',
  ])
  expect(words(images('0x70000000>0x0+2M rwxdl', { arch: 'x86' }))).toContain('kernel 0xfffc00: in no region')
})

test('a first region that holds the address decides, whatever comes behind', () => {
  const found = words(images(`${LOADER}0x50000000>0x70000000+1M rw\n0x70000000+128M rwxdl`))
  expect(found).toContain('device tree 0x70000000: not loadable')
})

test('RAM that begins where the CPU does has the device tree in place of the loader', () => {
  expect(overLoader(images('0x70000000+128M rwxdl', { entry: 0x70000000n }))?.name).toBe('device tree')
  expect(overLoader(images('0x70000000>0x0+128M rwxdl'))).toBeUndefined()
})
