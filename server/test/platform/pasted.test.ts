import { describe, expect, test } from 'vitest'
import { openFile, openFolder } from '../../src/platform/facts.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { includedIn } from '../../src/platform/tree/included.ts'
import { textOf } from '../../src/text/source-file.ts'
import { platformOfFiles } from './facts.ts'

/** Facts as people paste and keep them. */

const LINES = [
  'Linux version 6.1.0 (builder@example)',
  'Command line: quiet',
  'BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable',
  'BIOS-e820: [mem 0x0000000000100000-0x000000003ffdefff] usable',
]

test.each([
  ['dmesg', '[    0.000000] '],
  ['dmesg -r', '<6>[    0.000000] '],
  ['dmesg -T', '[Sun Nov  9 09:02:11 2025] '],
  ['dmesg -t', ''],
  ['journalctl -k', 'Nov 29 19:02:11 kite kernel: '],
  ['a quoting mail', '> [    0.000000] '],
])('the log of a PC by %s', async (_, start) => {
  const { problems, architecture, firmwareRam, taken } = await platformOfFiles({
    log: LINES.map(line => start + line).join('\n'),
  })
  expect(problems).toEqual([])
  expect(architecture).toBe('x86')
  expect(firmwareRam?.length).toBe(2)
  expect(taken?.kernel).toBe('6.1.0')
})

test('/proc/cpuinfo by itself', async () => {
  const { problems, architecture, cpus, physicalBits } = await platformOfFiles({
    cpuinfo:
      'processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vmx\naddress sizes\t: 39 bits physical, 48 bits virtual\n\nprocessor\t: 1\n',
  })
  expect(physicalBits?.bits).toBe(39)
  expect(problems).toEqual([])
  expect(architecture).toBe('x86')
  expect(cpus?.map(({ number }) => number)).toEqual([0, 1])
})

test('/proc/iomem as web pages show it', async () => {
  const { ram } = await platformOfFiles({ page: '40000000\u20137fffffff\u00a0:\u00a0System RAM\n' })
  expect(ram?.map(({ range }) => range)).toEqual([{ start: 0x40000000n, end: 0x80000000n }])
})

test('thousands of files that are no facts are few lines', async () => {
  const files = Array.from({ length: 3000 }, (_, i) => ({ path: `f${i}`, bytes: new Uint8Array([1, 0, 2]) }))
  const { problems } = readPlatform(await openFolder('file:///folder/', { files }))
  expect(problems.length).toBe(5)
  expect(problems.at(-1)?.message).toContain('2995 files more')
})

describe('parts of device tree source', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const main = {
    uri: 'file:///dts/cell.dts',
    bytes: bytes('/dts-v1/;\n#include <dt-bindings/x.h>\n#include "soc.dtsi"\n&uart { status = "okay"; };\n'),
  }
  const soc =
    '#include "../more.dtsi"\n#include "cell.dts"\n/ { hypervisor { compatible = "jailhouse,cell"; };\n\tuart: serial@1000 { compatible = "x"; reg = <0x1000 0x100>; status = "disabled"; }; };\n'
  const disk: Readonly<Record<string, string>> = {
    'file:///dts/soc.dtsi': soc,
    'file:///more.dtsi': '/ { model = "M"; };\n',
  }

  test('are read from beside it, and what is found in them stands there', async () => {
    const parts = await includedIn(main, async uri => (disk[uri] === undefined ? undefined : bytes(disk[uri])))
    expect(parts.map(({ uri }) => uri)).toEqual(Object.keys(disk))
    const { cellTrees, problems } = readPlatform(await openFile(main, undefined, parts))
    expect(problems).toEqual([])
    expect(cellTrees[0]?.model).toBe('M')
    const [serial] = cellTrees[0]?.devices.filter(({ name }) => name === 'serial@1000') ?? []
    expect([serial?.enabled, serial?.span?.file.uri]).toEqual([true, 'file:///dts/soc.dtsi'])
    expect(serial?.span && textOf(serial.span)).toBe('serial@1000')
  })

  test('that are not there leave the rest', async () => {
    const parts = await includedIn(main, async () => undefined)
    const { problems } = readPlatform(await openFile(main, undefined, parts))
    expect(problems.map(({ message }) => message)).toEqual(['no node is labelled &uart'])
  })
})
