import { packTar, unpackTar } from 'modern-tar'
import { expect, test } from 'vitest'
import { diffPlatforms } from '../../src/platform/diff.ts'
import { scrub } from '../../src/platform/scrub.ts'
import { readFlattened } from '../../src/platform/tree/flattened.ts'
import { folderWith, jailhouseWarden } from '../cli/command-line.ts'
import { flatten, platformOfFiles } from './facts.ts'

const IOMEM = `00001000-0009ffff : System RAM
00100000-3fffffff : System RAM
  01000000-01ffffff : Kernel code
c0000000-febfffff : PCI Bus 0000:00
  febf9000-febf9fff : 0000:00:1f.2
`

const differing = async (text: string) => {
  const [before, now] = [await platformOfFiles({ iomem: IOMEM }), await platformOfFiles({ iomem: text })]
  return diffPlatforms(before, now).map(({ kind, what }) => `${kind} ${what}`)
}

test('what the kernel places anew is no drift', async () => {
  expect(await differing(IOMEM)).toEqual([])
  expect(await differing(IOMEM.replace('01000000-01ffffff', '03000000-03ffffff'))).toEqual([])
})

test('a BAR that moved, memory that is gone', async () => {
  expect(await differing(IOMEM.replace('febf9000-febf9fff', 'febf8000-febf8fff'))).toEqual([
    'changed memory "0000:00:1f.2"',
  ])
  expect(await differing(IOMEM.replace('00100000-3fffffff', '00100000-39ffffff'))).toEqual(['changed RAM at 0x100000'])
})

test('the command tells drift by its exit status', async () => {
  const folder = folderWith({ old: IOMEM, new: IOMEM.replace('00100000-3fffffff', '00100000-39ffffff') })
  expect((await jailhouseWarden(folder, 'platform', '--diff', 'old', 'old')).status).toBe(0)
  const { status, out } = await jailhouseWarden(folder, 'platform', '--diff', 'old', 'new')
  expect(status).toBe(1)
  expect(out).toContain('~ RAM at 0x100000: [0x100000, 0x40000000)  ->  [0x100000, 0x3a000000)')
})

test('scrubbing blanks what tells one machine from another, and nothing else', async () => {
  const tree = flatten({ 'serial-number': 'ABC123', model: 'wren', eth: { 'local-mac-address': [1, 2], reg: [3] } })
  const log = '[    0.000000] Linux version 6\n[    1.000000] eth0: 52:54:00:12:34:56\n'
  const tar = await packTar([
    { header: { name: 'sys/firmware/fdt', size: tree.length, type: 'file' }, body: tree.slice() },
    { header: { name: 'warden/dmesg', size: log.length, type: 'file' }, body: log },
    { header: { name: 'proc/iomem', size: IOMEM.length, type: 'file' }, body: IOMEM },
  ])
  const entries = await unpackTar(await scrub(tar))
  const [fdt, dmesg, iomem] = entries.map(({ data }) => data ?? new Uint8Array())
  const { root } = readFlattened(fdt ?? new Uint8Array())
  expect([...(root?.properties.get('serial-number')?.bytes ?? [])].every(byte => byte === 0)).toBe(true)
  expect(new TextDecoder().decode(root?.properties.get('model')?.bytes)).toContain('wren')
  expect(new TextDecoder().decode(dmesg)).toBe('[    0.000000] Linux version 6\n\n')
  expect(new TextDecoder().decode(iomem)).toBe(IOMEM)
})

test('the collector is a shell script that refuses without a name', async () => {
  const { out, status } = await jailhouseWarden(folderWith({}), 'collect')
  expect(status).toBe(0)
  expect(out.startsWith('#!/bin/sh\n')).toBe(true)
  expect(out).toContain('/proc/iomem')
})
